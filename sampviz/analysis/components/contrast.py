"""The contrast of components to what lies around them, in an image and in outputs."""

from dataclasses import dataclass

import numpy as np

from sampviz.analysis.components.components import Components
from sampviz.core.cached import cached
from sampviz.dsp.dtypes import Array

WIDTH = 2.0  # of a ring, in mm
FEWEST = 12  # pixels of a ring
_SURE = 2.0  # standard errors that a contrast is to be above
SMALL_RING, FAINT, NOT_FINITE = (
    f"its ring has fewer than {FEWEST} pixels",
    "its contrast is within two standard errors of 0",
    "values in it or around it are not finite",
)


@dataclass(frozen=True, eq=False)
class Rings:
    """What lies around components: not beside a pixel of theirs, and of no other component.

    Parameters
    ----------
    components : Components
        The components.
    places : tuple of ndarray of int
        Indices of the pixels of all rings, along each axis.
    owner : ndarray of int
        Around which component each lies, counted from 0.
    """

    components: Components
    places: tuple[Array, ...]
    owner: Array

    @cached
    def counts(self) -> Array:
        """The number of pixels of each ring."""
        return np.bincount(self.owner, minlength=self.components.count)

    def levels(self, values: Array) -> tuple[Array, Array, Array]:
        """Return the means in components, and the means and deviations (n - 1) in their rings."""
        inside = self.components.means(values[self.components.places].astype(float))
        around = values[self.places].astype(float)
        means = self._sums(around) / self.counts
        squares = self._sums((around - means[self.owner]) ** 2)
        return inside, means, np.sqrt(squares / (self.counts - 1))

    def _sums(self, values: Array) -> Array:
        return np.bincount(self.owner, values, minlength=self.components.count)


@dataclass(frozen=True, eq=False)
class ContrastKept:
    """What an output keeps of the contrast of components, NaN where it is undefined.

    Parameters
    ----------
    kept : ndarray
        (mean in C - mean in its ring) of the output over that of the image.
    before, after : ndarray
        Contrast to noise: the difference of the means over the deviation in the ring.
    """

    kept: Array
    before: Array
    after: Array


def rings_of(components: Components) -> Rings:
    """Return the rings of components.

    A ring begins one pixel away from its component, corners counted, and is 2 mm wide, at least two
    pixels; other components are left out.
    """
    from scipy import ndimage

    numbers, spacing = components.numbers, components.spacing
    near = ndimage.generate_binary_structure(numbers.ndim, numbers.ndim)
    pixel = min(spacing)
    reach = pixel + max(WIDTH, 2 * pixel)
    margins = [int(reach / mm) + 1 for mm in spacing]
    places: list[tuple[Array, ...]] = []
    for number, box in enumerate(ndimage.find_objects(numbers), 1):
        region = tuple(
            slice(max(0, side.start - margin), min(n, side.stop + margin))
            for side, margin, n in zip(box, margins, numbers.shape, strict=True)
        )
        local = numbers[region]
        is_other = local != number
        distance = ndimage.distance_transform_edt(is_other, sampling=spacing)
        ring = (distance <= reach) & (local == 0) & ~ndimage.binary_dilation(~is_other, near)
        places.append(
            tuple(at + side.start for at, side in zip(np.nonzero(ring), region, strict=True))
        )
    owner = np.repeat(np.arange(len(places)), [len(place[0]) for place in places])
    joined = zip(*places, strict=True) if places else [()] * numbers.ndim
    empty = np.empty(0, np.intp)
    return Rings(components, tuple(np.concatenate([empty, *at]) for at in joined), owner)


def contrast_reasons(rings: Rings, image: Array) -> list[str]:
    """Return for each component why its contrast in an image is undefined; "" where it is not."""
    with np.errstate(all="ignore"):
        inside, around, deviation = rings.levels(image)
        error = deviation / np.sqrt(rings.components.pixels)
        is_faint = ~(np.abs(inside - around) > _SURE * error)
    small = rings.counts < FEWEST
    finite = np.isfinite(inside) & np.isfinite(around)
    return [
        SMALL_RING if few else NOT_FINITE if not sure else FAINT if faint else ""
        for few, sure, faint in zip(small, finite, is_faint, strict=True)
    ]


def contrast_kept(rings: Rings, image: Array, output: Array) -> ContrastKept:
    """Return what is kept of the contrast of components.

    Parameters
    ----------
    rings : Rings
        Around the components.
    image : ndarray
        The image, of the size of the map.
    output : ndarray
        What a chain made of it, brought onto its pixels.

    Returns
    -------
    ContrastKept
    """
    with np.errstate(all="ignore"):
        inside, around, deviation = rings.levels(image)
        inside_after, around_after, deviation_after = rings.levels(output)
        kept = (inside_after - around_after) / (inside - around)
        before = (inside - around) / deviation
        after = (inside_after - around_after) / deviation_after
    defined = np.array([not reason for reason in contrast_reasons(rings, image)], bool)
    return ContrastKept(
        *(
            np.where(defined & np.isfinite(values), values, np.nan)
            for values in (kept, before, after)
        )
    )
