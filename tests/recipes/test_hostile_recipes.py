"""Recipes that are none: three lines, whatever is in the file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        (b"\xff\xfe", 3, "the recipe is not UTF-8 text"),
        (b"a = [", 2, "this is not TOML"),
        (b"a = " + b"[" * 19_000, 2, "this is not TOML"),
        (b"a = " + b"9" * 5000, 2, "this is not TOML"),
        (b"a = 1", 2, "unknown key 'a'"),
        (b"", 2, "there is no [[figure]] in it"),
        (b"#" * 1_000_001, 3, "this is too large for a recipe"),
        (b"a." * 400_000 + b"a = 1", 2, "a line of 800005 characters"),  # a minute to read
        (b"[" + b"a." * 9_000 + b"a]\n[" + b"a." * 9_000 + b"a]", 2, "this is not TOML"),
    ],
    ids=["bytes", "open", "deep", "long number", "unknown", "empty", "large", "parts", "again"],
)
def test_what_is_no_recipe_is_said_in_three_lines(
    cli: Cli, tmp_path: Path, text: bytes, code: int, what: str
) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(text)
    result = cli("figure", path)
    assert (result.code, result.out, result.err.count("\n")) == (code, "", 3)
    assert result.err.startswith(f"error: {what}\n  in:  {path}")
    assert len(result.err) < 2000


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (os.mkfifo, "r.toml is not a regular file"),
        (Path.mkdir, "r.toml is a folder"),
        (lambda path: None, "there is no such file"),
    ],
    ids=["pipe", "folder", "missing"],
)
def test_a_recipe_is_a_regular_file(
    cli: Cli, tmp_path: Path, make: Callable[[Path], None], what: str
) -> None:
    make(tmp_path / "r.toml")
    result = cli("figure", tmp_path / "r.toml")
    assert (result.code, result.err.splitlines()[0]) == (3, f"error: {what}")
