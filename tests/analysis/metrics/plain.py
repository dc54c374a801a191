"""Measures as their definitions say: whole spectra, nothing shared, all in double precision."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache, reduce
from itertools import product
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.bandlimited import bandlimited_resample, low_pass
from sampviz.dsp.dtypes import Array


def dft(stack: Array) -> Array:
    return np.fft.fftn(stack, axes=range(1, stack.ndim), norm="forward")


def spread(stack: Array) -> Array:
    """What is left without the mean of each plane or volume."""
    return np.asarray(stack - stack.mean(axis=tuple(range(1, stack.ndim)), keepdims=True))


def power(stack: Array) -> NDArray[np.float64]:
    """|DFT|^2 / (H W)^2 less the mean, in the mean over channels."""
    return np.asarray((np.abs(dft(spread(stack))) ** 2).mean(axis=0))


def inside(y: Array) -> Array:
    """Without an eighth of each side."""
    return y[:, *(slice(n // 8, n - n // 8) for n in y.shape[1:])]


def worked(trial: Evaluation) -> list[int]:
    """The axes whose frequencies count: of a volume those that the chain changes."""
    axes = list(range(len(trial.grids)))
    changed = [i for i in axes if trial.coarsest[i] > 1 or trial.steps[i] != 1]
    return changed if len(axes) == 3 and changed else axes


def second_side(size: Sequence[int], axes: Sequence[int]) -> int:
    """The second-largest side along these axes, or the only one."""
    sides = sorted((size[i] for i in axes), reverse=True)
    return sides[min(1, len(sides) - 1)]


def belongs(trial: Evaluation) -> Array:
    """What the coarsest stage can hold, on the samples of the output."""
    return bandlimited_resample(low_pass(trial.original.array, trial.coarsest), trial.grids)


def relative(trial: Evaluation) -> NDArray[np.float64]:
    """|f| over the Nyquist frequency of the coarsest stage; inf beyond it along an axis."""
    axes = []
    for i, (grid, step) in enumerate(zip(trial.grids, trial.coarsest, strict=True)):
        f = np.fft.fftfreq(grid.size) / float(grid.step) * 2 * float(step)
        counted = f**2 if i in worked(trial) else 0 * f
        axes.append(np.where(np.abs(f) > 1 + 1e-9, np.inf, counted))
    return np.asarray(np.sqrt(reduce(np.add.outer, axes)))


def below_nyquist(trial: Evaluation) -> NDArray[np.bool_]:
    """|f| less than the Nyquist frequency of the coarsest stage along all worked axes."""
    axes = [
        [
            i not in worked(trial)
            or Fraction(2 * abs((k + n // 2) % n - n // 2), n) * coarsest < step
            for k in range(n)
        ]
        for i, (n, step, coarsest) in enumerate(
            zip(trial.output.shape[1:], trial.steps, trial.coarsest, strict=True)
        )
    ]
    return np.asarray(reduce(np.logical_and.outer, map(np.array, axes)))


def squares(
    size: Sequence[int],
    steps: Sequence[Fraction],
    unit: Fraction,
    axes: Sequence[int] | None = None,
) -> Array:
    """(unit |f|)^2 of every bin of a DFT of samples `steps` apart, as exact fractions.

    f is the frequency along all axes, or along some.
    """
    of_axes = [
        (i, [(unit * ((k + n // 2) % n - n // 2) / (n * step)) ** 2 for k in range(n)])
        for i, (n, step) in enumerate(zip(size, steps, strict=True))
    ]
    counted = [v if axes is None or i in axes else [Fraction(0)] * len(v) for i, v in of_axes]
    return np.asarray(reduce(np.add.outer, [np.array(v, dtype=object) for v in counted]))


def exact_rings(
    size: Sequence[int],
    steps: Sequence[Fraction],
    unit: Fraction,
    axes: Sequence[int] | None = None,
) -> Array:
    """The whole number nearest to unit |f|, by whole numbers alone; midway the larger."""
    return _rings(tuple(size), tuple(steps), unit, axes and tuple(axes))


@cache  # images of one size share them
def _rings(
    size: tuple[int, ...],
    steps: tuple[Fraction, ...],
    unit: Fraction,
    axes: tuple[int, ...] | None,
) -> Array:
    twice = np.vectorize(lambda square: isqrt(int(4 * square)), otypes=[int])
    return np.asarray((twice(squares(size, steps, unit, axes)) + 1) // 2)


def nyquist(trial: Evaluation) -> float:
    x = trial.original.array
    f = [
        np.abs(np.fft.fftfreq(n)) * float(s)
        for n, s in zip(x.shape[1:], trial.coarsest, strict=True)
    ]
    box = reduce(np.logical_and.outer, [each <= 0.5 + 1e-9 for each in f])
    return float(1 - power(x)[box].sum() / power(x).sum())


def alias(trial: Evaluation) -> float:
    """Of what lies beyond the box of frequencies, by the whole DFT."""
    x = trial.original.array
    f = [np.abs(np.fft.fftfreq(n)) for n in x.shape[1:]]
    beyond = [a > 1 / (2 * s) + 1e-9 for a, s in zip(f, map(float, trial.coarsest), strict=True)]
    axes = range(1, x.ndim)
    high = np.fft.ifftn(np.fft.fftn(x, axes=axes) * reduce(np.logical_or.outer, beyond), axes=axes)
    folded = (np.abs(trial.run(high.real)) ** 2).sum()
    return float(folded / (np.abs(spread(trial.output)) ** 2).sum())


def passband(trial: Evaluation) -> float:
    box = np.isfinite(relative(trial))
    return float(power(trial.baseband)[box].sum() / power(belongs(trial))[box].sum())


def third_quarter(trial: Evaluation) -> float:
    radius = relative(trial)
    ring = (radius > 0.5) & (radius <= 0.75)
    return float(power(trial.baseband)[ring].sum() / power(belongs(trial))[ring].sum())


def highfreq(trial: Evaluation) -> float:
    fine = below_nyquist(trial) & np.isfinite(relative(trial)) & (relative(trial) > 0.5)
    return float(power(trial.output)[fine].sum() / power(belongs(trial))[fine].sum())


def detail(trial: Evaluation) -> float:
    radius, there, came = relative(trial), dft(belongs(trial)), dft(trial.output)
    size, axes = radius.shape, worked(trial)
    steps = [a / b for a, b in zip(trial.steps, trial.coarsest, strict=True)]
    fine = below_nyquist(trial) & np.isfinite(radius)
    fine &= squares(size, steps, Fraction(2), axes) > Fraction(1, 4)
    rings = exact_rings(size, steps, Fraction(second_side(size, axes)), axes)
    kept = whole = 0.0
    for ring in np.unique(rings[fine]):
        at = fine & (rings == ring)
        energy = (np.abs(there[:, at]) ** 2).sum()
        gain = max(0.0, (came[:, at] * there[:, at].conj()).real.sum() / energy)
        kept, whole = kept + gain**2 * energy, whole + energy
    return float(kept / whole)


def spectral(trial: Evaluation) -> float:
    """The rings are counted from 1; those without a bin on both sides are left out."""
    axes = worked(trial)
    side = second_side(trial.original.size, axes)
    found = []
    for stack, steps in ((trial.original.array, [Fraction(1)] * 3), (trial.output, trial.steps)):
        size = stack.shape[1:]
        rings = exact_rings(size, steps[: len(size)], Fraction(side), axes)
        powers = power(stack)
        found.append({r: powers[rings == r].mean() for r in np.unique(rings) if r})
    last = side / (2 * max(trial.coarsest[i] for i in axes))
    both = [r for r in found[0] if r in found[1] and r <= last]
    return float(np.mean([abs(np.log10(found[1][r] / found[0][r])) for r in both]))


def am1(trial: Evaluation) -> float:
    ours, reference = (np.abs(dft(spread(x))) for x in (trial.output, trial.reference))
    return float(np.abs(ours - reference).mean() / reference.mean())


def shift(trial: Evaluation) -> float:
    """For steps up to 8 px."""
    x = trial.original.array
    moves = product(*(range(round(step)) for step in trial.coarsest))
    axes = range(1, x.ndim)
    seen = [inside(trial.run(np.roll(x, [-i for i in move], axes))) for move in moves]
    return float(np.var(seen, axis=0).mean() / (np.abs(spread(x)) ** 2).mean())


def ringing(trial: Evaluation) -> float:
    """For steps up to 4 px, and chains that make something of all 1."""
    shape = trial.original.array.shape

    def answer(image: Array) -> Array:
        return inside(trial.run(image))

    dark, light = answer(np.zeros(shape)), answer(np.ones(shape))
    low, high = min(dark.min(), light.min()), max(dark.max(), light.max())
    beyond = [0.0]
    for axis in range(1, len(shape)):
        for place in range(round(trial.coarsest[axis - 1])):
            edge = np.indices(shape)[axis] >= shape[axis] // 2 + place
            out = answer(edge.astype(float))
            beyond += [out.max() - high, low - out.min()]
    return max(beyond) / abs(light.mean() - dark.mean())
