"""Measures over many inputs, on all cores or many machines."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from sampviz.analysis.arguments import ChainsLike, Reading
from sampviz.analysis.measure import MetricRow, check_span, measure
from sampviz.analysis.metric_tables import check_ending, format_statistic, heading, new_table
from sampviz.analysis.metrics import parse_metrics
from sampviz.analysis.statistics import Summary, SummaryStatistics
from sampviz.core.atomic_write import check_target
from sampviz.core.dask_cluster import cluster_pool
from sampviz.core.errors import argument
from sampviz.core.names import comma_text
from sampviz.core.notebook import html_table
from sampviz.core.parallel import Outcome, map_outcomes
from sampviz.core.process_pool import PoolOpener
from sampviz.core.progress import Progress, with_progress
from sampviz.core.standard_input import STDIN, input_name, refuse_stdin
from sampviz.core.text import short_repr
from sampviz.images.discovery import check_inputs, find_inputs
from sampviz.images.load import load_selected
from sampviz.images.selection import Selection
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.convert import as_chains

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


@dataclass(frozen=True, eq=False, repr=False)
class DatasetMeasurement:
    """What chains make of many inputs, in numbers.

    Attributes
    ----------
    sources : tuple of str
        All inputs, those that failed too.
    rows : tuple of MetricRow
        The numbers of every input, chain and level, in the order of the inputs. Empty where
        `on_rows` took them.
    statistics : SummaryStatistics
        Of all inputs together, and why numbers are missing.
    failures : mapping of str to Exception
        The inputs that have no rows, and why.
    """

    sources: tuple[str, ...]
    rows: tuple[MetricRow, ...]
    statistics: SummaryStatistics
    failures: Mapping[str, Exception]

    @property
    def summary(self) -> list[Summary]:
        """Mean, standard deviation and interval of the mean, of every chain and level."""
        return list(self.statistics.summaries())

    def __repr__(self) -> str:
        kind, failed = type(self).__name__, len(self.failures)
        count = "1 input" if len(self.sources) == 1 else f"{len(self.sources)} inputs"
        counts = count + (f", {failed} failed" if failed else "")
        return short_repr(f"<{kind} of {counts}: {', '.join(self.statistics.names)}>")

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows: of several inputs the summary."""
        names = self.statistics.names
        rows = (
            [line.chain, line.level]
            + [format_statistic(line.statistics.get(name)) for name in names]
            for line in self.statistics.summaries()
        )
        return html_table(["chain", "level", *map(heading, names)], rows)


def measure_dataset(
    sources: SourcesLike,
    chains: ChainsLike,
    *,
    levels: int = 1,
    measures: str | Sequence[str] | None = None,
    span: float | None = None,
    out: str | Path | None = None,
    overwrite: bool = True,
    jobs: int | None = None,
    scheduler: str | None = None,
    keep_going: bool = False,
    allow_code: bool = False,
    progress: Progress[Outcome[list[MetricRow]]] | None = None,
    on_rows: OnRows | None = None,
    on_failure: OnFailure | None = None,
    **reading: Unpack[Reading],
) -> DatasetMeasurement:
    """Measure what every chain makes of many images, on all cores or by a cluster.

    As `sampviz measure`.

    Parameters
    ----------
    sources : str, path or sequence of these
        Files, patterns (`"scans/**/*.nii.gz"`) and `"sample:NAME"`.
    chains : str, Chain or sequence of these
        A row each: `"max,stride,blur,flc"`.
    levels : int
        Each chain is applied 1, 2 .. so many times, 1..16.
    measures : str or sequence of str, optional
        Some of `sampviz measure --list`, `"alias,psnr"`; all by default.
    span : float, optional
        Range of values that PSNR and SSIM refer to, above 0; by default that of the format, or
        each input's largest less its smallest value.
    out : path, optional
        Write all rows to this .csv, .json or .md too, as they come.
    overwrite : bool
        Replace an older file at `out`; otherwise only by the same bytes.
    jobs : int, optional
        Processes; all cores by default.
    scheduler : str, optional
        Work on a cluster: `"tcp://HOST:PORT"` of a dask scheduler, or `"local:N"`.
    keep_going : bool
        Go on after an input that fails: it is then among the `failures`.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`: a wrapper such as that of tqdm.
    on_rows : callable, optional
        Takes the rows of each input as they come; they are then not kept, so that memory does not
        grow with the number of inputs.
    on_failure : callable, optional
        With `keep_going`, takes the name and the error of each input that fails, as it does.
    **reading
        Which picture of each file is read, as for `sampviz.load`: plane, slice, frame, channel,
        mosaic, kspace, volume, nan, max_pixels, scale.

    Returns
    -------
    DatasetMeasurement

    Raises
    ------
    UsageError
        For what cannot be meant, before anything is read.
    InputError
        For an input that cannot be read, unless `keep_going`.
    OutputError
        If `out` cannot be written.

    Examples
    --------
    >>> import sampviz
    >>> result = sampviz.measure_dataset(["sample:t1", "sample:dwi"], "max,blur", measures="psnr")
    >>> [(row.chain, round(row.values["psnr"], 1)) for row in result.rows]
    [('max', 26.3), ('blur', 34.5), ('max', 22.2), ('blur', 32.0)]
    >>> [round(line.statistics["psnr"].mean, 1) for line in result.summary]
    [24.2, 33.3]
    """
    check_span(span)
    metric_names = comma_text(measures)
    names = [metric.name for metric in parse_metrics(metric_names)]
    parsed = tuple(str(chain) for chain in as_chains(chains, allow_code=allow_code))
    paths = source_list(sources)
    table_path = Path(out) if out else None
    if table_path:
        check_ending(table_path)
        check_target(table_path, paths, overwrite=True)  # or the same bytes: see new_table
    # The chains were read above: code in them is allowed.
    spec = MeasurementSpec(parsed, levels, metric_names, span, reading, allow_code=True)
    statistics = SummaryStatistics(names)
    rows: list[MetricRow] = []
    with ExitStack() as stack:
        receivers = [statistics.add, on_rows or rows.extend]
        if table_path:
            table = stack.enter_context(new_table(table_path, names, overwrite=overwrite))
            receivers.append(table.add)
        failures = measure_sources(
            paths, spec, receivers, jobs, scheduler, keep_going, progress, on_failure
        )
        if table_path:
            table.end(statistics)
    return DatasetMeasurement(tuple(paths), tuple(rows), statistics, failures)


