"""Operations that users bring: of other packages, or by name, as `package.module:name`.

Their code may do anything wrong. What cannot be used is left out or refused, and whatever goes
wrong later is said in words: it is neither a fault of sampviz nor a reason to stop it.
"""

import inspect
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError
from sampviz.core.plugins import describe_error
from sampviz.core.text import counted
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.ops.bind import unchecked
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Param, Parameter
from sampviz.ops.plugins import (
    _check_array,
    _check_plane,
    _guarded,
    _in_words,
    _rejection,
)
from sampviz.ops.user_import import imported
from sampviz.ops.values import Value

MOST_PROBED = 2**24  # px of zeros that a size is found with

_PLAIN = (int, float, bool, str)
_DOC = """Run {name}.

Size: found by a trial on zeros
Delta: (step-1)/2 is assumed: the samples lie centred
Edges: those of {name}
Source: {name}
"""


@bounded_cache()  # chains with one name in them are equal
def user_operation(name: str) -> Operation:
    """Import what `package.module:name` or `module:net.layer` names, make an operation of it.

    The current folder is looked into first, as `python -m` does.

    Parameters
    ----------
    name : str
        The name of an operation, of a function of a plane, or of a torch module (an instance, or a
        class that needs no arguments).

    Returns
    -------
    Operation
        The operation, whose errors are worded.

    Raises
    ------
    ChainError
        If it cannot be imported, or is nothing of these.
    """
    value = imported(*name.split(":"))
    if isinstance(value, Operation):
        reason = _rejection(value)
        if reason:
            raise ChainError(f"{name} cannot be used: {reason}", fix="see docs/own_operation.md")
        return _guarded(replace(value, name=name))
    return _wrapped_code(name, value)


def is_code(value: Any) -> bool:
    """Whether a value can be made an operation of: a function, or a torch module.

    Parameters
    ----------
    value : object
        Whatever a user brings.

    Returns
    -------
    bool
    """
    return _is_torch_module(value) or (callable(value) and not isinstance(value, type))


def operation_of(code: Any, name: str) -> Operation:
    """Make an operation of a function of a plane, or of a copy of a torch module as it is now.

    Parameters
    ----------
    code : callable
        A function from a plane (H, W) to a plane, or a torch module.
    name : str
        The name of the operation.

    Returns
    -------
    Operation
        One that no text can name.

    Raises
    ------
    ChainError
        If it is neither a function nor a torch module.
    """
    if _is_torch_module(code) and not isinstance(code, type):
        code = _in_words(name, deepcopy)(code)
    return replace(_wrapped_code(name, code), importable=False)


def _wrapped_code(name: str, value: Any) -> Operation:
    if not is_code(value):
        raise ChainError(
            f"{name} is of type {type(value).__name__}",
            fix="name an operation made with @op, a function or a torch module",
        )
    operation = (_of_module if _is_torch_module(value) else _of_function)(name, value)
    warn(f"{name} does not say where its samples lie: they are taken as centred")
    return operation


def _wrapped(
    name: str,
    function: Callable[..., Array],
    size_after: Callable[..., Size],
    parameters: tuple[Parameter, ...] = (),
) -> Operation:
    """Make an operation of code that says nothing of itself: its sizes are found by a trial."""

    @bounded_cache(2**17)
    def grids(size: Size, values: tuple[tuple[str, Value], ...]) -> Grids:
        if prod(size) > MOST_PROBED:
            raise ChainError(
                f"{name} would be tried on zeros first, of at most {MOST_PROBED} px",
                fix="use a smaller image, or state the size with @op",
            )
        return tuple(map(_centred, size, size_after(size, **dict(values))))

    return Operation(
        name,
        kind="down",  # or up: it is not known, and nothing lists this operation
        linear=False,
        form="plane",
        parameters=parameters,
        per_axis=frozenset(),
        grid=lambda size, **values: grids(size, tuple(values.items())),
        check=unchecked,
        function=_in_words(name, function),
        doc=_DOC.format(name=name),
        grid_of="all axes",
        example=name,
    )


def _centred(size_before: int, size_after: int) -> Grid:
    step = Fraction(size_before, size_after)
    return Grid(size_after, step, (step - 1) / 2)


