"""The options that say which picture of a file is read, and how: the same for all commands."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from sampviz.cli.options import parameter_of, with_options
from sampviz.core.standard_input import check_stdin_once
from sampviz.images.selection import HELP_PANEL, READING_OPTIONS

Reading = dict[str, Any]  # keywords of `sampviz.load`: what the user asked for

InputName = Annotated[
    str,
    typer.Argument(
        metavar="INPUT",
        help="PNG, JPEG, NIfTI or .npy file, sample:NAME, or - for stdin.",
        show_default=False,
    ),
]

_PARAMETERS = [parameter_of(option, HELP_PANEL) for option in READING_OPTIONS.values()]


def only_one_stdin(inputs: list[str] | None) -> list[str] | None:
    """Refuse inputs of a command of which two are standard input."""
    check_stdin_once(inputs or ())
    return inputs


def takes_reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all options of reading; it gets them as one argument, `reading`."""
    return with_options(command, "reading", _PARAMETERS)
