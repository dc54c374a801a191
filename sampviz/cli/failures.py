"""What is said of an error, with which exit code; of many pieces of work, a line for each."""

from collections.abc import Iterable

import typer

from sampviz.cli.console.say import say
from sampviz.core.errors import FAULT, InputError, OutputError, SampvizError, error_summary
from sampviz.core.text import escape_control


def as_known(error: BaseException) -> SampvizError | None:
    """Return an error as one that the user can mend; None for one that is a fault of ours."""
    if isinstance(error, SampvizError):
        return error.as_options()
    if isinstance(error, OSError):
        return OutputError(
            f"the output cannot be written: {error.strerror or error}",
            str(error.filename or "stdout"),
            "make room, or write elsewhere",
        )
    if isinstance(error, MemoryError):
        return InputError(
            f"not enough memory: {' '.join(str(error).split()) or 'an array does not fit'}",
            "this command",
            "give less at once: a slice, fewer chains or levels, a smaller picture",
        )
    return None


def print_failure(name: str, error: Exception) -> None:
    """Say in a line which piece of work failed, and why."""
    error = as_known(error) or error
    location = error.where if isinstance(error, SampvizError) else ""
    line = f"failed: {name}: {error_summary(error)}" + (f", in {location}" if location else "")
    say(escape_control(line))


def exit_with_first(errors: Iterable[Exception]) -> None:
    """End with the exit code of the first error, if there is one."""
    for error in errors:
        known = as_known(error)
        raise typer.Exit(known.exit_code if known else FAULT)


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
