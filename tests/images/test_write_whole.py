"""Writing: whole files or none, and names that are refused."""

import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.atomic_write import atomic_write
from sampviz.images.load import load
from tests.images.apply import apply

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["o.npy", "o.png", "o.nii", "o.nii.gz"])
def test_the_same_command_gives_the_same_bytes(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    assert apply("sample:t1", "avg", tmp_path / "first" / name) == 0
    monkeypatch.setattr("time.time", lambda: 2e9)  # gzip has a place for the time of day
    assert apply("sample:t1", "avg", tmp_path / "second" / name) == 0
    first, second = ((tmp_path / each / name).read_bytes() for each in ("first", "second"))
    assert first == second


WRITERS = {
    "o.npy": "numpy.save",
    "o.nii": "nibabel.save",
    "o.nii.gz": "nibabel.save",
    "o.png": "pathlib.Path.write_bytes",
}


def fail_half_way(monkeypatch: pytest.MonkeyPatch, writer: str, err: BaseException) -> None:
    def failing(*words: Any, **_: Any) -> None:
        for word in words:
            if isinstance(word, Path):
                with word.open("wb") as file:
                    file.write(b"half of it")
            elif hasattr(word, "write"):
                word.write(b"half of it")
        raise err

    monkeypatch.setattr(writer, failing)


@pytest.mark.parametrize("old", [None, b"an older file"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_failed_write_leaves_nothing_behind_and_an_old_file_whole(
    tmp_path: Path,
    name: str,
    old: bytes | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / name
    if old:
        out.write_bytes(old)
    fail_half_way(monkeypatch, WRITERS[name], OSError(28, "No space left on device"))
    assert apply("sample:t1", "avg", out, "-q") == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith(
        "error: the file cannot be written: No space left on device\n"
        f"  in:  {out}\n"
        "  fix: choose another folder or name with -o\n"
    )
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([old] if old else [])


@pytest.mark.parametrize("name", WRITERS)
def test_an_interrupted_write_leaves_nothing_behind(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_half_way(monkeypatch, WRITERS[name], KeyboardInterrupt())
    assert apply("sample:t1", "avg", tmp_path / name, "-q") == 130
    assert list(tmp_path.iterdir()) == []


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.nii.gz"
    target.write_bytes(b"old")
    with atomic_write(target) as temporary:
        assert temporary.parent == target.parent  # else it could not be renamed in one step
        assert temporary.name.endswith(".nii.gz")
        temporary.write_bytes(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with atomic_write(tmp_path / "a") as temporary:
            temporary.write_bytes(b"new")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize(
    ("target", "why"), [("no/a.npy", "No such file or directory"), ("folder.npy", "Is a directory")]
)
def test_a_place_that_cannot_be_written_is_exit_code_4(
    tmp_path: Path, target: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.npy").mkdir()
    assert apply("sample:step:4x4", "avg", tmp_path / target) == 4
    folder = f", or make the folder: mkdir -p {tmp_path / 'no'}" if target.startswith("no") else ""
    assert capsys.readouterr().err == (
        f"error: the file cannot be written: {why}\n"
        f"  in:  {tmp_path / target}\n"
        f"  fix: choose another folder or name with -o{folder}\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["folder.npy"]


@pytest.mark.parametrize("link", [None, "symbolic", "hard"])
def test_the_input_is_never_replaced(
    tmp_path: Path, link: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    source = out = tmp_path / "a.npy"
    np.save(source, np.eye(4))
    before = source.read_bytes()
    if link:
        out = tmp_path / "b.npy"
        out.symlink_to(source) if link == "symbolic" else out.hardlink_to(source)
    assert apply(source, "avg", out) == 4
    assert capsys.readouterr().err == (
        f"error: the output would replace the input\n  in:  {out}\n  fix: choose another name\n"
    )
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "ending"), [("o.jpg", ".jpg"), ("o.gz", ".gz"), ("o", "a name without ending")]
)
def test_other_endings_are_refused_before_anything_is_read(
    tmp_path: Path, name: str, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert apply("there is no such file", "avg", tmp_path / name) == 4
    assert capsys.readouterr().err == (
        f"error: an array cannot be saved as {ending}\n"
        f"  in:  {tmp_path / name}\n"
        "  fix: end the name in .npy, .png, .nii or .nii.gz\n"
    )


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("name", ["O.NPY", "O.PNG", "O.NII", "O.NII.GZ"])
def test_endings_may_be_capitals(tmp_path: Path, name: str) -> None:
    assert apply("sample:step:4x4", "stride:1", tmp_path / name) == 0
    assert load(tmp_path / name).size == (4, 4)


@pytest.mark.parametrize(
    ("limits", "kind"), [(("--bits", "16"), ".npy"), (("--window", "0,1"), ".nii")]
)
def test_only_a_png_has_a_window_and_bits(
    tmp_path: Path, limits: tuple[str, str], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"o{kind}"
    assert apply("sample:step:4x4", "avg", out, *limits) == 2
    assert capsys.readouterr().err == (
        f"error: {kind} needs no window and no bits\n  in:  {out}\n  fix: leave them out\n"
    )
    assert not out.exists()
