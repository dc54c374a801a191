"""Frequency responses of chains, and what stands for them where a chain is not linear.

Frequencies are in cycles per pixel of the input. The gain of a wave below the new Nyquist
frequency, that of the coarsest stage, is its gain there; above it, the gain with which it comes
out at the frequency that it folds to: its distance from the nearest multiple of the new sampling
rate. Replicas are what upsampling makes of that at other frequencies.

Of a chain that is not linear the describing function is found: the part of the output that turns
with the phase of a cosine of amplitude 1/2 on 1/2, as if that were a linear answer. How much else
there is, is the share of harmonics.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isqrt

import numpy as np

from sampviz.analysis.wave_probe import PHASES, Wave, WaveProbe
from sampviz.core.errors import UsageError, argument
from sampviz.core.progress import Progress, with_progress
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import decibels
from sampviz.ops.chain import Chain
from sampviz.ops.linear_part import linear_part

MOST_CHAINS = 64  # of a figure
LEAST_SIDE, LEAST_SIDE_OF_MAP = 128, 64  # px of the probe
_FREQUENCIES = {True: 64, False: 32}  # of a curve, linear or not
_MOST_OF_MAP = 64
_MOST_SAMPLES = 2**26  # that a map may cost
_AXES = ("slices", "rows", "columns")


@dataclass(frozen=True, eq=False)
class ResponseCurve:
    """The gains of waves along an axis. All arrays have a value for each of `frequency`.

    `axis` is "rows" for waves that vary from row to row, "columns", or "both" where they are
    alike; of volumes "slices", "rows", "columns", two of these, or "all". `folds_to` is NaN up to
    `nyquist`. `replica` is the gain of the strongest replica, None where the output has none;
    `harmonics` is None of linear chains; `closed` is the closed form of the gain, None where none
    is known. `is_mean_over_phases` says that samples have weights of their own, as where a factor
    is no whole number.
    """

    chain: Chain
    axis: str
    nyquist: float
    frequency: Array
    gain: Array
    folds_to: Array
    replica: Array | None
    harmonics: Array | None
    closed: Array | None
    is_mean_over_phases: bool = False

    @property
    def suppression(self) -> Array | None:
        """The strongest replica over the gain, in dB; NaN where both are 0."""
        if self.replica is None:
            return None
        tiny = np.finfo(np.float32).eps
        is_negligible = np.maximum(self.gain, self.replica) < tiny
        return np.where(
            is_negligible, np.nan, decibels(self.replica / np.maximum(self.gain, tiny), 1)
        )


@dataclass(frozen=True, eq=False)
class GainMap:
    """The gains of waves across rows and columns: (K, K), DC in the middle, odd K."""

    chain: Chain
    nyquist: tuple[float, ...]  # of rows, of columns
    frequency: Array  # (K,), of rows and columns alike
    gain: Array


def curves_of(
    chains: Sequence[Chain], progress: Progress[Chain] | None = None, axes: int = 2
) -> list[ResponseCurve]:
    """Return the curves of all chains: one of each, or more where the axes differ."""
    _check_count(chains)
    if axes not in (2, 3):
        raise UsageError(f"{axes} axes", argument("axes"), "2 is for planes, 3 for volumes")
    tracked = with_progress(chains, len(chains), progress)
    return [curve for chain in tracked for curve in response_curves(chain, axes)]


def gain_maps_of(
    chains: Sequence[Chain], progress: Progress[Chain] | None = None, axes: int = 2
) -> list[GainMap]:
    """Return the maps of all chains; UsageError for volumes."""
    _check_count(chains)
    if axes != 2:
        what = "maps are over the frequencies of rows and columns, of planes"
        raise UsageError(what, argument("two_d", True), "leave it out for the curves of a volume")
    return [gain_map(chain) for chain in with_progress(chains, len(chains), progress)]


def _check_count(chains: Sequence[Chain]) -> None:
    if len(chains) > MOST_CHAINS:
        what = f"{len(chains)} chains in one figure"
        raise UsageError(what, argument("chains", option="ops"), f"give at most {MOST_CHAINS}")


def response_curves(chain: Chain, axes: int = 2) -> list[ResponseCurve]:
    """Return one curve for all axes of planes (2) or volumes (3), or more where they differ.

    Of a chain that adds constants it is that of its linear part, which is said. ChainError where
    waves cannot tell, as `WaveProbe.of` says.
    """
    chain = _without_constants(chain)
    if axes == 2:
        probes = [WaveProbe.of(chain, LEAST_SIDE)] * 2
    else:
        probes = [WaveProbe.of(chain, LEAST_SIDE, axis) for axis in range(axes)]
    alike: list[list[ResponseCurve]] = []
    for axis, probe in enumerate(probes):
        curve = _curve(probe, axis)
        group = next((group for group in alike if _is_alike(group[0], curve)), None)
        if group is None:
            alike.append([curve])
        else:
            group.append(curve)
    if len(alike) == 1:
        return [replace(alike[0][-1], axis="both" if axes == 2 else "all")]
    return [replace(group[-1], axis=" and ".join(c.axis for c in group)) for group in alike]


def _is_alike(one: ResponseCurve, other: ResponseCurve) -> bool:
    return (
        one.nyquist == other.nyquist
        and np.array_equal(one.frequency, other.frequency)
        and np.allclose(one.gain, other.gain, atol=1e-6)
    )


def gain_map(chain: Chain) -> GainMap:
    """Return the gains of waves in all directions; ChainError as `response_curves`."""
    chain = _without_constants(chain)
    probe = WaveProbe.of(chain, LEAST_SIDE_OF_MAP)
    runs = 2 if chain.linear else PHASES  # of the chain, for each of about most^2 / 2 waves
    most = min(_MOST_OF_MAP, isqrt(2 * _MOST_SAMPLES // (runs * probe.samples)))
    above = _cycles(probe, most // 2)
    cycles = [-k for k in above[:0:-1]] + above
    waves = [(i, j) for i in cycles for j in above]
    half = _gains(probe, waves).reshape(len(cycles), len(above))
    # A wave and the one that runs the other way are conjugate: they have one gain.
    gain = np.concatenate([half[::-1, :0:-1], half], axis=1)
    return GainMap(chain, _nyquist(probe), np.array(cycles) / probe.side, gain)


def _curve(probe: WaveProbe, axis: int) -> ResponseCurve:
    cycles = _cycles(probe, _FREQUENCIES[probe.chain.linear])
    waves = [probe.wave(k, axis) for k in cycles]
    answers = probe.answers(waves)
    # Replicas along the other axes are those of a constant, whatever the wave.
    gains = np.moveaxis(answers.gains, 1 + axis, 1).reshape(len(waves), probe.replicas[axis], -1)
    gains = gains[:, :, 0]
    bases = [probe.base(k, axis) for k in cycles]
    is_base = np.arange(gains.shape[1]) == np.array([index for _, index in bases])[:, None]
    nyquist = _nyquist(probe)[axis]
    frequency = np.array(cycles) / probe.side
    return ResponseCurve(
        probe.chain,
        _AXES[axis - len(probe.size)],
        nyquist,
        frequency,
        gains[is_base],
        np.where(frequency > nyquist, [abs(float(v)) for v, _ in bases], np.nan),
        np.where(is_base, 0, gains).max(axis=1) if gains.shape[1] > 1 else None,
        answers.harmonics,
        _closed_form(probe, np.array(waves) / probe.size),
        _is_mean_over_phases(probe),
    )


def _is_mean_over_phases(probe: WaveProbe) -> bool:
    """Tell whether a step, but for transforms of the whole, makes a sample of 5/3 px, say."""
    steps = zip(probe.chain.steps, pairwise(probe.stage_grids), strict=True)
    ratios = [
        after.step / before.step
        for step, stages in steps
        if not step.op.spreads_nonfinite(step.params)
        for before, after in zip(*stages, strict=True)
    ]
    return any(1 not in (ratio.numerator, ratio.denominator) for ratio in ratios)


def _without_constants(chain: Chain) -> Chain:
    linear = linear_part(chain)
    if linear is None or linear == chain:
        return chain
    warn(f"{chain}: the response is that of {linear}, without the constant that it adds")
    return linear


def _cycles(probe: WaveProbe, most: int) -> list[int]:
    """Return about `most` frequencies from 0 to half a cycle per px, in cycles per probe."""
    half = probe.side // 2
    return list(range(0, half + 1, max(1, -(-half // max(1, most)))))


def _nyquist(probe: WaveProbe) -> tuple[float, ...]:
    return tuple(float(1 / (2 * step)) for step in probe.coarsest)


def _gains(probe: WaveProbe, waves: Sequence[Wave]) -> Array:
    """Return the gain of each wave at its own frequency, or at that which it folds to."""
    down, along = ([probe.base(wave[axis], axis)[1] for wave in waves] for axis in (0, 1))
    return probe.answers(waves).gains[np.arange(len(waves)), down, along]


def _closed_form(probe: WaveProbe, waves: Array) -> Array | None:
    """Return the gains of waves by the formulas of the steps, if known.

    `waves` are (K, axes), in cycles/px.

    Gains multiply along the path of a wave. Where a step makes replicas and a later one folds
    them back, there is more than that path.
    """
    total = np.ones(len(waves))
    steps = [tuple(grid.step for grid in grids) for grids in probe.stage_grids]
    enlarged = False
    for step, before, after in zip(probe.chain.steps, steps, steps[1:], strict=False):
        scale = [float(b / a) for a, b in zip(before, after, strict=True)]
        gain = step.op.gain(list(waves.T), dict(step.values))
        if gain is None or (enlarged and max(scale) > 1):
            return None
        enlarged = enlarged or min(scale) < 1
        total = total * gain
        waves = waves * scale
        waves = waves - np.ceil(np.round(waves - 0.5, 9))  # as the samples of this stage show it
    return total
