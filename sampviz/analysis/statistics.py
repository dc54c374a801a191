"""What many inputs say together, in memory that does not grow with their number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.analysis.measure import REFER_TO_RANGE, MetricRow
from sampviz.analysis.metrics import METRICS
from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.text import counted, short_repr
from sampviz.dsp.dtypes import Array

RESAMPLES = 2000
CONFIDENCE = 0.95
EXACT = 1000  # inputs up to which every value is kept, and drawn from for the interval
_MOST_REASONS = 50


@dataclass(frozen=True, repr=False)
class Statistic:
    """A measure over several inputs: its mean, standard deviation and interval of the mean.

    `low` and `high` are the 95 % percentile bootstrap interval (2000 resamples, seed 0); beyond
    1000 inputs every input counts in each resample as often as a Poisson number of mean 1 says.
    `sd` has n - 1 in the denominator. All are None for a single value. Inputs for which the
    measure is undefined are not among the `count`.
    """

    count: int
    mean: float
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    def __repr__(self) -> str:
        spread = "" if self.sd is None else f" ± {self.sd:.4g} [{self.low:.4g}, {self.high:.4g}]"
        return f"<Statistic {self.mean:.4g}{spread} of {self.count}>"


@dataclass(frozen=True, repr=False)
class Summary:
    """The measures of one chain and level over all inputs."""

    chain: str
    level: int
    statistics: Mapping[str, Statistic]

    def __repr__(self) -> str:
        level = f" ×{self.level}" if self.level > 1 else ""
        means = ", ".join(f"{name} {s.mean:.4g}" for name, s in self.statistics.items())
        return short_repr(f"<Summary {self.chain}{level}: {means}>")


class RunningStatistic:
    """The statistic of values that come one by one.

    Mean and deviation by the recurrence of Welford 1962. The interval of many is that of the
    Poisson bootstrap of Hanley and MacGibbon 2006: the weights depend on the number of the input
    alone, so that a measure has the same interval whichever others are asked for.
    """

    def __init__(self) -> None:
        self._count, self._mean, self._squares = 0, 0.0, 0.0
        self._values: list[float] = []  # the first `EXACT`
        # Of each resample the sum of the weights, and of weights times values less the first.
        self._weights = np.zeros(RESAMPLES)
        self._sums = np.zeros(RESAMPLES)

    def add(self, value: float, number: int) -> None:
        """Take the value of input `number`, counted from 0."""
        self._count += 1
        deviation = value - self._mean
        self._mean += deviation / self._count
        self._squares += deviation * (value - self._mean)
        if self._count <= EXACT:
            self._values.append(value)
        weights = _weights(number)
        self._weights += weights
        self._sums += weights * (value - self._values[0])

    def statistic(self) -> Statistic:
        """Return the statistic of at least one value."""
        if self._count <= EXACT:
            return statistic(self._values)
        means = self._values[0] + self._sums / self._weights
        sd = float(np.sqrt(self._squares / (self._count - 1)))
        return Statistic(self._count, self._mean, sd, *_interval(means))


def statistic(values: Sequence[float]) -> Statistic:
    """Return the statistic of at least one value."""
    array = np.asarray(values, np.float64)
    mean = float(array.mean())
    if len(array) == 1:
        return Statistic(1, mean)
    # Seeded for each: a measure has the same interval whichever others are asked for.
    resampled_indices = np.random.default_rng(0).integers(0, len(array), (RESAMPLES, len(array)))
    means = array[resampled_indices].mean(axis=1)
    return Statistic(len(array), mean, float(array.std(ddof=1)), *_interval(means))


def _interval(means: Array) -> tuple[float, float]:
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


@bounded_cache(2**16)  # all measures of one input ask for the same
def _weights(number: int) -> Array:
    return np.random.default_rng((0, number)).poisson(1.0, RESAMPLES).astype(np.float64)


class SummaryStatistics:
    """The statistics of every chain, level and measure; `inputs` counts what was added."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.inputs = 0
        self.first: list[MetricRow] = []  # the rows of the first input
        self._running: dict[tuple[str, int], dict[str, RunningStatistic]] = {}
        self._undefined: dict[str, dict[str, dict[str, None]]] = {}  # why: measures: chains
        self._notes: dict[str, dict[str, dict[str, None]]] = {}  # of values that are there
        self._spans: dict[str, tuple[float, float]] = {}  # smallest and largest, by their source

    def __repr__(self) -> str:
        return short_repr(
            f"<SummaryStatistics of {counted(self.inputs, 'input')}: {', '.join(self.names)}>"
        )

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Take the rows of one more input."""
        self.first = self.first or list(rows)
        for row in rows:
            low, high = self._spans.get(row.range.source, (np.inf, -np.inf))
            span = row.range.span
            self._spans[row.range.source] = (min(low, span), max(high, span))
            group = self._running.setdefault((row.chain, row.level), {})
            for name in self.names:
                if name in row.values:
                    group.setdefault(name, RunningStatistic()).add(row.values[name], self.inputs)
            for texts, texts_of_row in ((self._undefined, row.undefined), (self._notes, row.notes)):
                for name, text in texts_of_row.items():
                    if text in texts or len(texts) < _MOST_REASONS:
                        texts.setdefault(text, {}).setdefault(name, {})[row.chain] = None
        self.inputs += 1

    def summaries(self) -> Iterator[Summary]:
        """Yield the statistics of every chain and level, in the order of the first input's rows."""
        for (chain, level), group in self._running.items():
            statistics = {name: group[name].statistic() for name in self.names if name in group}
            yield Summary(chain, level, statistics)

    def ranges(self) -> list[str]:
        """Return the range that PSNR and SSIM refer to, and how it was found; none without them."""
        if not REFER_TO_RANGE & set(self.names):
            return []
        spans = [
            f"{low:.6g}{f'..{high:.6g}' if high > low else ''} ({source})"
            for source, (low, high) in self._spans.items()
        ]
        return [f"the range L of psnr and ssim: {', '.join(spans)}"]

    def reasons(self) -> list[str]:
        """Return why cells are empty, and what to know of values: the measures and chains."""
        lines = []
        for texts, no in ((self._undefined, "no "), (self._notes, "")):
            for text, chains_by_metric in texts.items():
                chains = dict.fromkeys(chain for by in chains_by_metric.values() for chain in by)
                labels = ", ".join(METRICS[name].label for name in chains_by_metric)
                lines.append(f"{no}{labels} for {', '.join(chains)}: {text}")
        return lines
