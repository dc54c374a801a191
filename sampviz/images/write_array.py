"""Writing arrays: .npy exactly, NIfTI with the place in space, PNG in a stated window."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError, SampvizWarning
from sampviz.dsp.dtypes import Array
from sampviz.images.embedded_text import COMMENT
from sampviz.images.image import Image

ENDINGS = (".npy", ".png", ".nii.gz", ".nii")
# Of an image without a place in space: columns count along x, rows against y, as on a screen.
_UPRIGHT = np.array([[0.0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
_UPRIGHT_VOLUME = np.array([[0.0, 0, 1, 0], [0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


def ending(path: Path) -> str:
    """Return the ending that decides the format; raise OutputError for one we do not write."""
    found = next((each for each in ENDINGS if path.name.lower().endswith(each)), None)
    if found is None:
        raise OutputError(
            f"an array cannot be saved as {path.suffix or 'a name without ending'}",
            str(path),
            "end the name in .npy, .png, .nii or .nii.gz",
        )
    return found


def export(
    image: Image,
    path: Path,
    *,
    limits: tuple[float, float] | None = None,
    bits: int = 8,
    overwrite: bool = True,
    record: str = "",
) -> None:
    """Write `image.array` in the format that the name says. `limits` and `bits` are for PNG.

    A NIfTI carries `record`, a text, in an extension of its header. Without `overwrite` an older
    file is replaced only by the same bytes; else OutputError.
    """
    kind = ending(path)
    fix = "write .npy, or end the chain with abs"
    if kind == ".png" and image.array.dtype.kind == "c":
        raise OutputError("a PNG holds no complex numbers", str(path), fix)
    if kind == ".png" and image.array.ndim > 2 and not image.colour:
        held = "volume" if image.slice_planes else f"{len(image.array)} channels"
        raise OutputError(f"a PNG holds no {held}", str(path), "write .npy")
    with atomic_write(path, overwrite=overwrite) as temporary:
        if kind == ".npy":
            with temporary.open("wb") as file:
                # Not the file itself: numpy would not say why it cannot be written.
                np.save(SimpleNamespace(write=file.write), image.array, allow_pickle=False)
        elif kind == ".png":
            assert limits
            _write_png(image.array, temporary, limits, bits)
        else:
            _write_nifti(image, temporary, str(path), record)


def _write_png(array: Array, path: Path, limits: tuple[float, float], bits: int) -> None:
    low, high = limits
    top = 2**bits - 1
    known = np.where(np.isnan(array), low, array.astype(np.float64))
    levels = (known - low) / (high - low) * top
    outside = np.count_nonzero((levels < -0.5) | (levels > top + 0.5) | np.isnan(array))
    if outside:
        warnings.warn(
            f"{outside} of {array.size} values lie outside the window {low:g}..{high:g}:"
            " they are cut off",
            SampvizWarning,
            stacklevel=3,
        )
    pixels = np.clip(np.rint(levels), 0, top).astype(np.uint8 if bits == 8 else np.uint16)
    path.write_bytes(png_bytes(pixels.transpose(1, 2, 0) if pixels.ndim == 3 else pixels))


def png_bytes(pixels: NDArray[np.uint8 | np.uint16]) -> bytes:
    """Return a PNG of (H, W) greys or (H, W, 3) colours, of 8 or 16 bits."""
    import cv2

    if pixels.ndim == 3:
        pixels = pixels[..., ::-1]  # OpenCV wants blue first
    _, data = cv2.imencode(".png", np.ascontiguousarray(pixels))
    return data.tobytes()


def _write_nifti(image: Image, path: Path, where: str, record: str) -> None:
    import nibabel as nib

    if image.array.ndim != 2 and not image.slice_planes:
        raise OutputError("several channels have no place in NIfTI", where, "write .npy")
    geometry = image.geometry
    affine = geometry.affine if geometry else _UPRIGHT
    known = bool(geometry and geometry.axes)
    # Canonical even where nobody knows which way is left: so it is upright when it is read again.
    voxels = image.array[:, :, None]
    if image.slice_planes:  # frames, where there are several, come last
        voxels = image.array if image.array.ndim == 3 else np.moveaxis(image.array, 0, -1)
        affine = geometry.affine if geometry else _UPRIGHT_VOLUME
    volume = nib.as_closest_canonical(nib.Nifti1Image(voxels, affine))
    volume.header.set_xyzt_units("mm")
    # Code 1 says that the affine is in scanner coordinates, 0 that nobody knows which way is left.
    volume.set_qform(volume.affine, code=int(known))
    volume.set_sform(volume.affine, code=int(known))
    if record:
        volume.header.extensions.append(nib.nifti1.Nifti1Extension(COMMENT, record.encode()))
    nib.save(volume, path)
