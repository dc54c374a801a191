"""From images of DICOM to a volume: their order, the affine, and what is odd about their places.

Images are ordered by their positions along the normal of their planes; numbers, names of files and
SpacingBetweenSlices are not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.dicom_planes import Plane
from sampviz.images.formats.nifti_affine import is_invertible

_SAME_PLACE = 0.01  # of the smaller side of a pixel
_REGULAR = 0.01  # of the step between slices; positions are rounded as they are written
_WHOLE = 0.1  # steps: what a gap of missing slices may differ from a whole number
_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class PlacedStack:
    """Images of one volume, or of a series of volumes.

    Parameters
    ----------
    planes : list of Plane
        Slices along the normal, one volume behind the other.
    slices, frames : int
        How many slices a volume has, and how many volumes there are.
    affine : ndarray
        (4, 4), from (column, row, slice, 1) to RAS+ mm.
    notes : tuple of str
        What a reader should know of the places.
    """

    planes: list[Plane]
    slices: int
    frames: int
    affine: Array
    notes: tuple[str, ...]


def place(planes: Sequence[Plane], where: str) -> PlacedStack:
    """Order images that are parallel, and find where their voxels lie.

    Parameters
    ----------
    planes : sequence of Plane
        One or more, all placed, of one orientation and one spacing.
    where : str
        The name of the input, for errors.

    Returns
    -------
    PlacedStack

    Raises
    ------
    InputError
        If they do not make whole volumes.
    """
    first = planes[0]
    row, column = np.array(first.orientation[:3]), np.array(first.orientation[3:])
    normal = np.cross(row, column)
    normal /= np.linalg.norm(normal)
    positions = np.array([plane.position for plane in planes])
    tolerance = _SAME_PLACE * min(first.spacing)
    places = _places(planes, positions, normal, tolerance, where)
    counts = {len(members) for members in places}
    if len(counts) > 1:
        raise InputError(
            f"its {len(places)} places have {min(counts)} to {max(counts)} images each",
            where,
            "keep one image of each place in the folder, or as many of all",
        )
    frames = counts.pop()
    centres = np.array([positions[members[0]] for members in places])
    step, notes = _step(centres, normal, first)
    if frames > 1:
        notes = (f"{frames} images at each place: frames, in the order of their numbers", *notes)
    affine = np.eye(4)
    affine[:3, 0] = row * first.spacing[1]
    affine[:3, 1] = column * first.spacing[0]
    affine[:3, 2] = step
    affine[:3, 3] = centres[0]
    if not is_invertible(affine):
        raise InputError(
            "its places are no map of voxels into space",
            where,
            "convert it to NIfTI, and mend that",
        )
    ordered = [planes[members[frame]] for frame in range(frames) for members in places]
    return PlacedStack(ordered, len(places), frames, _TO_RAS @ affine, notes)


def _places(
    planes: Sequence[Plane], positions: Array, normal: Array, tolerance: float, where: str
) -> list[list[int]]:
    """Return which images lie at each place, in the order of places and of the images' numbers."""
    depths = positions @ normal
    places: list[list[int]] = []
    for number in np.argsort(depths, kind="stable"):
        if places and depths[number] - depths[places[-1][0]] <= tolerance:
            places[-1].append(int(number))
        else:
            places.append([int(number)])
    for members in places:
        apart = np.linalg.norm(positions[members] - positions[members[0]], axis=1).max()
        if apart > 2 * tolerance:
            raise InputError(
                f"images lie side by side in one plane, {apart:.3g} mm apart",
                where,
                "keep those of one volume in the folder",
            )
        members.sort(key=lambda number: _order(planes[number]))
    return places


def _order(plane: Plane) -> tuple[int, ...]:
    stored = plane.stored
    return stored.time, stored.acquisition, stored.instance, plane.frame


def _step(centres: Array, normal: Array, first: Plane) -> tuple[Array, tuple[str, ...]]:
    """Return the way from a slice to the next, and a note where that is not the same for all."""
    if len(centres) == 1:
        if first.thickness > 0:
            return normal * first.thickness, ()
        return normal, ("the file does not say how thick its slice is: 1 mm is taken",)
    step = (centres[-1] - centres[0]) / (len(centres) - 1)
    mm = float(np.linalg.norm(step))
    drawn = centres[0] + np.arange(len(centres))[:, None] * step
    farthest = float(np.linalg.norm(centres - drawn, axis=1).max())
    if farthest <= _REGULAR * mm:
        return step, ()
    gaps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    ratios = gaps / np.median(gaps)
    missing = int(np.rint(ratios).sum()) - len(gaps)
    if missing > 0 and np.abs(ratios - np.rint(ratios)).max() <= _WHOLE:
        what = "a slice is missing" if missing == 1 else f"{missing} slices are missing"
    else:
        what = f"the spacing of slices varies from {gaps.min():.4g} to {gaps.max():.4g} mm"
    return step, (
        f"{what}: {mm:.4g} mm, the mean, is taken; slices lie up to {farthest:.3g} mm from where"
        " they are drawn",
    )
