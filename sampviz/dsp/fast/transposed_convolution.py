"""Transposed convolution of step 2 as four small filters, whose outputs are interleaved.

Even and odd rows and columns of the output depend on taps of their own: of a 3x3 kernel 2x2,
2x1, 1x2 and 1. Each of the four is one pass of OpenCV's over the small input; numpy would read
and write the large output once for each of the nine taps. 256x256 px, 3x3: from 920 to 250 us.
"""

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, FastPath, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.row_tiles import map_planes, row_tiles
from sampviz.dsp.grid import Size

_MOST_TAPS = 14  # of a side; the filters of half as many are not taken by Fourier transforms


def transposed_convolution_stride2(size: Size, kernel: Array) -> FiniteFastPath:
    """Plan the sum of a kernel times each pixel, 2 px apart.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.
    kernel : Array, shape (k, k)
        At least 2x2 taps.

    Returns
    -------
    callable
        A function of float32 planes; for large kernels, of which OpenCV takes a Fourier transform,
        None where a value is not finite.
    """
    k = len(kernel)
    margin = (k - 1) // 2  # pixels that the output reaches beyond twice the input
    padded = size[0] + margin, size[1] + margin
    full = 2 * padded[0], 2 * padded[1]
    bands = row_tiles(size, full, 2)
    phases = [[_flipped(kernel[row::2, column::2]) for column in (0, 1)] for row in (0, 1)]

    def convolve_plane(plane: Array, out: Array) -> None:
        for first, last in bands:
            begin, end = first // 2, last // 2
            rows_in = plane[max(0, begin - margin) : end]
            # Zeros where the band reaches beyond the image, at the end as in the beginning.
            border = (
                max(0, margin - begin),
                end - begin + margin - max(0, margin - begin) - len(rows_in),
            )
            bordered = buffer(0, (sum(border) + len(rows_in), size[1] + 2 * margin))
            cv2.copyMakeBorder(rows_in, *border, margin, margin, cv2.BORDER_CONSTANT, bordered, 0)
            row_pairs = out[first:last].reshape(-1, 2, padded[1], 2)
            for row in (0, 1):
                columns = [
                    _filtered(bordered, taps, padded) for padded, taps in enumerate(phases[row], 1)
                ]
                cv2.merge([column[margin:, margin:] for column in columns], row_pairs[:, row])

    full_convolution = map_planes(convolve_plane, full)
    h, w = (2 * (n - 1) + k for n in size)
    fast: FastPath = lambda x: full_convolution(x)[..., :h, :w]  # noqa: E731
    return fast if k <= _MOST_TAPS else finite_or_none(fast)


def _flipped(taps: Array) -> Array:
    return np.ascontiguousarray(taps[::-1, ::-1], np.float32)


def _filtered(x: Array, taps: Array, slot: int) -> Array:
    """Return y[i,j] = sum over a,b of taps[-1-a,-1-b] x[i-a,j-b], right from row k/2 on."""
    anchor = taps.shape[1] - 1, taps.shape[0] - 1
    return cv2.filter2D(x, -1, taps, buffer(slot, x.shape), anchor, 0, cv2.BORDER_CONSTANT)
