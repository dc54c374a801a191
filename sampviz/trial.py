"""A trial: an image, a chain and what the chain made of it. All that a measure looks at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.bandlimited import held, ideal, low_pass
from sampviz.arrays.fit import Fit, fit
from sampviz.arrays.grid import Grids, Size

Steps = tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Original:
    """An image to try chains on: (C, H, W), the range of its values, mm between rows and columns.

    What several chains need of it is computed once.
    """

    array: Array
    span: float
    spacing: tuple[float, ...] | None = None
    _bands: dict[Steps, Array] = field(default_factory=dict)

    @property
    def size(self) -> Size:
        """Rows and columns."""
        return self.array.shape[-2:]

    @cached_property
    def power(self) -> Array:
        """|DFT|^2 / (H W)^2 less the mean, (C, H, W), DC first: its sum is the variance."""
        return power(self.array)

    def band(self, steps: Steps) -> Array:
        """Return what a grid of these steps can hold of the image, on the image's own pixels."""
        if steps not in self._bands:
            self._bands[steps] = low_pass(self.array, steps)
        return self._bands[steps]


@dataclass(frozen=True, eq=False)
class Trial:
    """A chain on an original. Arrays are (C, H, W), float32, float64 or complex.

    `run` is the whole chain, for any array; `grids` say where the samples of its output lie in
    pixels of the original; `coarsest` are the steps of its coarsest stage, an axis each: what
    lies above half a cycle per step is lost or folded there.
    """

    original: Original
    run: Callable[[Array], Array]
    output: Array
    grids: Grids
    coarsest: Steps
    linear: bool
    enlarges: bool  # whether any step makes the image larger

    @property
    def steps(self) -> Steps:
        """Pixels of the original between the samples of the output, an axis each."""
        return tuple(grid.step for grid in self.grids)

    @cached_property
    def baseband(self) -> Array:
        """What the chain makes of what its coarsest stage can hold; P in the formulas."""
        return self.run(self.original.band(self.coarsest))

    @cached_property
    def alias(self) -> Array:
        """What the chain makes of what its coarsest stage cannot hold: folded, if it is linear."""
        return self.run(self.original.array - self.original.band(self.coarsest))

    @cached_property
    def reference(self) -> Array:
        """The alias-free image on the output's own samples, as a k-space crop would give it.

        It lies where the output lies, so nothing has to be registered afterwards.
        """
        return ideal(self.original.array, self.grids, nyquist=0.5)

    @cached_property
    def belongs(self) -> Array:
        """What belongs in the output: what its coarsest stage can hold, on its own samples.

        Unlike in `reference` waves at the new Nyquist frequency count in full, as they do in P.
        """
        return ideal(self.original.band(self.coarsest), self.grids)

    @cached_property
    def fit(self) -> Fit:
        """The linear filter that comes nearest to the chain; NoFitError where there is none."""
        return fit(self.original.array, self.output, self.grids)

    @cached_property
    def power(self) -> Array:
        """The power of the output, as `Original.power`."""
        return power(self.output)

    @cached_property
    def radius(self) -> Array:
        """The frequency of each DFT bin of the output, (h, w), less its direction.

        1 is the Nyquist frequency of the coarsest stage; inf stands for what lies beyond it along
        an axis.
        """
        axes = []
        for grid, step in zip(self.grids, self.coarsest, strict=True):
            relative = np.fft.fftfreq(grid.size) * 2 * float(step / grid.step)
            beyond = ~held(grid.size, step / grid.step)
            axes.append(np.where(beyond, np.inf, relative))
        return np.hypot(axes[0][:, None], axes[1])


def power(stack: Array) -> Array:
    """Return |DFT|^2 / (H W)^2 of the planes of (C, H, W) less their means, DC first."""
    from scipy.fft import fft2

    spectrum = fft2(stack - stack.mean(axis=(-2, -1), keepdims=True), norm="forward")
    return np.asarray(spectrum.real**2 + spectrum.imag**2)
