"""Label maps: images whose numbers are names of regions, not amounts.

A file may say so (the intent of a NIfTI, the indices of a palette), the user may, and else the
content tells: few whole numbers, in regions. A photograph of 8 bits has many levels or spreads them
over its range, and counts of few events stand alone, not in regions.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.images.image import UNNAMED, Image, Labels

_MOST_TOLD = 2**16  # distinct labels, if it is said that they are labels
_MOST_FOUND = 256  # distinct labels, if the content must tell
_LARGEST_OF_8_BIT = 63  # beyond it 8-bit greys are a picture
_IGNORED = 255  # by custom no region, in masks of 8 bits
_FEWEST_PIXELS = 8  # of a label, on average
_IN_REGIONS = 0.7  # share of neighbours that are alike, and of labelled pixels inside a region
_STEPS_OF_ONE = 0.8  # share of the steps between regions beyond which it is a gradient
_GRADIENT = 8  # labels, above which that is looked at
_SAMPLE = 2**12  # pixels that tell quickly that a picture has too many values


def mark_labels(image: Image, kind: str | None = None) -> Image:
    """Return the image, as a label map if it is one.

    Parameters
    ----------
    image : Image
        As it is read.
    kind : {"labels", "intensity"}, optional
        What the user says that it is; None to let the file and its content decide.

    Returns
    -------
    Image
        With `labels`, and a word on the choice where the content alone decided.

    Raises
    ------
    UsageError
        If labels are wanted and the values are no whole numbers of one channel.
    """
    if kind == "intensity":
        return replace(image, labels=None)
    if kind == "labels":
        ids = None if image.colour or image.array.ndim > image.axes else label_ids(image.array)
        if ids is None:
            raise UsageError(
                "labels are whole numbers, one for each pixel",
                f"{argument('as_', 'labels')}, for {image.name}",
                "leave it out, or choose a channel; of a PNG with a palette add"
                f" {argument('palette', 'index')}",
            )
        return replace(image, labels=Labels(ids, "as told"))
    if image.labels or not _may_be_labels(image):
        return image
    ids = label_ids(image.array, _MOST_FOUND)
    if ids is None or len(ids) < 2 or not _may_be_numbers_of_labels(image, ids):
        return image
    if not looks_like_labels(image.array, ids):
        return image
    choice = (
        f"taken for a label map: {len(ids)} whole numbers in regions;"
        f" {argument('as_', 'intensity')} takes it for a picture"
    )
    labels = Labels(ids, "few whole numbers, in regions")
    return replace(image, labels=labels, choices=(*image.choices, choice))


def label_ids(array: Array, most: int = _MOST_TOLD) -> tuple[int, ...] | None:
    """Return the distinct labels of an array, in rising order.

    Parameters
    ----------
    array : ndarray
        Of any shape.
    most : int
        How many there may be.

    Returns
    -------
    tuple of int or None
        None if the values are no whole numbers of 32 bits, or too many.

    Examples
    --------
    >>> label_ids(np.array([[0.0, 3.0], [3.0, 1.0]]))
    (0, 1, 3)
    """
    if array.dtype.kind == "c":
        return None
    # Most pictures are told from a few of their pixels.
    for values in (array.ravel()[:: max(1, array.size // _SAMPLE)], array):
        distinct = np.unique(values)
        if len(distinct) > most or not np.isfinite(distinct).all():
            return None
        if (distinct != np.rint(distinct)).any() or np.abs(distinct).max() >= 2**31:
            return None
    return tuple(map(int, distinct))


def looks_like_labels(array: Array, ids: tuple[int, ...]) -> bool:
    """Return whether whole numbers lie in regions, as labels do, and not as a gradient.

    Parameters
    ----------
    array : ndarray
        (H, W), or (D, H, W) of a volume.
    ids : tuple of int
        Its distinct values, at least two.

    Returns
    -------
    bool
    """
    if array.size < _FEWEST_PIXELS * len(ids) or ids[0] < -1:
        return False
    alike, steps = _neighbours(array)
    pairs, equal = sum(step.size for step in steps), sum(int((step == 0).sum()) for step in steps)
    if equal < _IN_REGIONS * pairs:
        return False
    values, counts = np.unique(array, return_counts=True)
    labelled = array != values[counts.argmax()]
    if (alike[labelled] >= 2).mean() < _IN_REGIONS:
        return False
    between = np.concatenate([np.abs(step[step != 0]) for step in steps])
    return len(ids) <= _GRADIENT or bool((between == 1).mean() < _STEPS_OF_ONE)


def _may_be_labels(image: Image) -> bool:
    """Whether the format and the shape leave it open that the numbers are labels."""
    if image.colour or image.array.ndim > image.axes:
        return False
    stored = image.file
    if stored.format.startswith(("JPEG", "formula")):
        return False
    whole = "int" in stored.dtype or stored.dtype == "bool" or stored.dtype.endswith(" bit")
    # Networks and converters write labels as floats; those of an array in memory are amounts.
    return whole or (stored.format != UNNAMED and "float" in stored.dtype)


def _may_be_numbers_of_labels(image: Image, ids: tuple[int, ...]) -> bool:
    """Whether labels may have such numbers: small ones of 8 bits, of floats more than 0 and 1."""
    if image.range == (0.0, 255.0):
        largest = max(set(ids) - {_IGNORED}, default=0)
        return 0 < largest <= _LARGEST_OF_8_BIT  # not black and white
    return ids[-1] >= 2 or "float" not in image.file.dtype  # shares of 0 and 1 are amounts


def _neighbours(array: Array) -> tuple[NDArray[np.int8], list[Array]]:
    """Return how many neighbours of each pixel are alike, and the steps along each axis."""
    alike = np.zeros(array.shape, np.int8)
    steps = []
    for axis in range(array.ndim):
        step = np.diff(array, axis=axis)
        steps.append(step)
        before = [slice(None)] * axis
        alike[(*before, slice(1, None))] += step == 0
        alike[(*before, slice(None, -1))] += step == 0
    return alike, steps
