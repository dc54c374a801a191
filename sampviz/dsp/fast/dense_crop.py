"""Crop of the spectrum by two products of matrices, for lengths whose transforms are slow.

A crop of the spectrum of real samples is a real matrix for each axis. OpenCV's and SciPy's
transforms of lengths with large prime factors take several times what those of their neighbours do,
and below some hundred samples a product of matrices takes less than either of them, and less than a
transform of another length. Nothing is padded. 182x218 px: from 420 to 170 us, where 256x256
by transforms take 145; 255x257: from 370 to 320.

The products need the linear algebra on one thread; where it cannot be had, there is no plan.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from sampviz.core.blas_threads import one_blas_thread
from sampviz.dsp.dtypes import Array, FastPath
from sampviz.dsp.fast.buffers import FLOAT32, buffer
from sampviz.dsp.fast.row_tiles import map_images
from sampviz.dsp.grid import Size
from sampviz.dsp.nonfinite import infinity_as_nan

# Multiplications for each pixel of the image, up to which products take less than transforms do, by
# how many lengths have prime factors beyond 5: 180x193 px, 400x400.
_MOST_PER_PIXEL = {1: 140, 2: 300}
_ROWS = 3  # slot


def dense_crop(
    size: Size, size_after: Size, gains: Sequence[Array] | None, dtype: "np.dtype[Any]"
) -> FastPath | None:
    """Plan `low_frequencies` by products of matrices.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.
    size_after : tuple of int
        Rows n and columns m of the result.
    gains : sequence of Array, optional
        Gain of frequency 0, 1, .. up to half of what is kept, along each axis.
    dtype : dtype
        Only float32 has plans: float64 is what they are held against.

    Returns
    -------
    callable or None
        A function of float32 planes of that size; None where transforms are faster.
    """
    (h, w), (n, m) = size, size_after
    awkward = sum(cv2.getOptimalDFTSize(length) != length for length in size)
    if dtype != FLOAT32 or n + n * m / h > _MOST_PER_PIXEL.get(awkward, 0):
        return None
    one_thread = one_blas_thread()
    if one_thread is None:
        return None
    row_gain, column_gain = gains or (np.ones(n // 2 + 1), np.ones(m // 2 + 1))
    of_rows, sine_row = _crop_matrix(h, n, row_gain)
    of_columns, sine_column = _crop_matrix(w, m, column_gain)
    # One axis after the other gives the corner of the new Nyquist frequencies the mean of its four
    # signs, the real part of the whole that of two: the product of the sines makes the difference.
    has_corner = n % 2 == m % 2 == 0
    left, right = np.ascontiguousarray(of_rows, dtype), np.ascontiguousarray(of_columns.T, dtype)
    row_sine, column_sine = sine_row.astype(dtype), sine_column.astype(dtype)
    signs = np.outer(1 - np.arange(n) % 2 * 2, 1 - np.arange(m) % 2 * 2).astype(dtype)

    def crop_plane(plane: Array, out: Array) -> None:
        plane = np.ascontiguousarray(plane)  # other last digits where it lies otherwise
        few_rows = buffer(_ROWS, (n, w))
        np.matmul(left, plane, out=few_rows)
        np.matmul(few_rows, right, out=out)
        if has_corner:
            cv2.scaleAdd(signs, -float(row_sine @ plane @ column_sine), out, out)

    crop = map_images(crop_plane, size_after)

    def apply(x: Array) -> Array:
        with one_thread, np.errstate(all="ignore"):
            out = crop(x)
        return infinity_as_nan(out)

    return apply


def _crop_matrix(n: int, kept: int, gain: Array) -> tuple[Array, Array]:
    """Return the matrix of a crop, (kept, n), and the sine of the new Nyquist frequency, (n,).

    By transforms: a product of matrices would have other last digits with other numbers of threads.
    """
    waves = np.fft.rfft(np.eye(n), norm="forward")[:, : kept // 2 + 1] * gain[: kept // 2 + 1]
    return np.fft.irfft(waves, kept, norm="forward").T, waves[:, -1].imag
