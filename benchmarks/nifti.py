"""One slice of a long series of volumes, against nibabel's own slicing: time and memory.

The file is 256x256x180x50 voxels of int16, noise over a head: 1.2 GB, and 0.7 GB packed by zlib at
level 1, as nibabel does. It is made in a temporary folder, and in the page cache when it is read.
Times include opening the file; memory is that of a process that does nothing else.
"""

import os
import sys
import zlib
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from unittest.mock import patch

import nibabel as nib
import numpy as np

from benchmarks.side_by_side import Call, Row, row, run, time_calls
from sampviz.images.load import load

SIDES = (256, 256, 180)
PLANES = {"axial": 170, "coronal": 100, "sagittal": 100}  # and a slice of each
NIBABEL = "nibabel dataobj"
LIMIT = 300.0  # MB


def make(path: Path, frames: int) -> None:
    """Write a series, and beside it the same packed."""
    rng = np.random.default_rng(0)
    z, y, x = np.ogrid[-1:1:180j, -1:1:256j, -1:1:256j]
    r = np.sqrt((x / 0.75) ** 2 + (y / 0.9) ** 2 + (z / 0.9) ** 2)
    head = (r < 1) * (600 + 300 * np.cos(9 * r) + 100 * np.cos(20 * x) * np.cos(25 * y))
    noise = rng.normal(0, 25, head.shape).astype(np.float32)
    header = nib.Nifti1Header()
    header.set_data_shape((*SIDES, frames))
    header.set_data_dtype(np.int16)
    header.set_sform(np.diag([0.9, 0.9, 1, 1]), 1)
    header["vox_offset"], header["magic"], header["scl_slope"] = 352, b"n+1", 1
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with path.open("wb") as file, Path(f"{path}.gz").open("wb") as packed:
        for frame in range(-1, frames):
            data = header.binaryblock + bytes(4)
            if frame >= 0:
                # Another noise in each place is as hard to pack, and quicker than new noise.
                moved = np.roll(noise.ravel(), 7919 * frame).reshape(head.shape)
                data = np.abs(head + moved).astype("<i2").tobytes()
            file.write(data)
            packed.write(packer.compress(data))
        packed.write(packer.flush())


def rows(quick: bool) -> Iterator[Row]:
    """Measure slices of the last frame: of the plain file, of the packed one, and again of that."""
    frames, rounds = (2, 3) if quick else (50, 3)
    with TemporaryDirectory(prefix="sampviz-") as folder:
        path, packed = Path(folder, "v.nii"), Path(folder, "v.nii.gz")
        # In a process of its own: the memory of those that are measured is never less than ours.
        maker = get_context("spawn").Process(target=make, args=(path, frames))
        maker.start()
        maker.join()
        for each in (path, packed):
            for plane in PLANES:
                yield _memory(each, plane, frames - 1)
        yield from _plain(path, frames - 1, rounds)
        again = None if quick else 10.0  # to most places in the short file it is no long way
        yield from _packed(packed, frames - 1, rounds, Path(folder, "cache"), again)


def _plain(path: Path, frame: int, rounds: int) -> Iterator[Row]:
    for plane, k in PLANES.items():
        calls = {
            "ours": partial(_ours, path, plane, k, frame),
            NIBABEL: partial(_nibabel, path, plane, k, frame),
        }
        yield row("nifti", f"{path.suffix} {plane}", time_calls(calls, rounds))


def _packed(
    path: Path, frame: int, rounds: int, cache: Path, wanted_again: float | None
) -> Iterator[Row]:
    """Time the first access without a cache and with an empty one, and the next from its marks."""
    where = path, "axial", PLANES["axial"], frame

    def with_cache(folder: Path | str, *, emptied: bool) -> None:
        if emptied:
            rmtree(folder, ignore_errors=True)
        with patch.dict(os.environ, {"SAMPVIZ_CACHE": str(folder)}):
            _ours(*where)

    calls: dict[str, Call] = {
        "without a cache": partial(with_cache, "off", emptied=False),
        "first": partial(with_cache, cache, emptied=True),
        "again": partial(with_cache, cache, emptied=False),
        NIBABEL: partial(_nibabel, *where),
    }
    taken = time_calls(calls, rounds)
    for case, peer, wanted in (
        ("without a cache", NIBABEL, 1.3),
        ("first", NIBABEL, 1.3),
        ("again", "first", wanted_again),
        ("again", NIBABEL, None),
    ):
        yield row(
            "nifti", f".nii.gz axial, {case}", {"ours": taken[case], peer: taken[peer]}, wanted
        )


def _memory(path: Path, plane: str, frame: int) -> Row:
    program = (
        "import sys; from sampviz.images.load import load;"
        " load(sys.argv[1], plane={!r}, slice={}, frame={})"
    )
    command = [sys.executable, "-c", program.format(plane, PLANES[plane], frame), str(path)]
    taken = run(command, {"SAMPVIZ_CACHE": "off"})
    case = f"{''.join(path.suffixes)} {plane}, whole process"
    return row("nifti", case, {"ours": [taken.memory], "the limit": [LIMIT]}, 1, unit="MB")


def _ours(path: Path, plane: str, k: int, frame: int) -> None:
    load(path, plane=plane, slice=k, frame=frame)


def _nibabel(path: Path, plane: str, k: int, frame: int) -> None:
    part: list[int | slice] = [slice(None)] * 3
    part[{"axial": 2, "coronal": 1, "sagittal": 0}[plane]] = k
    image = nib.load(path)
    assert isinstance(image, nib.Nifti1Image)
    np.asarray(image.dataobj[(*part, frame)])
