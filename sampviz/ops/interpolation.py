"""Upsampling by repeating or by interpolating samples."""

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid
from sampviz.arrays.interpolate import upsample_linear, upsampled
from sampviz.op import op
from sampviz.parameter import Corners, Factor


def _nearest_grid(n: int, *, f: int) -> Grid:
    return upsampled(n, f, corners=False)


@op("nearest", kind="up", linear=True, grid=_nearest_grid)
def nearest(x: Array, *, f: Factor = 2) -> Array:
    """Repeat every sample f times along both axes.

    Size: f N
    Delta: 1/(2f) - 1/2
    Edges: nothing lies beyond the edge.
    Source: torch.nn.functional.interpolate(mode="nearest"); tf.keras.layers.UpSampling2D.
    """
    return x.repeat(f, -2).repeat(f, -1)


def _bilinear_grid(n: int, *, f: int, corners: bool) -> Grid:
    return upsampled(n, f, corners=corners)


@op("bilinear", kind="up", linear=True, grid=_bilinear_grid)
def bilinear(x: Array, *, f: Factor = 2, corners: Corners = False) -> Array:
    """Draw straight lines between the samples, along rows and then columns.

    corners=true keeps the outermost samples at the outermost places and so changes the scale:
    the samples lie (N-1)/(fN-1) apart instead of 1/f.

    Size: f N
    Delta: 1/(2f) - 1/2; 0 for corners=true
    Edges: the edge pixel is repeated.
    Source: torch.nn.functional.interpolate(mode="bilinear", align_corners=corners).
    """
    return upsample_linear(x, f, corners=corners)
