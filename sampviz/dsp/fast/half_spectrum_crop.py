"""Crop of half of a spectrum, as spectral pooling has it: the crop of the whole and one term more.

Of an even number of columns the highest wave that is kept stands for one sign, of rows likewise:
what the real part of a crop of the whole spectrum makes of their lowest row differs from it by a
wave down the columns, whose strength is that of the sines of the image.
"""

import numpy as np

from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.fast.fourier_crop import low_frequencies
from sampviz.dsp.grid import Size
from sampviz.dsp.nonfinite import infinity_as_nan


def half_spectrum_crop(size: Size, size_after: Size, gain: float, dtype: DType) -> FastPath:
    """Plan the crop of the half of a spectrum that columns 0 and above are.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.
    size_after : tuple of int
        Rows, an even number, and columns of the result; fewer than before.
    gain : float
        What the result is multiplied by.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable
        A function of planes.
    """
    from scipy.fft import irfft, rfft

    (h, w), (n, m) = size, size_after
    crop = low_frequencies(size, size_after, None, dtype)
    sines = (np.sin(np.pi * n / h * np.arange(h)) * (gain * m / (h * w))).astype(dtype)
    signs = np.where(np.arange(n) % 2, -1, 1).astype(dtype)[:, None]

    def apply(x: Array) -> Array:
        x = np.ascontiguousarray(x)  # sums in one order, however the pixels lie
        out = crop(x)
        if gain != 1:
            out *= dtype.type(gain)
        with np.errstate(invalid="ignore"):  # infinities of both signs
            # Not a product of matrices, whose last digits depend on the number of threads.
            waves = rfft(np.einsum("i,...ij->...j", sines, x))[..., : m // 2 + 1] * 1j
            if m % 2 == 0:
                waves[..., -1] *= 2
            out += signs * irfft(waves, m)[..., None, :]
        return infinity_as_nan(out)

    return apply
