"""`sampviz check`: whether figures are still what they were."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.options import AllowCode, Quiet, silence_warnings
from sampviz.core.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    if update and os.environ.get("CI", "").lower() == "true" and not force:
        what = "baselines are not written where CI=true: nobody would look at them"
        raise UsageError(what, "--update", "update them on your machine, or add --force")
    if force and not update:
        raise UsageError("--force is for --update", "--force", "leave it out")

    from sampviz.cli.console.progress import tracked
    from sampviz.cli.output_files import make_folder
    from sampviz.recipes.read import read_recipes
    from sampviz.testing.snapshots import check as checking
    from sampviz.testing.snapshots.compare import Tolerance
    from sampviz.testing.snapshots.diff_page import DiffPage
    from sampviz.testing.snapshots.junit import write_junit

    allowed = Tolerance.parse(tolerance)
    recipes = [recipe for name in names for recipe in read_recipes(name)]
    if html:
        make_folder(html)
    page = DiffPage(html) if html else None
    verdicts: list[SnapshotResult] = []
    if update:
        written = checking.update_snapshots(recipes, folder, allow_code=allow_code)
        verdicts += tracked(written, len(recipes), "drawing", quiet)
    else:
        found = checking.check_snapshots(
            recipes, folder, tolerance=allowed, rms=rms, allow_code=allow_code
        )
        for verdict, figure in tracked(found, len(recipes), "checking", quiet):
            said = verdict.as_options()
            verdicts.append(said)
            if page:
                page.add(said, figure, folder)
    _print(verdicts)
    if junit:
        write_junit(verdicts, junit)
    if page:
        page.write()
    if github:
        _tell_github(verdicts)
    failed = [verdict for verdict in verdicts if verdict.failed]
    if failed:
        raise typer.Exit(max(verdict.exit_code for verdict in failed))


def _print(verdicts: "Sequence[SnapshotResult]") -> None:
    from sampviz.cli.console.table import print_table
    from sampviz.core.text import escape_control

    told = {"same": "ok", "written": "written"}
    rows = [(v.name, told.get(v.state, v.state.upper()), v.arrays, v.picture) for v in verdicts]
    print_table(("figure", "", "arrays", "picture"), rows)
    for verdict in verdicts:
        if verdict.failed:
            typer.echo(f"\n{verdict.name}:")
            for line in [*verdict.why, *verdict.notes]:
                typer.echo(escape_control(f"  {line}"))
    good = sum(not verdict.failed for verdict in verdicts)
    typer.echo(f"\n{good} of {len(verdicts)} are as they should be")


def _tell_github(verdicts: "Sequence[SnapshotResult]") -> None:
    from sampviz.testing.snapshots.github import annotations, summary

    for line in annotations(verdicts):
        typer.echo(line)
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place:
        try:
            with Path(place).open("a", encoding="utf-8") as file:
                file.write(summary(verdicts))
        except OSError as err:
            what = f"the summary cannot be written: {err.strerror}"
            raise OutputError(what, place, "see GITHUB_STEP_SUMMARY") from None
