"""Power spectra of planes less their means, and the frequencies of their bins.

Of real planes one half of the spectrum is computed, which is twice as fast; the other mirrors it.
So that sums over it are sums over the whole, a bin of the half counts as often as `weights` say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import without_mean
from sampviz.dsp.grid import Size


@dataclass(frozen=True)
class Bins:
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
