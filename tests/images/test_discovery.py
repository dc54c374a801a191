"""The files that a pattern means: as a shell finds them, each once, without going round."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.discovery import find_inputs


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.png", "b.nii", "s1/a.png", "s1/t/c.png", ".hidden/d.png", "s1/.e.png"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    return tmp_path


def names(paths: Iterable[str], folder: Path) -> list[str]:
    return [Path(path).relative_to(folder).as_posix() for path in paths]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("*.png", ["a.png"]),
        ("*", ["a.png", "b.nii"]),
        ("**/*.png", ["a.png", "s1/a.png", "s1/t/c.png"]),
        ("**", ["a.png", "b.nii", "s1/a.png", "s1/t/c.png"]),
        ("s?/*.png", ["s1/a.png"]),
        ("s1/**/*.png", ["s1/a.png", "s1/t/c.png"]),
        ("s1/**.png", ["s1/a.png"]),
        (".hidden/*.png", [".hidden/d.png"]),
        ("s1/.e*", ["s1/.e.png"]),
    ],
)
def test_a_pattern_means_what_it_means_to_a_shell(
    tree: Path, pattern: str, files: list[str]
) -> None:
    assert names(find_inputs([pattern], tree), tree) == files
    assert names(find_inputs([str(tree / pattern)]), tree) == files


def test_links_to_folders_are_not_followed_round(tree: Path) -> None:
    for name in ("self", "s1/up", "s1/t/round"):
        (tree / name).symlink_to(tree)
    assert names(find_inputs(["**/*.png"], tree), tree) == ["a.png", "s1/a.png", "s1/t/c.png"]
    # A star names the link itself.
    assert names(find_inputs(["*/*.png"], tree), tree) == ["s1/a.png", "self/a.png"]


def test_each_file_is_taken_once_and_that_is_said(tree: Path) -> None:
    (tree / "z.png").symlink_to(tree / "a.png")
    (tree / "y.png").hardlink_to(tree / "a.png")
    with pytest.warns(SampvizWarning, match="2 of the names mean a file that another means"):
        assert names(find_inputs(["*.png"], tree), tree) == ["a.png"]


def test_a_pattern_without_files_says_where_it_was_looked_for(tree: Path) -> None:
    with pytest.raises(InputError, match="no file matches"):
        find_inputs(["*.tif"], tree)
