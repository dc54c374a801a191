"""Measure inputs one by one, on all cores or many machines, and give their rows on in order."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sampviz.analysis.channel_choice import load_chosen
from sampviz.analysis.measure import MetricRow, measure
from sampviz.analysis.row_journal import RowJournal
from sampviz.core.dask_cluster import cluster_pool
from sampviz.core.errors import SampvizError, UsageError, argument
from sampviz.core.parallel import Outcome, map_outcomes
from sampviz.core.paths import path_texts
from sampviz.core.process_pool import PoolOpener
from sampviz.core.progress import Progress, with_progress
from sampviz.core.standard_input import STDIN, input_name, refuse_stdin
from sampviz.images.discovery import check_inputs, find_inputs
from sampviz.images.selection import Selection
from sampviz.ops.chain import Chain, parse_chains

SourcesLike = str | Path | Sequence[str | Path]
OnRows = Callable[[Sequence[MetricRow]], None]
OnFailure = Callable[[str, Exception], None]


@dataclass(frozen=True)
class MeasurementSpec:
    """What is measured of every input; texts and numbers only, so that it can be sent anywhere."""

    chains: tuple[str, ...]
    levels: int = 1
    measures: str | None = None
    span: float | None = None
    reading: Mapping[str, Any] | None = None  # the arguments of `load`: which slice, frame ..
    allow_code: bool = False


def source_list(sources: SourcesLike) -> list[str]:
    """Return the inputs that paths, patterns and samples mean.

    UsageError if there is none, InputError for one that is not there.
    """
    paths = find_inputs(path_texts(sources))
    if not paths:
        raise UsageError("there is no input", "inputs", "give at least one path")
    check_inputs(paths)
    return paths


def measure_sources(
    sources: Sequence[str],
    spec: MeasurementSpec,
    receivers: Sequence[OnRows],
    jobs: int | None,
    scheduler: str | None,
    errors_to_pass: type[Exception] | tuple[()],
    progress: Progress[Outcome[list[MetricRow]]] | None,
    on_failure: OnFailure | None,
    journal: RowJournal | None = None,
) -> dict[str, Exception]:
    """Give the rows of every input, in their order, to all `receivers`; return what failed.

    An error that is none of `errors_to_pass` is raised. Rows of an earlier run are taken from the
    journal, and the others are kept in it.
    """
    failures: dict[str, Exception] = {}
    kept = {source: rows for source in sources if journal and (rows := journal.rows(source))}
    left = [source for source in sources if source not in kept]
    pool = cluster_pool(scheduler) if scheduler and left else None
    # Of a single input the progress is that of its measures.
    of_one, of_all = (progress, None) if len(sources) == 1 and not pool else (None, progress)
    with closing(measure_each(left, spec, jobs, pool, of_one)) as outcomes:
        all_outcomes = _in_order(sources, kept, outcomes, journal)
        for outcome in with_progress(all_outcomes, len(sources), of_all):
            source = sources[outcome.index]
            if isinstance(outcome.error, SampvizError) and len(sources) > 1:
                outcome.error.of(source)
            if outcome.error is None:
                for receive in receivers:
                    receive(outcome.get())
            elif isinstance(outcome.error, errors_to_pass):
                failures[source] = outcome.error
                if on_failure:
                    on_failure(source, outcome.error)
            else:
                raise outcome.error
    return failures


def _in_order(
    sources: Sequence[str],
    kept: Mapping[str, list[MetricRow]],
    outcomes: Iterator[Outcome[list[MetricRow]]],
    journal: RowJournal | None,
) -> Iterator[Outcome[list[MetricRow]]]:
    """Yield what became of every input: the rows that are kept, and those that are measured."""
    for index, source in enumerate(sources):
        if source in kept:
            yield Outcome(index, kept[source])
        else:
            outcome = next(outcomes)
            if journal and outcome.error is None:
                journal.add(source, outcome.get())
            yield replace(outcome, index=index)


def measure_each(
    sources: Sequence[str],
    spec: MeasurementSpec,
    workers: int | None = None,
    pool: PoolOpener | None = None,
    progress: Progress[Any] | None = None,
) -> Generator[Outcome[list[MetricRow]]]:
    """Yield the rows of every input, in their order, or its error.

    Measured on all cores, or by the workers of `pool`; of few inputs each on all cores. `progress`
    is that of the measures of each, in this process.
    """
    if pool:
        refuse_stdin(sources, argument("scheduler"))
    processes = 1 if STDIN in sources else workers  # other processes have another stdin
    measure_one = _MeasureOne(spec, workers, is_alone=len(sources) == 1, progress=progress)
    return map_outcomes(measure_one, sources, processes, pool, ordered=True)


@dataclass(frozen=True)
class _MeasureOne:
    spec: MeasurementSpec
    threads: int | None
    is_alone: bool  # several inputs are called by their paths, in warnings too
    progress: Progress[Any] | None = None

    def __call__(self, source: str) -> list[MetricRow]:
        """Return the rows of one input."""
        spec = self.spec
        name = "" if self.is_alone else source
        selection = replace(Selection.of(spec.reading or {}), series=True)
        chains = _chains(spec)
        image = load_chosen(source, selection, chains, name)
        rows = measure(
            image,
            chains,
            levels=spec.levels,
            measures=spec.measures,
            span=spec.span,
            threads=self.threads,
            progress=self.progress,
        )
        return [replace(row, input=input_name(source)) for row in rows]


def _chains(spec: MeasurementSpec) -> list[Chain]:
    return [
        chain
        for text in spec.chains
        for chain in parse_chains(
            text, argument("chains", option="ops"), allow_code=spec.allow_code
        )
    ]
