"""The small input files that the command lines of `benchmarks.same_outputs` read."""

import gzip
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np

_STATIC = Path(__file__).with_name("inputs")
_SAMPLES = Path(__file__).parent.parent / "sample_images"
_COPIED = ("t1.nii.gz", "dwi.nii.gz", "brick.png", "rocket.jpg")
# Voxels in rows, columns and slices are unlike, and so are the directions of the axes.
_AFFINE = np.array([[-1.5, 0, 0, 18], [0, 1, 0, -14], [0, 0, 3, -9], [0, 0, 0, 1]])


def make_inputs(folder: Path) -> None:
    """Write the files into a new folder: the same bytes every time.

    Recipes and modules are those of `benchmarks/inputs`; images are copied from `sample_images` or
    made of a fixed noise; files that cannot be read stand in `broken`.
    """
    shutil.copytree(_STATIC, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _COPIED:
        shutil.copyfile(_SAMPLES / name, folder / name)
    rng = np.random.default_rng(0)
    _write_arrays(folder, rng)
    _write_png(folder / "grey.png", _smooth(rng, 48, 64), bits=8)
    _write_png(folder / "colour.png", _smooth(rng, 40, 56, 3), bits=8)
    _write_png(folder / "deep.png", _smooth(rng, 32, 40), bits=16)
    _write_nifti(folder / "thick.nii", _smooth(rng, 24, 28, 6) * 1000)
    _write_nifti(folder / "series.nii.gz", _smooth(rng, 20, 24, 6, 3) * 1000)
    for subject in ("01", "02"):
        for run in ("1", "2"):
            name = f"bids/sub-{subject}/anat/sub-{subject}_run-{run}_T1w.nii.gz"
            _write_nifti(folder / name, _smooth(rng, 24, 28, 8) * 1000)
    _write_broken(folder / "broken", folder)


def _smooth(rng: np.random.Generator, *shape: int) -> Any:
    """Return values in 0..1: a ramp down the rows, with noise on it."""
    ramp = np.linspace(0, 0.6, shape[0]).reshape(-1, *[1] * (len(shape) - 1))
    return ramp + 0.4 * rng.random(shape)


def _write_arrays(folder: Path, rng: np.random.Generator) -> None:
    features = rng.standard_normal((6, 40, 36)).astype(np.float32)
    gaps = _smooth(rng, 48, 40).astype(np.float32)
    gaps[5:9, 7:20] = np.nan
    gaps[30, 30] = np.inf
    waves = np.fft.fftshift(np.fft.fft2(_smooth(rng, 48, 48))).astype(np.complex64)
    arrays = {
        "plane": _smooth(rng, 37, 53),
        "features": features,
        "gaps": gaps,
        "waves": waves,
        "counts": rng.integers(-40, 3000, (32, 33)).astype(np.int16),
        "flat": np.full((16, 16), 3.0, np.float32),
        "kernel": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def _write_png(path: Path, values: Any, bits: int) -> None:
    """Write rows x columns, or rows x columns x 3, of values in 0..1."""
    pixels = np.round(values * (2**bits - 1)).astype(f">u{bits // 8}")
    rows, columns = pixels.shape[:2]
    colour_type = 2 if pixels.ndim == 3 else 0
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    chunks = (
        (b"IHDR", struct.pack(">2I5B", columns, rows, bits, colour_type, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 0)),
        (b"IEND", b""),
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def _write_nifti(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image: Any = nib.Nifti1Image(values.astype(np.int16), _AFFINE)
    data = image.to_bytes()
    # Stored, not deflated: the bytes do not depend on which zlib is there.
    path.write_bytes(gzip.compress(data, 0, mtime=0) if path.suffix == ".gz" else data)


def _write_broken(folder: Path, whole: Path) -> None:
    """Write files that cannot be read, each in its own way."""
    words = np.array([["a", "b"], ["c", "d"]])
    np.save(folder / "words.npy", words)
    np.save(folder / "line.npy", np.arange(9.0))
    np.save(folder / "nothing.npy", np.zeros((0, 4)))
    np.save(folder / "objects.npy", np.array([[None, {}]], dtype=object))
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.png").write_text("not a picture\n")
    (folder / "text.nii.gz").write_text("not a volume\n")
    (folder / "scan.dcm").write_bytes(bytes(128) + b"DICM")
    for name in ("t1.nii.gz", "grey.png", "plane.npy", "rocket.jpg", "thick.nii"):
        data = (whole / name).read_bytes()
        (folder / f"half_{name}").write_bytes(data[: len(data) // 2])
    damaged = bytearray((whole / "t1.nii.gz").read_bytes())
    for place in range(len(damaged) // 4, len(damaged), 997):
        damaged[place] ^= 0x55
    (folder / "damaged.nii.gz").write_bytes(damaged)
