"""`sampviz measure`: numbers with definitions."""

import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.completion import complete_measure, complete_measures
from sampviz.cli.console.say import say
from sampviz.cli.failures import Failures, raise_first
from sampviz.cli.input_options import (
    INPUT_PATTERNS,
    Reading,
    chains_option,
    parsed_chains,
    takes_reading_options,
)
from sampviz.cli.options import (
    OUTPUT,
    AllowCode,
    Jobs,
    Json,
    KeepGoing,
    Overwrite,
    Quiet,
    Scheduler,
    figure_option,
    print_json,
    silence_warnings,
)
from sampviz.core.errors import UsageError, did_you_mean
from sampviz.core.text import escape_control

if TYPE_CHECKING:
    from sampviz.analysis.statistics import SummaryStatistics


@takes_reading_options
def measure(
    inputs: Annotated[list[str] | None, INPUT_PATTERNS] = None,
    ops: Annotated[list[str] | None, chains_option("a row each")] = None,
    measures: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Some of --list, e.g. alias,psnr; all by default.",
            autocompletion=complete_measures,
        ),
    ] = None,
    levels: Annotated[
        int, figure_option("levels", help="Measure each chain applied 1, 2 .. so many times.")
    ] = 1,
    span: Annotated[
        float | None,
        typer.Option(
            metavar="RANGE",
            help="Range of values that PSNR and SSIM refer to; by default that of the data, which"
            " is printed with the numbers.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write all rows to FILE.csv, .json or .md too.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List the measures.", show_default=False)
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Print the definition of a measure.",
            autocompletion=complete_measure,
        ),
    ] = None,
    *,
    reading: Reading,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    keep_going: KeepGoing = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure what every chain makes of an image: what was folded, what was lost, what was shifted.

    Images are compared on the same samples: the reference is taken where the output's samples
    lie, so no chain gains or loses by its sampling phase. Of several inputs the mean, the
    standard deviation and a 95 % bootstrap interval of the mean are printed; they may be a data
    set: a pattern in quotes, measured on all cores or by a cluster. A file that cannot be read
    takes no rows of others with it; with -o what is measured is kept, and the same command goes on
    after an interruption.
    """
    silence_warnings(quiet)
    if list_ or explain is not None:
        _print_definitions(explain, json)
        return
    if not inputs or not ops:
        missing = "INPUT" if not inputs else "--ops"
        raise UsageError(f"missing {missing}", "sampviz measure", "`sampviz measure --help`")
    if jobs != 1 and not scheduler:
        _prepare_workers(inputs)
    from sampviz.analysis.measure_dataset import measure_and_keep
    from sampviz.analysis.metric_tables import JsonTable
    from sampviz.analysis.metrics import parse_metrics
    from sampviz.cli.console.progress import progress_bar
    from sampviz.cli.output_files import print_path

    names = [metric.name for metric in parse_metrics(measures)]
    chains = parsed_chains(ops, allow_code=allow_code)
    failures = Failures(keep_going=keep_going)
    # Rows are not kept: there may be millions. Those of --json go into a file meanwhile.
    with TemporaryFile("w+", encoding="utf-8") if json else StringIO() as rows_file:
        table = JsonTable(rows_file, names)
        try:
            result = measure_and_keep(
                inputs,
                chains,
                levels=levels,
                measures=measures,
                span=span,
                out=out,
                overwrite=overwrite,
                jobs=jobs,
                scheduler=scheduler,
                keep_going=keep_going,
                progress=progress_bar("measuring", quiet),
                on_rows=table.add if json else lambda rows: None,
                on_failure=failures.add if keep_going else None,
                **reading,
            )
        except BaseException:
            _print_kept(out)
            raise
        if json:
            table.end(result.statistics)
            rows_file.seek(0)
            copyfileobj(rows_file, sys.stdout)
    if result.statistics.inputs and not (json or (out and quiet)):
        print_statistics(result.statistics)
    if out:
        print_path(out, err=json)
    if not keep_going:
        if result.failures:
            _print_kept(out)
        raise_first(result.failures)
    failures.end(result.sources)


def _prepare_workers(inputs: Sequence[str]) -> None:
    """Let what workers will need be imported from now on, if there will be workers."""
    from sampviz.core.parallel import MIN_PIECES
    from sampviz.core.process_pool import cores, prepare

    if cores() > 1 and (len(inputs) >= MIN_PIECES or any("*" in name for name in inputs)):
        prepare("sampviz.analysis.measure_sources")


def _print_kept(out: Path | None) -> None:
    """Say where the rows are that the same command does not measure again."""
    from sampviz.analysis.row_journal import is_journal, journal_path

    if out and is_journal(journal_path(out)):
        path = escape_control(str(journal_path(out)))
        say(f"what is measured is kept in {path}: the same command goes on")


def print_statistics(statistics: "SummaryStatistics") -> None:
    """Print a table for each family of measures, and why cells are empty."""
    from sampviz.analysis.metric_tables import column_heading, summary_cells
    from sampviz.analysis.metrics import families
    from sampviz.cli.console.table import print_table

    levels = len({row.level for row in statistics.first}) > 1
    headings = ["chain", *(["level"] if levels else [])]
    for title, members in families():
        names = [metric.name for metric in members if metric.name in statistics.names]
        if not names:
            continue
        typer.echo(f"{title}:")
        lines = [
            [chain, *([str(level)] if levels else []), *cells]
            for chain, level, cells in summary_cells(statistics, names)
        ]
        print_table([*headings, *map(column_heading, names)], lines)
        typer.echo()
    if statistics.inputs > 1:
        count = statistics.inputs
        typer.echo(f"Mean ± standard deviation [95 % interval of the mean] over {count} inputs.")
    elif statistics.first[0].taken:
        typer.echo(f"– measured: {statistics.first[0].taken}")
    for reason in [*statistics.ranges(), *statistics.reasons()]:
        typer.echo(f"– {reason}")
    typer.echo("`sampviz measure --explain NAME` defines a measure.")


def _print_definitions(name: str | None, json: bool) -> None:
    """Print the list of measures, or the definition of one."""
    from sampviz.analysis.metrics import METRICS, families

    if name is not None and name not in METRICS:
        fix = did_you_mean(name, METRICS, "`sampviz measure --list` lists them all")
        raise UsageError(f"no measure is named {name[:40]!r}", "--explain", fix)
    if json:
        metrics = [METRICS[name]] if name is not None else list(METRICS.values())
        definitions = [
            {
                "name": metric.name,
                "label": metric.label,
                "unit": metric.unit,
                "better": metric.better,
                "summary": metric.summary,
                **{key.lower(): text for key, text in metric.sections.items()},
            }
            for metric in metrics
        ]
        print_json({"measures": definitions})
    elif name is not None:
        metric = METRICS[name]
        from sampviz.analysis.metric_text import better_words, heading

        better = better_words(metric)
        typer.echo(f"{name}: {heading(metric)}{f'; {better}' if better else ''}. {metric.doc}")
    else:
        from sampviz.analysis.metric_text import better_sign, heading
        from sampviz.cli.console.table import print_table

        rows = [
            (metric.name, heading(metric), better_sign(metric) or "–", metric.summary)
            for _, members in families()
            for metric in members
        ]
        print_table(("measure", "in tables (unit)", "better", "what it is"), rows)
        typer.echo("\n`sampviz measure --explain NAME` gives formula, range and known answers.")
