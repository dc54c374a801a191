"""Measures as their definitions say: whole spectra, nothing shared, all in double precision."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.bandlimited import bandlimited_resample, low_pass
from sampviz.dsp.dtypes import Array


def dft(stack: Array) -> Array:
    return np.fft.fft2(stack, norm="forward")


def power(stack: Array) -> NDArray[np.float64]:
    """|DFT|^2 / (H W)^2 less the mean, in the mean over channels."""
    return (np.abs(dft(stack - stack.mean(axis=(-2, -1), keepdims=True))) ** 2).mean(axis=0)


def belongs(trial: Evaluation) -> Array:
    """What the coarsest stage can hold, on the samples of the output."""
    return bandlimited_resample(low_pass(trial.original.array, trial.coarsest), trial.grids)


def relative(trial: Evaluation) -> NDArray[np.float64]:
    """|f| over the Nyquist frequency of the coarsest stage; inf beyond it along an axis."""
    axes = []
    for grid, step in zip(trial.grids, trial.coarsest, strict=True):
        f = np.fft.fftfreq(grid.size) / float(grid.step) * 2 * float(step)
        axes.append(np.where(np.abs(f) > 1 + 1e-9, np.inf, f))
    return np.hypot(axes[0][:, None], axes[1])


def below_nyquist(trial: Evaluation) -> NDArray[np.bool_]:
    """|f| less than the Nyquist frequency of the coarsest stage along both axes."""
    rows, columns = (
        [Fraction(2 * abs((k + n // 2) % n - n // 2), n) * coarsest < step for k in range(n)]
        for n, step, coarsest in zip(
            trial.output.shape[-2:], trial.steps, trial.coarsest, strict=True
        )
    )
    return np.logical_and.outer(rows, columns)


def squares(size: Sequence[int], steps: Sequence[Fraction], unit: Fraction) -> Array:
    """(unit |f|)^2 of every bin of a DFT of samples `steps` apart, as exact fractions."""
    of_axes = [
        [(unit * ((k + n // 2) % n - n // 2) / (n * step)) ** 2 for k in range(n)]
        for n, step in zip(size, steps, strict=True)
    ]
    return np.add.outer(*(np.array(values, dtype=object) for values in of_axes))


def exact_rings(size: Sequence[int], steps: Sequence[Fraction], unit: Fraction) -> Array:
    """The whole number nearest to unit |f|, by whole numbers alone; midway the larger."""
    twice = np.vectorize(lambda square: isqrt(int(4 * square)), otypes=[int])
    return (twice(squares(size, steps, unit)) + 1) // 2


def nyquist(trial: Evaluation) -> float:
    x = trial.original.array
    f = [
        np.abs(np.fft.fftfreq(n)) * float(s)
        for n, s in zip(x.shape[1:], trial.coarsest, strict=True)
    ]
    inside = (f[0][:, None] <= 0.5 + 1e-9) & (f[1] <= 0.5 + 1e-9)
    return 1 - power(x)[inside].sum() / power(x).sum()


def passband(trial: Evaluation) -> float:
    inside = np.isfinite(relative(trial))
    return power(trial.baseband)[inside].sum() / power(belongs(trial))[inside].sum()


def third_quarter(trial: Evaluation) -> float:
    radius = relative(trial)
    inside = (radius > 0.5) & (radius <= 0.75)
    return power(trial.baseband)[inside].sum() / power(belongs(trial))[inside].sum()


def highfreq(trial: Evaluation) -> float:
    fine = below_nyquist(trial) & (relative(trial) > 0.5)
    return power(trial.output)[fine].sum() / power(belongs(trial))[fine].sum()


def detail(trial: Evaluation) -> float:
    radius, there, came = relative(trial), dft(belongs(trial)), dft(trial.output)
    size = radius.shape
    steps = [a / b for a, b in zip(trial.steps, trial.coarsest, strict=True)]
    fine = below_nyquist(trial) & (squares(size, steps, Fraction(2)) > Fraction(1, 4))
    rings = exact_rings(size, steps, Fraction(min(size)))
    kept = whole = 0.0
    for ring in np.unique(rings[fine]):
        at = fine & (rings == ring)
        energy = (np.abs(there[:, at]) ** 2).sum()
        gain = max(0.0, (came[:, at] * there[:, at].conj()).real.sum() / energy)
        kept, whole = kept + gain**2 * energy, whole + energy
    return float(kept / whole)


def spectral(trial: Evaluation) -> float:
    """The rings are counted from 1; those without a bin on both sides are left out."""
    side = min(trial.original.size)
    found = []
    for stack, steps in ((trial.original.array, [Fraction(1)] * 2), (trial.output, trial.steps)):
        rings = exact_rings(stack.shape[1:], steps, Fraction(side))
        powers = power(stack)
        found.append({r: powers[rings == r].mean() for r in np.unique(rings) if r})
    last = side / (2 * max(trial.coarsest))
    both = [r for r in found[0] if r in found[1] and r <= last]
    return float(np.mean([abs(np.log10(found[1][r] / found[0][r])) for r in both]))


def am1(trial: Evaluation) -> float:
    ours, reference = (
        np.abs(dft(x - x.mean(axis=(-2, -1), keepdims=True)))
        for x in (trial.output, trial.reference)
    )
    return float(np.abs(ours - reference).mean() / reference.mean())


def shift(trial: Evaluation) -> float:
    """For steps up to 8 px."""
    x = trial.original.array
    moves = product(*(range(round(step)) for step in trial.coarsest))
    seen = np.stack([trial.run(np.roll(x, (-a, -b), (-2, -1))) for a, b in moves])
    h, w = seen.shape[-2:]
    inside = seen[..., h // 8 : h - h // 8, w // 8 : w - w // 8]
    spread = x - x.mean(axis=(-2, -1), keepdims=True)
    return float(inside.var(axis=0).mean() / (np.abs(spread) ** 2).mean())


def ringing(trial: Evaluation) -> float:
    """For steps up to 4 px, and chains that make something of all 1."""
    shape = trial.original.array.shape

    def answer(image: Array) -> Array:
        out = trial.run(image)
        h, w = out.shape[-2:]
        return out[..., h // 8 : h - h // 8, w // 8 : w - w // 8]

    dark, light = answer(np.zeros(shape)), answer(np.ones(shape))
    low, high = min(dark.min(), light.min()), max(dark.max(), light.max())
    beyond = [0.0]
    for axis in (1, 2):
        for place in range(round(trial.coarsest[axis - 1])):
            edge = np.indices(shape)[axis] >= shape[axis] // 2 + place
            out = answer(edge.astype(float))
            beyond += [out.max() - high, low - out.min()]
    return max(beyond) / abs(light.mean() - dark.mean())
