"""The affine of a NIfTI header: where its voxels lie in space, by sform, qform or pixdim.

Files disagree with themselves: a transform may be no map into space, and the two may differ. A note
says what is not used, and what was mended.
"""

from typing import Any

import nibabel as nib
import numpy as np
from nibabel.spatialimages import HeaderDataError

from sampviz.dsp.dtypes import Array

_MM_PER_UNIT = {1: 1000.0, 3: 0.001}  # codes of metres and micrometres; mm for all others
_VOXEL_SIZES = (1e-6, 1e6)  # mm: what a voxel can be
_FARTHEST = 1e9  # mm from the origin
_FLATTEST = 1e-4  # the determinant of the axes' directions
_TOLERANCE = 1.0  # voxels: sform and qform are rounded differently


def header_affine(raw: Any, shape: tuple[int, ...]) -> tuple[Array, bool, tuple[str, ...]]:
    """Return the affine of a header.

    Parameters
    ----------
    raw : Nifti1Header or Nifti2Header
        As stored, not checked.
    shape : tuple of int
        Of the stored array, for how far apart two affines are.

    Returns
    -------
    affine : ndarray
        (4, 4), from stored voxels to RAS+ mm. The sform comes before the qform, as in most
        programs; pixdim alone if neither can be used.
    is_oriented : bool
        Whether it says which way is left.
    notes : tuple of str
        What a reader should know of it.
    """
    unit = _MM_PER_UNIT.get(int(raw["xyzt_units"]) & 7, 1.0)
    spacing, notes = _pixdim(raw, unit)
    transforms = [name for name in ("sform", "qform") if int(raw[f"{name}_code"]) != 0]
    usable: dict[str, Array] = {}
    for name in transforms:
        affine = _sform(raw, unit) if name == "sform" else _qform(raw, spacing, unit)
        if affine is not None and _is_invertible(affine):
            usable[name] = affine
        else:
            notes += (f"header: its {name} is no map of voxels into space: not used",)
    if not usable:
        return np.diag([*spacing, 1.0]), False, notes
    transform, affine = next(iter(usable.items()))
    if transform == "sform":
        # pixdim matters only where it is used: many programs leave it at 1.
        notes = tuple(note for note in notes if "pixdim" not in note)
    if len(usable) == 2:
        distance = _largest_distance(usable["sform"], usable["qform"], shape)
        if distance > _TOLERANCE * min(_voxel_sizes(affine)):
            notes += (f"sform and qform are up to {distance:.3g} mm apart: the sform is taken",)
    return affine, True, notes


def _pixdim(raw: Any, unit: float) -> tuple[Array, tuple[str, ...]]:
    """Return the voxel size in mm, 1 where there is none, and a note if it was mended."""
    stored = np.asarray(raw["pixdim"][1:4], np.float64) * unit
    size = np.abs(stored)
    valid = (size >= _VOXEL_SIZES[0]) & (size <= _VOXEL_SIZES[1])
    size = np.where(valid, size, 1.0)
    if np.array_equal(size, stored):
        return size, ()
    stored_text = "x".join(f"{mm:.4g}" for mm in stored)
    size_text = "x".join(f"{mm:.4g}" for mm in size)
    return size, (f"header: pixdim is {stored_text} mm: taken as {size_text} mm",)


def _sform(raw: Any, unit: float) -> Array:
    return np.diag([unit, unit, unit, 1.0]) @ raw.get_sform()


def _qform(raw: Any, spacing: Array, unit: float) -> Array | None:
    """Return the affine of the quaternion, with the mended voxel size; None if it is invalid."""
    copy = raw.copy()
    copy["pixdim"][1:4] = 1
    # pixdim[0] is a sign, and 0 stands for 1 (NIfTI-1.1).
    copy["pixdim"][0] = -1 if copy["pixdim"][0] < 0 else 1
    try:
        affine = copy.get_qform()
    except (HeaderDataError, ValueError):
        return None
    affine[:3, :3] *= spacing
    affine[:3, 3] *= unit
    return np.asarray(affine)


def _voxel_sizes(affine: Array) -> Array:
    return np.sqrt((affine[:3, :3] ** 2).sum(axis=0))


def _is_invertible(affine: Array) -> bool:
    """Whether an affine is finite, invertible, and has voxels of a size that can be."""
    if not np.isfinite(affine).all() or np.abs(affine[:3, 3]).max() > _FARTHEST:
        return False
    sizes = _voxel_sizes(affine)
    if not (sizes >= _VOXEL_SIZES[0]).all() or not (sizes <= _VOXEL_SIZES[1]).all():
        return False
    flat = abs(np.linalg.det(affine[:3, :3] / sizes)) < _FLATTEST
    return not flat and not np.isnan(nib.orientations.io_orientation(affine)).any()


def _largest_distance(first: Array, second: Array, shape: tuple[int, ...]) -> float:
    """Return the largest distance (mm) between the positions that two affines give a corner."""
    last = [n - 1 for n in (*shape, 1)[:3]]
    corners = np.array(
        [[x, y, z, 1] for x in (0, last[0]) for y in (0, last[1]) for z in (0, last[2])]
    )
    return float(np.linalg.norm((corners @ (first - second).T)[:, :3], axis=1).max())
