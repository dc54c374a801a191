"""`sampviz tradeoff`: aliasing against detail, for every chain, over all inputs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from sampviz.cli.completion import complete_measure
from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.failures import Failures
from sampviz.cli.input_options import (
    InputPatterns,
    Reading,
    chains_option,
    parsed_chains,
    takes_reading_options,
)
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    AllowCode,
    Jobs,
    KeepGoing,
    Overwrite,
    Preview,
    Quiet,
    Scheduler,
    figure_option,
    silence_warnings,
    takes_look_options,
)


@takes_reading_options
@takes_look_options
def tradeoff(
    inputs: InputPatterns,
    ops: Annotated[list[str], chains_option("a point each")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}; beside it goes FILE.csv.",
            rich_help_panel=OUTPUT,
        ),
    ] = Path("tradeoff.png"),
    x: Annotated[
        str,
        typer.Option(
            "--x",
            metavar="MEASURE",
            help="What aliasing is measured by.",
            autocompletion=complete_measure,
        ),
    ] = "equivariance",
    y: Annotated[
        str,
        typer.Option(
            "--y",
            metavar="MEASURE",
            help="What detail is measured by.",
            autocompletion=complete_measure,
        ),
    ] = "detail",
    levels: Annotated[
        int, figure_option("levels", help="Each chain applied 1, 2 .. so many times.")
    ] = 1,
    *,
    reading: Reading,
    look: dict[str, Any],
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    keep_going: KeepGoing = False,
    preview: Preview = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw the choice among chains in one chart, with those that no other beats marked.

    By default: how far an output is from moving with the image, which is what folding does to it,
    against how far the fine detail that is kept is from all of it. Both are defined for chains that
    are linear and for those that are not. `--x alias --y passband` are the exact ones of linear
    chains. The numbers behind it are printed and written to a table beside the chart.
    """
    silence_warnings(quiet)
    from sampviz.analysis.measure_sources import source_list
    from sampviz.analysis.metric_tables import new_table
    from sampviz.analysis.tradeoff import parse_axes
    from sampviz.cli.commands.measure import print_statistics
    from sampviz.cli.console.progress import progress_bar
    from sampviz.cli.output_files import deliver, print_path
    from sampviz.core.atomic_write import check_target
    from sampviz.figures.charts import tradeoff as charts
    from sampviz.figures.render.save import check_ending

    chains = parsed_chains(ops, allow_code=allow_code)
    names = [metric.name for metric in parse_axes(x, y)]
    sources = source_list(inputs)
    check_ending(out)
    path = out.with_suffix(".csv")
    check_target(out, sources, overwrite=overwrite)
    check_target(path, sources, overwrite=True)  # or the same bytes: see new_table
    failures = Failures(keep_going=keep_going)
    axes = 3 if reading["volume"] else 2
    with new_table(path, names, axes, overwrite=overwrite) as table:
        result = charts.tradeoff(
            sources,
            chains,
            x=x,
            y=y,
            levels=levels,
            jobs=jobs,
            scheduler=scheduler,
            keep_going=keep_going,
            progress=progress_bar("measuring", quiet),
            on_rows=table.add,
            on_failure=failures.add,
            **look,
            **reading,
        )
        if not quiet:
            print_statistics(result.statistics)
        deliver(result.figure, out, overwrite=overwrite)
    print_path(path)
    if preview:
        show_on_terminal([out])
    failures.end(sources)
