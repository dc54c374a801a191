"""Names of inputs: they follow from the input, and tell apart what has one name."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz import compare, load
from sampviz.images.input_names import distinct_names, file_name, file_names, is_file_name
from sampviz.recipes.read import parse_recipe
from tests.conftest import Cli
from tests.texts import any_text

RECIPE = '[[figure]]\nname = "all"\nops = "max"\nmatrix = { inputs = "**/*.npy" }\n'


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        np.save(folder / name, np.eye(8, dtype=np.float32))


def figures(folder: Path) -> dict[str, str]:
    """Return the name of the figure of each input."""
    recipes = parse_recipe(RECIPE, "r.toml", folder=folder)
    return {str(Path(recipe.inputs[0]).relative_to(folder)): recipe.name for recipe in recipes}


def test_letters_of_all_scripts_stay_in_the_names_of_figures(tmp_path: Path) -> None:
    files(tmp_path, "大阪.npy", "東京.npy", "Київ.npy", "हिन्दी.npy")
    assert figures(tmp_path) == {
        "大阪.npy": "all-大阪", "東京.npy": "all-東京", "Київ.npy": "all-Київ",
        "हिन्दी.npy": "all-हिन्दी",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (["大阪.npy", "東京.npy"], "京都.npy"),
        (["a b.npy", "a(b).npy"], "a!b.npy"),
        (["a b.npy"], "a-b.npy"),
        (["🧠 1.npy"], "🧠 2.npy"),
        (["scan#1.npy", "scan%1.npy"], "scan 1.npy"),
        (["n" * 120 + "x.npy"], "n" * 120 + "a.npy"),
        (["大" * 80 + "x.npy"], "大" * 80 + "a.npy"),
        (["sub-01/T1w.npy", "sub-02/T1w.npy"], "sub-00/T1w.npy"),
    ],
)
def test_one_more_input_renames_no_figure(tmp_path: Path, before: list[str], added: str) -> None:
    files(tmp_path, *before)
    earlier = figures(tmp_path)
    files(tmp_path, added)
    later = figures(tmp_path)
    assert {name: later[name] for name in earlier} == earlier
    assert len({name.casefold() for name in later.values()}) == len(later) == len(before) + 1


def test_a_figure_has_its_name_wherever_its_recipe_lies(tmp_path: Path) -> None:
    for folder in ("here", "there/below"):
        files(tmp_path / folder, "A.npy", "a.npy")
    assert figures(tmp_path / "here") == figures(tmp_path / "there/below")


def test_a_recipe_may_name_its_figure_in_any_script() -> None:
    (recipe,) = parse_recipe(
        '[[figure]]\nname = "東京"\ninputs = "sample:t1"\nops = "max"\n', "r.toml"
    )
    assert recipe.files == ["東京.png"]


PATHS = st.lists(
    st.lists(st.sampled_from(["a", "b", "A", "大", "a.png", "x y"]), min_size=1, max_size=4).map(
        lambda parts: "/".join(parts) + ".npy"
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@pytest.mark.slow
@given(PATHS)
def test_inputs_have_names_that_tell_them_apart_and_end_their_paths(sources: list[str]) -> None:
    names = distinct_names(sources)
    assert len(set(names)) == len(sources)
    for source, name in zip(sources, names, strict=True):
        path = str(Path(source).absolute())
        assert path.endswith((f"/{name}", f"/{name}.npy"))


@given(st.permutations(["sub-01/T1w.nii.gz", "sub-02/T1w.nii.gz", "t1.png", "t1.npy", "sample:t1"]))
def test_names_do_not_follow_from_the_order(sources: list[str]) -> None:
    names = dict(zip(sources, distinct_names(sources), strict=True))
    assert names == {
        "sub-01/T1w.nii.gz": "sub-01/T1w",
        "sub-02/T1w.nii.gz": "sub-02/T1w",
        "t1.png": "t1.png",
        "t1.npy": "t1.npy",
        "sample:t1": "sample:t1",
    }


@given(any_text(max_size=200), any_text(max_size=200))
def test_any_text_has_a_name_of_a_file_that_is_its_own(one: str, other: str) -> None:
    names = [file_name(one), file_name(other)]
    assert all(map(is_file_name, names))
    assert all(len(name) <= 100 and len(name.encode()) <= 200 for name in names)
    assert (names[0] == names[1]) <= (one == other)


def test_names_that_differ_in_case_only_are_two_on_every_disk() -> None:
    names = file_names([("T1", "T1"), ("t1", "t1"), ("pd", "pd")])
    assert names[2] == "pd"
    assert len({name.casefold() for name in names}) == 3
    assert names[:2] == file_names([("t1", "t1"), ("T1", "T1")])[::-1]


def test_a_figure_of_several_inputs_tells_them_apart(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["data/sub-01/T1w.npy", "data/sub-02/T1w.npy"]
    files(tmp_path, *names)
    together = compare(names, "max", rows="image")
    assert together.caption
    assert "sub-01/T1w, sub-02/T1w" in together.caption.title
    loaded = compare([load(name) for name in names], "max", rows="image")
    assert [p.panel.name for p in loaded.sheet.panels] == [
        p.panel.name for p in together.sheet.panels
    ]
    assert any("sub-02/T1w" in placed.panel.name for placed in loaded.sheet.panels)
    words = ["compare", *names, "--together", "--ops", "max", "--rows", "image"]
    assert cli(*words).out == "sub-01-T1w-sub-02-T1w_compare.png\n"
    # Made again, its two inputs are not one.
    Path("data/sub-01").rename("sub-01")
    Path("data/sub-02").rename("sub-02")
    assert cli("rerun", "sub-01-T1w-sub-02-T1w_compare.png", "--check").out.startswith("identical")


def test_images_of_other_libraries_are_told_apart_by_their_files(tmp_path: Path) -> None:
    images = []
    for subject in ("sub-01", "sub-02"):
        path = tmp_path / subject / "T1w.nii.gz"
        path.parent.mkdir()
        image = nibabel.Nifti1Image(np.ones((8, 8, 3), np.float32), np.eye(4))
        nibabel.save(image, path)
        images.append(nibabel.load(path))
    figure = compare(images, "max", rows="image")
    assert figure.caption
    assert "sub-01/T1w, sub-02/T1w" in figure.caption.title


def test_batch_links_to_figures_of_any_name(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files(tmp_path, "東京.npy", "sub-01/T1w.npy", "sub-02/T1w.npy")
    Path("r.toml").write_text(RECIPE + 'rows = "image"\n', "utf-8")
    assert cli("batch", "r.toml", "--jobs", 1).code == 0
    page = Path("r/index.html").read_text("utf-8")
    assert 'href="all-%E6%9D%B1%E4%BA%AC.png"' in page
    drawn = {path.name for path in Path("r").glob("*.png")}
    assert drawn == {"all-東京.png", "all-sub-01-T1w.png", "all-sub-02-T1w.png"}
    Path("大阪.npy").write_bytes(Path("東京.npy").read_bytes())
    assert "1 drawn, 3 unchanged" in cli("batch", "r.toml", "--jobs", 1).err
