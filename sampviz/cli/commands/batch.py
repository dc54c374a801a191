"""`sampviz batch`: all figures of a recipe, on all cores or many machines; what is done stays."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.completion import complete_figure
from sampviz.cli.console.say import say
from sampviz.cli.failures import exit_with_first, print_failure
from sampviz.cli.options import (
    OUTPUT,
    Jobs,
    KeepGoing,
    Overwrite,
    Quiet,
    Scheduler,
    silence_warnings,
    takes_look_options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sampviz.recipes.batch.render import Finished


@takes_look_options
def batch(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE",
            help="Your recipe, FILE.toml, or one of `sampviz figure --list`; gallery for all.",
            autocompletion=complete_figure,
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Where to; the name of the recipe by default.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    jobs: Jobs = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Only this figure, or those like sub-01*; may be repeated."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be drawn; write nothing.")
    ] = False,
    *,
    look: dict[str, Any],
    keep_going: KeepGoing = False,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw all figures of a recipe, on all cores.

    A figure whose inputs, recipe and versions are those of the last time is not drawn again, so a
    run that was stopped goes on where it was. Beside the figures stand manifest.json and
    index.html, of more than 500 figures in pages. The recipe is checked before any work.
    """
    silence_warnings(quiet)
    from sampviz.cli.console.progress import tracked
    from sampviz.cli.output_files import print_path
    from sampviz.recipes.batch import run

    def progress(figures: "Iterable[Finished]", count: int) -> "Iterator[Finished]":
        for finished in tracked(figures, count, "drawing", quiet):
            if finished.error and keep_going:
                print_failure(finished.name, finished.error)
            yield finished

    result = run.batch(
        name,
        out,
        jobs=jobs,
        only=only or (),
        dry_run=dry_run,
        keep_going=keep_going,
        scheduler=scheduler,
        overwrite=overwrite,
        **look,
        progress=progress,
    )
    if dry_run:
        for figure in result.figures:
            action = "draw" if figure.state == "planned" else "keep"
            typer.echo(f"{action}  {', '.join(path.name for path in figure.files)}")
        return
    if not quiet:
        counts = {state: result.count(state) for state in ("drawn", "unchanged", "failed")}
        count_texts = [f"{n} {state}" for state, n in counts.items() if n or state != "failed"]
        say(", ".join(count_texts))
    print_path(result.page)
    exit_with_first(result.errors.values())
