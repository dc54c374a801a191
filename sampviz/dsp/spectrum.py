"""Spectra for figures and metrics: centred amplitude in decibels, and radial power."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.energy import means_over, without_mean
from sampviz.dsp.fft import fft, fft2, rfft2
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import on_axis

FLOOR_DB = -80.0
TIE = 1e-9  # of a square root: what is as near to a number is that number
ROUNDING = 1e-9  # of a sum of float64 numbers; far more than any image needs


def amplitude(plane: Array) -> Array:
    """Return the centred amplitude spectrum abs(DFT) / (H W) of a plane less its mean.

    A cosine of amplitude 1 has 1/2 at each of its two frequencies, whatever the size, so the
    spectra of an image and of its smaller version can be compared.

    Parameters
    ----------
    plane : Array, shape (H, W)
        Real or complex numbers.

    Returns
    -------
    Array, shape (H, W)
        The amplitudes, DC at (H // 2, W // 2); all NaN if any value is NaN or infinite.
    """
    # numpy's FFT: these few transforms cost less than importing scipy's.
    scale = plane.real.dtype.type(power_of_two(plane))
    scaled = plane / scale
    with np.errstate(invalid="ignore"):  # infinities, which give NaN
        spectrum = np.fft.fft2(scaled - scaled.mean(), norm="forward")
    return np.asarray(np.fft.fftshift(np.abs(spectrum))) * scale


def decibels(amplitudes: Array, reference: float) -> Array:
    """Return 20 log10(amplitude / reference), not below `FLOOR_DB`.

    Parameters
    ----------
    amplitudes : Array
        Amplitudes, 0 or more.
    reference : float
        The amplitude of 0 dB; for 0 the result is the floor everywhere.

    Returns
    -------
    Array
        Decibels.

    Examples
    --------
    >>> decibels(np.array([1.0, 0.1, 0.0]), 1.0).tolist()
    [0.0, -20.0, -80.0]
    """
    if not reference > 0:
        return np.where(np.isnan(amplitudes + reference), np.nan, FLOOR_DB)
    # By a quotient: of the smallest numbers the floor itself would be 0.
    return np.asarray(20 * np.log10(np.maximum(amplitudes / reference, 10 ** (FLOOR_DB / 20))))


def nearest_ring(radius: Array) -> Array:
    """Return the whole number nearest to each radius.

    Parameters
    ----------
    radius : Array
        Radii, 0 or more: square roots, whose last digits are rounding.

    Returns
    -------
    Array
        Whole numbers; midway between two the larger, whatever the last digits.

    Examples
    --------
    >>> nearest_ring(np.array([2.4, 2.5, 2.5 - 1e-15])).tolist()
    [2.0, 3.0, 3.0]
    """
    return np.asarray(np.floor(radius + 0.5 + TIE))


@dataclass(frozen=True, eq=False)
class RadialPower:
    """The power of an array by the distance of its frequencies from DC, in K bins.

    DC, which is 0, is not counted, and bins without a frequency are left out. Values that are not
    finite make all power NaN.

    Parameters
    ----------
    frequency : Array, shape (K,)
        The middle of each bin.
    total : Array, shape (K,)
        The power, summed over the frequencies of the bin.
    count : Array, shape (K,)
        Number of frequencies of the bin.
    variance : float
        The variance of the array itself.
    """

    frequency: Array
    total: Array
    count: Array
    variance: float

    @property
    def mean(self) -> Array:
        """The power of a frequency, in the mean over each bin."""
        return self.total / self.count

    @property
    def parseval(self) -> float:
        """|sum of all bins - variance| / variance: rounding; 0 for a constant, NaN for NaN."""
        deviation = abs(float(self.total.sum()) - self.variance)
        return deviation / self.variance if deviation else 0.0


def radial_power(stack: Array, pitch: Sequence[float], width: float) -> RadialPower:
    """Return the radial power spectrum, the mean over the channels.

    Power is abs(DFT)**2 / (H W)**2 less the mean, of complex arrays at both signs, so all bins add
    up to the variance; the corners of the spectrum, beyond Nyquist, are bins like others.

    Parameters
    ----------
    stack : Array, shape (C, H, W)
        Real or complex numbers.
    pitch : sequence of float
        Distance between rows and between columns, e.g. in pixels of the original or in mm.
    width : float
        Width of a bin, in cycles per unit of `pitch`; bin b holds the frequencies nearest to
        b width.

    Returns
    -------
    RadialPower
        The power of each bin.
    """
    rows, columns = stack.shape[-2:]
    down, along = pitch
    radius = np.hypot(np.fft.fftfreq(rows, down)[:, None], np.fft.fftfreq(columns, along))
    bins = nearest_ring(radius / width).astype(int).ravel()
    counted = np.ones(bins.size)
    counted[0] = 0
    count = np.bincount(bins, counted)
    filled = np.flatnonzero(count)

    if np.isfinite(stack).all():
        # Of a constant nothing is left, not even rounding; double precision also for float32.
        x = stack.astype(np.result_type(stack, np.float64))
        x -= x[..., :1, :1].copy()
        variance = float(x.var(axis=(-2, -1)).mean())
        transform = SpectrumBins((rows, columns), half=False)
        total = np.bincount(bins, transform.power(transform.spectrum(x)).ravel())
    else:
        variance, total = np.nan, np.full(count.shape, np.nan)
    radial = RadialPower(filled * width, total[filled], count[filled], variance)
    assert not radial.parseval > ROUNDING, "the power of all bins is not the variance"
    return radial


@dataclass(frozen=True)
class SpectrumBins:
    """The bins of the DFT of planes or volumes, DC first.

    Parameters
    ----------
    size : tuple of int
        (Slices,) rows and columns.
    half : bool
        Whether there are only the column frequencies of one sign: W // 2 + 1 columns, not W.
    """

    size: Size
    half: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a spectrum of one channel."""
        return *self.size[:-1], len(self.weights)

    def spectrum(self, stack: Array) -> Array:
        """Return DFT / (H W) of planes, DFT / (D H W) of volumes, less their means.

        Parameters
        ----------
        stack : Array, shape (C, H, W) or (C, D, H, W)
            Numbers, real if the spectrum is half.

        Returns
        -------
        Array, shape (C, ...)
            The spectra, complex.
        """
        transform, axes = rfft2 if self.half else fft2, len(self.size)
        if axes == 2:
            return transform(without_mean(stack), norm="forward")
        # Slice by slice, and then across them: no other volume is needed.
        means = means_over(stack, axes)[..., 0]
        spectrum = np.empty((len(stack), *self.shape), np.result_type(stack, np.complex64))
        for slices, spectra, mean in zip(stack, spectrum, means, strict=True):
            for i, plane in enumerate(slices):
                spectra[i] = transform(plane - mean, norm="forward")
            for row in range(self.size[1]):
                spectra[:, row] = fft(spectra[:, row], axis=0, norm="forward")
        return spectrum

    def power(self, spectrum: Array) -> Array:
        """Return the weighted power of spectra; its sum is the variance.

        Parameters
        ----------
        spectrum : Array, shape (C, ...)
            Spectra from `spectrum`.

        Returns
        -------
        Array
            abs(spectrum)**2, the mean over the channels, times `weights`.
        """
        return self.product(spectrum, spectrum)

    def product(self, first: Array, second: Array) -> Array:
        """Return the weighted real part of first conj(second).

        Parameters
        ----------
        first, second : Array, shape (C, ...)
            Spectra from `spectrum`.

        Returns
        -------
        Array
            The mean over the channels, times `weights`.
        """
        real_part = first.real * second.real
        real_part += first.imag * second.imag
        return np.asarray(real_part.mean(axis=0) * self.weights)

    @property
    def weights(self) -> Array:
        """Number of bins of the whole spectrum that each column stands for: 2, or 1."""
        columns = self.size[-1]
        if not self.half:
            return np.ones(columns, np.float32)
        weights = np.full(columns // 2 + 1, 2, np.float32)
        weights[0] = 1
        if columns % 2 == 0:
            weights[-1] = 1
        return weights

    def along(self, *values: Array) -> tuple[Array, ...]:
        """Shape values of frequencies so that they broadcast over the bins.

        Parameters
        ----------
        *values : Array
            Values for the frequencies of each axis of the whole spectrum.

        Returns
        -------
        tuple of Array, shapes (H, 1) and (bins,)
            The values of the bins; of volumes (D, 1, 1), (H, 1) and (bins,).
        """
        *others, columns = values
        axes = range(-len(values), -1)
        shaped = [on_axis(each, axis) for each, axis in zip(others, axes, strict=True)]
        return *shaped, columns[: self.size[-1] // 2 + 1] if self.half else columns

    def cycles(self, steps: Sequence[float]) -> tuple[Array, ...]:
        """Return the magnitudes of the frequencies in cycles/px.

        Parameters
        ----------
        steps : sequence of float
            Distance between the samples of each axis, in px.

        Returns
        -------
        tuple of Array
            Frequencies, 0 or more, as `along` shapes them.
        """
        magnitudes = (np.abs(np.fft.fftfreq(n, d)) for n, d in zip(self.size, steps, strict=True))
        return self.along(*magnitudes)
