"""The folder of a batch is of one recipe: the manifest of another is not replaced unsaid."""

import json
from pathlib import Path

import pytest

from sampviz.core.errors import OutputError
from sampviz.recipes.batch.output_folder import MANIFEST, Folder


def test_a_second_recipe_is_refused_and_takes_the_folder_only_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):  # the same recipe goes on
        Folder(out).open("ours \u2713", {}, 0)
        Folder(out).finish("ours \u2713", (), {"f": "why"})
    manifest = (out / MANIFEST).read_bytes()
    assert json.loads(manifest)["recipe"] == "ours \u2713"
    with pytest.raises(OutputError, match="of another recipe, 'ours \u2713'"):
        Folder(out).open("theirs", {}, 0)
    assert (out / MANIFEST).read_bytes() == manifest
    Folder(out, overwrite=True).open("theirs", {}, 0)
    for text in ("", "{", '  "recipe": "\\x",\n', '  "recipe": "a" "b",\n'):  # of an older version
        (out / MANIFEST).write_text(text)
        assert Folder(out)._title() is None


def test_a_second_recipe_of_the_same_name_is_refused_as_long_as_the_first_is_there(
    tmp_path: Path,
) -> None:
    one, other, out = tmp_path / "a" / "figs.toml", tmp_path / "b" / "figs.toml", tmp_path / "out"
    for recipe in (one, other):
        recipe.parent.mkdir()
        recipe.write_text("")
    for _ in range(2):
        Folder(out).open("figs", {}, 0, one)
        Folder(out).finish("figs", (), {})
    with pytest.raises(OutputError, match=r"of another recipe, of this name, .*a.figs\.toml"):
        Folder(out).open("figs", {}, 0, other)
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in (one.parent, out):
        path.rename(moved / path.name)
    Folder(moved / "out").open("figs", {}, 0, moved / "a" / "figs.toml")  # still the same
    with pytest.raises(OutputError, match="of this name"):
        Folder(moved / "out").open("figs", {}, 0, other)
    (moved / "a" / "figs.toml").unlink()
    Folder(moved / "out").open("figs", {}, 0, other)
    for text in ("\0", "x" * 1000, "", "\udcff"):  # anyone may have written it
        (moved / "out" / ".sampviz" / "recipe").write_bytes(text.encode(errors="replace"))
        Folder(moved / "out").open("figs", {}, 0, other)
