"""Write images as arrays: .npy exactly, NIfTI with the geometry, PNG in a given window."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError, SampvizWarning
from sampviz.dsp.dtypes import Array
from sampviz.images.embedded_text import COMMENT
from sampviz.images.image import Image
from sampviz.images.png_bytes import png_bytes

ENDINGS = (".npy", ".png", ".nii.gz", ".nii")
# For an image without a geometry: columns count along x, rows against y, as on a screen.
_DEFAULT_AFFINE = np.array([[0.0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
_DEFAULT_VOLUME_AFFINE = np.array([[0.0, 0, 1, 0], [0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


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
) -> None:
    """Write the array of an image in the format that the ending of a name says.

    Parameters
    ----------
    image : Image
        A plane, channels, or a volume.
    path : Path
        Ends in .npy, .png, .nii or .nii.gz.
    limits : tuple of float, optional
        For PNG: the values that are black and white.
    bits : {8, 16}
        For PNG: of a pixel.
    overwrite : bool
        If false, an older file is replaced only by the same bytes.
    record : str
        For NIfTI: a text for an extension of the header; "" for none.

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
                np.save(SimpleNamespace(write=file.write), image.array, allow_pickle=False)
        elif kind == ".png":
            assert limits
            _write_png(image.array, temporary, limits, bits)
        else:
            _write_nifti(image, temporary, str(path), record)


def _write_png(array: Array, path: Path, limits: tuple[float, float], bits: int) -> None:
    low, high = limits
    largest = 2**bits - 1
    filled = np.where(np.isnan(array), low, array.astype(np.float64))
    levels = (filled - low) / (high - low) * largest
    outside = np.count_nonzero((levels < -0.5) | (levels > largest + 0.5) | np.isnan(array))
    if outside:
        warnings.warn(
            f"{outside} of {array.size} values lie outside the window {low:g}..{high:g}:"
            " they are cut off",
            SampvizWarning,
            stacklevel=3,
        )
    pixels = np.clip(np.rint(levels), 0, largest).astype(np.uint8 if bits == 8 else np.uint16)
    path.write_bytes(png_bytes(pixels.transpose(1, 2, 0) if pixels.ndim == 3 else pixels))


def _write_nifti(image: Image, path: Path, where: str, record: str) -> None:
    import nibabel as nib

    if image.array.ndim != 2 and not image.slice_planes:
        raise OutputError("several channels have no place in NIfTI", where, "write .npy")
    geometry = image.geometry
    affine = geometry.affine if geometry else _DEFAULT_AFFINE
    oriented = bool(geometry and geometry.axes)
    # Canonical even where the directions are not known: so it is upright when it is read again.
    voxels = image.array[:, :, None]
    if image.slice_planes:  # frames, where there are several, come last
        voxels = image.array if image.array.ndim == 3 else np.moveaxis(image.array, 0, -1)
        affine = geometry.affine if geometry else _DEFAULT_VOLUME_AFFINE
    volume = nib.as_closest_canonical(nib.Nifti1Image(voxels, affine))
    volume.header.set_xyzt_units("mm")
    # Code 1 says that the affine is in scanner coordinates, 0 that the directions are not known.
    volume.set_qform(volume.affine, code=int(oriented))
    volume.set_sform(volume.affine, code=int(oriented))
    if record:
        volume.header.extensions.append(nib.nifti1.Nifti1Extension(COMMENT, record.encode()))
    nib.save(volume, path)
