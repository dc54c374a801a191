"""Kernels of three slices: two slices of the result by four filters of planes in place of six.

Of slices d0 to d3 and the kernel's planes g0 to g2 the two are a + b + c and b - c - d, where
a = (d0 - d2) * g0, b = (d1 + d2) * (g0 + g1 + g2) / 2, c = (d2 - d1) * (g0 - g1 + g2) / 2 and
d = (d1 - d3) * g2 are filtered planes. Of float64 OpenCV's filter takes five times as long as a sum
(3x3 taps of 256x256 px: 105 to 150 us), and volumes take a quarter less; of float32 it takes three
times as long, and nothing is gained.

Source: S. Winograd, Arithmetic Complexity of Computations, SIAM 1980: F(2, 3).
"""

from collections.abc import Callable

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import is_finite
from sampviz.dsp.fast.plane_filter import filter_at_once
from sampviz.dsp.fast.tall_planes import stack_starts
from sampviz.dsp.sliding_window import Border, WindowLayout, WindowLayouts

_MIXED, _SUM, _DIFFERENCE = 55, 56, 57  # slots
_LEAST = 2**12  # pixels of a slice; of smaller ones the calls take as long as the work


def takes_pairs(kernel: Array, depth: WindowLayout, pixels: int, dtype: DType) -> bool:
    """Tell whether slices of the result are worth making two at a time.

    Parameters
    ----------
    kernel : Array, shape (k, k, k)
        Taps.
    depth : WindowLayout
        Windows along the slices.
    pixels : int
        Of a slice.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    bool
        Whether they are.
    """
    is_dense = (depth.k, depth.s, depth.d) == (3, 1, 1) and depth.count > 1
    has_planes = bool(np.isfinite(kernel).all() and kernel.any(axis=(1, 2)).all())
    return dtype.char == "d" and pixels >= _LEAST and is_dense and has_planes


def slice_pairs(
    kernel: Array, shown: Array, layouts: WindowLayouts, border: Border
) -> Callable[[Array, Array], None]:
    """Plan the correlation of a volume with a kernel, of which every slice is kept.

    Parameters
    ----------
    kernel : Array, shape (3, k, k)
        Taps, as `takes_pairs` asks for.
    shown : Array, shape (slices of the result + 2,)
        The number of the slice at each place of the padded volume, -1 for zeros.
    layouts : tuple of WindowLayout
        Windows along rows and columns, one at each pixel.
    border : {"zero", "reflect", "edge"}
        What lies beyond the edges.

    Returns
    -------
    callable
        `function(volume, out)`. Slices with a result that is not finite are made one by one: an
        infinity less another would be NaN.
    """
    ends = kernel[0] + kernel[2]
    taps = (*kernel, (ends + kernel[1]) / 2, (ends - kernel[1]) / 2)
    first, middle, last, both, apart = (
        filter_at_once([np.ascontiguousarray(each)], layouts, border) for each in taps
    )
    places = shown.tolist()

    def write(volume: Array, out: Array) -> None:
        size = volume.shape[1:]
        mixed, total, difference = (
            buffer(slot, size, volume.dtype) for slot in (_MIXED, _SUM, _DIFFERENCE)
        )
        zeros = np.zeros(size, volume.dtype) if -1 in places else volume[0]
        for i in stack_starts(len(out), 2):
            slices = [zeros if n < 0 else volume[n] for n in places[i : i + 4]]
            d0, d1, d2, d3 = slices
            one, other = out[i], out[i + 1]
            first(cv2.subtract(d0, d2, mixed), one)
            both(cv2.add(d1, d2, mixed), total)
            apart(cv2.subtract(d2, d1, mixed), difference)
            cv2.add(cv2.add(one, total, one), difference, one)
            cv2.subtract(total, difference, total)
            last(cv2.subtract(d1, d3, mixed), difference)
            cv2.subtract(total, difference, other)
            if not is_finite(out[i : i + 2]):
                one_by_one(slices[:3], one)
                one_by_one(slices[1:], other)

    def one_by_one(slices: list[Array], out: Array) -> None:
        first(slices[0], out)
        part = buffer(_SUM, out.shape, out.dtype)
        for plane, filter_plane in zip(slices[1:], (middle, last), strict=True):
            filter_plane(plane, part)
            cv2.add(out, part, out)

    return write
