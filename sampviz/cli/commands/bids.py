"""`sampviz bids`: a data set in, a derivative with pages out, as a BIDS App."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sampviz.cli.console.say import say
from sampviz.cli.failures import exit_with_first, print_failure
from sampviz.cli.input_options import Reading, chains_option, takes_reading_options_but
from sampviz.cli.options import (
    OUTPUT,
    RUN,
    Jobs,
    Measures,
    Quiet,
    Scheduler,
    figure_option,
    silence_warnings,
)
from sampviz.core.errors import UsageError


@takes_reading_options_but("layout", "palette", "dataset")
def bids(
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="The data set.", show_default=False)],
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="The folder of the derivative.", show_default=False),
    ],
    analysis_level: Annotated[
        Literal["participant", "group"],
        typer.Argument(
            metavar="LEVEL",
            help="participant: measure images, a page for each subject; group: compare them all.",
            show_default=False,
        ),
    ],
    more_labels: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LABEL", help="More labels, behind --participant-label.", hidden=True
        ),
    ] = None,
    participant_label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL",
            help="Only these subjects: 01 02, or 01,02.",
        ),
    ] = None,
    old_label: Annotated[
        list[str] | None, typer.Option("--participant_label", metavar="LABEL", hidden=True)
    ] = None,
    suffix: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Of images: T1w,bold; all of the folders anat without."),
    ] = None,
    ops: Annotated[
        list[str] | None, chains_option("a row each", "max,stride,blur,flc without.")
    ] = None,
    measures: Measures = None,
    levels: Annotated[
        int, figure_option("levels", help="Measure each chain applied 1, 2 .. so many times.")
    ] = 1,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="RECIPE",
            help="Draw these figures of every image: FILE.toml, or one of `sampviz figure --list`.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    figures: Annotated[
        bool,
        typer.Option(
            "--figures/--no-figures", help="Draw a figure of each.", rich_help_panel=OUTPUT
        ),
    ] = True,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N", help="Only this part of the subjects: 1/20.", rich_help_panel=RUN
        ),
    ] = None,
    *,
    reading: Reading,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
) -> None:
    """Measure the images of a BIDS data set, with a page for each subject and one for all.

    What is there already of the same image, chains and versions is kept: a run that was stopped
    goes on where it was. An image that cannot be read takes nothing of others with it.
    """
    silence_warnings(quiet)
    from sampviz.cli.console.progress import progress_bar
    from sampviz.cli.output_files import print_path
    from sampviz.report.bids import app

    labels = [*(participant_label or ()), *(old_label or ())]
    if more_labels and not labels:
        raise UsageError(
            f"nothing is known of {more_labels[0]!r}", "sampviz bids", "`sampviz bids --help`"
        )
    result = app.bids(
        root,
        out,
        analysis_level,
        participant_label=[*labels, *(more_labels or ())] or None,
        suffix=suffix,
        chains=",".join(ops) if ops else app.CHAINS,
        measures=measures,
        levels=levels,
        recipe=recipe,
        figures=figures,
        shard=shard,
        jobs=jobs,
        scheduler=scheduler,
        progress=progress_bar("measuring", quiet),
        on_failure=print_failure,
        **reading,
    )
    if analysis_level == "participant" and not quiet:
        counts = {"made": result.made, "kept": result.kept, "failed": result.failures}
        say(", ".join(f"{len(of)} {word}" for word, of in counts.items()))
    if analysis_level == "group":
        print_path(result.pages[0])
    else:
        print_path(result.folder)
    exit_with_first(result.failures.values())
