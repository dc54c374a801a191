"""Write images as arrays: .npy exactly, NIfTI with its header, PNG in a given window."""

import struct
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError
from sampviz.core.text import counted
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.png_header import PALETTE, SIGNATURE, chunk
from sampviz.images.image import Image
from sampviz.images.png_bytes import png_bytes

ENDINGS = (".npy", ".png", ".nii.gz", ".nii")


def ending(path: Path) -> str:
    """Return the ending of a name, which decides the format.

    Parameters
    ----------
    path : Path
        Where an array is to be written.

    Returns
    -------
    str
        One of `ENDINGS`.

    Raises
    ------
    OutputError
        For another ending.
    """
    suffix = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), None)
    if suffix is None:
        raise OutputError(
            f"an array cannot be saved as {path.suffix or 'a name without ending'}",
            str(path),
            "end the name in .npy, .png, .nii or .nii.gz",
        )
    return suffix


def export(
    image: Image,
    path: Path,
    *,
    limits: tuple[float, float] | None = None,
    bits: int = 8,
    overwrite: bool = True,
    record: str = "",
    picked: bool = False,
    same_scale: bool = False,
) -> None:
    """Write the array of an image in the format that the ending of a name says.

    Parameters
    ----------
    image : Image
        A plane, channels, or a volume.
    path : Path
        Ends in .npy, .png, .nii or .nii.gz.
    limits : tuple of float, optional
        For PNG: the values that are black and white; None for labels, which keep their numbers.
    bits : {8, 16}
        For PNG: of a pixel.
    overwrite : bool
        If false, an older file is replaced only by the same bytes.
    record : str
        For NIfTI: a text for an extension of the header; "" for none.
    picked : bool
        For NIfTI: whether every value is one of the file that was read, or 0, so that the data type
        of that file and its labels are kept.
    same_scale : bool
        For NIfTI: whether the values mean what those of the file do.

    Raises
    ------
    OutputError
        If the format cannot hold the array, or the file cannot be written.

    Warns
    -----
    SampvizWarning
        For values outside `limits`.
    """
    kind = ending(path)
    fix = "write .npy, or end the chain with abs"
    if kind == ".png" and image.array.dtype.kind == "c":
        raise OutputError("a PNG holds no complex numbers", str(path), fix)
    if kind == ".png" and image.array.ndim > 2 and not image.colour:
        content = "volume" if image.slice_planes else f"{len(image.array)} channels"
        raise OutputError(f"a PNG holds no {content}", str(path), "write .npy")
    with atomic_write(path, overwrite=overwrite) as temporary:
        if kind == ".npy":
            with temporary.open("wb") as file:
                # Not the file itself: numpy would hide the reason of a failure.
                np.save(SimpleNamespace(write=file.write), _as_stored(image), allow_pickle=False)
        elif kind == ".png":
            if limits is None:
                _write_labels(image, temporary, str(path))
            else:
                _write_png(image.array, temporary, limits, bits)
        else:
            from sampviz.images.formats.nifti_write import write_nifti

            write_nifti(
                image, temporary, str(path), record, picked=picked, same_scale=picked or same_scale
            )


def _as_stored(image: Image) -> Array:
    """Return the array, of labels in the type of whole numbers that the file had."""
    stored = {"8 bit": "uint8", "16 bit": "uint16"}.get(image.file.dtype, image.file.dtype)
    return image.array.astype(stored) if image.labels and "int" in stored else image.array


def _write_labels(image: Image, path: Path, where: str) -> None:
    """Write labels as the greys of their numbers, or as indices of the palette of their file."""
    largest = int(image.array.max())
    if image.array.min() < 0 or largest > 2**16 - 1:
        raise OutputError(
            f"a PNG holds no label below 0 or above {2**16 - 1}", where, "write .npy or .nii.gz"
        )
    assert image.labels
    if not image.labels.palette:
        path.write_bytes(
            png_bytes(
                image.array.astype(np.uint8) if largest < 2**8 else image.array.astype(np.uint16)
            )
        )
        return
    indices = image.array.astype(np.uint8)
    filtered = np.pad(indices, ((0, 0), (1, 0)))  # each row begins with its filter: 0, none
    header = struct.pack(">II5B", *indices.shape[::-1], 8, PALETTE, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", np.array(image.labels.palette, np.uint8).tobytes()),
        (b"IDAT", zlib.compress(filtered.tobytes(), 9)),
        (b"IEND", b""),
    )
    path.write_bytes(SIGNATURE + b"".join(chunk(*parts) for parts in chunks))


def _write_png(array: Array, path: Path, limits: tuple[float, float], bits: int) -> None:
    low, high = limits
    largest = 2**bits - 1
    filled = np.where(np.isnan(array), low, array.astype(np.float64))
    levels = (filled - low) / (high - low) * largest
    outside = np.count_nonzero((levels < -0.5) | (levels > largest + 0.5) | np.isnan(array))
    if outside:
        warn(
            f"outside the window {low:g}..{high:g}, and cut off: {outside} of"
            f" {counted(array.size, 'value')}"
        )
    pixels = np.clip(np.rint(levels), 0, largest).astype(np.uint8 if bits == 8 else np.uint16)
    path.write_bytes(png_bytes(pixels.transpose(1, 2, 0) if pixels.ndim == 3 else pixels))
