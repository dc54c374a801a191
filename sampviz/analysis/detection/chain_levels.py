"""A chain that is applied several times: what comes out after each time, and on which grid.

Of an operation that looks about itself only, a crop of the image gives the same as the whole. That
is tried, not believed: the crop about every lesion is held against the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, lcm
from typing import Any

import numpy as np

from sampviz.core.errors import ChainError, SampvizError, SampvizWarning
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids, Size
from sampviz.ops.chain import Chain

Box = tuple[slice, ...]
_MARGINS = (1, 2)  # in coarsest steps, that are tried around a lesion
_OF_A_STACK = 64  # px, of the part of an image that is tried in a stack
_TOLERANCE = 1e-5  # of the largest value: rounding, in float32


@dataclass(frozen=True, eq=False)
class ChainLevels:
    """A chain, resolved for an image, and its parts: each is applied to the output of the last.

    `grids` say where the outputs lie after each level, `coarsest` is the largest step of any stage
    along each axis, `period` the least number of pixels by which an image may move and all samples
    with it.
    """

    chain: Chain
    parts: tuple[Chain, ...]
    size: Size
    spacing: tuple[float, ...] | None
    grids: tuple[Grids, ...]
    coarsest: tuple[float, ...]
    period: tuple[int, ...]

    @classmethod
    def of(
        cls, chain: Chain, levels: int, size: Size, spacing: tuple[float, ...] | None
    ) -> "ChainLevels":
        """Resolve a chain that is applied `levels` times to an image of a size."""
        steps = chain.repeat(levels).resolve(size, spacing).steps
        count = len(chain.steps)
        parts = tuple(Chain(steps[i * count : (i + 1) * count]) for i in range(levels))
        stages = Chain(steps).trace(size)
        axes = range(len(size))
        return cls(
            chain,
            parts,
            size,
            spacing,
            stages[count::count],
            tuple(float(max(stage[i].step for stage in stages)) for i in axes),
            tuple(lcm(*(stage[i].step.numerator for stage in stages)) for i in axes),
        )

    def __reduce__(self) -> Any:
        """Go to another process as a text: what steps compute with need not be picklable."""
        return _of_text, (str(self.chain), len(self.parts), self.size, self.spacing)

    @property
    def has_text(self) -> bool:
        """Whether the chain can go to another process."""
        return all(step.op.importable for step in self.chain.steps)

    @property
    def whole(self) -> Chain:
        """The chain with its repetitions, as one."""
        return Chain(tuple(step for part in self.parts for step in part.steps))

    @property
    def sizes(self) -> list[Size]:
        """The size of the output after each level."""
        return [tuple(grid.size for grid in grids) for grids in self.grids]

    def run(self, x: Array) -> list[Array]:
        """Return the outputs for an image, or a stack of crops, after each level."""
        outputs = []
        for part in self.parts:
            x = part(x, axes=len(self.size))
            outputs.append(x)
        return outputs


def _of_text(text: str, levels: int, size: Size, spacing: tuple[float, ...] | None) -> ChainLevels:
    # The chain was read in the process that sends it: code in it is allowed.
    return ChainLevels.of(Chain.parse(text, allow_code=True), levels, size, spacing)


@dataclass(frozen=True, eq=False)
class Crop:
    """A region of the image, and of each level's output the samples that it gives as the whole.

    `inner` are these in the output of the crop, `samples` in that of the image.
    """

    region: Box
    inner: tuple[Box, ...]
    samples: tuple[Box, ...]


def crop_about(levels: ChainLevels, box: Box, margins: Sequence[int] | None) -> Crop | None:
    """Return the crop about a box, twice the margin wide; the whole image without margins.

    None where its samples do not lie at those of the whole.
    """
    if margins is None:
        whole = tuple(tuple(slice(0, n) for n in size) for size in levels.sizes)
        return Crop(tuple(slice(0, n) for n in levels.size), whole, whole)
    region = tuple(
        slice(
            max(0, (side.start - 2 * margin) // period * period),
            min(n, -(-(side.stop + 2 * margin) // period) * period),
        )
        for side, margin, period, n in zip(box, margins, levels.period, levels.size, strict=True)
    )
    try:
        with ignored_warnings(SampvizWarning):
            steps = [step for part in levels.parts for step in part.steps]
            stages = Chain(tuple(steps)).trace(tuple(side.stop - side.start for side in region))
    except ChainError:
        return None
    count = len(levels.chain.steps)
    inner: list[Box] = []
    samples: list[Box] = []
    for grids, of_crop in zip(levels.grids, stages[count::count], strict=True):
        inner_sides, sample_sides = [], []
        for axis, (grid, cropped) in enumerate(zip(grids, of_crop, strict=True)):
            first = (cropped.delta + region[axis].start - grid.delta) / grid.step
            if cropped.step != grid.step or first.denominator != 1:
                return None
            low = (box[axis].start - margins[axis] - grid.delta) / grid.step
            high = (box[axis].stop + margins[axis] - grid.delta) / grid.step
            start = max(ceil(low), 0, int(first))
            stop = min(ceil(high), grid.size, int(first) + cropped.size)
            sample_sides.append(slice(start, stop))
            inner_sides.append(slice(start - int(first), stop - int(first)))
        inner.append(tuple(inner_sides))
        samples.append(tuple(sample_sides))
    return Crop(region, tuple(inner), tuple(samples))


def local_margins(
    levels: ChainLevels, image: Array, outputs: Sequence[Array], boxes: Sequence[Box]
) -> tuple[int, ...] | None:
    """Return the margins with which the crop about every box gives the outputs of the image.

    None where no margin does: something looks at all of the image.
    """
    for factor in _MARGINS:
        margins = tuple(max(2, ceil(factor * step)) for step in levels.coarsest)
        if all(_is_local(levels, image, outputs, box, margins) for box in boxes):
            return margins
    return None


def _is_local(
    levels: ChainLevels, image: Array, outputs: Sequence[Array], box: Box, margins: Sequence[int]
) -> bool:
    crop = crop_about(levels, box, margins)
    if crop is None:
        return False
    try:
        with ignored_warnings(SampvizWarning):
            of_crop = levels.run(image[crop.region])
    except ChainError:
        return False
    for whole, part, samples, inner in zip(outputs, of_crop, crop.samples, crop.inner, strict=True):
        expected, actual = whole[samples], part[inner]
        bound = _TOLERANCE * float(np.abs(np.nan_to_num(expected)).max(initial=0))
        if not np.allclose(actual, expected, rtol=0, atol=bound, equal_nan=True):
            return False
    return True


def runs_in_stacks(levels: ChainLevels, image: Array) -> bool:
    """Tell whether a stack of images gives what each of them gives alone.

    A part of the image tells it, where the chain takes parts.
    """
    sides = (p * ceil(_OF_A_STACK / p) for p in levels.period)
    part = image[tuple(slice(side) for side in sides)]
    try:
        return _runs_in_stacks(levels, part)
    except ChainError:
        return _runs_in_stacks(levels, image)


def _runs_in_stacks(levels: ChainLevels, image: Array) -> bool:
    pair = np.stack([image, image[..., ::-1]])
    alone = [levels.run(one) for one in pair]
    try:
        together = levels.run(pair)
    except SampvizError:  # it wants as many channels as it has weights
        return False
    return all(
        np.array_equal(stack[i], output, equal_nan=True)
        for i in (0, 1)
        for stack, output in zip(together, alone[i], strict=True)
    )
