"""Figures on stdout, and how the paths of outputs are printed."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sampviz.core.errors import OutputError
from sampviz.core.text import escape_control

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STDOUT = Path("-")


def targets_of(
    groups: Sequence[Sequence[str]], out: Path | None, kind: str, *, overwrite: bool
) -> list[Path]:
    """Return where the figure of every group of inputs goes: stdout, or see `figure_paths`."""
    from sampviz.figures.render.output_files import figure_paths

    if out == STDOUT and len(groups) == 1:
        if sys.stdout.isatty():
            raise OutputError("a PNG is not for a terminal", "-o -", "add > FILE.png, or | PROGRAM")
        return [STDOUT]
    return figure_paths(groups, out, kind, overwrite=overwrite)


def deliver(
    figure: "Figure",
    target: Path,
    *,
    overwrite: bool,
    captions: Sequence[str] = (),
    err: bool = False,
) -> None:
    """Save a figure, and its caption in these formats, and print the paths."""
    from sampviz.figures.render.output_files import save_with_captions
    from sampviz.figures.render.save import encode_figure

    if target == STDOUT:
        sys.stdout.buffer.write(encode_figure(figure))
        sys.stdout.buffer.flush()
        return
    for path in save_with_captions(figure, target, captions, overwrite=overwrite):
        print_path(path, err=err)


def print_path(path: Path, *, err: bool = False) -> None:
    """Print a path: in a way that a terminal can show, but to a program byte by byte."""
    stream = sys.stderr if err else sys.stdout
    text: str | bytes = escape_control(str(path)) if stream.isatty() else os.fsencode(path)
    typer.echo(text, err=err)
