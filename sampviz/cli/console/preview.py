"""Figures on the terminal, where it can show pictures."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sampviz.core.option import join_words
from sampviz.core.warn import warn

if TYPE_CHECKING:
    from types import FrameType

    from rich.console import Console, RenderableType

_PICTURES = (".png", ".tif")
_LONGEST_WAIT = 2.0  # seconds, for all answers of the terminal together
_MOST_COLUMNS = 250  # kitty counts the cells of a picture to 297
_TERMINALS = "kitty, or one with sixel such as iTerm2, WezTerm, foot or xterm -ti vt340"


def show_on_terminal(paths: Sequence[Path]) -> None:
    """Show the pictures among files that are written; warn, and why, where that cannot be.

    Parameters
    ----------
    paths : sequence of Path
        Files that are there, captions among them; or ``-``, which is shown nowhere.
    """
    pictures = [path for path in paths if path.suffix.lower() in _PICTURES]
    endings = join_words(_PICTURES)
    obstacle = _obstacle() if pictures else f"the figure is none of {endings}, which it shows"
    if obstacle:
        _warn(obstacle)
    else:
        _show(pictures)


def _warn(reason: str) -> None:
    warn(f"--preview shows nothing: {reason}")


def _obstacle() -> str:
    """Return why the terminal cannot even be asked; empty if it can."""
    for stream, name in ((sys.__stdout__, "stdout"), (sys.__stdin__, "stdin")):
        if stream is None or not stream.isatty():
            return f"{name} is no terminal"
    if os.name == "posix" and os.tcgetpgrp(0) != os.getpgrp():
        return "the terminal cannot be asked from the background"
    return ""


def _show(paths: Sequence[Path]) -> None:
    from rich.console import Console

    # kitty finds a picture by the colour of its cells: no colour may be left out or rounded.
    console = Console(force_terminal=True, color_system="truecolor", no_color=False)
    try:
        with _bounded_wait():
            pictures = _pictures(paths, console)
    except ModuleNotFoundError:
        from sampviz.core.installation import install_command

        _warn(f"textual-image is not installed; {install_command('preview')}")
        return
    except Exception:  # whatever a terminal answers
        pictures = []
    if not pictures:
        _warn(f"this terminal has no pictures; it takes {_TERMINALS}")
    for picture in pictures:
        # The path stays in view above the picture, and the prompt below.
        height = max(console.height - 2, 1)
        console.print(picture, width=min(console.width, _MOST_COLUMNS), height=height)


def _pictures(paths: Sequence[Path], console: "Console") -> "list[RenderableType]":
    """Return what Rich prints as pictures; none if the terminal has no pictures."""
    from rich.measure import Measurement

    # Its import asks the terminal which pictures it can show, and to measure a picture how large
    # its cells are; both answers are kept.
    from textual_image.renderable import Image, SixelImage, TGPImage

    if Image not in (SixelImage, TGPImage):
        return []
    pictures: list[RenderableType] = [Image(path, width="auto", height="auto") for path in paths]
    for picture in pictures:
        Measurement.get(console, console.options, picture)
    return pictures


class _NoAnswerError(Exception):
    """The terminal did not answer in time. No TimeoutError: the library goes on after those."""


@contextmanager
def _bounded_wait() -> Iterator[None]:
    """Raise _NoAnswerError if what is inside takes too long: a terminal may send without end."""
    if not hasattr(signal, "setitimer"):  # on Windows
        yield
        return

    def stop(_: int, __: "FrameType | None") -> None:
        raise _NoAnswerError

    handler = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _LONGEST_WAIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
