"""Measures over many inputs, on all cores or many machines."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sampviz.analysis.measure import MetricRow, measure
from sampviz.core.parallel import Outcome, map_outcomes
from sampviz.core.process_pool import PoolOpener
from sampviz.images.load import load
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.convert import CHAINS


@dataclass(frozen=True)
class MeasurementSpec:
    """What is asked of every input; texts and numbers only, so that it can be sent anywhere."""

    chains: tuple[str, ...]
    levels: int = 1
    measures: str | None = None
    span: float | None = None
    reading: Mapping[str, Any] | None = None  # the arguments of `load`: which slice, frame ..
    allow_code: bool = False


def measure_each(
    sources: Sequence[str],
    question: MeasurementSpec,
    workers: int | None = None,
    pool: PoolOpener | None = None,
) -> Generator[Outcome[list[MetricRow]]]:
    """Yield the rows of every input, in their order, or its error.

    Measured on all cores, or by the workers of `pool`; of few inputs each on all cores.
    """
    return map_outcomes(_MeasureOne(question, workers), sources, workers, pool, ordered=True)


@dataclass(frozen=True)
class _MeasureOne:
    question: MeasurementSpec
    threads: int | None

    def __call__(self, source: str) -> list[MetricRow]:
        """Return the rows of one input."""
        asked = self.question
        image = load(source, **(asked.reading or {}))
        rows = measure(
            image,
            _chains(asked),
            levels=asked.levels,
            measures=asked.measures,
            span=asked.span,
            threads=self.threads,
        )
        return [replace(row, input=source) for row in rows]


def _chains(asked: MeasurementSpec) -> list[Chain]:
    return [
        chain
        for text in asked.chains
        for chain in parse_chains(text, CHAINS, allow_code=asked.allow_code)
    ]
