"""DICOM that is damaged, hostile or not read: in words, fast, and without a patient's name."""

import os
from pathlib import Path

import pytest

from sampviz.cli.app import run
from sampviz.images.formats import dicom_content
from tests.images.formats.hostile.case import Case
from tests.images.formats.hostile.dicom import DICOM
from tests.images.formats.hostile.dicom_bytes import SECRET, body, file, head


def test_the_set_is_as_large_as_it_is_said_to_be() -> None:
    assert len({case.name for case in DICOM}) == len(DICOM) >= 60


@pytest.mark.parametrize("case", DICOM, ids=lambda case: case.name.split()[0])
def test_it_ends_in_three_lines(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], case: Case
) -> None:
    if case.name.startswith("ls-"):
        pytest.importorskip("jpeg_ls", reason="pyjpegls has no wheel for this Python")
    path = case.make(tmp_path)
    before = sorted(os.listdir(tmp_path))  # noqa: PTH208
    code = run(["info", str(path), *case.words])
    printed = capfd.readouterr()  # of the process: decoders are heard too
    what, where, fix = printed.err.rstrip("\n").split("\n")
    assert what.startswith(f"error: {case.error}")
    assert where.startswith("  in:  ")
    assert len(fix) > len("  fix: ")
    assert printed.out == ""
    assert code in (2, 3)
    assert SECRET.decode() not in printed.err
    assert sorted(os.listdir(tmp_path)) == before  # noqa: PTH208


def test_elements_are_counted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dicom_content, "_MOST_READS", 30)
    (tmp_path / "a.dcm").write_bytes(file())
    assert run(["info", str(tmp_path / "a.dcm")]) == 3
    assert "error: it has more than 15 elements" in capfd.readouterr().err


@pytest.mark.parametrize("size", range(0, len(head() + body()), 37))
def test_a_file_that_is_cut_anywhere_ends_in_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], size: int
) -> None:
    (tmp_path / "a.dcm").write_bytes(file()[:size])
    assert run(["info", str(tmp_path / "a.dcm")]) == 3
    assert capfd.readouterr().err.count("\n") == 3
