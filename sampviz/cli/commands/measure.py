"""`sampviz measure`: numbers with definitions."""

import sys
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.failures import Failures
from sampviz.cli.input_options import Reading, reads
from sampviz.cli.options import (
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

if TYPE_CHECKING:
    from sampviz.analysis.statistics import SummaryStatistics


@reads
def measure(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="PNG, JPEG, NIfTI or .npy files, 'scans/**/*.nii.gz', or sample:NAME.",
            show_default=False,
        ),
    ] = None,
    ops: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAINS", help="Chains, a row each: max,stride,blur,flc.", show_default=False
        ),
    ] = None,
    measures: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Some of --list, e.g. alias,psnr; all by default."),
    ] = None,
    levels: Annotated[
        int, figure_option("levels", help="Measure each chain applied 1, 2 .. so many times.")
    ] = 1,
    span: Annotated[
        float | None,
        typer.Option(
            metavar="RANGE",
            help="Range of values that PSNR and SSIM refer to; by default that of the format,"
            " or the input's largest less its smallest value.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Write all rows to FILE.csv, .json or .md too."
        ),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List the measures.", show_default=False)
    ] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="NAME", help="Print the definition of a measure.")
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
    set: a pattern in quotes, measured on all cores or by a cluster.
    """
    silence_warnings(quiet)
    if list_ or explain is not None:
        _print_definitions(explain, json)
        return
    if not inputs or not ops:
        missing = "INPUT" if not inputs else "--ops"
        raise UsageError(f"missing {missing}", "sampviz measure", "`sampviz measure --help`")
    if span is not None and not 0 < span < float("inf"):
        raise UsageError(f"{span} is no range of values", "--span", "write a number above 0")
    from sampviz.analysis.metric_tables import JsonTable, check_ending, new_table
    from sampviz.analysis.metrics import parse_metrics
    from sampviz.core.atomic_write import check_target
    from sampviz.images.discovery import check_inputs, find_inputs
    from sampviz.ops.chain import parse_chains

    names = [each.name for each in parse_metrics(measures)]
    chains = [str(c) for text in ops for c in parse_chains(text, "--ops", allow_code=allow_code)]
    sources = find_inputs(inputs)
    check_inputs(sources)
    if out:
        check_ending(out)
        check_target(out, sources, overwrite=True)  # or the same bytes: see new_table

    from sampviz.analysis.measure_dataset import MeasurementSpec
    from sampviz.analysis.statistics import SummaryStatistics
    from sampviz.cli.dataset_runs import measured
    from sampviz.cli.output_files import print_path

    question = MeasurementSpec(tuple(chains), levels, measures, span, dict(reading), allow_code)
    failures = Failures(keep_going=keep_going)
    tally = SummaryStatistics(names)
    with ExitStack() as stack:
        tables = [stack.enter_context(new_table(out, names, overwrite=overwrite))] if out else []
        if json:
            held = stack.enter_context(TemporaryFile("w+", encoding="utf-8"))
            tables.append(JsonTable(held, names))
        for rows in measured(sources, question, jobs, scheduler, failures, quiet):
            tally.add(rows)
            for table in tables:
                table.add(rows)
        for table in tables:
            table.end(tally)
        if json:
            held.seek(0)
            copyfileobj(held, sys.stdout)
    if tally.inputs and not (json or (out and quiet)):
        print_tally(tally)
    if out:
        print_path(out, err=json)
    failures.end(sources)


def print_tally(tally: "SummaryStatistics") -> None:
    """Print a table for each family of measures, and why cells are empty."""
    from sampviz.analysis.metric_tables import format_number, format_statistic, heading
    from sampviz.analysis.metrics import FAMILIES
    from sampviz.cli.console.table import print_table

    levels = len({row.level for row in tally.first}) > 1
    headings = ["chain", *(["level"] if levels else [])]
    summed = list(tally.summaries()) if tally.inputs > 1 else []
    for title, members in FAMILIES:
        wanted = [each.name for each in members if each.name in tally.names]
        if not wanted:
            continue
        lines = [
            (
                each.chain,
                each.level,
                [format_statistic(each.statistics.get(name)) for name in wanted],
            )
            for each in summed
        ] or [
            (row.chain, row.level, [format_number(row.values.get(name)) for name in wanted])
            for row in tally.first
        ]
        typer.echo(f"{title}:")
        cells = [[chain, *([str(level)] if levels else []), *rest] for chain, level, rest in lines]
        print_table([*headings, *map(heading, wanted)], cells)
        typer.echo()
    if summed:
        typer.echo(
            f"Mean ± standard deviation [95 % interval of the mean] over {tally.inputs} inputs."
        )
    for reason in tally.reasons():
        typer.echo(f"– {reason}")
    typer.echo("`sampviz measure --explain NAME` defines a measure.")


def _print_definitions(name: str | None, json: bool) -> None:
    """Print the list of measures, or the definition of one."""
    from sampviz.analysis.metrics import FAMILIES, METRICS

    if name is not None and name not in METRICS:
        fix = did_you_mean(name, METRICS, "`sampviz measure --list` lists them all")
        raise UsageError(f"no measure is named {name[:40]!r}", "--explain", fix)
    shown = [METRICS[name]] if name is not None else list(METRICS.values())
    if json:
        listed = [
            {
                "name": each.name,
                "unit": each.unit,
                "better": each.better,
                "summary": each.summary,
                **{key.lower(): text for key, text in each.sections.items()},
            }
            for each in shown
        ]
        print_json({"measures": listed})
    elif name is not None:
        (each,) = shown
        unit = f", in {each.unit}" if each.unit else ""
        typer.echo(f"{each.name}{unit}; better: {each.better}. {each.doc}")
    else:
        from sampviz.cli.console.table import print_table

        rows = [
            (each.name, each.unit or "–", each.better, each.summary)
            for _, members in FAMILIES
            for each in members
        ]
        print_table(("measure", "unit", "better", "what it is"), rows)
        typer.echo("\n`sampviz measure --explain NAME` gives formula, range and known answers.")
