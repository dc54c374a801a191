"""Warnings, which point at the line of the user's code that led to them.

`stacklevel` would be a number for every way that leads to a warning. Here the frames are looked at.
"""

import sys
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeVar

from sampviz.core.errors import SampvizWarning

# The package, and what calls it on its behalf: properties, modules that are loaded, threads.
_SKIPPED = {
    __name__.partition(".")[0],
    "concurrent",
    "contextlib",
    "functools",
    "importlib",
    "lazy_loader",
    "threading",
}

Work = TypeVar("Work")
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Place:
    """A line, and the variables of its module, which say what was warned of there already."""

    file: str
    line: int
    variables: dict[str, Any]


_starter: ContextVar[_Place | None] = ContextVar("starter", default=None)


def warn(what: str | Warning) -> None:
    """Warn at the line outside of the package that the work was begun from.

    Parameters
    ----------
    what : str or Warning
        A text becomes a SampvizWarning.
    """
    warning = SampvizWarning(what) if isinstance(what, str) else what
    place = _caller()
    warnings.warn_explicit(
        warning,
        type(warning),
        place.file,
        place.line,
        place.variables.get("__name__", "<string>"),
        # Filters that show a warning once for a line write here, as `warnings.warn` does.
        place.variables.setdefault("__warningregistry__", {}),
    )


def warning_here(function: Callable[[Work], Result]) -> Callable[[Work], Result]:
    """Return a function whose warnings point at who called this, on threads of the package, too.

    Parameters
    ----------
    function : callable
        Of one argument.

    Returns
    -------
    callable
    """
    place = _caller()

    def run(item: Work) -> Result:
        token = _starter.set(place)
        try:
            return function(item)
        finally:
            _starter.reset(token)

    return run


def _caller() -> _Place:
    """Return the first place outside of the package; where a thread has none, who began its work.

    Who gives a thread of their own a function of the package has no line in it: its first is taken.
    """
    frame: FrameType = sys._getframe()
    while True:
        # By name: what is compiled from a text, as methods of dataclasses, is in no file.
        name = str(frame.f_globals.get("__name__"))
        place = _Place(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)
        if name.partition(".")[0] not in _SKIPPED:
            return place
        if frame.f_back is None:
            return _starter.get() or place
        frame = frame.f_back
