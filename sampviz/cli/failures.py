"""What is said of an error, with which exit code; of many pieces of work, a line for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import TypeVar

import typer

from sampviz.cli.console.progress import tracked
from sampviz.cli.console.say import say
from sampviz.core.budget import LESS
from sampviz.core.errors import (
    FAULT,
    InputError,
    SampvizError,
    UsageError,
    error_summary,
    system_error,
)
from sampviz.core.memory import lacking_memory
from sampviz.core.text import escape_control

Piece = TypeVar("Piece")


def as_known(error: BaseException) -> SampvizError | None:
    """Return an error as one that the user can mend; None for one that is a fault of ours."""
    if isinstance(error, SampvizError):
        return error.as_options()
    if isinstance(error, OSError):
        return system_error(error)
    if reason := lacking_memory(error):
        return InputError(
            f"not enough memory: {reason}",
            "this command",
            f"give less at once: {LESS}",
        )
    return None


def print_failure(name: str, error: Exception) -> None:
    """Say in a line which piece of work failed, and why."""
    error = as_known(error) or error
    location = error.where if isinstance(error, SampvizError) else ""
    place = f", in {location}" if location not in ("", name) else ""
    line = f"failed: {name}: {error_summary(error)}{place}"
    say(escape_control(line))


def exit_with_first(errors: Iterable[Exception]) -> None:
    """End with the exit code of the first error, if there is one."""
    for error in errors:
        known = as_known(error)
        raise typer.Exit(known.exit_code if known else FAULT)


def raise_first(failures: Mapping[str, Exception]) -> None:
    """Say every failure but the first in a line, and raise the first, if there is one."""
    for name, error in list(failures.items())[1:]:
        print_failure(name, error)
    for error in failures.values():
        raise error


def for_each_input(
    do: Callable[[Piece], None],
    pieces: Sequence[Piece],
    names: Sequence[str],
    activity: str,
    *,
    quiet: bool,
) -> None:
    """Do a piece of work for every input, of these names, each with all the time there is.

    One that cannot be read, or that chains and options do not fit, keeps no other from its work: it
    is raised when the others are done. Any other error is raised at once.
    """
    from sampviz.core.parallel import map_outcomes

    failures: dict[str, Exception] = {}
    with closing(map_outcomes(do, pieces, workers=1)) as outcomes:
        for outcome in tracked(outcomes, len(pieces), activity, quiet):
            error, name = outcome.error, names[outcome.index]
            if isinstance(error, SampvizError) and len(pieces) > 1:
                error.of(name)
            if isinstance(error, InputError | UsageError):
                failures[name] = error
            elif error:
                raise error
    raise_first(failures)


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
