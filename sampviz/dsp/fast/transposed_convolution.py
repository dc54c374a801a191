"""Transposed convolution of step 2 as four small filters, whose outputs are laced together.

Even and odd rows and columns of the output see taps of their own: of a 3x3 kernel 2x2, 2x1, 1x2
and 1. Each of the four is one pass of OpenCV's over the small input; numpy would read and write
the large output once for each of the nine taps. 256x256 px, 3x3: from 920 to 250 us.
"""

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, FastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.row_tiles import map_planes, row_tiles
from sampviz.dsp.grid import Size


def transposed_convolution_stride2(size: Size, kernel: Array) -> FastPath:
    """Return what sums a kernel of at least 2x2 times each pixel of float32 planes, 2 px apart.

    No tap may be zero: OpenCV leaves such out, and so would not spread NaN as others do.
    """
    k = len(kernel)
    more = (k - 1) // 2  # pixels that the output reaches beyond twice the input
    room = size[0] + more, size[1] + more
    full = 2 * room[0], 2 * room[1]
    plan = row_tiles(size, full, 2)
    phases = [[_flipped(kernel[row::2, column::2]) for column in (0, 1)] for row in (0, 1)]

    def work(plane: Array, out: Array) -> None:
        for first, last in plan:
            begin, end = first // 2, last // 2
            seen = plane[max(0, begin - more) : end]
            # Zeros where the band reaches beyond the image, at the end as in the beginning.
            border = max(0, more - begin), end - begin + more - max(0, more - begin) - len(seen)
            wide = buffer(0, (sum(border) + len(seen), size[1] + 2 * more))
            cv2.copyMakeBorder(seen, *border, more, more, cv2.BORDER_CONSTANT, wide, 0)
            pairs = out[first:last].reshape(-1, 2, room[1], 2)
            for row in (0, 1):
                columns = [_filtered(wide, taps, room) for room, taps in enumerate(phases[row], 1)]
                cv2.merge([column[more:, more:] for column in columns], pairs[:, row])

    whole = map_planes(work, full)
    h, w = (2 * (n - 1) + k for n in size)
    return lambda x: whole(x)[..., :h, :w]


def _flipped(taps: Array) -> Array:
    return np.ascontiguousarray(taps[::-1, ::-1], np.float32)


def _filtered(x: Array, taps: Array, room: int) -> Array:
    """Return y[i,j] = sum over a,b of taps[-1-a,-1-b] x[i-a,j-b], right from row k/2 on."""
    anchor = taps.shape[1] - 1, taps.shape[0] - 1
    return cv2.filter2D(x, -1, taps, buffer(room, x.shape), anchor, 0, cv2.BORDER_CONSTANT)
