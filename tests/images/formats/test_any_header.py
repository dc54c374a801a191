"""Whatever the fields of a header say: an image that is what a second reader finds, or an error."""

import gzip
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.judge import judge
from tests.images.build import PNG_START, chunk, landmarks, nifti, voxels
from tests.images.formats.hostile.jpeg import GREYS, jpeg
from tests.images.formats.hostile.npy import header
from tests.images.formats.hostile.png import STORED, exif
from tests.texts import any_text

pytestmark = pytest.mark.slow

bounded = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
small = st.integers(-1, 9)
whole = st.one_of(small, st.sampled_from([255, 2**15 - 1, -(2**15)]))
odd = st.sampled_from(
    [0.0, 1.0, -1.0, 1e-40, 1e30, -1e38, float("nan"), float("inf"), 352.0, 416.0]
)
real = st.one_of(odd, st.floats(width=32))


def judged(folder: Path, name: str, data: bytes, **pick: Any) -> str:
    path = folder / name
    path.write_bytes(data)
    return judge(path, name.partition(".")[2], **pick)


@bounded
@given(
    dim=st.lists(whole, min_size=8, max_size=8),
    code=st.sampled_from([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024, 1280, 1792, 2304]),
    reals=st.lists(real, min_size=11, max_size=11),
    places=st.lists(real, min_size=18, max_size=18),
    codes=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    endian=st.sampled_from("<>"),
    zipped=st.booleans(),
    keep=st.sampled_from(["all", "dim", "dim and offset", "most"]),
)
def test_any_nifti(
    tmp_path: Path,
    dim: list[int],
    code: int,
    reals: list[float],
    places: list[float],
    codes: tuple[int, int],
    endian: str,
    zipped: bool,
    keep: str,
) -> None:
    data = bytearray(nifti(landmarks((4, 5, 6)), endian=endian) + bytes(16 * 120))
    if keep == "all":
        struct.pack_into(endian + "8h", data, 40, *dim)
    if keep in ("all", "dim"):
        struct.pack_into(endian + "f", data, 108, reals[8])
    if keep != "most":
        struct.pack_into(endian + "h", data, 70, code)
        struct.pack_into(endian + "2f", data, 112, *reals[9:])
    struct.pack_into(endian + "8f", data, 76, *reals[:8])
    struct.pack_into(endian + "2h18f", data, 252, *codes, *places)
    made = gzip.compress(bytes(data), 1) if zipped else bytes(data)
    told = judged(tmp_path, "a.nii.gz" if zipped else "a.nii", made, volume=code not in (128, 2304))
    # Where the voxels lie is never a reason to refuse them.
    assert told == "image" or keep != "most"


@bounded
@given(
    width=small,
    height=small,
    bits=st.sampled_from([0, 1, 2, 3, 4, 8, 16, 32]),
    kind=st.integers(0, 7),
    methods=st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 2)),
    raw=st.binary(min_size=0, max_size=400),
    palette=st.binary(max_size=30),
    clear=st.one_of(st.none(), st.binary(max_size=8)),
)
def test_any_png(
    tmp_path: Path,
    width: int,
    height: int,
    bits: int,
    kind: int,
    methods: tuple[int, int, int],
    raw: bytes,
    palette: bytes,
    clear: bytes | None,
) -> None:
    head = struct.pack(">IIBB3B", max(width, 0), max(height, 0), bits, kind, *methods)
    rows = bytearray((raw * 60)[:5000])
    step = 1 + -(-max(width, 0) * {2: 3, 4: 2, 6: 4}.get(kind, 1) * bits // 8)
    rows[::step] = bytes(each % 5 for each in rows[::step])  # a filter that there is
    extra = chunk(b"PLTE", palette) + (chunk(b"tRNS", clear) if clear is not None else b"")
    data = PNG_START + chunk(b"IHDR", head) + extra
    data += chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND")
    judged(tmp_path, "a.png", data)


@bounded
@given(
    height=st.integers(0, 70),
    width=st.integers(0, 90),
    bits=st.sampled_from([1, 8, 12, 16]),
    frame=st.integers(0xC0, 0xCF),
    tables=st.sampled_from(["qda", "qd", "da", ""]),
    end=st.binary(min_size=3, max_size=3),
)
def test_any_jpeg(
    tmp_path: Path, height: int, width: int, bits: int, frame: int, tables: str, end: bytes
) -> None:
    data = jpeg(
        GREYS, size=(height, width), bits=bits, frame=frame, tables=tables, scan_end=b"\0\x3f\0"
    )
    judged(tmp_path, "a.jpg", data)
    judged(tmp_path, "a.jpg", jpeg(GREYS, scan_end=end if end != b"\0\0\1" else b"\0\0\2"))


@bounded
@given(
    descr=st.sampled_from(
        ["<f4", ">f8", "|u1", "<i8", "<c8", "|b1", "<f2", "|O", "<U2", "", "f", "<x9", "<f16"]
    ),
    order=st.sampled_from(["True", "False", "None", "1", "'a'"]),
    shape=st.lists(st.integers(-2, 6), max_size=4).map(tuple),
    size=st.integers(0, 400),
    version=st.integers(1, 3),
)
def test_any_npy(
    tmp_path: Path, descr: str, order: str, shape: tuple[int, ...], size: int, version: int
) -> None:
    text = f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}}}"
    judged(tmp_path, "a.npy", header(text, bytes(range(200)) * 2, version)[: 128 + size])


@bounded
@given(text=any_text(max_size=200), version=st.integers(1, 4))
def test_any_text_as_the_header_of_an_npy(tmp_path: Path, text: str, version: int) -> None:
    judged(tmp_path, "a.npy", header(text, bytes(64), version))


@bounded
@given(turn=st.sampled_from([*STORED, 0, 1, 9, 65535]), tag=st.integers(0, 65535))
def test_any_orientation(tmp_path: Path, turn: int, tag: int) -> None:
    made = bytearray(exif(turn))
    struct.pack_into(">H", made, 12, tag)
    data = jpeg(GREYS)
    segment = b"Exif\0\0" + bytes(made)
    segment = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    assert judged(tmp_path, "a.jpg", data[:2] + segment + data[2:]) == "image"


@pytest.mark.parametrize("dtype", ["i2", "f8", "c16"])
def test_the_bytes_of_voxels_in_any_order(tmp_path: Path, dtype: str) -> None:
    volume = np.arange(24.0).reshape(2, 3, 4).astype(dtype)
    assert voxels(volume, ">") == volume.astype(f">{dtype}").tobytes(order="F")
    assert judged(tmp_path, "a.nii", nifti(volume, endian=">"), volume=True) == "image"
