"""What outputs are compared with: the original, and its ideal sampling."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import prod

import numpy as np

from sampviz.core.cached import Memo, cached
from sampviz.dsp.bandlimited import bandlimited_resample, low_pass, representable
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy, variation
from sampviz.dsp.grid import Grids, Size
from sampviz.dsp.least_squares_filter import NormalEquations
from sampviz.dsp.percentiles import percentiles
from sampviz.dsp.similarity import SsimReference
from sampviz.dsp.spectrum import SpectrumBins
from sampviz.dsp.volume_similarity import edge_energy
from sampviz.images.image import magnitude

Steps = tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class SourceImage(Memo):
    """An image to try chains on: its array, the range of its values, mm between its samples.

    The array is (C, H, W), of volumes (C, D, H, W). What several chains need of it is computed
    once; of a volume, which is large, only what was asked for last is kept.
    """

    array: Array
    span: float
    spacing: tuple[float, ...] | None = None
    _bands: dict[Steps, Array] = field(default_factory=dict)
    _rolled: dict[tuple[int, ...], Array] = field(default_factory=dict)
    _ideals: dict[tuple[Grids, Steps, bool], "IdealSampling"] = field(default_factory=dict)

    @property
    def size(self) -> Size:
        """Rows and columns; slices, rows and columns of a volume."""
        return self.array.shape[1:]

    @property
    def axes(self) -> int:
        """The number of axes in space: 2, or 3 for a volume."""
        return len(self.size)

    @property
    def real(self) -> bool:
        """Whether its values are real numbers."""
        return self.array.dtype.kind != "c"

    @cached
    def nonfinite(self) -> int:
        """How many of its values are NaN or infinite."""
        return int(np.count_nonzero(~np.isfinite(self.array)))

    @cached
    def out_of_range(self) -> str:
        """Why the squares of its values are no numbers to measure with; empty if they are."""
        limits = np.finfo(self.array.dtype)
        largest = float(magnitude(self.array).max(initial=0))
        if largest > 2.0**-16 * float(limits.max) ** 0.5:  # of 2^32 values the sum is finite, too
            return f"the values of the image are too large: their squares are beyond {limits.dtype}"
        if 0 < largest < float(limits.tiny) ** 0.5 / float(limits.eps):
            return f"the values of the image are too small: their squares are 0 in {limits.dtype}"
        return ""

    @cached
    def mean(self) -> float:
        """The mean of its values, of complex ones of the magnitudes."""
        return float(magnitude(self.array).mean(dtype=np.float64))

    @cached
    def percentiles(self) -> tuple[float, float]:
        """The 1st and the 99.8th percentile of its magnitudes: its range without outliers."""
        low, high = percentiles(magnitude(self.array), (1.0, 99.8))
        return low, high

    @cached
    def variation(self) -> float:
        """The sum of |x - mean|^2, the mean of each plane or volume."""
        return variation(self.array, self.axes)

    @property
    def bins(self) -> SpectrumBins:
        """The bins of its spectrum, of which `power` is."""
        return SpectrumBins(self.size, self.real)

    @cached
    def power(self) -> Array:
        """|DFT|^2 / (H W)^2 less the mean, in the mean over channels: its sum is the variance."""
        return self.bins.power(self.bins.spectrum(self.array))

    def band(self, steps: Steps) -> Array:
        """Return what a grid of these steps can hold of the image, on the image's own pixels."""
        band = self._bands.get(steps)
        if band is None:
            if self.axes > 2:
                self._bands.clear()
            band = self._bands[steps] = low_pass(self.array, steps)
        return band

    def out_of_band(self, steps: Steps) -> Array:
        """Return what a grid of these steps cannot hold of the image."""
        return np.asarray(self.array - self.band(steps))

    def rolled(self, shifts: tuple[int, ...]) -> Array:
        """Return the image moved towards its first pixel, circularly, by px along each axis."""
        rolled = self._rolled.get(shifts)
        if rolled is None:
            axes = tuple(range(-self.axes, 0))
            rolled = np.roll(self.array, [-shift for shift in shifts], axis=axes)
            if self.axes == 2 and max(shifts) == 1:  # every chain is asked for these
                self._rolled[shifts] = rolled
        return rolled

    def ideal(self, grids: Grids, coarsest: Steps, half: bool) -> "IdealSampling":
        """Return what an output at `grids` is compared with; it is kept for other outputs there.

        Those that were asked for last are kept, up to twice the samples of the image; of a volume
        the last.
        """
        most = 2 * prod(self.size) if self.axes == 2 else 0
        key = grids, coarsest, half
        ideal_sampling = self._ideals.pop(key, None) or IdealSampling(self, *key)
        self._ideals[key] = ideal_sampling
        for old_key in list(self._ideals)[:-1]:
            if sum(prod(sampling.bins.size) for sampling in self._ideals.values()) <= most:
                break
            self._ideals.pop(old_key, None)
        return ideal_sampling


