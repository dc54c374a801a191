"""Spectra as they are drawn: amplitude in decibels, DC in the middle."""

import numpy as np

from sampviz.arrays import Array, power_of_two

FLOOR_DB = -80.0


def amplitude(plane: Array) -> Array:
    """Return |DFT| / (H W) of an (H, W) plane less its mean, DC at (H // 2, W // 2).

    A cosine of amplitude 1 has 1/2 at each of its two frequencies, whatever the size, so the
    spectra of an image and of its smaller version can be compared. NaN anywhere gives all NaN.
    """
    # numpy's FFT: these few transforms cost less than importing scipy's.
    scale = plane.real.dtype.type(power_of_two(plane))
    scaled = plane / scale
    with np.errstate(invalid="ignore"):  # infinities, which give NaN
        spectrum = np.fft.fft2(scaled - scaled.mean(), norm="forward")
    return np.asarray(np.fft.fftshift(np.abs(spectrum))) * scale


def decibels(amplitudes: Array, reference: float) -> Array:
    """Return 20 log10(amplitude / reference), not below `FLOOR_DB`; all floor for reference 0."""
    if not reference > 0:
        return np.where(np.isnan(amplitudes + reference), np.nan, FLOOR_DB)
    # By a quotient: of the smallest numbers the floor itself would be 0.
    return np.asarray(20 * np.log10(np.maximum(amplitudes / reference, 10 ** (FLOOR_DB / 20))))
