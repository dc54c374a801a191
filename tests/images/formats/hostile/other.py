"""What is no file, no image, or has an odd name."""

import os
from pathlib import Path

from tests.images.formats.hostile import nifti, png
from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.nifti import SEEN
from tests.images.formats.hostile.png import PLANE


def _nothing(path: Path) -> None:
    pass


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("gone"))


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _linked(path: Path) -> None:
    path.with_name("b.png").write_bytes(png.WHOLE)
    path.symlink_to("b.png")


_ESCAPES = "a\x1b[2J\n\u202eb.png"
_NO_TEXT = os.fsdecode(b"a\xff\xfe.png")

OTHER: list[Case] = [
    refused("empty a.png", b"", "the file is empty"),
    refused("empty a.nii.gz", b"", "the file is empty"),
    refused("missing a.png", _nothing, "there is no such file"),
    refused("folder a.png", Path.mkdir, "a.png is a folder"),
    refused("pipe a.png", os.mkfifo, "a.png is not a regular file"),
    refused("pipe a.nii.gz", os.mkfifo, "a.nii.gz is not a regular file"),
    refused("device a.png", lambda p: p.symlink_to("/dev/zero"), "a.png is not a regular file"),
    refused("dangling a.png", _dangling, "a.png is a link to a file that is not there"),
    refused("circle a.png", _circle, "the file cannot be opened: Too many levels"),
    refused("text a.txt", b"hello", "the file is of no known kind"),
    refused("one-byte a.png", b"\x89", "the file is of no known kind"),
    refused("gif a.png", b"GIF89a" + bytes(99), "the file is a GIF"),
    refused("tiff a.tif", b"II*\0" + bytes(99), "the file is a TIFF"),
    refused("hdf a.mnc", b"\x89HDF\r\n\x1a\n", "the file is HDF5"),
    refused(
        "pointer a.png", b"version https://git-lfs.github.com/spec/v1\n", "the file is a pointer"
    ),
    read("linked a.png", _linked, PLANE),
    read(f"escapes {_ESCAPES}", png.WHOLE, PLANE),
    read(f"no-text {_NO_TEXT}", png.WHOLE, PLANE),
    read("dash -a.png", png.WHOLE, PLANE),
    read("capitals A.NII", nifti.WHOLE, SEEN),
    read("markup <b>&$x^2$.png", png.WHOLE, PLANE),
    read(f"long {'x' * 250}.png", png.WHOLE, PLANE),
]
