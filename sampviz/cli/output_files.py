"""Where figures go, and how the paths of outputs are printed."""

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
    """Return where the figure of every group of inputs goes; no two go to one place.

    `out` is a file, or a folder for files NAME_KIND.png; None is the folder where we are.
    OutputError, before anything is read, if something would be lost there.
    """
    from sampviz.core.atomic_write import check_target
    from sampviz.figures.render.save import check_ending

    if out == STDOUT and len(groups) == 1:
        if sys.stdout.isatty():
            raise OutputError("a PNG is not for a terminal", "-o -", "add > FILE.png, or | PROGRAM")
        return [STDOUT]
    if out and len(groups) == 1 and not os.path.isdir(out):  # noqa: PTH112 - also of odd names
        check_ending(out)
        found = [out]
    else:
        found = _in_folder(groups, out, kind)
    sources = [source for group in groups for source in group]
    for target in found:
        check_target(target, sources, overwrite=overwrite)
    return found


def _in_folder(groups: Sequence[Sequence[str]], out: Path | None, kind: str) -> list[Path]:
    from sampviz.images.load import stem

    folder = out or Path()
    if out and not os.path.isdir(out) and (out.suffix or out == STDOUT or out.exists()):  # noqa: PTH112
        raise OutputError(
            f"{len(groups)} figures do not fit into one file",
            str(out),
            "name a folder with -o, or make it first if it has a dot",
        )
    names: list[str] = []
    for sources in groups:
        first = name = "-".join(map(stem, sources))
        number = 2
        # Some file systems do not tell A from a.
        while name.casefold() in map(str.casefold, names):
            name, number = f"{first}-{number}", number + 1
        names.append(name)
    return [folder / f"{name}_{kind}.png" for name in names]


def deliver(
    figure: "Figure", target: Path, *, overwrite: bool, captions: Sequence[str] = ()
) -> None:
    """Save a figure, and its caption in these formats, and print the paths."""
    from sampviz.figures.render.save import encode_figure, save

    if target == STDOUT:
        sys.stdout.buffer.write(encode_figure(figure))
        sys.stdout.buffer.flush()
        return
    # The captions first: people change them, and the old figure stays if they may not go.
    texts = []
    if captions:
        from sampviz.figures.captions.caption_formats import save_caption
        from sampviz.figures.render.render import PanelFigure

        assert isinstance(figure, PanelFigure)
        assert figure.caption
        texts = save_caption(figure.caption, target, captions, overwrite=overwrite)
    for path in (save(figure, target, overwrite=overwrite), *texts):
        print_path(path)


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise OutputError(
            f"the folder cannot be made: {err.strerror}", str(folder), "choose another with -o"
        ) from None


def print_path(path: Path, *, err: bool = False) -> None:
    """Print a path: in a way that a terminal can show, but to a program byte by byte."""
    stream = sys.stderr if err else sys.stdout
    shown: str | bytes = escape_control(str(path)) if stream.isatty() else os.fsencode(path)
    typer.echo(shown, err=err)
