"""Operations of installed packages, by entry points."""

import sys
import warnings
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import wraps
from importlib.metadata import EntryPoint, entry_points
from types import FrameType
from typing import Any

import numpy as np

from sampviz.core.errors import ChainError, SampvizError, SampvizWarning, argument
from sampviz.dsp.grid import Grid
from sampviz.ops.bind import unchecked
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import BadValueError
from sampviz.ops.rules import NAME, SECTIONS, DoesNotFitError

GROUP = "sampviz.ops"  # of entry points


_LONGEST = 200  # characters of a message of others
_MEND = f"mend it; {argument('the traceback', option='debug')} shows where"


def plugin_entries() -> list[EntryPoint]:
    """Return what installed packages offer; nothing is imported.

    Returns
    -------
    list of EntryPoint
        Package by package, in the order of their names.
    """
    return sorted(entry_points(group=GROUP), key=lambda entry: (_home(entry), entry.name))


def is_being_imported(entry: EntryPoint) -> bool:
    """Whether the module of an entry asks for operations while this thread imports it.

    Parameters
    ----------
    entry : EntryPoint
        What an installed package offers.

    Returns
    -------
    bool
    """
    frame: FrameType | None = sys._getframe()
    while frame:
        if frame.f_code.co_name == "<module>" and frame.f_globals["__name__"] == entry.module:
            return True
        frame = frame.f_back
    return False


def plugin_operations(
    used_names: Collection[str], entries: Iterable[EntryPoint]
) -> list[Operation]:
    """Return the operations that installed packages offer.

    One that cannot be used, or whose name is taken, is left out with a warning.

    Parameters
    ----------
    used_names : collection of str
        Names that are taken.
    entries : iterable of EntryPoint
        What installed packages offer, as of `plugin_entries`.

    Returns
    -------
    list of Operation
        The operations that can be used.
    """
    operations: dict[str, Operation] = {}
    for entry in entries:
        try:
            loaded = entry.load()
        except (Exception, SystemExit) as err:
            reason = f"it cannot be imported: {_describe_error(err)}"
        else:
            reason = _rejection(loaded)
            if not reason and (loaded.name in used_names or loaded.name in operations):
                reason = f"something else is named {loaded.name!r}"
        if reason:
            text = f"the operation {entry.name!r} of {_home(entry)} is left out: {reason}"
            warnings.warn(text, SampvizWarning, stacklevel=2)
        else:
            operations[loaded.name] = _guarded(loaded)
    return list(operations.values())


def _home(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "an unknown package"


def _rejection(value: Any) -> str:
    """Say why a value is no operation, or nothing if it is one."""
    if not isinstance(value, Operation):
        return f"it is not made with @op, but of type {type(value).__name__}"
    if not NAME.fullmatch(value.name):
        return f"its name {value.name!r} has more than the letters a-z and digits"
    missing = [heading for heading in SECTIONS if heading not in value.sections]
    return f"its docstring has no paragraph '{missing[0]}: '" if missing else ""


def _guarded(op: Operation) -> Operation:
    """Return an operation of others whose exceptions and wrong results are errors in words."""
    refusals = (SampvizError, DoesNotFitError, BadValueError)
    return replace(
        op,
        function=_with_errors_in_words(op.name, op.function, _check_array),
        grid=_with_errors_in_words(op.name, op.grid, _check_grid, refusals),
        check=_with_errors_in_words(op.name, op.check, passing=refusals),
        switches=op.switches and _with_errors_in_words(op.name, op.switches),
    )


def _with_errors_in_words(
    name: str,
    code: Callable[..., Any],
    check: Callable[[str, Any], None] = unchecked,
    passing: tuple[type[Exception], ...] = (SampvizError,),
) -> Callable[..., Any]:
    """Return the code of others with its exceptions as ChainError, and its results checked."""

    @wraps(code)
    def run(*arguments: Any, **keywords: Any) -> Any:
        try:
            result = code(*arguments, **keywords)
        except passing:
            raise
        except (Exception, SystemExit) as err:
            raise ChainError(f"{name} raised {_describe_error(err)}", fix=_MEND) from err
        check(name, result)
        return result

    return run


def _describe_error(err: BaseException) -> str:
    text = " ".join(f"{type(err).__name__}: {err}".split()).removesuffix(":")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _check_array(name: str, out: Any, axes: Collection[int] = range(2, 33)) -> None:
    fault = ""
    if not isinstance(out, np.ndarray):
        fault = f"a {type(out).__name__}, not an array"
    elif out.dtype.kind not in "biufc":
        fault = f"an array of {out.dtype}"
    elif out.ndim not in axes or not out.size:
        fault = f"an array of shape {out.shape}"
    if fault:
        raise ChainError(
            f"{name} returned {fault}", fix="return an array of numbers, of rows x columns"
        )


def _check_plane(name: str, out: Any) -> None:
    _check_array(name, out, axes=[2])


def _check_grid(name: str, grid: Any) -> None:
    if not isinstance(grid, Grid):
        raise ChainError(
            f"the size rule of {name} returned no Grid but something of type {type(grid).__name__}",
            fix="return a Grid",
        )
