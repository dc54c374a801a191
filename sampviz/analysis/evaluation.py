"""A trial: an image, a chain and what the chain made of it. All that a measure looks at.

What several measures need is computed once, and what several chains need once for all of them: an
`SourceImage` keeps it, with an `IdealSampling` for all outputs with samples at the same places.
"""

from dataclasses import dataclass, field

import numpy as np

from sampviz.analysis.detection.axis_matrices import level_matrices
from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.analysis.reference import IdealSampling, SourceImage, Steps
from sampviz.core.cached import Memo, cached
from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy_between, variation
from sampviz.dsp.grid import Grids
from sampviz.dsp.least_squares_filter import FittedFilter
from sampviz.images.image import Image, magnitude
from sampviz.images.value_range import value_range
from sampviz.ops.chain import Chain

AXIS_NAMES = ("slices", "rows", "columns")


@dataclass(frozen=True, eq=False)
class Evaluation(Memo):
    """A chain on an original. Arrays are (C, H, W), of volumes (C, D, H, W).

    `grids` say where the samples of its output lie in pixels of the original; `coarsest` are the
    steps of its coarsest stage, an axis each: what lies above half a cycle per step is lost or
    folded there.
    """

    original: SourceImage
    chain: Chain
    output: Array
    grids: Grids
    coarsest: Steps
    _rolled: dict[tuple[int, ...], Array] = field(default_factory=dict)

    @property
    def axes(self) -> int:
        """The number of axes in space: 2, or 3 for a volume."""
        return self.original.axes

    @property
    def axis_names(self) -> tuple[str, ...]:
        """What runs along each axis."""
        return AXIS_NAMES[-self.axes :]

    def run(self, array: Array) -> Array:
        """Return what the chain makes of any array, also where it makes other channels."""
        made = self.chain(array, axes=self.axes)
        return made.reshape(-1, *made.shape[-self.axes :])

    @property
    def linear(self) -> bool:
        """Whether every step of the chain is linear."""
        return self.chain.linear

    @property
    def affine(self) -> bool:
        """Whether the chain is linear but for what it makes of zeros, such as a bias."""
        return all(step.affine for step in self.chain.steps)

    @property
    def enlarges(self) -> bool:
        """Whether any step makes the image larger."""
        return any(step.op.kind == "up" for step in self.chain.steps)

    @property
    def steps(self) -> Steps:
        """Pixels of the original between the samples of the output, an axis each."""
        return tuple(grid.step for grid in self.grids)

    @cached
    def ideal(self) -> IdealSampling:
        """What the output is compared with."""
        half = self.original.real and self.output.dtype.kind != "c"
        return self.original.ideal(self.grids, self.coarsest, half)

    @property
    def reference(self) -> Array:
        """The alias-free image on the output's own samples; see `IdealSampling.reference`."""
        return self.ideal.reference

    @cached
    def baseband(self) -> Array:
        """What the chain makes of what its coarsest stage can hold; P in the formulas."""
        return self.run(self.original.band(self.coarsest))

    @property
    def baseband_less_zeros(self) -> Array:
        """The baseband without the constants that the chain adds."""
        return self.baseband if self.linear else self.baseband - self._of_zeros

    @cached
    def alias(self) -> Array:
        """What the chain makes of what its coarsest stage cannot hold: folded, if it is affine.

        Less what it makes of zeros, which is in the baseband: the two add up to the output.
        """
        return self.run_less_zeros(self.original.out_of_band(self.coarsest))

    def run_less_zeros(self, array: Array) -> Array:
        """Return what the chain makes of any array, less what it makes of zeros."""
        return self.run(array) if self.linear else self.run(array) - self._of_zeros

    @cached
    def _of_zeros(self) -> Array:
        return self.run(np.zeros_like(self.original.array))

    def rolled(self, shifts: tuple[int, ...]) -> Array:
        """Return what the chain makes of the image moved as `SourceImage.rolled`."""
        if not any(shifts):
            return self.output
        if shifts in self._rolled:
            return self._rolled[shifts]
        output = self.run(self.original.rolled(shifts))
        if sum(shifts) == 1:  # two measures ask for these
            self._rolled[shifts] = output
        return output

    @cached
    def variation(self) -> float:
        """The sum of |output - mean|^2, the mean of each plane or volume."""
        return variation(self.output, self.axes)

    @cached
    def magnitudes(self) -> Array:
        """The magnitudes of the output."""
        return magnitude(self.output)

    @cached
    def error(self) -> float:
        """The energy of the difference between the magnitudes of output and reference."""
        return energy_between(self.magnitudes, self.ideal.magnitudes)

    @cached
    def ssim_per_plane(self) -> tuple[tuple[float, float], ...]:
        """SSIM and its contrast-structure factor, of each plane."""
        pairs = zip(self.ideal.ssim_references, self.magnitudes, strict=True)
        return tuple(reference.ssim(plane) for reference, plane in pairs)

    @cached
    def levels(self) -> ChainLevels:
        """The chain as one level, as lesions are put through it."""
        return ChainLevels.of(self.chain, 1, self.original.size, self.original.spacing)

    @cached
    def axis_matrices(self) -> list[tuple[Array, ...]]:
        """The matrix of a linear chain along each axis; empty where it is no product of them."""
        return level_matrices(self.levels)

    @cached
    def fit(self) -> FittedFilter:
        """The linear filter that comes nearest to the chain; NoFitError where there is none."""
        return self.ideal.normal.fit(self.output)

    @cached
    def spectrum(self) -> Array:
        """DFT / (H W) of the output less its mean, (C, h, w); see `IdealSampling.bins`."""
        return self.ideal.bins.spectrum(self.output)

    @cached
    def amplitude(self) -> Array:
        """|spectrum|."""
        return np.abs(self.spectrum)

    @cached
    def power(self) -> Array:
        """The power of the output, as `SourceImage.power`."""
        return self.ideal.bins.power(self.spectrum)


def source_of(image: Image, span: float | None = None) -> SourceImage:
    """Return the original that chains are tried on; `span` is the range of values, if given.

    Without it, that of `value_range`.
    """
    stack = image.array.reshape(-1, *image.size)
    if span is None:
        span = value_range(image).span
    return SourceImage(stack, span, image.spacing)


def check_plane(image: Image) -> None:
    """Raise UsageError for a volume."""
    if image.slice_planes:
        raise UsageError(
            "numbers are drawn of planes, not of volumes",
            image.name,
            f"leave {argument('volume')} out; `measure` has numbers of volumes",
        )


def evaluate(original: SourceImage, chain: Chain, output: Array | None = None) -> Evaluation:
    """Try a chain (resolved: no `auto`) on an original; `output` is what it made, where known."""
    stage_grids = chain.trace(original.size)
    steps = [tuple(grid.step for grid in grids) for grids in stage_grids]
    axes = original.axes
    made = chain(original.array, axes=axes) if output is None else output
    return Evaluation(
        original,
        chain,
        made.reshape(-1, *made.shape[-axes:]),
        stage_grids[-1],
        tuple(map(max, zip(*steps, strict=True))),
    )
