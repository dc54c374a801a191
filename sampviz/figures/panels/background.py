"""What is background of an image: next to no signal, or noise."""

import numpy as np
from numpy.typing import NDArray

from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image

_EMPTY = 0.06  # of the 99th percentile: darker is background
_CORNER = 1 / 16  # of a side
_NOISE = 1.5  # of the level in the corners: darker is noise
_BRIGHTEST_NOISE = 0.2  # of the 99th percentile


def background_of(image: Image, values: Array) -> NDArray[np.bool_] | None:
    """Return which samples of an image are background.

    Parameters
    ----------
    image : Image
        A plane; of photographs, which have a range and no spacing, nothing is background.
    values : ndarray
        (H, W), its magnitudes.

    Returns
    -------
    ndarray of bool or None
        (H, W); None where it is not known.
    """
    if image.labels is None and image.range is not None and image.spacing is None:
        return None  # of a photograph nothing is background
    finite = values[np.isfinite(values)]
    bright = float(np.percentile(finite, 99)) if finite.size else 0.0
    # Noise in the corners is background too, unless it is as bright as what is shown.
    empty = max(_EMPTY * bright, min(_NOISE * _corner_level(values), _BRIGHTEST_NOISE * bright))
    background = np.nan_to_num(values) <= empty
    return None if not bright > 0 or background.all() else background


def _corner_level(values: Array) -> float:
    """Return the 95th percentile in a corner of an image, the median of its four corners."""
    height, width = (max(1, round(n * _CORNER)) for n in values.shape)
    corners = (
        values[rows, columns]
        for rows in (slice(height), slice(-height, None))
        for columns in (slice(width), slice(-width, None))
    )
    return float(np.median([np.percentile(np.nan_to_num(corner), 95) for corner in corners]))
