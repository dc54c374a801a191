"""A sweep: chains on an image that moves, each output moved back, and what is then left of it.

The image wraps around as it moves. If a chain neither folds nor bends, its output only moves with
the image, and moved back it stands still; what flickers is what the chain added.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isfinite, prod
from typing import Literal

import numpy as np

from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.names import fewer
from sampviz.core.notebook import ShortRepr
from sampviz.core.option import join_words
from sampviz.dsp.bandlimited import fourier_shift
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.patches import inner
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

Axis = Literal["columns", "rows", "both"]
MOST_SHIFTS = 400
MOST_WORK = 2**32  # pixels of all stages of all chains at all shifts
_AXES: dict[Axis, tuple[int, int]] = {"rows": (1, 0), "columns": (0, 1), "both": (1, 1)}
_NUMBER = r"[+-]?(?:[0-9]{1,6}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})", re.ASCII)
_CONSTANT = 1e-6  # of the values: rounding, in float32


@dataclass(frozen=True, eq=False, repr=False)
class ShiftedOutputs(ShortRepr):
    """The image moved by `shift` px, and the output of every chain, moved back.

    `consistency` is the shift error of each chain, None where it is undefined: see the function.
    """

    shift: Fraction
    array: Array
    outputs: tuple[Array, ...]
    consistency: tuple[float | None, ...]


@dataclass(frozen=True, eq=False, repr=False)
class ShiftSweep(ShortRepr):
    """An image that moves along `axis` by each of `shifts` (px), and chains without `auto`.

    A shift moves it down ("rows"), to the right ("columns"), or by as much in both ways.
    """

    image: Image
    chains: tuple[Chain, ...]
    shifts: tuple[Fraction, ...]
    axis: Axis

    @property
    def mm_per_px(self) -> float | None:
        """Millimetres that a shift by 1 px is; None where unknown or not the same on both axes."""
        spacing = self.image.spacing
        if spacing is None:
            return None
        mm = {size for size, component in zip(spacing, _AXES[self.axis], strict=True) if component}
        return mm.pop() if len(mm) == 1 else None

    @cached_property
    def unshifted(self) -> tuple[Array, ...]:
        """The outputs for the image that does not move."""
        return tuple(_finite(chain, chain(self.image.array)) for chain in self.chains)

    def at(self, shift: Fraction) -> ShiftedOutputs:
        """Move the image by `shift` px, run every chain, and move the outputs back."""
        direction = _AXES[self.axis]
        array = shifted(self.image.array, [-shift * component for component in direction])
        outputs = []
        for chain in self.chains:
            steps = [grid.step for grid in chain.trace(self.image.size)[-1]]
            offsets = [
                shift * component / step for component, step in zip(direction, steps, strict=True)
            ]
            outputs.append(shifted(_finite(chain, chain(array)), offsets))
        errors = map(consistency, outputs, self.unshifted)
        return ShiftedOutputs(shift, array, tuple(outputs), tuple(errors))


def plan_sweep(
    image: Image,
    chains: Sequence[Chain],
    *,
    axis: Axis = "columns",
    extent: str | None = None,
    step: float = 0.25,
) -> ShiftSweep:
    """Plan a sweep over `extent`, LO..HI in px, every `step` px; nothing is run yet.

    By default from 0 over one period: the step of the coarsest stage of all chains. InputError
    for an image that is constant or not finite; UsageError for a volume, a range that cannot be
    meant and too much work.
    """
    _check(image)
    warn_of_scale(image, chains)
    stage_grids = [chain.trace(image.size) for chain in chains]
    swept_axes = [i for i in (0, 1) if _AXES[axis][i]]
    period = max(grids[i].step for stages in stage_grids for grids in stages for i in swept_axes)
    shifts = _shifts(extent, step, period)
    side = min(image.size[i] for i in swept_axes)
    largest_shift = max(Fraction(side, 8), period)
    if max(map(abs, shifts)) > largest_shift:
        raise UsageError(
            f"a shift beyond {float(largest_shift):g} px brings what wraps around into "
            "what is compared",
            argument("range", extent),
            f"stay within an eighth of the side of {side} px; a period is 0..{float(period):g}",
        )
    stages = sum(prod(grid.size for grid in grids) for stages in stage_grids for grids in stages)
    total_samples = len(shifts) * stages * (image.array.size // prod(image.size))
    if total_samples > MOST_WORK:
        raise UsageError(
            f"{len(shifts)} shifts are {total_samples:.1e} px to compute; "
            f"the most is {MOST_WORK:.1e}",
            f"{argument('range')}, {argument('step')} and {argument('chains', option='ops')}",
            f"take {less_shifted(len(chains))}",
        )
    return ShiftSweep(image, tuple(chains), shifts, axis)


def less_shifted(chains: int, *more: str) -> str:
    """Advise what makes less of a sweep, of so many chains; `more` stands at the end."""
    words = [f"a larger {argument('step')}", f"a shorter {argument('range')}"]
    return join_words([*words, *fewer({"chains": chains}), *more])


def shifted(x: Array, offsets: Sequence[Fraction]) -> Array:
    """Return x at indices m + offset, an axis each: rolled if that is whole, else by Fourier."""
    whole_pixels = [int(offset) if offset.denominator == 1 else 0 for offset in offsets]
    fractions = [float(offset) if offset.denominator > 1 else 0.0 for offset in offsets]
    rolled = np.roll(x, [-offset for offset in whole_pixels], axis=tuple(range(-len(offsets), 0)))
    return fourier_shift(rolled, fractions)


def consistency(shifted_back: Array, unshifted: Array) -> float | None:
    """Return ||shifted_back - unshifted|| / ||unshifted - mean||, without an eighth at each side.

    0 if the output only moves with the image. Both are (.., H, W); the mean is that of each plane.
    None if `unshifted` is constant: there is nothing to compare with.
    """
    unit = unshifted.real.dtype.type(power_of_two(unshifted))  # no square is too large or too small
    actual, expected = inner(shifted_back) / unit, inner(unshifted) / unit
    scale = _norm(expected - expected.mean(axis=(-2, -1), keepdims=True))
    if scale <= _CONSTANT * _norm(expected):
        return None
    return _norm(actual - expected) / scale


def worst_shift(errors: Sequence[Sequence[float | None]]) -> int:
    """Return at which shift the mean error of the chains is largest, the first of equals.

    `errors` are those of all chains for each shift; chains whose error is undefined do not count.
    """
    defined = [[error for error in row if error is not None] for row in errors]
    means = [sum(row) / len(row) if row else 0.0 for row in defined]
    return means.index(max(means))


def _norm(y: Array) -> float:
    return float(np.sqrt(np.sum(np.abs(y) ** 2, dtype=np.float64)))


def _check(image: Image) -> None:
    """Raise an error for an image that cannot be moved, or not be seen to."""
    if image.slice_planes:
        fix = f"leave out {argument('volume', True)}: a slice is taken"
        raise UsageError("planes are moved, not volumes", image.name, fix)
    if image.labels:
        raise UsageError(
            "labels are names, of which parts of a pixel would make other numbers",
            f"{image.name}, of labels {image.labels}",
            f"{argument('as_', 'intensity')} takes them for amounts",
        )
    count = int(np.count_nonzero(~np.isfinite(image.array)))
    if count:
        raise InputError(
            f"{count} of its values {'are' if count > 1 else 'is'} NaN or infinite, and a Fourier"
            " shift spreads them over the whole image",
            image.name,
            "replace them with numbers first",
        )
    if (image.array == image.array.flat[0]).all():
        raise InputError(
            "the image is constant: nothing can be seen moving", image.name, "take another image"
        )


def _finite(chain: Chain, output: Array) -> Array:
    if not np.isfinite(output).all():
        raise UsageError(
            "the output is NaN or infinite somewhere, and cannot be moved back",
            f"chain '{chain}'",
            "leave the chain out",
        )
    return output


def _shifts(extent: str | None, step: float, period: Fraction) -> tuple[Fraction, ...]:
    low, high = Fraction(0), period
    if extent is not None:
        match = _RANGE.fullmatch(extent.replace(" ", ""))
        low, high = (Fraction(match[1]), Fraction(match[2])) if match else (high, low)
        if low >= high:
            raise UsageError(
                f"{extent[:40]!r} is not a range of shifts",
                argument("range"),
                "write LO..HI in pixels, the smaller first, e.g. 0..2 or -1.5..1.5",
            )
    increment = Fraction(str(step)) if isfinite(step) else Fraction(0)
    if not 0 < increment <= high - low:
        raise UsageError(
            f"a step of {step:g} px leaves nothing to compare from {float(low):g} to"
            f" {float(high):g} px",
            argument("step"),
            "take a smaller one, such as 0.25",
        )
    count = (high - low) // increment + 1
    if count > MOST_SHIFTS:
        raise UsageError(
            f"{count} shifts; the most is {MOST_SHIFTS}",
            f"{argument('range')} and {argument('step')}",
            f"take a larger {argument('step')} or a shorter {argument('range')}",
        )
    return tuple(low + i * increment for i in range(count))
