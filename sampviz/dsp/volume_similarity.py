"""Similarity of two volumes: SSIM, its multi-scale form, and the energy of edges.

An axis that is too short for a window has none along it: its slices are planes that are compared
one by one. Long volumes are compared in slabs, which bounds the memory.
"""

from collections.abc import Iterator

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy
from sampviz.dsp.grid import Size
from sampviz.dsp.similarity import (
    LOG_SIDE,
    SIGMA,
    SMALLEST,
    WINDOW,
    SsimReference,
    edges,
    filter_slices,
)

_AT_ONCE = 2**21  # voxels of a slab


def short_axes(size: Size, least: int) -> list[int]:
    """Return the axes of fewer samples than a window needs.

    Parameters
    ----------
    size : tuple of int
        Slices, rows and columns.
    least : int
        Samples that a window needs.

    Returns
    -------
    list of int
        Numbers of the axes, from 0.
    """
    return [axis for axis, n in enumerate(size) if n < least]


def volume_ssim(reference: Array, other: Array, span: float) -> float:
    """Return the mean SSIM of two volumes: as scikit-image's of three axes, see `SsimReference`.

    Parameters
    ----------
    reference, other : Array, shape (D, H, W)
        Volumes, at most one axis of fewer than 11 samples. Along that one there is no window.
    span : float
        Range of values, the L of the formula.

    Returns
    -------
    float
        At most 1.
    """
    short = short_axes(reference.shape, WINDOW)
    if short:
        return float(
            np.mean(
                [SsimReference(a, span).ssim(b)[0] for a, b in _slices(reference, other, short)]
            )
        )
    total, count = 0.0, 0
    for slab in _slabs(reference.shape, WINDOW // 2):
        slices = slab.stop - slab.start - WINDOW + 1
        total += slices * SsimReference(reference[slab], span).ssim(other[slab])[0]
        count += slices
    return total / count


def volume_ms_ssim(reference: Array, other: Array, span: float) -> float:
    """Return the multi-scale SSIM of two volumes, see `SsimReference.ms_ssim`.

    Parameters
    ----------
    reference, other : Array, shape (D, H, W)
        Volumes, at most one axis of fewer than 176 samples. Its slices are separate images, of
        which the mean is taken.
    span : float
        Range of values, the L of the formula.

    Returns
    -------
    float
        0..1.
    """
    short = short_axes(reference.shape, SMALLEST)
    pairs = _slices(reference, other, short) if short else [(reference, other)]
    similarities = []
    for a, b in pairs:
        finest = SsimReference(a, span)
        similarities.append(finest.ms_ssim(b, finest.ssim(b)[1]))
    return float(np.mean(similarities))


def edge_energy(x: Array) -> float:
    """Return the energy of a volume filtered with the Laplacian of a Gaussian.

    Parameters
    ----------
    x : Array, shape (D, H, W)
        A volume. Of 15 samples at least an axis takes part; where fewer than two have them the two
        longest do: with zeros beyond the edge a Laplacian across few slices measures brightness.

    Returns
    -------
    float
        The sum of squares, zeros beyond the edge.
    """
    left_out = short_axes(x.shape, LOG_SIDE)
    if len(left_out) > 1:
        left_out = [int(np.argmin(x.shape))]
    if left_out:
        return sum(energy(edges(plane)) for plane, _ in _slices(x, x, left_out))
    margin = LOG_SIDE // 2
    padded = np.pad(x, ((margin, margin), (0, 0), (0, 0)))
    return sum(energy(_edges(padded[slab])) for slab in _slabs(padded.shape, margin))


def _edges(slab: Array) -> Array:
    """Return the edges of the slices of a slab that have 7 others on either side."""
    from cv2 import BORDER_CONSTANT, boxFilter, sepFilter2D

    offsets = np.arange(LOG_SIDE) - LOG_SIDE // 2
    gauss = np.exp(-(offsets**2) / (2 * SIGMA**2))
    gauss /= gauss.sum()
    second_derivative = gauss * (offsets**2 - SIGMA**2) / SIGMA**4

    def planes(along_rows: Array, along_columns: Array) -> Array:
        return np.stack(
            [
                sepFilter2D(plane, -1, along_rows, along_columns, borderType=BORDER_CONSTANT)
                for plane in slab
            ]
        )

    filtered = filter_slices(planes(gauss, gauss), second_derivative)
    in_plane = planes(second_derivative, gauss)
    in_plane += planes(gauss, second_derivative)
    filtered += filter_slices(in_plane, gauss)
    # Less the mean of the kernel, as that of planes.
    sides = (LOG_SIDE, LOG_SIDE)
    boxes = np.stack([boxFilter(plane, -1, sides, borderType=BORDER_CONSTANT) for plane in slab])
    kernel_sum = 3 * second_derivative.sum()
    filtered -= filter_slices(boxes, np.full(LOG_SIDE, kernel_sum / LOG_SIDE))
    margin = LOG_SIDE // 2
    return filtered[margin:-margin]


def _slices(a: Array, b: Array, short: list[int]) -> Iterator[tuple[Array, Array]]:
    """Yield the slices of two volumes across the only axis that is short."""
    (axis,) = short
    for index in range(a.shape[axis]):
        yield tuple(np.ascontiguousarray(x.take(index, axis)) for x in (a, b))  # type: ignore[misc]


def _slabs(size: Size, margin: int) -> Iterator[slice]:
    """Yield slabs of slices that overlap by twice the margin."""
    slices, rows, columns = size
    height = max(2 * margin, _AT_ONCE // (rows * columns))
    for start in range(0, slices - 2 * margin, height):
        yield slice(start, min(start + height + 2 * margin, slices))
