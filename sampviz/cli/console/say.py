"""Lines on stderr, beside what a command was called for."""

from contextlib import suppress

import typer


def say(line: str) -> None:
    """Print a line on stderr; where that takes none, the work goes on without it."""
    with suppress(OSError, ValueError):
        typer.echo(line, err=True)