def source_list(sources: SourcesLike) -> list[str]:
    """Return the inputs that paths, patterns and samples mean; InputError for one that is none."""
    patterns = [sources] if isinstance(sources, (str, Path)) else sources
    paths = find_inputs(list(map(str, patterns)))
    check_inputs(paths)
    return paths


def measure_sources(
    sources: Sequence[str],
    spec: MeasurementSpec,
    receivers: Sequence[OnRows],
    jobs: int | None,
    scheduler: str | None,
    keep_going: bool,
    progress: Progress[Outcome[list[MetricRow]]] | None,
    on_failure: OnFailure | None,
) -> dict[str, Exception]:
    """Give the rows of every input, in their order, to all `receivers`; return what failed."""
    failures: dict[str, Exception] = {}
    pool = cluster_pool(scheduler) if scheduler else None
    with closing(measure_each(sources, spec, jobs, pool)) as outcomes:
        for outcome in with_progress(outcomes, len(sources), progress):
            if outcome.error is None:
                for receive in receivers:
                    receive(outcome.get())
            elif keep_going:
                failures[sources[outcome.index]] = outcome.error
                if on_failure:
                    on_failure(sources[outcome.index], outcome.error)
            else:
                raise outcome.error
    return failures


def measure_each(
    sources: Sequence[str],
    spec: MeasurementSpec,
    workers: int | None = None,
    pool: PoolOpener | None = None,
) -> Generator[Outcome[list[MetricRow]]]:
    """Yield the rows of every input, in their order, or its error.

    Measured on all cores, or by the workers of `pool`; of few inputs each on all cores.
    """
    if pool:
        refuse_stdin(sources, argument("scheduler"))
    processes = 1 if STDIN in sources else workers  # other processes have another stdin
    measure_one = _MeasureOne(spec, workers, is_alone=len(sources) == 1)
    return map_outcomes(measure_one, sources, processes, pool, ordered=True)


@dataclass(frozen=True)
class _MeasureOne:
    spec: MeasurementSpec
    threads: int | None
    is_alone: bool  # several inputs are called by their paths, in warnings too

    def __call__(self, source: str) -> list[MetricRow]:
        """Return the rows of one input."""
        spec = self.spec
        name = "" if self.is_alone else source
        selection = replace(Selection.of(spec.reading or {}), series=True)
        image = load_selected(source, selection, name)
        rows = measure(
            image,
            _chains(spec),
            levels=spec.levels,
            measures=spec.measures,
            span=spec.span,
            threads=self.threads,
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
