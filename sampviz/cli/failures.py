"""Failures among many pieces of work: a line for each as it comes, and the exit code at the end."""

from collections.abc import Iterable

import typer

from sampviz.cli.console.say import say
from sampviz.core.errors import FAULT, SampvizError, error_summary
from sampviz.core.text import escape_control


def print_failure(name: str, error: Exception) -> None:
    """Say in a line which piece of work failed, and why."""
    error = error.as_options() if isinstance(error, SampvizError) else error
    location = error.where if isinstance(error, SampvizError) else ""
    line = f"failed: {name}: {error_summary(error)}" + (f", in {location}" if location else "")
    say(escape_control(line))


def exit_with_first(errors: Iterable[Exception]) -> None:
    """End with the exit code of the first error, if there is one."""
    for error in errors:
        raise typer.Exit(error.exit_code if isinstance(error, SampvizError) else FAULT)


class Failures:
    """The pieces of work that failed, by name, and their errors."""

    def __init__(self, *, keep_going: bool) -> None:
        self._keep_going = keep_going
        self._errors: dict[str, Exception] = {}

    def add(self, name: str, error: Exception) -> None:
        """Keep a failure and say it in a line; raise it if that is to be the end."""
        self._errors[name] = error
        if not self._keep_going:
            raise error
        print_failure(name, error)

    def end(self, names: Iterable[str]) -> None:
        """End with the exit code of the first of `names` that failed, if one did."""
        exit_with_first(self._errors[name] for name in names if name in self._errors)
