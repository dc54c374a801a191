"""The affine of a NIfTI header: where its voxels lie in space, by sform, qform or pixdim.

Files disagree with themselves: a transform may be no map into space, and the two may differ. A note
says what is not used, and what was mended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nibabel_import import nib

_MM_PER_UNIT = {1: 1000.0, 3: 0.001}  # codes of metres and micrometres; mm for all others
_VOXEL_SIZES = (1e-6, 1e6)  # mm: what a voxel can be
_FARTHEST = 1e9  # mm from the origin
_FLATTEST = 1e-4  # the determinant of the axes' directions
_LONGEST = 1.001  # of a quaternion; what is nearer to 1 is rounding
_OBLIQUE_DEGREES = 0.1
_SHEARED_DEGREES = 0.4  # smaller ones come of rounding and of registration
_TOLERANCE = 1.0  # voxels: sform and qform are rounded differently


@dataclass(frozen=True, eq=False)
class HeaderAffine:
    """Where the voxels of a header lie.

    Parameters
    ----------
    affine : ndarray
        (4, 4), from stored voxels to RAS+ mm. The sform comes before the qform, as in most
        programs; pixdim alone if neither can be used.
    transforms : mapping of str to ndarray
        Those of "sform" and "qform" that can be used, as such affines; none of them where the
        header does not say which way is left.
    notes : tuple of str
        What a reader should know of it.
    """

    affine: Array
    transforms: Mapping[str, Array]
    notes: tuple[str, ...]


def header_affine(raw: Any, shape: tuple[int, ...]) -> HeaderAffine:
    """Return the affine of a header.

    Parameters
    ----------
    raw : Nifti1Header or Nifti2Header
        As stored, not checked.
    shape : tuple of int
        Of the stored array, for how far apart two affines are.

    Returns
    -------
    HeaderAffine
    """
    unit = _MM_PER_UNIT.get(int(raw["xyzt_units"]) & 7, 1.0)
    spacing, notes = _pixdim(raw, unit)
    usable: dict[str, Array] = {}
    for name in ("sform", "qform"):
        if int(raw[f"{name}_code"]) <= 0:  # unknown
            continue
        affine = _sform(raw, unit) if name == "sform" else _qform(raw, spacing, unit)
        if is_invertible(affine):
            usable[name] = affine
        else:
            notes += (f"header: its {name} is no map of voxels into space: not used",)
    if not usable:
        return HeaderAffine(np.diag([*spacing, 1.0]), usable, notes)
    if "qform" in usable and (length := _quaternion_length(raw)) > _LONGEST:
        notes += (f"header: the quaternion of its qform is {length:.4g} long: taken as 1",)
    transform, affine = next(iter(usable.items()))
    if transform == "sform":
        # pixdim matters only where it is used: many programs leave it at 1.
        notes = tuple(note for note in notes if "pixdim" not in note)
    if len(usable) == 2:
        distance = largest_distance(usable["sform"], usable["qform"], shape)
        if distance > _TOLERANCE * min(_voxel_sizes(affine)):
            notes += (f"sform and qform are up to {distance:.3g} mm apart: the sform is taken",)
    return HeaderAffine(affine, usable, notes)


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


def _qform(raw: Any, spacing: Array, unit: float) -> Array:
    """Return the affine of the quaternion, with the mended voxel size.

    One that is longer than 1 is divided by its length, however long it is, as the reference library
    does: rounded to float32, a half turn often is.
    """
    b, c, d = (_quaternion(raw) / max(1.0, _quaternion_length(raw))).tolist()
    a = sqrt(max(0.0, 1.0 - b * b - c * c - d * d))
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    affine = np.eye(4)
    # pixdim[0] is a sign, and 0 stands for 1 (NIfTI-1.1).
    affine[:3, :3] = rotation * spacing * [1, 1, -1 if raw["pixdim"][0] < 0 else 1]
    affine[:3, 3] = [float(raw[f"qoffset_{axis}"]) * unit for axis in "xyz"]
    return affine


def _quaternion(raw: Any) -> Array:
    return np.array([float(raw[f"quatern_{letter}"]) for letter in "bcd"])


def _quaternion_length(raw: Any) -> float:
    return float(np.linalg.norm(_quaternion(raw)))


def geometry_notes(affine: Array) -> tuple[str, ...]:
    """Say by how much the axes of an affine are turned and sheared.

    Parameters
    ----------
    affine : ndarray
        (4, 4), invertible.

    Returns
    -------
    tuple of str
        One note, or none if the axes run along the directions of the patient.
    """
    shear = _shear_degrees(affine)
    is_sheared = shear > _SHEARED_DEGREES
    turn = _oblique_degrees(affine, straighten=is_sheared)
    words = [f"oblique by {turn:.1f}"] if turn > _OBLIQUE_DEGREES else []
    words += [f"sheared by {shear:.1f}"] if is_sheared else []
    if not words:
        return ()
    return (f"{' and '.join(words)} degrees: drawn on the voxel grid, not resampled",)


def _shear_degrees(affine: Array) -> float:
    """Return by how much the angles between two axes differ from a right angle, at most."""
    directions = affine[:3, :3] / _voxel_sizes(affine)
    cosines = (directions.T @ directions)[np.triu_indices(3, 1)]
    return float(np.degrees(np.arcsin(np.clip(np.abs(cosines), 0, 1))).max())


def _oblique_degrees(affine: Array, *, straighten: bool) -> float:
    """Return by how much an affine turns the axes out of the directions of the patient, at most.

    A shear is no turn: without it (`straighten`) those axes stay that are turned least.
    """
    if straighten:
        order = np.argsort(nib.affines.obliquity(affine), kind="stable")
        affine = nib.affines.from_matvec(np.linalg.qr(affine[:3, :3][:, order])[0])
    return float(np.degrees(nib.affines.obliquity(affine)).max())


def _voxel_sizes(affine: Array) -> Array:
    return np.sqrt((affine[:3, :3] ** 2).sum(axis=0))


def is_invertible(affine: Array) -> bool:
    """Whether an affine is finite, invertible, and has voxels of a size that can be.

    Parameters
    ----------
    affine : ndarray
        (4, 4).

    Returns
    -------
    bool
    """
    if not np.isfinite(affine).all() or np.abs(affine[:3, 3]).max() > _FARTHEST:
        return False
    sizes = _voxel_sizes(affine)
    if not (sizes >= _VOXEL_SIZES[0]).all() or not (sizes <= _VOXEL_SIZES[1]).all():
        return False
    flat = abs(np.linalg.det(affine[:3, :3] / sizes)) < _FLATTEST
    return not flat and not np.isnan(nib.orientations.io_orientation(affine)).any()


def largest_distance(first: Array, second: Array, shape: tuple[int, ...]) -> float:
    """Return the largest distance between the positions that two affines give a corner voxel.

    Parameters
    ----------
    first, second : ndarray
        (4, 4).
    shape : tuple of int
        Of the array.

    Returns
    -------
    float
        Millimetres.
    """
    last = [n - 1 for n in (*shape, 1)[:3]]
    corners = np.array(
        [[x, y, z, 1] for x in (0, last[0]) for y in (0, last[1]) for z in (0, last[2])]
    )
    return float(np.linalg.norm((corners @ (first - second).T)[:, :3], axis=1).max())
