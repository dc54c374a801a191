"""Where lesions are put: in tissue, away from its edges, at phases that fill a step evenly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.percentiles import percentiles
from sampviz.images.ct_air import AIR, is_padded_ct

Mask = NDArray[np.bool_]
DEPTH = 5  # px from the edge of the tissue
_BINS = 256
_PIECE = 2**20  # values of which the histogram is taken at once
_NORMAL_MAD = 0.6745  # median of |z| of a standard normal z


@dataclass(frozen=True, eq=False)
class Tissue:
    """Where lesions may be: `inner` lies `depth` px inside the mask; its median.

    `source` says how the tissue was found.
    """

    mask: Mask
    inner: Mask
    depth: int
    median: float
    source: str


def tissue_of(image: Array, mask: Mask | None, name: str) -> Tissue:
    """Return the tissue of an image, (H, W) or (D, H, W): a mask, or what Otsu's threshold finds.

    UsageError where there is none.
    """
    finite = np.isfinite(image)
    if mask is None:
        values = image[finite]
        if is_padded_ct(values):  # else the threshold could part padding from air
            np.maximum(values, AIR, out=values)
        if not values.size or values.min() == values.max():
            what = "the image is constant" if values.size else "no value is finite"
            fix = f"say where tissue is: {argument('mask', 'FILE')}"
            raise UsageError(f"no tissue is found: {what}", name, fix)
        threshold = otsu(values)
        tissue, source = finite & (image > threshold), f"above {threshold:.3g} (Otsu)"
    else:
        tissue, source = finite & mask, "the mask"
        if not tissue.any():
            raise UsageError("the mask holds no pixel with a value", name, "give another mask")
    inner, depth = tissue, 0
    while depth < DEPTH and (eroded := _eroded(inner)).any():
        inner, depth = eroded, depth + 1
    (median,) = percentiles(image[inner], [50])
    return Tissue(tissue, inner, depth, median, source)


def _eroded(mask: Mask) -> Mask:
    """Return the pixels whose neighbours along every axis are in the mask, too.

    Outside of the image nothing is; an axis of one pixel has no edges.
    """
    inner = mask.copy()
    for axis in (axis for axis, n in enumerate(mask.shape) if n > 1):
        of, kept = np.moveaxis(mask, axis, 0), np.moveaxis(inner, axis, 0)
        kept[1:] &= of[:-1]
        kept[:-1] &= of[1:]
        kept[[0, -1]] = False
    return inner


def otsu(values: Array) -> float:
    """Return the threshold that parts values into two classes with the most variance between."""
    unit = float(power_of_two(values))  # whose squares are neither too large nor too small
    flat = values.reshape(-1)
    limits = float(flat.min()) / unit, float(flat.max()) / unit
    pieces = (flat[i : i + _PIECE].astype(np.float64) / unit for i in range(0, flat.size, _PIECE))
    edges = np.histogram_bin_edges([], _BINS, limits)
    counts = np.sum([np.histogram(piece, _BINS, limits)[0] for piece in pieces], axis=0)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * middles)
    difference = (sums[-1] - sums[:-1]) / above - sums[:-1] / below
    return unit * float(edges[1 + int(np.argmax(below * above * difference**2))])


def noise_of(image: Array, where: Mask) -> float:
    """Return the standard deviation of white noise, from the finest diagonal Haar band.

    The median of its magnitudes over .6745, of the 2x2 blocks that lie in `where`, of all slices;
    of all blocks where none does; 0 where there is none at all.
    """
    h, w = (n // 2 * 2 for n in image.shape[-2:])
    corners = [(..., slice(i, h, 2), slice(j, w, 2)) for i in (0, 1) for j in (0, 1)]
    a, b, c, d = (image[corner].astype(np.float64) for corner in corners)
    band = np.abs(a - b - c + d) / 2
    inside = np.logical_and.reduce([where[corner] for corner in corners])
    values = band[inside] if inside.any() else band[np.isfinite(band)]
    return float(np.median(values)) / _NORMAL_MAD if values.size else 0.0


def phases(count: int, axes: int, rng: "np.random.Generator") -> Array:
    """Return points of the unit square or cube, (count, axes), of which any first ones fill it.

    Multiples of powers of the root of x^(axes + 1) = x + 1 from a random start, without their
    whole parts.
    """
    root = max(np.roots([1.0, *[0.0] * (axes - 1), -1.0, -1.0]).real)
    slopes = root ** -np.arange(1.0, axes + 1)
    return np.asarray((rng.random(axes) + np.arange(count)[:, None] * slopes) % 1)


def lesion_centres(
    tissue: Tissue, count: int, steps: Sequence[float], rng: "np.random.Generator"
) -> Array:
    """Return centres in pixels, (count, axes).

    Each lies in the tissue within half a step of a random pixel; together their phases fill the
    coarsest step evenly. `steps` is that of each axis, in pixels.
    """
    pixels = np.argwhere(tissue.inner)
    chosen = pixels[rng.choice(len(pixels), count, replace=len(pixels) < count)]
    period = np.asarray(steps)
    offsets = phases(count, len(steps), rng) * period - 0.5
    return np.asarray(chosen + (offsets - chosen + period / 2) % period - period / 2)


def depth_note(tissue: Tissue) -> str:
    """Say that lesions lie nearer to the edge of tissue than they should; "" where they do not."""
    if tissue.depth == DEPTH:
        return ""
    return f"lesions lie {tissue.depth} px inside the tissue, not {DEPTH}: it is thin"


def largest_diameter(size: Sequence[int], spacing: Sequence[float]) -> float:
    """Return the largest lesion that an image can hold, in the unit of the spacing."""
    return min(n * mm for n, mm in zip(size, spacing, strict=True))
