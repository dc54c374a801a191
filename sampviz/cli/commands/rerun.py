"""`sampviz rerun`: make a figure again, and say whether it is the same."""

from pathlib import Path
from typing import Annotated

import typer

from sampviz.cli.options import FIGURE_FILE, OUTPUT, AllowCode, Overwrite, Quiet, silence_warnings


def rerun(
    figure: Annotated[
        Path,
        typer.Argument(metavar="FIGURE", help="A figure of sampviz.", show_default=False),
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="An input that lies elsewhere; several times for several."
            " By default they are looked for beside the figure and here.",
            show_default=False,
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only: write nothing.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}; FIGURE_again by default.",
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Make a figure again from what it says of itself, and compare it byte by byte.

    The exit code is 0 if the bytes are the same. If not it is 1, and what has changed is printed:
    an input, an option, a version, the font.
    """
    silence_warnings(quiet)
    from sampviz.cli.output_files import print_path
    from sampviz.core.text import escape_control
    from sampviz.recipes import rerun as recipes_rerun

    result = recipes_rerun.rerun(
        figure, inputs or (), check=check, out=out, allow_code=allow_code, overwrite=overwrite
    )
    if result.path:
        print_path(result.path)
    typer.echo(escape_control(f"{'identical' if result.identical else 'differs'}: {figure}"))
    for line in result.differences:
        typer.echo(escape_control(f"  {line}"))
    if not result.identical:
        raise typer.Exit(1)