def _of_function(name: str, function: Callable[..., Any]) -> Operation:
    code = _in_words(name, function, check=_check_plane)

    def run(x: Array, **values: Value) -> Array:
        planes = x.reshape(-1, *x.shape[-2:])
        outputs = np.stack([code(plane.copy(), **values) for plane in planes])
        return outputs.astype(x.dtype).reshape(*x.shape[:-2], *outputs.shape[1:])

    def size_after(size: Size, **values: Value) -> Size:
        return run(np.zeros(size, np.float32), **values).shape

    return _wrapped(name, run, size_after, _parameters(name, function))


def _parameters(name: str, function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return the parameters after the first that have a plain type and a default of it."""
    try:
        after_first = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):  # a function in C that tells nothing
        return ()
    parameters = []
    for argument in after_first:
        if argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            continue
        if argument.default is argument.empty:
            raise ChainError(f"{name} needs a value for {argument.name}", fix="give it a default")
        plain_type = next((t for t in _PLAIN if argument.annotation in (t, t.__name__)), None)
        default_fits = type(argument.default) is plain_type or (
            plain_type is float and type(argument.default) is int
        )
        if (
            plain_type
            and default_fits
            and argument.kind is not argument.POSITIONAL_ONLY
            and argument.name != "times"
        ):
            parameters.append(Parameter(argument.name, plain_type, Param(), argument.default))
    return tuple(parameters)


def _is_torch_module(value: Any) -> bool:
    # Whoever made a module has imported torch; nobody else needs it.
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return False
    return issubclass(value if isinstance(value, type) else type(value), torch.nn.Module)


def _of_module(name: str, factory: Any) -> Operation:
    torch: Any = sys.modules["torch"]
    if isinstance(factory, type):
        try:
            factory = factory()
        except Exception as err:
            raise ChainError(
                f"{name} cannot be made without arguments: {describe_error(err)}",
                fix="name an instance instead, or give the arguments defaults",
            ) from err
    module = _in_words(name, lambda: factory.to("cpu", torch.float32).eval())()

    def call(x: Array) -> Array:
        """Return what the module makes of C x H x W: K x h x w."""
        with torch.no_grad():
            out = module(torch.from_numpy(np.array(x[None], np.float32)))
        if not isinstance(out, torch.Tensor) or out.ndim != 4 or len(out) != 1:
            shape = f" of shape {tuple(out.shape)}" if isinstance(out, torch.Tensor) else ""
            raise ChainError(
                f"{name} returned a {type(out).__name__}{shape}",
                fix="return a tensor of 1 x channels x rows x columns",
            )
        return np.asarray(out[0])

    code = _in_words(name, call, check=_check_array)

    @bounded_cache(2**17)
    def probed(size: Size) -> tuple[int, Size]:
        """Return how many channels the module wants, and the size that it makes."""
        counts = _channels(module)
        for count in counts[:-1]:
            try:
                return count, code(np.zeros((count, *size))).shape[-2:]
            except ChainError:
                continue
        return counts[-1], code(np.zeros((counts[-1], *size))).shape[-2:]

    def run(x: Array) -> Array:
        size = x.shape[-2:]
        count, _ = probed(size)
        together = count > 1
        if together and (x.ndim < 3 or x.shape[-3] != count):
            has = x.shape[-3] if x.ndim > 2 else 1
            raise ChainError(
                f"{name} wants {counted(count, 'channel')}, not {has}",
                fix="choose an image that has them",
            )
        outputs = np.stack([code(planes) for planes in x.reshape(-1, count, *size)]).astype(x.dtype)
        is_single = not together and outputs.shape[1] == 1
        return outputs.reshape(
            *x.shape[: -3 if together else -2],
            *(outputs.shape[2:] if is_single else outputs.shape[1:]),
        )

    return _wrapped(name, run, lambda size: probed(size)[1])


def _channels(module: Any) -> list[int]:
    """Return how many channels a module may want: one, then what its first weights are made for."""
    declared_counts = [
        part.in_channels for part in module.modules() if hasattr(part, "in_channels")
    ]
    filter_counts = [len(part) for part in module.state_dict().values() if part.ndim == 4]
    return list(dict.fromkeys([1, *(declared_counts or filter_counts)[:1]]))
