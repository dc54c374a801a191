"""Spectra as they are drawn: amplitude in decibels with DC in the middle, and radial power."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.energy import without_mean
from sampviz.dsp.grid import Size

FLOOR_DB = -80.0
# A frequency midway between two bins counts up, whatever the last digits of its square root are.
_TIE = 1e-9
_ROUNDING = 1e-9  # of a sum of float64 numbers; far more than any image needs


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


@dataclass(frozen=True, eq=False)
class RadialPower:
    """The power of an array over the distance of its frequencies from DC, in bins (K,).

    `frequency` is the middle of each bin; `total` the power summed over its frequencies, `count`
    how many these are. DC, which is 0, is not counted, and bins without a frequency are left out.
    `variance` is that of the array itself. Values that are not finite make all power NaN.
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
        off = abs(float(self.total.sum()) - self.variance)
        return off / self.variance if off else 0.0


def radial_power(stack: Array, pitch: Sequence[float], width: float) -> RadialPower:
    """Return the radial power spectrum of the planes of (C, H, W), the mean over the planes.

    Power is |DFT|^2 / (H W)^2 less the mean, of complex arrays at both signs, so all bins add up
    to the variance; the corners of the spectrum, beyond Nyquist, are bins like others. `pitch` is
    the distance between rows and between columns, e.g. in pixels of the original or in mm, and
    the frequencies are in cycles per that unit; bin b holds those nearest to b `width`.
    """
    rows, columns = stack.shape[-2:]
    down, along = pitch
    radius = np.hypot(np.fft.fftfreq(rows, down)[:, None], np.fft.fftfreq(columns, along))
    bins = np.floor(radius / width + 0.5 + _TIE).astype(int).ravel()
    counted = np.ones(bins.size)
    counted[0] = 0
    count = np.bincount(bins, counted)
    told = np.flatnonzero(count)

    if np.isfinite(stack).all():
        # Of a constant nothing is left, not even rounding; double precision also for float32.
        x = stack.astype(np.result_type(stack, np.float64))
        x -= x[..., :1, :1].copy()
        variance = float(x.var(axis=(-2, -1)).mean())
        whole = SpectrumBins((rows, columns), half=False)
        total = np.bincount(bins, whole.power(whole.spectrum(x)).ravel())
    else:
        variance, total = np.nan, np.full(count.shape, np.nan)
    found = RadialPower(told * width, total[told], count[told], variance)
    assert not found.parseval > _ROUNDING, "the power of all bins is not the variance"
    return found


@dataclass(frozen=True)
class SpectrumBins:
    """The bins of the DFT of planes of `size`, DC first: (H, W), or (H, W // 2 + 1) of a half."""

    size: Size
    half: bool

    def spectrum(self, stack: Array) -> Array:
        """Return DFT / (H W) of the planes of (C, H, W) less their means."""
        from scipy.fft import fft2, rfft2

        transform = rfft2 if self.half else fft2
        return np.asarray(transform(without_mean(stack), norm="forward"))

    def power(self, spectrum: Array) -> Array:
        """Return |spectrum|^2 of (C, ..) in the mean over the planes, times the weights.

        Its sum is the variance of the planes.
        """
        return self.product(spectrum, spectrum)

    def product(self, one: Array, other: Array) -> Array:
        """Return Re one conj(other), in the mean over the planes, times the weights."""
        found = one.real * other.real
        found += one.imag * other.imag
        return np.asarray(found.mean(axis=0) * self.weights)

    @property
    def weights(self) -> Array:
        """How many bins of the whole spectrum each column stands for: 2, or 1."""
        columns = self.size[1]
        if not self.half:
            return np.ones(columns, np.float32)
        found = np.full(columns // 2 + 1, 2, np.float32)
        found[0] = 1
        if columns % 2 == 0:
            found[-1] = 1
        return found

    def along(self, *values: Array) -> tuple[Array, Array]:
        """Return values for the frequencies of rows (H, 1) and columns, of those of the whole."""
        rows, columns = values
        return rows[:, None], columns[: self.size[1] // 2 + 1] if self.half else columns

    def cycles(self, steps: Sequence[float]) -> tuple[Array, Array]:
        """Return |frequency| of rows and columns in cycles/px, for samples `steps` px apart."""
        found = (np.abs(np.fft.fftfreq(n, d)) for n, d in zip(self.size, steps, strict=True))
        return self.along(*found)
