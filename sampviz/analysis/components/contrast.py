"""The contrast of components to what lies around them, in an image and in outputs."""

from dataclasses import dataclass
from typing import NamedTuple

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


class Levels(NamedTuple):
    """The values of an image in components and around them, one of each.

    Parameters
    ----------
    inside, around : ndarray
        The means in components and in their rings.
    deviation : ndarray
        The standard deviation in the ring, n - 1.
    """

    inside: Array
    around: Array
    deviation: Array

    @property
    def contrast(self) -> Array:
        """The difference of the means."""
        return np.asarray(self.inside - self.around)


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

    def levels(self, values: Array) -> Levels:
        """Return the values of an image, of the size of the map, in components and around them."""
        around = values[self.places].astype(float)
        with np.errstate(all="ignore"):
            inside = self.components.means(values[self.components.places].astype(float))
            means = self._sums(around) / self.counts
            squares = self._sums((around - means[self.owner]) ** 2)
            return Levels(inside, means, np.sqrt(squares / (self.counts - 1)))

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


def contrast_reasons(rings: Rings, image: Levels) -> list[str]:
    """Return for each component why its contrast in an image is undefined; "" where it is not."""
    error = image.deviation / np.sqrt(rings.components.pixels)
    with np.errstate(invalid="ignore"):
        faint = ~(np.abs(image.contrast) > _SURE * error)
    small, finite = rings.counts < FEWEST, np.isfinite(image.contrast)
    return [
        SMALL_RING if is_small else NOT_FINITE if not is_finite else FAINT if is_faint else ""
        for is_small, is_finite, is_faint in zip(small, finite, faint, strict=True)
    ]


def contrast_kept(rings: Rings, image: Levels, output: Levels) -> ContrastKept:
    """Return what is kept of the contrast of components.

    Parameters
    ----------
    rings : Rings
        Around the components.
    image, output : Levels
        Of the image, and of what a chain made of it, brought onto its pixels.

    Returns
    -------
    ContrastKept
    """
    defined = np.array([not reason for reason in contrast_reasons(rings, image)], bool)
    with np.errstate(all="ignore"):
        values = (
            output.contrast / image.contrast,
            image.contrast / image.deviation,
            output.contrast / output.deviation,
        )
    return ContrastKept(*(np.where(defined & np.isfinite(of), of, np.nan) for of in values))
