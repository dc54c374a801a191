"""Waves sent through a chain: how strong they come out, and at which frequencies.

A wave of v cycles/px comes out of a linear chain as waves of v + r / period, r = 0, 1, ..: itself,
or what it folds to, and replicas of that. They are told apart in the middle of the output, at the
exact places of its samples, away from what the borders do.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, lcm, prod

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.dsp.interpolate import sample_positions
from sampviz.ops.chain import Chain

SIDES = (16, 32, 64, 128, 256, 512, 1024)  # px, of the probe; no stage may be larger than the last
# Of a cosine that is sent through what is not linear. Harmonics one beside a multiple of it are
# taken for the wave: with 19 no power of two is, up to 256, and windows make such harmonics.
PHASES = 19
AMPLITUDE = MEAN = 0.5  # of that cosine
_AT_ONCE = 2**22  # samples of all stages together: 32 MB
_STEADY = 1e-3  # how much the gain of a wave may vary from period to period
_LONGER = 16  # of the axis on which the scale is looked at again
_TESTED = (0.0, 0.11, 0.23, 0.37, 0.5)  # cycles/px, nearly

_SIDES_OF_VOLUME, _ACROSS = SIDES[:-2], 4  # px along the waves, and so many times less across
Wave = tuple[int, ...]  # whole cycles over the probe along each axis


@dataclass(frozen=True, eq=False)
class ProbeResult:
    """What came out for each wave.

    `gains[i, a, b]` is that of wave i at its frequency plus a and b cycles per period, of a volume
    `gains[i, a, b, c]`.
    `harmonics[i]` is the share of the variance, over pixels and phases, that is of another order
    than the wave; None of linear chains, NaN where the output is constant.
    """

    gains: Array
    harmonics: Array | None
    unsteady: float


@dataclass(frozen=True, eq=False)
class WaveProbe:
    """An array of `size` for a chain; along each axis all stages repeat every `periods` px.

    It is a square, or a volume that is long along one axis, for waves along that.
    """

    chain: Chain
    size: Size
    periods: tuple[int, ...]
    stage_grids: tuple[Grids, ...]  # of all stages

    @property
    def side(self) -> int:
        """Px along the waves."""
        return max(self.size)

    @property
    def grids(self) -> Grids:
        """The grids of the output."""
        return self.stage_grids[-1]

    @property
    def coarsest(self) -> tuple[Fraction, ...]:
        """Pixels between the samples of the coarsest stage, an axis each."""
        return tuple(map(max, zip(*_steps(self.stage_grids), strict=True)))

    @property
    def samples(self) -> int:
        """The samples of all stages together."""
        return sum(prod(grid.size for grid in grids) for grids in self.stage_grids)

    @classmethod
    def of(cls, chain: Chain, least: int, axis: int | None = None) -> "WaveProbe":
        """Return a probe of at least `least` px; smaller for a chain that enlarges it too much.

        It is a plane, or with `axis` a volume for waves along that axis.
        Of a linear chain it is so large that the borders do not reach into its middle; what is
        not linear may vary there by itself. ChainError if they always do, if the stages have no
        common period, or none that is small enough, or if the chain mixes channels.
        """
        where, content = f"chain '{chain}'", "a plane" if axis is None else "a volume"
        chain = chain.resolve((least,) * (2 if axis is None else 3), None)
        sides = SIDES if axis is None else _SIDES_OF_VOLUME
        # Larger ones are looked for only where smaller ones do not do: that takes the most time.
        probes = filter(None, (_fitting(chain, side, axis) for side in sides))
        smallest = next(probes, None)
        if smallest is None:
            raise ChainError(
                f"it does not repeat itself within {content} of {sides[-1]} px",
                where,
                "give factors in place of sizes, smaller ones, and padding that keeps their ratio",
            )
        smallest.refuse_mixed_channels()
        tested_axes = (1, 0) if axis is None else (axis,)
        for probe in itertools.chain((smallest,), probes):
            if probe.side >= least and probe.is_steady(tested_axes):
                return probe
        if probe.side < least and probe.is_steady(tested_axes):
            return probe
        raise ChainError(
            f"its borders reach into the middle of {content} of {probe.side} px",
            where,
            "use smaller kernels, or pad to a size that the factors divide",
        )

    @property
    def replicas(self) -> tuple[int, ...]:
        """Samples of the output in a period: as many waves come out of one, an axis each."""
        return tuple(map(_replicas, self.grids, self.periods))

    def refuse_mixed_channels(self) -> None:
        """Raise ChainError for a chain that makes other channels out of one."""
        axes = len(self.size)
        stages = self.chain.stages(np.zeros((1, *self.size)), axes=axes)
        for step, stage in zip(self.chain.steps, stages[1:], strict=True):
            if stage.shape[:-axes] != (1,):
                raise ChainError(
                    f"{step.op.name} makes other channels, and a response is that of one channel",
                    f"chain '{self.chain}'",
                    "leave the step out",
                )

    def is_steady(self, axes: Sequence[int]) -> bool:
        """Whether waves along axes are alike throughout the middle, if the chain is linear."""
        waves = [self.wave(round(v * self.side), axis) for axis in axes for v in _TESTED]
        return not self.chain.linear or self.answers(waves).unsteady < _STEADY

    def wave(self, cycles: int, axis: int) -> Wave:
        """Return a wave along an axis."""
        return tuple(cycles if i == axis else 0 for i in range(len(self.size)))

    def base(self, cycles: int, axis: int) -> tuple[Fraction, int]:
        """Return where the coarsest stage holds a wave along an axis: cycles/px, and the index.

        The index is that of `ProbeResult.gains`. A wave at the new Nyquist frequency stays there.
        """
        v, step = Fraction(cycles, self.size[axis]), self.coarsest[axis]
        turns = ceil(abs(v) * step - Fraction(1, 2)) * (-1 if v < 0 else 1)
        replicas = self.replicas[axis]
        return v - turns / step, int(-turns * self.periods[axis] / step) % replicas

    def answers(self, waves: Sequence[Wave]) -> ProbeResult:
        """Send waves through the chain, and look at the middle of what comes out."""
        # What is not linear may look at all channels: each of its waves goes alone.
        count = max(1, _AT_ONCE // (2 * self.samples)) if self.chain.linear else 1
        parts = [self._answers(waves[i : i + count]) for i in range(0, len(waves), count)]
        shares = [part.harmonics for part in parts if part.harmonics is not None]
        return ProbeResult(
            np.concatenate([part.gains for part in parts]),
            np.concatenate(shares) if shares else None,
            max(part.unsteady for part in parts),
        )

    def _answers(self, waves: Sequence[Wave]) -> ProbeResult:
        sent_waves = _waves(waves, [np.arange(n) / n for n in self.size])
        middles = tuple(map(_middle, self.grids, self.periods))
        if self.chain.linear:
            parts = self._run(np.concatenate([sent_waves.real, sent_waves.imag]), middles)
            out, shares = parts[: len(waves)] + 1j * parts[len(waves) :], None
        else:
            out, shares = self._fundamental(sent_waves, middles)
        places = [
            sample_positions(grid)[middle] / n
            for grid, middle, n in zip(self.grids, middles, self.size, strict=True)
        ]
        out = out * _waves(waves, places).conj()
        pairs = zip(out.shape[1:], self.replicas, strict=True)
        periods = out.reshape(len(waves), *(part for n, r in pairs for part in (n // r, r)))
        over = tuple(range(1, periods.ndim, 2))
        pattern = periods.mean(axis=over, keepdims=True)
        axes = range(1, 1 + len(self.size))
        gains = np.abs(np.fft.fftn(pattern.squeeze(over), axes=axes, norm="forward"))
        return ProbeResult(gains, shares, float(np.abs(periods - pattern).max()))

    def _run(self, x: Array, middles: tuple[slice, ...]) -> Array:
        """Return the middle of what the chain makes of arrays."""
        out = self.chain(x, axes=len(self.size))
        return out[:, *middles]

    def _fundamental(self, sent_waves: Array, middles: tuple[slice, ...]) -> tuple[Array, Array]:
        """Return what turns with the phase of a cosine, as of amplitude 1, and the rest's share."""
        phasors = np.exp(2j * np.pi * np.arange(PHASES) / PHASES)
        shape, axes = (PHASES, *[1] * sent_waves.ndim), tuple(range(-len(self.size), 0))
        cosines = MEAN + AMPLITUDE * (sent_waves * phasors.reshape(shape)).real
        out = np.stack([self._run(cosine, middles) for cosine in cosines])
        first = (out * phasors.conj().reshape(shape)).mean(axis=0)
        variance = out.var(axis=(0, *axes))
        share = 1 - 2 * (np.abs(first) ** 2).mean(axis=axes) / np.where(variance, variance, 1)
        is_constant = variance < np.finfo(out.dtype).eps
        return first * 2 / AMPLITUDE, np.where(is_constant, np.nan, np.clip(share, 0, 1))


