"""The range of an axis in decibels, from the data."""

from math import floor

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB

_CUT_OFF = 0.05  # the share of the levels that may lie below the end of the axis
_SHORTEST = -20.0  # dB


def lowest_level(levels: Array) -> float:
    """Return the lower end of an axis: nearly all levels lie above it.

    Where a gain falls to nothing, its curve leaves the chart: the rest would be flat beside it.

    Parameters
    ----------
    levels : ndarray
        In dB; what is at -80 or below is nothing.

    Returns
    -------
    float
        A multiple of 10, -80 .. -20.

    Examples
    --------
    >>> lowest_level(np.array([0.0, -3.0, -36.0, -80.0]))
    -40.0
    """
    present = levels[levels > FLOOR_DB]
    low = float(np.quantile(present, _CUT_OFF)) if present.size else _SHORTEST
    return max(FLOOR_DB, min(_SHORTEST, 10.0 * floor(low / 10)))
