"""What is background of an image: next to no signal, or noise."""

import numpy as np
from numpy.typing import NDArray

from sampviz.dsp.dtypes import Array
from sampviz.images.ct_air import AIR, is_padded_ct
from sampviz.images.image import Image

_EMPTY = 0.06  # of the 99th percentile: darker is background
_CORNER = 1 / 16  # of a side
_NOISE = 1.5  # of the level in the corners: darker is noise
_BRIGHTEST_NOISE = 0.2  # of the 99th percentile
_COMMON = 0.05  # of the values: so many are a background
_ONE_SIDED = 0.9  # of the values in a corner that are not 0: else they are noise around 0


def background_of(image: Image, values: Array) -> NDArray[np.bool_] | None:
    """Return which samples of an image are background: near its level, or noise.

    The level is 0 where no value is negative. Else it is the lowest value, such as that of air in
    a CT or in a zscore of an MRI; -1000, the air of Hounsfield units, where that is common and
    lower values are padding; or 0, with what is near it on both sides, where the lowest values
    are rare and either negative ones are, too, or all corners are 0 or noise around it: such as
    of a difference.

    Parameters
    ----------
    image : Image
        A plane; of photographs, which have a range and no spacing, nothing is background.
    values : ndarray
        (H, W), real.

    Returns
    -------
    ndarray of bool or None
        (H, W); None where it is not known.
    """
    if image.labels is None and image.range is not None and image.spacing is None:
        return None  # of a photograph nothing is background
    signal = _above_background(values)
    finite = signal[np.isfinite(signal)]
    bright = float(np.percentile(finite, 99)) if finite.size else 0.0
    # Noise in the corners is background too, unless it is as bright as what is shown.
    empty = max(_EMPTY * bright, min(_NOISE * _corner_level(signal), _BRIGHTEST_NOISE * bright))
    background = np.nan_to_num(signal) <= empty
    return None if not bright > 0 or background.all() else background


def _above_background(values: Array) -> Array:
    """Return how far values lie above the level of the background, to a factor."""
    finite = values[np.isfinite(values)]
    lowest = float(finite.min(initial=0.0))
    if lowest >= 0:
        return np.abs(values)
    if is_padded_ct(finite):
        return np.maximum(values - AIR, 0)
    above = values / 2 - lowest / 2  # halves: a difference of large numbers would not be finite
    bright = np.percentile(above[np.isfinite(above)], 99)
    if np.mean(above <= _EMPTY * bright) >= _COMMON:
        return above
    is_around_0 = np.mean(finite < 0) < _COMMON or all(map(_is_noise_around_0, _corners(values)))
    return np.abs(values) if is_around_0 else above


def _is_noise_around_0(values: Array) -> bool:
    above, below = np.count_nonzero(values > 0), np.count_nonzero(values < 0)
    return bool(max(above, below) <= _ONE_SIDED * (above + below))


def _corner_level(values: Array) -> float:
    """Return the 95th percentile in a corner of an image, the median of its four corners."""
    levels = [np.percentile(np.nan_to_num(corner), 95) for corner in _corners(values)]
    return float(np.median(levels))


def _corners(values: Array) -> list[Array]:
    height, width = (max(1, round(n * _CORNER)) for n in values.shape)
    return [
        values[rows, columns]
        for rows in (slice(height), slice(-height, None))
        for columns in (slice(width), slice(-width, None))
    ]
