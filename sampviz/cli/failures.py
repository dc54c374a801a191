"""What becomes of a failure among many pieces of work: the end, or a line and the rest goes on."""

from collections.abc import Iterable

import typer

from sampviz.core.errors import FAULT, SampvizError
from sampviz.core.text import escape_control


class Failures:
    """The pieces of work that failed, by name, and why, in a few words."""

    def __init__(self, *, keep_going: bool) -> None:
        self._keep_going = keep_going
        self._codes: dict[str, int] = {}
        self._told: dict[str, str] = {}

    def add(self, name: str, error: Exception) -> None:
        """Take note of a failure and say it in a line; raise it if that is to be the end."""
        if isinstance(error, SampvizError):
            (what, where, _), code = error.as_options().texts, error.exit_code
        else:
            what, where, code = f"{type(error).__name__}: {error}", "", FAULT
        self._codes[name], self._told[name] = code, escape_control(what)
        if not self._keep_going:
            raise error
        line = f"failed: {name}: {what}" + (f", in {where}" if where else "")
        typer.echo(escape_control(line), err=True)

    def told(self, names: Iterable[str]) -> dict[str, str]:
        """Return what became of those of `names` that failed, in this order."""
        return {name: self._told[name] for name in names if name in self._told}

    def end(self, names: Iterable[str]) -> None:
        """End with the exit code of the first of `names` that failed, if one did."""
        for name in names:
            if name in self._codes:
                raise typer.Exit(self._codes[name])