def _fitting(chain: Chain, side: int, axis: int | None) -> WaveProbe | None:
    """Return the first probe from `side` px on of whose periods the chain makes whole ones."""
    for size in _sizes(side, axis):
        try:
            traced = chain.trace(size)
            periods = tuple(
                lcm(*(step.numerator for step in steps))
                for steps in zip(*_steps(traced), strict=True)
            )
            middles = map(_middle, traced[-1], periods)
            largest = max(grid.size for grids in traced for grid in grids)
            are_whole = not any(n % period for n, period in zip(size, periods, strict=True))
            has_whole_periods = are_whole and all(m.stop > m.start for m in middles)
            if has_whole_periods and largest <= SIDES[-1] and _keeps_scale(chain, size):
                return WaveProbe(chain, size, periods, traced)
        except ChainError:  # too small for a kernel
            continue
    return None


def _sizes(side: int, axis: int | None) -> Iterator[Size]:
    """Yield the sizes of probes from `side` px on."""
    for n in range(side, side + side // 4 + 1):
        if axis is None:
            yield n, n
            continue
        least = max(SIDES[0], side // _ACROSS)
        for across in range(least, least + least // 4 + 1):
            yield tuple(n if i == axis else across for i in range(3))


def _keeps_scale(chain: Chain, size: Size) -> bool:
    """Whether an axis that is much longer has the same steps: else they follow from the size."""
    steps = _steps(chain.trace(size))
    for axis, n in enumerate(size):
        longer = _steps(chain.trace((*size[:axis], _LONGER * n, *size[axis + 1 :])))
        if [each[axis] for each in longer] != [each[axis] for each in steps]:
            return False
    return True


def _steps(traced: Sequence[Grids]) -> list[tuple[Fraction, ...]]:
    return [tuple(grid.step for grid in grids) for grids in traced]


def _replicas(grid: Grid, period: int) -> int:
    return int(period / grid.step)


def _middle(grid: Grid, period: int) -> slice:
    """Return whole periods in the middle half of an axis; none where there are less than two."""
    replicas = _replicas(grid, period)
    count = grid.size // 2 // replicas
    length = count * replicas if count > 1 else 0
    start = (grid.size - length) // 2
    return slice(start, start + length)


def _waves(waves: Sequence[Wave], places: Sequence[Array]) -> Array:
    """Return exp(2 pi i ..) of each wave at places in sides of the probe, (waves, ...)."""
    cycles = np.array(waves)
    factors = [
        np.exp(2j * np.pi * cycles[:, axis, None] * positions)
        for axis, positions in enumerate(places)
    ]
    shapes = ([1] * axis + [-1] + [1] * (len(places) - 1 - axis) for axis in range(len(places)))
    shaped = (each.reshape(len(waves), *shape) for each, shape in zip(factors, shapes, strict=True))
    return reduce(np.multiply, shaped)
