"""The files of a recipe's figures: their names, and that nothing is drawn where one must not be."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import OutputError, UsageError
from sampviz.recipes.figure import figure, resolved_figures, save_figures
from sampviz.recipes.read import read_recipes
from sampviz.recipes.recipe import Recipe

SHARED = '[defaults]\ninputs = "x.npy"\nops = "max:2"\nrows = "image"\nannotate = false\n'
ONE = SHARED + '[[figure]]\nname = "a"\nabout = "what it shows"\n'
TWO = ONE + '[[figure]]\nname = "b"\nformats = ["svg", "png", "svg"]\nlevels = 2\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.random.default_rng(0).random((12, 8)))
    Path("one.toml").write_text(ONE)
    Path("two.toml").write_text(TWO)
    return tmp_path


def saved(*words: object, **options: object) -> list[str]:
    return [path.as_posix() for path in save_figures(*words, **options)]  # type: ignore[arg-type]


def test_each_figure_is_saved_in_its_formats_and_captions_stand_beside_the_first() -> None:
    assert saved("two.toml") == ["a.png", "b.svg", "b.png"]
    assert saved("two.toml", (), Path("new/folder"), caption="md") == [
        *("new/folder/a.png", "new/folder/a.md", "new/folder/a.bib"),
        *("new/folder/b.svg", "new/folder/b.md", "new/folder/b.bib", "new/folder/b.png"),
    ]
    for name in ("a.png", "b.svg", "b.png"):
        assert Path(name).read_bytes() == Path("new/folder", name).read_bytes()


def test_a_name_is_of_a_file_for_one_figure_and_of_a_folder_for_several() -> None:
    assert saved("one.toml", (), Path("mine.svg")) == ["mine.svg"]
    Path("out").mkdir()
    assert saved("one.toml", (), Path("out")) == ["out/a.png"]
    assert saved("two.toml", (), Path("like.png")) == [
        f"like.png/{name}" for name in ("a.png", "b.svg", "b.png")
    ]
    with pytest.raises(OutputError):
        saved("one.toml", (), Path("mine.txt"))


@pytest.mark.parametrize(("name", "drawn"), [("b.png", []), ("a.md", []), ("b.md", ["a.png"])])
def test_files_of_others_stay_and_a_figure_is_not_written_without_its_caption(
    name: str, drawn: list[str]
) -> None:
    Path(name).write_text("mine")
    with pytest.raises(OutputError, match="sampviz may not have made it"):
        saved("two.toml", caption="md")
    assert [file for file in ("a.png", "b.svg") if Path(file).exists()] == drawn
    assert Path(name).read_text() == "mine"
    assert len(saved("two.toml", caption="md", overwrite=True)) == 7


def test_a_look_and_inputs_replace_those_of_the_recipe_and_progress_counts_figures() -> None:
    counts = []

    def progress(recipes: Iterable[Recipe], count: int) -> Iterable[Recipe]:
        for recipe in recipes:
            counts.append((recipe.name, count))
            yield recipe

    np.save("y.npy", np.ones((6, 6)))
    first, second = figure("two.toml", "y.npy", progress=progress, dpi=90)
    assert counts == [("a", 2), ("b", 2)]
    assert (first.dpi, second.dpi) == (90, 90)
    assert first.sheet.panels[0].panel.size[0] % 6 == 0
    with pytest.raises(UsageError, match="dpi"):
        figure("one.toml", dpi=-1)


def test_figures_are_told_with_their_chains_in_canonical_form() -> None:
    told = resolved_figures("two.toml")
    assert [(each["name"], each["kind"], each["about"], each["ops"]) for each in told] == [
        ("a", "compare", "what it shows", ["max"]),
        ("b", "compare", "", ["max"]),
    ]
    assert [each["inputs"] for each in told] == [["x.npy"]] * 2
    assert told[1]["levels"] == 2
    assert "ops" not in resolved_figures("contrasts")[0]


def test_of_all_shipped_figures_there_is_a_sheet_and_of_a_recipe_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = read_recipes("two.toml")
    monkeypatch.setattr("sampviz.recipes.figure.read_recipes", lambda *_: two)
    assert saved("gallery") == ["a.png", "b.svg", "b.png", "gallery.png"]
