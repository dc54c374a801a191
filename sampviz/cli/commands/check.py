"""`sampviz check`: whether figures are still what they were."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.options import AllowCode, Quiet, silence_warnings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sampviz.testing.snapshots.compare import SnapshotResult

_REPORTS = "Reports"


def check(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="RECIPE",
            help="Recipes, FILE.toml; or figures of `figure --list`, gallery for all of them.",
            show_default=False,
        ),
    ],
    folder: Annotated[
        Path,
        typer.Option(
            "--baseline", metavar="DIR", help="The folder of the baselines.", show_default=False
        ),
    ],
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Write the baselines, to look at and to commit.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With --update: even where CI is set to true.")
    ] = False,
    tolerance: Annotated[
        str,
        typer.Option(
            metavar="T",
            help="How far values may be apart: 1e-6range, parts of the range of a panel,"
            " or 0.5abs, a difference of values.",
        ),
    ] = "1e-6range",
    rms: Annotated[
        float,
        typer.Option(
            min=0, max=255, metavar="LEVELS", help="How far pictures may be apart, of 255, RMS."
        ),
    ] = 2.0,
    junit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write JUnit XML.", rich_help_panel=_REPORTS),
    ] = None,
    github: Annotated[
        bool,
        typer.Option(
            "--github",
            help="Print annotations for GitHub Actions, and write the summary of the step.",
            rich_help_panel=_REPORTS,
        ),
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write index.html: expected, actual, difference.",
            rich_help_panel=_REPORTS,
        ),
    ] = None,
    allow_code: AllowCode = False,
    quiet: Quiet = False,
) -> None:
    """Draw the figures of recipes and compare them with baselines.

    First the arrays that the panels show, then windows and words, then the picture, which is
    judged only under the matplotlib and FreeType that drew the baseline. The exit code is 1 if
    a figure differs, has no baseline, or is a baseline that no figure belongs to.
    """
    silence_warnings(quiet)
    from sampviz.cli.console.progress import tracked
    from sampviz.testing.snapshots import check as snapshots_check

    def progress(results: "Iterable[SnapshotResult]", count: int) -> "Iterator[SnapshotResult]":
        checked = []
        for result in tracked(results, count, "drawing" if update else "checking", quiet):
            checked.append(result)
            yield result
        _print(checked)  # before the reports are written: that may fail

    outcome = snapshots_check.check(
        names,
        folder,
        update=update,
        force=force,
        tolerance=tolerance,
        rms=rms,
        junit=junit,
        html=html,
        allow_code=allow_code,
        progress=progress,
    )
    if github:
        from sampviz.testing.snapshots.github import annotations, write_summary

        for line in annotations(outcome.results):
            typer.echo(line)
        write_summary(outcome.results)
    if outcome.failed:
        raise typer.Exit(outcome.exit_code)


def _print(results: "Sequence[SnapshotResult]") -> None:
    from sampviz.cli.console.table import print_table
    from sampviz.core.text import escape_control

    state_texts = {"same": "ok", "written": "written"}
    rows = [
        (r.name, state_texts.get(r.state, r.state.upper()), r.arrays, r.picture) for r in results
    ]
    print_table(("figure", "", "arrays", "picture"), rows)
    for result in (result.as_options() for result in results):
        if result.failed:
            typer.echo(f"\n{result.name}:")
            for line in [*result.reasons, *result.notes]:
                typer.echo(escape_control(f"  {line}"))
    passed_count = sum(not result.failed for result in results)
    typer.echo(f"\n{passed_count} of {len(results)} are as they should be")
