"""A figure is made again of the inputs that its record names, wherever they lie."""

from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import InputError, UsageError
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.rerun import Rerun, rerun


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(*inputs: str, seed: int = 0) -> Path:
    """Write images of 8x6 and a figure of them, `figures/f.svg`."""
    rng = np.random.default_rng(seed)
    for name in inputs:
        if not name.startswith("sample:"):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            np.save(name, rng.random((8, 6)))
    values = {"inputs": list(inputs), "ops": "max", "rows": "image", "annotate": False}
    Path("figures").mkdir(exist_ok=True)
    return sampviz.save(draw_recipe(values), Path("figures/f.svg"))


@pytest.mark.parametrize("place", [".", "figures"])
def test_an_input_is_found_beside_the_figure_and_in_the_current_folder(place: str) -> None:
    path = drawn("x.npy")
    Path("x.npy").rename(Path(place) / "x.npy")
    result = rerun(path, check=True)
    assert (result.identical, result.differences, result.path) == (True, (), None)
    assert repr(result) == "<Rerun identical>"
    assert [each.name for each in Path("figures").glob("*.svg")] == ["f.svg"]


def test_what_lies_beside_the_figure_is_taken_before_what_lies_in_the_current_folder() -> None:
    path = drawn("x.npy")
    np.save("figures/x.npy", np.ones((8, 6)))
    result = rerun(path, check=True)
    assert not result.identical
    assert result.differences[0].startswith("input x.npy: other bytes, SHA-256 ")
    assert repr(result) == f"<Rerun {'; '.join(result.differences)}>"


def test_inputs_of_one_name_are_told_apart_by_the_ends_of_their_paths() -> None:
    path = drawn("a/x.npy", "b/x.npy", "y.npy")
    Path("moved").mkdir()
    for name in ("a", "b", "y.npy"):
        Path(name).rename(Path("moved") / name)
    with pytest.raises(InputError, match=r"its input a/x.npy is neither beside it nor in"):
        rerun(path, check=True)
    inputs = ["moved/y.npy", "moved/b/x.npy", "moved/a/x.npy"]
    assert rerun(path, inputs, check=True).identical
    for wrong in ("moved/x.npy", "moved/a", "a/y"):
        with pytest.raises(UsageError, match=f"the figure has no input {Path(wrong).name}") as told:
            rerun(path, [*inputs, wrong], check=True)
        assert told.value.fix == "it has a/x.npy, b/x.npy, y.npy"


def test_one_input_may_have_another_name_and_a_sample_has_none() -> None:
    path = drawn("x.npy")
    Path("x.npy").rename("z.npy")
    result = rerun(path, "z.npy", check=True)
    assert list(result.differences) == [
        "input z.npy: its name, x.npy then; it is written on the figure"
    ]
    with pytest.raises(UsageError, match=r"the figure has no input z.npy"):
        rerun(path, ["z.npy", "y.npy"], check=True)
    path = drawn("sample:noise:8x6")
    assert rerun(path, check=True).identical
    with pytest.raises(UsageError, match=r"the figure has no input z.npy") as told:
        rerun(path, "z.npy", check=True)
    assert told.value.fix == "it has samples only"


def test_it_is_written_beside_the_figure_or_where_it_is_said_or_not_at_all() -> None:
    path = drawn("x.npy")
    assert rerun(path).path == Path("figures/f_again.svg")
    assert Path("figures/f_again.svg").read_bytes() == path.read_bytes()
    assert rerun(path, out="other.png").path == Path("other.png")
    with pytest.raises(UsageError, match="check=True writes nothing"):
        rerun(path, check=True, out="other.png")


def test_a_file_that_was_altered_is_told_from_one_whose_record_alone_differs() -> None:
    path = drawn("x.npy")
    text = path.read_text("utf-8")
    path.write_text(text.replace("#222222", "#222223"), "utf-8")
    (only,) = rerun(path, check=True).differences
    assert only.startswith("nothing that it records has changed: the file was altered")
    path.write_text(text, "utf-8")
    np.save("x.npy", np.asfortranarray(np.load("x.npy")))  # the same values in other bytes
    first, second = rerun(path, check=True).differences
    assert first.startswith("input x.npy: other bytes")
    assert second.startswith("the picture is the same byte by byte")


def test_what_is_no_figure_is_refused() -> None:
    np.save("x.npy", np.eye(8))
    sampviz.apply("x.npy", "max", "o.nii")
    with pytest.raises(UsageError, match="it is an array, not a figure") as told:
        rerun("o.nii", check=True)
    assert told.value.fix == "sampviz apply x.npy max"
    with pytest.raises(InputError, match="it carries no record of how it was made"):
        rerun("x.npy", check=True)


def test_a_figure_made_again_is_shown_as_it_is() -> None:
    figure = draw_recipe({"inputs": "sample:noise:8x6", "ops": "max", "rows": "image"})
    assert Rerun(figure, True, ())._repr_png_().startswith(b"\x89PNG")