@dataclass(frozen=True, eq=False)
class IdealSampling(Memo):
    """The alias-free image on the samples of an output, for all outputs that lie there.

    `half` says that both image and output are real, so that half of a spectrum tells all.
    """

    original: SourceImage
    grids: Grids
    coarsest: Steps
    half: bool

    @property
    def bins(self) -> SpectrumBins:
        """The bins of the spectra of the output and of all that is compared with it."""
        return SpectrumBins(tuple(grid.size for grid in self.grids), self.half)

    @cached
    def reference(self) -> Array:
        """The alias-free image on the output's own samples, as a k-space crop would give it.

        It lies where the output lies, so nothing has to be registered afterwards.
        """
        return bandlimited_resample(self.original.array, self.grids, nyquist=0.5)

    @cached
    def magnitudes(self) -> Array:
        """The magnitudes of the reference."""
        return magnitude(self.reference)

    @cached
    def variation(self) -> float:
        """The sum of |reference - mean|^2, the mean of each plane or volume."""
        return variation(self.reference, self.original.axes)

    @cached
    def amplitude(self) -> Array:
        """|DFT| / (H W) of the reference less its mean, (C, h, w)."""
        return np.abs(self.bins.spectrum(self.reference))

    @cached
    def ssim_references(self) -> tuple[SsimReference, ...]:
        """The magnitudes of each plane, to compare others with."""
        return tuple(SsimReference(plane, self.original.span) for plane in self.magnitudes)

    @cached
    def edges(self) -> float:
        """The energy of the edges of the magnitudes."""
        if self.original.axes > 2:
            return sum(map(edge_energy, self.magnitudes))
        return sum(energy(reference.edges) for reference in self.ssim_references)

    @cached
    def baseband_spectrum(self) -> Array:
        """The spectrum of what belongs in the output: what its coarsest stage can hold.

        Unlike in `reference` waves at the new Nyquist frequency count in full, as they do in P.
        """
        return self.bins.spectrum(
            bandlimited_resample(self.original.band(self.coarsest), self.grids)
        )

    @cached
    def baseband_power(self) -> Array:
        """The power of what belongs in the output, as `SourceImage.power`."""
        return self.bins.power(self.baseband_spectrum)

    @cached
    def variance(self) -> float:
        """The variance of what belongs in the output."""
        return float(self.baseband_power.sum())

    @cached
    def worked(self) -> tuple[int, ...]:
        """The axes, counted from 0, that count in frequencies without a direction.

        Of a plane both; of a volume those that the chain makes coarser or finer, or all where
        there are none: what lies between the slices is no detail of chains that keep them.
        """
        axes = range(len(self.grids))
        pairs = list(zip(self.grids, self.coarsest, strict=True))
        worked = [i for i in axes if len(axes) == 2 or pairs[i][1] > 1 or pairs[i][0].step != 1]
        return tuple(worked or axes)

    def side(self, size: Size) -> int:
        """Return the second-largest side of a size among the worked axes: M in the formulas.

        The smaller one of a plane. The smallest of a volume would make rings of few slices.
        """
        return sorted(size[i] for i in self.worked)[-2:][0]

    @cached
    def radius(self) -> Array:
        """The frequency of each bin of the output, less its direction.

        1 is the Nyquist frequency of the coarsest stage; inf stands for what lies beyond it along
        an axis. Only worked axes count otherwise.
        """
        axes = []
        for i, (grid, step) in enumerate(zip(self.grids, self.coarsest, strict=True)):
            relative = np.fft.fftfreq(grid.size) * 2 * float(step / grid.step)
            relative *= i in self.worked
            unrepresentable = ~representable(grid.size, step / grid.step)
            axes.append(np.where(unrepresentable, np.inf, relative))
        return reduce(np.hypot, self.bins.along(*axes))

    @cached
    def normal(self) -> NormalEquations:
        """The normal equations of fits of these outputs; raises as `NormalEquations.of`."""
        return NormalEquations.of(self.original.array, self.grids)
