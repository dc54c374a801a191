"""Options that several commands have, and the few steps around them that all commands share."""

import warnings
from math import isfinite
from typing import Annotated

import typer

from sampviz.core.errors import SampvizWarning

Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace files that sampviz did not make, too.")
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, max=512, metavar="N", help="Processes; all cores by default."
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Work on a cluster: tcp://HOST:PORT of a dask scheduler, or local:N.",
        show_default=False,
    ),
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", "-k", help="Go on after a failure; the exit code tells it.")
]
Captions = Annotated[
    str | None,
    typer.Option(
        "--caption",
        metavar="FORMATS",
        help="Write caption, alt text and BibTeX beside the figure: some of md,tex,html.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AllowCode = Annotated[
    bool,
    typer.Option(
        "--allow-code", help="Let a step be package.module:name: code of yours, which is run."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No warnings, no progress bar.")]


def silence_warnings(quiet: bool) -> None:
    """Say no warnings if `quiet`."""
    if quiet:
        warnings.simplefilter("ignore", SampvizWarning)


def print_json(values: dict[str, object]) -> None:
    """Print one object for a program, with the version of its form; null for what is no number."""
    import json

    shown = _storable({"schema": 1, **values})
    typer.echo(json.dumps(shown, indent=2, allow_nan=False))


def _storable(value: object) -> object:
    """Return a value that JSON can hold: it knows no NaN and no infinity."""
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(_storable, value))
    return None if isinstance(value, float) and not isfinite(value) else value
