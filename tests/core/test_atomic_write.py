"""Files are written whole or not at all, and what sampviz did not make is not lost."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image as Pillow

from sampviz.core.atomic_write import atomic_write, check_target
from sampviz.core.errors import InputError, OutputError
from sampviz.figures.render.animation import ENDINGS, save_animation
from sampviz.figures.render.save import save

KINDS = ["png", "pdf", "svg", "tif", "eps"]


def drawn(text: str, dpi: int = 100) -> Figure:
    figure = Figure(figsize=(2, 2), dpi=dpi)
    figure.text(0.1, 0.5, text)
    return figure


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_older_figure_of_sampviz_is_replaced_unasked(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"figure.{kind}"
    save(drawn("old"), path)
    before = path.read_bytes()
    check_target(path, [], overwrite=False)
    save(drawn("new"), path, overwrite=False)
    assert path.read_bytes() != before


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_older_animation_of_sampviz_is_replaced_unasked(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"moves{ending}"
    dark, light = (list(np.full((2, 4, 4), level, np.uint8)) for level in (0, 255))
    save_animation(dark, path, 100)
    before = path.read_bytes()
    check_target(path, [], overwrite=False)
    save_animation(light, path, 100, overwrite=False)
    assert path.read_bytes() != before


# Figures of others, and those of ours that were changed by hand.
FOREIGN = {
    "a png of another program": ("f.png", lambda path: drawn("mine").savefig(path)),
    "a pdf of another program": ("f.pdf", lambda path: drawn("mine").savefig(path)),
    "an svg of another program": ("f.svg", lambda path: drawn("mine").savefig(path)),
    "a tif of another program": ("f.tif", lambda path: drawn("mine").savefig(path)),
    "an eps of another program": ("f.eps", lambda path: drawn("mine").savefig(path)),
    "a gif of another program": (
        "f.gif",
        lambda path: Pillow.new("L", (2, 2)).save(path, comment=b"made elsewhere"),
    ),
    "a page of another program": (
        "f.html",
        lambda path: path.write_text('<!DOCTYPE html><meta name="generator" content="other">'),
    ),
    "json of another program": (
        "f.json",
        lambda path: path.write_text('{\n  "schema": 1,\n  "program": "other"\n}'),
    ),
    "a text that names us": ("f.png", lambda path: path.write_bytes(b"tEXtSoftware\0sampviz 1")),
    "an array": ("f.npy", lambda path: np.save(path, np.eye(3))),
}


@pytest.mark.parametrize(("name", "make"), FOREIGN.values(), ids=FOREIGN)
def test_a_file_of_others_is_replaced_only_if_asked(tmp_path: Path, name: str, make) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / name
    make(path)
    before = path.read_bytes()
    told = (
        "the file is there already, and sampviz may not have made it\n"
        f"  in:  {path}\n  fix: choose another name, or overwrite=True"
    )
    with pytest.raises(OutputError) as early:
        check_target(path, [], overwrite=False)
    with pytest.raises(OutputError) as late, atomic_write(path, overwrite=False) as temporary:
        temporary.write_bytes(b"new")
    assert str(early.value) == str(late.value) == told
    assert path.read_bytes() == before
    assert names_in(tmp_path) == [name]
    with atomic_write(path, overwrite=True) as temporary:
        temporary.write_bytes(b"new")
    assert path.read_bytes() == b"new"


def test_an_svg_of_ours_that_was_changed_in_an_editor_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "f.svg"
    save(drawn("ours"), path)
    text = path.read_text()
    # What Inkscape makes of the first lines; who made it first still stands below.
    head = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    path.write_text(head + text[text.index("<svg") :])
    assert "sampviz" in path.read_text()
    with pytest.raises(OutputError, match="may not have made it"):
        check_target(path, [], overwrite=False)


def test_the_same_bytes_and_an_empty_file_may_be_replaced(tmp_path: Path) -> None:
    same, empty = tmp_path / "same.npy", tmp_path / "empty.npy"
    same.write_bytes(b"12345")
    empty.touch()
    for path in (same, empty):
        with atomic_write(path, overwrite=False) as temporary:
            temporary.write_bytes(b"12345")
        assert path.read_bytes() == b"12345"


def test_a_file_is_on_the_disk_before_it_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.npy"
    path.write_bytes(b"old")
    synced = []

    def note(handle: int) -> None:
        synced.append((os.read(handle, 9), path.read_bytes()))

    monkeypatch.setattr(os, "fsync", note)
    with atomic_write(path) as temporary:
        temporary.write_bytes(b"new")
    assert synced == [(b"new", b"old")]
    assert path.read_bytes() == b"new"


def test_a_disk_that_fails_at_the_end_leaves_the_older_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.npy"
    path.write_bytes(b"old")

    def fail(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with (
        pytest.raises(OutputError, match="the file cannot be written"),
        atomic_write(path) as temporary,
    ):
        temporary.write_bytes(b"new")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["f.npy"]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("way", ["itself", "spelling", "symbolic", "hard"])
def test_an_input_is_never_replaced(tmp_path: Path, way: str, overwrite: bool) -> None:
    source = tmp_path / "a.png"
    save(drawn("ours"), source)
    target = source
    if way == "spelling":
        target = tmp_path / "." / ".." / tmp_path.name / "a.png"
    elif way == "symbolic":
        (target := tmp_path / "b.png").symlink_to(source)
    elif way == "hard":
        (target := tmp_path / "b.png").hardlink_to(source)
    with pytest.raises(OutputError, match="the output would replace the input"):
        check_target(target, ["sample:t1", "\0", "x" * 300, str(source)], overwrite=overwrite)


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    real, link = tmp_path / "store" / "real.png", tmp_path / "link.png"
    save(drawn("old"), real)
    link.symlink_to(real)
    save(drawn("new"), link)
    assert link.is_symlink()
    save(drawn("new"), tmp_path / "other.png")
    assert real.read_bytes() == (tmp_path / "other.png").read_bytes()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFO")
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "fifo.png")
    for name, why in (("folder.png", "Is a directory"), ("fifo.png", "Not a regular file")):
        with pytest.raises(OutputError) as caught:
            check_target(tmp_path / name, [], overwrite=True)
        assert caught.value.what == f"the file cannot be written: {why}"


def test_a_name_that_is_too_long_is_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    long = tmp_path / ("n" * 300 + ".png")
    for write in (lambda: check_target(long, [], overwrite=False), lambda: save(drawn("a"), long)):
        with pytest.raises(OutputError, match="File name too long"):
            write()
    assert names_in(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    save(drawn("old"), path)
    for mode in (0o600, 0o640, 0o666):
        path.chmod(mode)
        save(drawn("new"), path)
        assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("place", ["link.png", "folder/new.png"])
def test_no_link_leads_out_of_the_folder(tmp_path: Path, place: str) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    (outside / "theirs.png").write_bytes(b"theirs")
    (folder / "link.png").symlink_to(outside / "theirs.png")
    (folder / "folder").symlink_to(outside)
    (folder / "inside.png").symlink_to(folder / "new.png")
    with (
        pytest.raises(OutputError, match="a link that leads out of the folder"),
        atomic_write(folder / place, within=folder) as temporary,
    ):
        temporary.write_bytes(b"mine")
    assert names_in(outside) == ["theirs.png"]
    assert (outside / "theirs.png").read_bytes() == b"theirs"
    with atomic_write(folder / "inside.png", within=folder) as temporary:
        temporary.write_bytes(b"mine")
    assert (folder / "new.png").read_bytes() == b"mine"


def test_a_font_that_cannot_be_opened_is_not_called_the_output(tmp_path: Path) -> None:
    path, font = tmp_path / "f.pdf", tmp_path / "fonts" / "f.ttf"
    with pytest.raises(InputError) as error, atomic_write(path):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(font))
    assert str(error.value).splitlines() == [
        "a file that is needed cannot be opened: Too many open files",
        f"  in:  {font}",
        "  fix: end other programs, or allow more open files: ulimit -n",
    ]
    with pytest.raises(OutputError), atomic_write(path) as temporary:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(temporary))
    assert names_in(tmp_path) == []
