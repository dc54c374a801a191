"""Zeros between samples: what every transposed filter starts from."""

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import at


def zeros_between(x: Array, axis: int, f: int, offset: int = 0) -> Array:
    """Return f times as many samples: y[f i + offset] = x[i], the others 0."""
    shape = list(x.shape)
    shape[axis] *= f
    out = np.zeros(shape, x.dtype)
    out[at(axis, slice(offset, None, f))] = x
    return out
