"""Measures over many inputs, on all cores or many machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Unpack

from sampviz.analysis.arguments import ChainsLike, Reading
from sampviz.analysis.measure import MetricRow, MetricRows, check_span
from sampviz.analysis.measure_sources import (
    MeasurementSpec,
    OnFailure,
    OnRows,
    SourcesLike,
    measure_sources,
    source_list,
)
from sampviz.analysis.metric_tables import (
    check_ending,
    column_heading,
    new_table,
    summary_cells,
)
from sampviz.analysis.metrics import parse_metrics
from sampviz.analysis.row_journal import RowJournal, journal_path
from sampviz.analysis.statistics import Summary, SummaryStatistics
from sampviz.core.atomic_write import check_target
from sampviz.core.errors import InputError
from sampviz.core.names import comma_text
from sampviz.core.notebook import html_table
from sampviz.core.parallel import Outcome
from sampviz.core.plugins import plugin_versions
from sampviz.core.progress import Progress
from sampviz.core.text import short_repr
from sampviz.ops.convert import as_chains


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

    def to_pandas(self) -> Any:
        """Return all rows as a data frame, with the columns of the CSV.

        Returns
        -------
        pandas.DataFrame
        """
        return MetricRows(self.rows).to_pandas(self.statistics.names)

    def __repr__(self) -> str:
        kind, failed = type(self).__name__, len(self.failures)
        count = "1 input" if len(self.sources) == 1 else f"{len(self.sources)} inputs"
        counts = count + (f", {failed} failed" if failed else "")
        return short_repr(f"<{kind} of {counts}: {', '.join(self.statistics.names)}>")

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows: of several inputs the summary."""
        names = self.statistics.names
        rows = (
            [chain, level, *cells] for chain, level, cells in summary_cells(self.statistics, names)
        )
        return html_table(["chain", "level", *map(column_heading, names)], rows)


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
        Write all rows to this .csv, .json or .md too. Until it is whole, what is measured is kept
        in OUT.partial beside it: the same call goes on there after an interruption.
    overwrite : bool
        Replace an older file at `out`; otherwise only by the same bytes.
    jobs : int, optional
        Processes; all cores by default.
    scheduler : str, optional
        Work on a cluster: `"tcp://HOST:PORT"` of a dask scheduler, or `"local:N"`.
    keep_going : bool
        Return what fails as the `failures`. Otherwise the first input that cannot be read is
        raised when the others are measured and written, and any other error at once.
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
    result = measure_and_keep(
        sources,
        chains,
        levels=levels,
        measures=measures,
        span=span,
        out=out,
        overwrite=overwrite,
        jobs=jobs,
        scheduler=scheduler,
        keep_going=keep_going,
        allow_code=allow_code,
        progress=progress,
        on_rows=on_rows,
        on_failure=on_failure if keep_going else None,
        **reading,
    )
    if not keep_going:
        for error in result.failures.values():
            raise error
    return result


def measure_and_keep(
    sources: SourcesLike,
    chains: ChainsLike,
    *,
    levels: int,
    measures: str | Sequence[str] | None,
    span: float | None,
    out: str | Path | None,
    overwrite: bool,
    jobs: int | None,
    scheduler: str | None,
    keep_going: bool,
    allow_code: bool = False,
    progress: Progress[Outcome[list[MetricRow]]] | None,
    on_rows: OnRows | None,
    on_failure: OnFailure | None,
    **reading: Unpack[Reading],
) -> DatasetMeasurement:
    """Measure as `measure_dataset` does; inputs that cannot be read are among the failures.

    Other errors end it unless `keep_going`, as does an only input that cannot be read.
    """
    check_span(span)
    metric_names = comma_text(measures)
    names = [metric.name for metric in parse_metrics(metric_names)]
    as_given = as_chains(chains, allow_code=allow_code)
    parsed = tuple(map(str, as_given))
    paths = source_list(sources)
    # The chains were read above: code in them is allowed.
    spec = MeasurementSpec(parsed, levels, metric_names, span, reading, allow_code=True)
    statistics = SummaryStatistics(names)
    rows: list[MetricRow] = []
    receivers = [statistics.add, on_rows or rows.extend]

    def measure_all(journal: RowJournal | None) -> dict[str, Exception]:
        failures = measure_sources(
            paths, spec, receivers, jobs, scheduler, _errors_to_pass(keep_going), progress,
            on_failure, journal,
        )  # fmt: skip
        if failures and not (statistics.inputs or keep_going):
            raise next(iter(failures.values()))
        return failures

    if out is None:
        failures = measure_all(None)
        return DatasetMeasurement(tuple(paths), tuple(rows), statistics, failures)
    path = Path(out)
    check_ending(path)
    check_target(path, paths, overwrite=True)  # or the same bytes: see new_table
    # What code does may change from run to run.
    is_code = any(":" in step.op.name for chain in as_given for step in chain.steps)
    question = {**asdict(spec), "plugins": plugin_versions()}
    journal = None if is_code else RowJournal(journal_path(path), question)
    is_ours = journal is not None and journal.wrote(path)
    axes = 3 if reading.get("volume") else 2
    with new_table(path, names, axes, overwrite=overwrite or is_ours) as table:
        receivers.append(table.add)
        failures = measure_all(journal)
        table.end(statistics)
    if journal and failures:
        journal.add_table(path)
    elif journal:
        journal.remove()
    return DatasetMeasurement(tuple(paths), tuple(rows), statistics, failures)


def _errors_to_pass(keep_going: bool) -> type[Exception]:
    """Return the errors after which the other inputs are measured: a file that cannot be read."""
    return Exception if keep_going else InputError
