"""Operations of installed packages, by entry points."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint
from typing import Any

import numpy as np

from sampviz.core.errors import ChainError, SampvizError
from sampviz.core.plugins import load_plugins, with_errors_in_words
from sampviz.dsp.grid import Grid
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import BadValueError
from sampviz.ops.rules import NAME, SECTIONS, DoesNotFitError

GROUP = "sampviz.ops"  # of entry points

_in_words: Callable[..., Callable[..., Any]] = partial(with_errors_in_words, error=ChainError)


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
        What installed packages offer.

    Returns
    -------
    list of Operation
        The operations that can be used.
    """
    loaded = load_plugins(entries, "operation", used_names, _rejection)
    return [_guarded(operation) for _, operation in loaded]


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
        function=_in_words(op.name, op.function, check=_check_array),
        grid=_in_words(op.name, op.grid, check=_check_grid, passing=refusals),
        check=_in_words(op.name, op.check, passing=refusals),
        switches=op.switches and _in_words(op.name, op.switches),
    )


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
