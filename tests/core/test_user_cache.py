"""The cache: whole files in a folder that does not grow for ever, and never an error."""

import os
import sys
from pathlib import Path

import pytest

from sampviz.core import user_cache as cache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAMPVIZ_CACHE", str(tmp_path / "a" / "b"))
    return tmp_path / "a" / "b"


def test_what_is_written_is_read(folder: Path) -> None:
    cache.write_entry("x.marks", b"one")
    cache.write_entry("x.marks", b"two")
    assert cache.read_entry("x.marks") == b"two"
    assert cache.read_entry("y.marks") == b""
    assert [path.name for path in folder.iterdir()] == ["x.marks"]


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_the_folder_is_for_its_user_alone(folder: Path) -> None:
    cache.write_entry("x.marks", b"one")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_was_not_used_for_longest_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 25)
    for day, name in enumerate(("a.marks", "b.marks")):
        cache.write_entry(name, bytes(10))
        os.utime(folder / name, (day, day))
    assert cache.read_entry("a.marks") == bytes(10)  # which is a use
    cache.write_entry("c.marks", bytes(10))
    assert sorted(path.name for path in folder.iterdir()) == ["a.marks", "c.marks"]


def test_files_of_others_in_the_folder_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 1)
    folder.mkdir(parents=True)
    (folder / "thesis.tex").write_bytes(bytes(99))
    cache.write_entry("c.marks", bytes(10))
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes")
def test_a_pipe_or_a_folder_in_the_place_of_a_file_is_nothing(folder: Path) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / "x.marks")
    (folder / "y.marks").mkdir()
    assert (cache.read_entry("x.marks"), cache.read_entry("y.marks")) == (b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="no owners")
def test_what_another_user_wrote_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write_entry("x.marks", b"one")
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    assert cache.read_entry("x.marks") == b""


def test_what_is_too_large_is_neither_written_nor_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_entry("x.marks", bytes(10))
    monkeypatch.setattr(cache, "_LARGEST", 9)
    cache.write_entry("y.marks", bytes(10))
    assert cache.read_entry("x.marks") == b""
    assert [path.name for path in folder.iterdir()] == ["x.marks"]


@pytest.mark.parametrize(
    ("system", "told", "where"),
    [
        ("linux", {}, "home/.cache/sampviz"),
        ("linux", {"XDG_CACHE_HOME": "{tmp}/xdg"}, "xdg/sampviz"),
        ("linux", {"XDG_CACHE_HOME": "not/absolute"}, "home/.cache/sampviz"),
        ("darwin", {}, "home/Library/Caches/sampviz"),
        ("win32", {"LOCALAPPDATA": "{tmp}/local"}, "local/sampviz"),
        ("win32", {}, "home/AppData/Local/sampviz"),
        ("linux", {"SAMPVIZ_CACHE": "{tmp}/other", "XDG_CACHE_HOME": "{tmp}/xdg"}, "other"),
        ("linux", {"SAMPVIZ_CACHE": "off"}, None),
        ("linux", {"SAMPVIZ_CACHE": ""}, "home/.cache/sampviz"),
    ],
)
def test_the_folder_is_where_the_system_keeps_such_things(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    told: dict[str, str],
    where: str | None,
) -> None:
    for name in ("SAMPVIZ_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache.folder() == (None if where is None else tmp_path / where)


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("SAMPVIZ_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    assert cache.folder() is None
    cache.write_entry("x.marks", b"one")
    assert cache.read_entry("x.marks") == b""
