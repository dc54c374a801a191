"""Measures over many inputs: the rows of all, and what they say together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sampviz.chain import Chain, parse_chains
from sampviz.io import load
from sampviz.measuring import Row, measure
from sampviz.parallel import spread

RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Question:
    """What is asked of every input; texts and numbers only, so that it can be sent anywhere."""

    chains: tuple[str, ...]
    levels: int = 1
    measures: str | None = None
    span: float | None = None
    reading: Mapping[str, Any] | None = None  # the arguments of `load`: which slice, frame ..
    allow_code: bool = False


@dataclass(frozen=True)
class Statistic:
    """A measure over several inputs: its mean, standard deviation and interval of the mean.

    `low` and `high` are the 95 % percentile bootstrap interval (2000 resamples, seed 0); `sd`
    has n - 1 in the denominator. Both are None for a single value. Inputs for which the measure
    is undefined are not among the `count`.
    """

    count: int
    mean: float
    sd: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Summary:
    """The measures of one chain and level over all inputs."""

    chain: str
    level: int
    statistics: Mapping[str, Statistic]


def survey(
    sources: Sequence[str], question: Question, workers: int | None = None
) -> Iterator[list[Row]]:
    """Yield the rows of every input, in their order, measured on all cores."""
    return spread(_Asked(question), sources, workers)


@dataclass(frozen=True)
class _Asked:
    question: Question

    def __call__(self, source: str) -> list[Row]:
        """Return the rows of one input."""
        asked = self.question
        image = load(source, **(asked.reading or {}))
        rows = measure(
            image, _chains(asked), levels=asked.levels, measures=asked.measures, span=asked.span
        )
        return [replace(row, input=source) for row in rows]


def _chains(asked: Question) -> list[Chain]:
    return [
        chain
        for text in asked.chains
        for chain in parse_chains(text, "--ops", allow_code=asked.allow_code)
    ]


def summaries(rows: Sequence[Row], names: Sequence[str]) -> list[Summary]:
    """Return the statistics of every chain and level, in the order of their first rows."""
    groups: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.chain, row.level), []).append(row)
    return [
        Summary(chain, level, _statistics(group, names)) for (chain, level), group in groups.items()
    ]


def _statistics(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Statistic]:
    values = {name: [row.values[name] for row in rows if name in row.values] for name in names}
    return {name: statistic(found) for name, found in values.items() if found}


def statistic(values: Sequence[float]) -> Statistic:
    """Return the statistic of at least one value."""
    given = np.asarray(values, np.float64)
    mean = float(given.mean())
    if len(given) == 1:
        return Statistic(1, mean)
    # Seeded for each: a measure has the same interval whichever others are asked for.
    drawn = np.random.default_rng(0).integers(0, len(given), (RESAMPLES, len(given)))
    means = given[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Statistic(len(given), mean, float(given.std(ddof=1)), float(low), float(high))
