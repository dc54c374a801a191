"""What a file says of itself is read from every format, and never more than is bounded."""

import gzip
import struct
import zlib
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from sampviz.core.errors import InputError
from sampviz.images.embedded_text import LONGEST, embedded_text, sidecar_path

TEXT = '{"a(b)": "c\\\\d<&>\\u00e9"}'


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("form", ["tEXt", "iTXt"])
def test_a_text_that_pillow_wrote_is_read(tmp_path: Path, form: str) -> None:
    path, info = tmp_path / "f.png", PngInfo()
    info.add_text("Title", "{}")
    if form == "tEXt":
        info.add_text("sampviz", TEXT)
    else:
        info.add_itxt("sampviz", TEXT, "en", "sampviz")
    Pillow.new("L", (2, 2)).save(path, pnginfo=info)
    assert embedded_text(path) == (".png", TEXT)


def test_a_text_behind_the_pixels_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    Pillow.new("L", (2, 2)).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-12] + chunk(b"tEXt", b"sampviz\0" + TEXT.encode()) + whole[-12:])
    assert embedded_text(path) == (".png", TEXT)


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
def test_an_extension_that_nibabel_wrote_is_read(tmp_path: Path, ending: str, kind: type) -> None:
    path = tmp_path / f"v.{ending}"
    volume = kind(np.ones((2, 3, 4), np.float32), np.eye(4))
    volume.header.extensions.append(nib.nifti1.Nifti1Extension(4, b"<afni/>"))
    volume.header.extensions.append(nib.nifti1.Nifti1Extension(6, b"a comment of others"))
    volume.header.extensions.append(nib.nifti1.Nifti1Extension(6, TEXT.encode()))
    nib.save(volume, path)
    assert embedded_text(path) == (".nii", TEXT)


def test_voxels_are_never_taken_for_an_extension(tmp_path: Path) -> None:
    path = tmp_path / "v.nii"
    volume = nib.Nifti1Image(np.zeros((8, 8, 8), np.uint8), np.eye(4))
    nib.save(volume, path)
    whole = bytearray(path.read_bytes())
    whole[348] = 1  # claims extensions, and has none
    whole[352:368] = struct.pack("<2i", 16, 6) + b'{"a": 1}'
    path.write_bytes(whole)
    assert embedded_text(path) == (".nii", "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 2**32 - 1, b"tEXt"),
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 5, b"tEXt") + b"sampv",
        b"%PDF-1.4\n/Keywords (" + b"\\(" * 50_000,
        b"<svg><dc:description>{" + b"<" * 50_000,
        struct.pack("<i", 348) + bytes(344) + b"\1",
        struct.pack("<i", 348) + bytes(104) + struct.pack("<f", float("nan")) + bytes(300),
        struct.pack("<i", 540) + bytes(164) + struct.pack("<q", -1) + b"\1" * 400,
        struct.pack("<i", 348) + bytes(104) + struct.pack("<f", 1e30) + b"\1" * 300,
    ],
)
def test_a_damaged_file_holds_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "f"
    path.write_bytes(data)
    assert embedded_text(path)[1] == ""


def test_a_damaged_gzip_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "v.nii.gz"
    path.write_bytes(gzip.compress(bytes(1000))[:20])
    with pytest.raises(InputError, match="the gzip file is damaged"):
        embedded_text(path)


def test_a_long_text_is_not_read(tmp_path: Path) -> None:
    path, info = tmp_path / "f.png", PngInfo()
    info.add_text("sampviz", "{" + " " * LONGEST + "}")
    Pillow.new("L", (2, 2)).save(path, pnginfo=info)
    assert embedded_text(path)[1] == ""


def test_of_a_bomb_only_the_start_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "v.nii.gz"
    path.write_bytes(gzip.compress(bytes(2**27), 1))
    assert embedded_text(path) == (".nii", "")


def test_a_file_beside_an_array_speaks_for_it(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(3))
    (tmp_path / "a.sampviz.json").write_text(TEXT)
    assert embedded_text(tmp_path / "a.npy")[1] == TEXT
    assert embedded_text(tmp_path / "a.sampviz.json") == (".json", TEXT)
    assert sidecar_path(Path("x/b.nii.gz")) == Path("x/b.sampviz.json")
