"""The middle of the spectrum: rows transformed and cut, then columns, then both brought back.

What is cut is not transformed again: the second transform runs over half of the samples, the ways
back over a quarter. All run along contiguous rows: the image is turned in between, which costs less
than a transform across rows. 256x256 px: from 400 to 60 us; 1024x1024: from 6.3 to .7 ms.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from sampviz.arrays import Array, Kernel
from sampviz.arrays.fast.bands import on_planes
from sampviz.arrays.fast.lines import back, forth, packed, turnable
from sampviz.arrays.fast.scratch import FLOAT32, scratch
from sampviz.arrays.grid import Size

Gains = Sequence[Array]  # of frequency 0, 1, .. up to half of what is kept, along each axis

_WAVES, _COLUMNS, _LOW = range(3)  # rooms


def low_frequencies(
    size: Size,
    kept: Size,
    gains: Gains | None = None,
    dtype: "np.dtype[Any]" = FLOAT32,
) -> Kernel:
    """Return what keeps frequencies -floor(n/2) .. ceil(n/2)-1 of real planes, on n x m samples.

    Each is multiplied by the gain of its rows and columns. The result is real: the bin of the
    new Nyquist frequency, which has no partner of the other sign, gets the mean of both.
    """
    (h, w), (n, m) = size, kept
    to_rows, to_columns = forth(w, m, dtype), forth(h, n, dtype)
    from_rows, from_columns = back(m, dtype), back(n, dtype)
    columns_gain = to_columns.gain * from_columns.gain
    rows_gain = to_rows.gain * from_rows.gain
    if gains:
        columns_gain, rows_gain = (
            columns_gain * packed(gains[0], n),
            rows_gain * packed(gains[1], m),
        )
    gain = np.outer(rows_gain, columns_gain).astype(dtype)
    is_plain = bool((gain == 1).all())
    # One axis after the other gives the corner of the new Nyquist frequencies the mean of its four
    # signs, the real part of the whole that of two: the imaginary parts make the difference.
    corner = n % 2 == m % 2 == 0 and m < w
    sines = np.sin(np.pi * n / h * np.arange(h)) / h / to_columns.gain[-1]

    def work(plane: Array, out: Array) -> None:
        waves = scratch(_WAVES, (h, to_rows.length), dtype)
        to_rows.rows(plane, waves)
        missing = (waves[:, m] * sines).sum() if corner else 0
        both = scratch(_COLUMNS, (m, to_columns.length), dtype)
        to_columns.columns(waves[:, :m], both)
        low = both[:, :n]
        low[m - 1, n - 1] += missing
        if not is_plain:
            low = cv2.multiply(low, gain, scratch(_LOW, (m, n), dtype))
        columns = turnable(n, m, dtype, _WAVES)
        from_columns.columns(low, columns)
        from_rows.rows(columns, out)

    return on_planes(work, kept)
