"""Operations on each pixel alone."""

import numpy as np

from sampviz.dsp.closed_form_gain import constant_gain
from sampviz.dsp.dtypes import Array
from sampviz.ops.define import op, unchanged


@op(
    "identity",
    title="Unchanged",
    kind="same",
    group="pixels",
    linear=True,
    grid=unchanged,
    picks=True,
    response=constant_gain,
)
def identity(x: Array) -> Array:
    """Change nothing.

    Size: N
    Delta: 0
    Edges: each pixel stands alone.
    Source: the definition.
    """
    return x.copy()


@op("relu", title="ReLU", kind="same", group="pixels", linear=False, grid=unchanged, picks=True)
def relu(x: Array) -> Array:
    """Set negative pixels to zero.

    Size: N
    Delta: 0
    Edges: each pixel stands alone.
    Source: torch.nn.ReLU.
    """
    # Beside a number numpy's maximum takes twice as long in float32, and half as long in float64.
    zeros = np.zeros(x.shape[-2:], x.dtype) if x.dtype == np.float32 else 0
    return np.maximum(x, zeros)


@op(
    "abs",
    title="Magnitude",
    kind="same",
    group="pixels",
    linear=False,
    grid=unchanged,
    takes_complex=True,
    picks="magnitudes",
)
def magnitude(x: Array) -> Array:
    """Take the absolute value; of complex numbers the magnitude.

    Size: N
    Delta: 0
    Edges: each pixel stands alone.
    Source: the definition.
    """
    return np.abs(x)
