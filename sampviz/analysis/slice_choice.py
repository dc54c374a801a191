"""Which slices of a volume figures show: through where chains differ most from the ideal image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids
from sampviz.images.image import Image

_FEWEST_SAMPLES = 8  # of the coarsest output, along a side of a plane that is worth a look
_SHARE = 1 / 4  # of the field of view, the side of the window
_ROUNDING = 1e-9  # a structure error that is smaller is none
_SAMPLES = 16  # of the finest of the coarsest axes, at least, the side of the window


@dataclass(frozen=True)
class SliceChoice:
    """The point that slices go through, and how much there is to see in each plane.

    Parameters
    ----------
    point : tuple of int
        Slice, row and column of the original.
    structure : tuple of float
        The mean structure error around it in the plane across each axis.
    side : float
        The side of the window that is looked at, in mm; in voxels where the spacing is not known.
    """

    point: tuple[int, ...]
    structure: tuple[float, ...]
    side: float


def choose_slices(image: Image, structure: Mapping[Evaluation, Array]) -> SliceChoice:
    """Return the point of a volume around which its chains differ most from the ideal image.

    In a window of a quarter of the field of view, or of 16 samples of the coarsest output, the mean
    structure error is taken in each of the three planes; their sum is largest at the point. The
    point then moves, by at most half a coarsest step, to slices that the outputs have too.

    Parameters
    ----------
    image : Image
        A volume.
    structure : mapping of Evaluation to ndarray
        `structure_error` of every chain, (d, h, w).

    Returns
    -------
    SliceChoice
        An eighth of each end of an axis is left out; the first of equals, or the middle where
        nothing differs.
    """
    size, spacing = image.size, spacing_of(image)
    coarsest = [float(max(e.coarsest[axis] for e in structure)) for axis in range(3)]
    side = window_side(image, coarsest)
    # One voxel of those that share a sample of the coarsest output tells of all.
    voxels = [range(0, n, max(1, int(step))) for n, step in zip(size, coarsest, strict=True)]
    score = np.mean([_at(error, e.grids, voxels) for e, error in structure.items()], axis=0)
    window = [
        min(len(every), max(1, round(side / mm / every.step)))
        for every, mm in zip(voxels, spacing, strict=True)
    ]
    maps = [_plane_means(score, axis, window) for axis in range(3)]
    best = _largest(maps)
    point = tuple(
        _on_samples(every[i], n, [e.grids[axis] for e in structure], step)
        for axis, (every, i, n, step) in enumerate(zip(voxels, best, size, coarsest, strict=True))
    )
    means_at_point = (float(means[best]) for means in maps)
    # Or rounding would decide which plane there is more to see in.
    seen = tuple(mean if mean > _ROUNDING else 0.0 for mean in means_at_point)
    return SliceChoice(point, seen, side)


def window_side(image: Image, coarsest: Sequence[float]) -> float:
    """Return the side of the window of a volume in which structure is looked at.

    Parameters
    ----------
    image : Image
        The volume.
    coarsest : sequence of float
        The coarsest step along each axis, in voxels of the original.

    Returns
    -------
    float
        A quarter of the field of view, or 16 samples of the finest of the coarsest axes, in mm; in
        voxels where the spacing is not known.
    """
    spacing = spacing_of(image)
    field_of_view = np.median([n * mm for n, mm in zip(image.size, spacing, strict=True)])
    finest = min(step * mm for step, mm in zip(coarsest, spacing, strict=True))
    return float(max(_SHARE * field_of_view, _SAMPLES * finest))


def spacing_of(image: Image) -> tuple[float, ...]:
    """Return the spacing of an image in mm; 1 along each axis where it is not known."""
    return image.spacing if image.spacing and all(image.spacing) else (1.0,) * image.axes


def _at(error: Array, grids: Grids, voxels: Sequence[range]) -> Array:
    """Return the samples nearest to some voxels of the original along each axis."""
    nearest = ([g.nearest(i) for i in every] for g, every in zip(grids, voxels, strict=True))
    return np.asarray(error[np.ix_(*nearest)])


def _plane_means(score: Array, axis: int, window: Sequence[int]) -> Array:
    """Return the means in a window of the planes across an axis; there is nothing beyond edges."""
    from scipy.ndimage import uniform_filter

    sides = [1 if i == axis else side for i, side in enumerate(window)]
    return np.asarray(uniform_filter(score, sides, mode="constant"))


def _largest(maps: Sequence[Array]) -> tuple[int, ...]:
    """Return the index at which the sum of maps is largest, not near the ends of an axis."""
    total = np.sum(maps, axis=0)
    ends = [n // 8 for n in total.shape]
    inner = total[tuple(slice(end, n - end) for end, n in zip(ends, total.shape, strict=True))]
    if not inner.max() > _ROUNDING:
        return tuple(n // 2 for n in total.shape)
    best = np.unravel_index(int(np.argmax(inner)), inner.shape)
    return tuple(int(i) + end for i, end in zip(best, ends, strict=True))


def _on_samples(index: int, n: int, grids: Sequence[Grid], coarsest: float) -> int:
    """Return the slice within half a coarsest step of which samples lie the nearest."""
    reach = int(coarsest / 2)
    candidates = range(max(0, index - reach), min(n, index + reach + 1))
    return min(
        candidates,
        key=lambda i: (
            sum(abs(distance_to_sample(grid, i)) for grid in grids),
            abs(i - index),
        ),
    )


def distance_to_sample(grid: Grid, index: int) -> float:
    """Return how far beyond a slice of the original the nearest sample of an axis lies.

    Parameters
    ----------
    grid : Grid
        The positions of the samples, in pixels of the original.
    index : int
        Of the slice; of two samples that are equally near the first one is taken.

    Returns
    -------
    float
        In pixels of the original.
    """
    return float(grid.nearest(index) * grid.step + grid.delta - index)


def chosen_axes(
    image: Image, grids: Sequence[Sequence[Grid]], choice: SliceChoice
) -> tuple[list[int], int]:
    """Return the axes across which slices are worth a look, and that of the best of them.

    Parameters
    ----------
    image : Image
        A volume.
    grids : sequence of sequence of Grid
        Of the outputs.
    choice : SliceChoice
        Of the same.

    Returns
    -------
    axes : list of int
        Those of planes with at least 8 samples of the coarsest output along each side; without one
        those with the most. What is folded across the only plane would not be seen in it, so that
        the plane in which it is seen best comes with it.
    best : int
        Of planes with so many samples the one with the most structure to see.
    """
    fewest = [min(output[axis].size for output in grids) for axis in range(image.axes)]
    shorter = [min(fewest[:axis] + fewest[axis + 1 :]) for axis in range(image.axes)]
    enough = min(_FEWEST_SAMPLES, max(shorter))
    axes = [axis for axis in range(image.axes) if shorter[axis] >= enough]
    best = max(axes, key=lambda axis: choice.structure[axis])
    if axes == [best] and any(output[best].step != 1 for output in grids):
        others = [axis for axis in range(image.axes) if axis != best]
        axes.append(max(others, key=lambda axis: choice.structure[axis]))
    return sorted(axes), best
