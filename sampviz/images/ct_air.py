"""Air in Hounsfield units, and padding that is lower."""

import numpy as np

from sampviz.dsp.dtypes import Array

AIR = -1000
_WIDTH = 50  # to both sides: noise
_COMMON = 0.05  # of the values


def is_padded_ct(values: Array) -> bool:
    """Return whether finite values are of air, and of padding that is lower than air."""
    if not values.min(initial=0) < AIR:
        return False
    is_air = (values >= AIR - _WIDTH) & (values <= AIR + _WIDTH)
    return bool(np.count_nonzero(is_air) >= _COMMON * values.size)
