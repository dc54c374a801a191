"""Operations that users bring: of other packages, or by name, as `package.module:name`.

Their code may do anything wrong. What cannot be used is left out or refused, and whatever goes
wrong later is said in words: it is neither a fault of sampviz nor a reason to stop it.
"""

import inspect
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from math import prod
from typing import Any

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError, SampvizWarning, did_you_mean
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.ops.bind import unchecked
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Param, Parameter, Value
from sampviz.ops.plugins import (
    _MEND,
    _check_array,
    _check_plane,
    _describe_error,
    _guarded,
    _rejection,
    _with_errors_in_words,
)

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
    """Import what `package.module:name` names and make an operation of it.

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
    thing = _imported(*name.split(":"))
    if isinstance(thing, Operation):
        why = _rejection(thing)
        if why:
            raise ChainError(f"{name} cannot be used: {why}", fix="see the README on operations")
        return _guarded(replace(thing, name=name))
    return _wrapped_code(name, thing)


def is_code(thing: Any) -> bool:
    """Whether a thing can be made an operation of: a function, or a torch module.

    Parameters
    ----------
    thing : object
        Whatever a user brings.

    Returns
    -------
    bool
    """
    return _is_torch_module(thing) or (callable(thing) and not isinstance(thing, type))


def operation_of(thing: Any, name: str) -> Operation:
    """Make an operation of a function of a plane, or of a copy of a torch module as it is now.

    Parameters
    ----------
    thing : callable
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
    if _is_torch_module(thing) and not isinstance(thing, type):
        thing = _with_errors_in_words(name, deepcopy)(thing)
    return replace(_wrapped_code(name, thing), importable=False)


def _wrapped_code(name: str, thing: Any) -> Operation:
    if not is_code(thing):
        raise ChainError(
            f"{name} is of type {type(thing).__name__}",
            fix="name an operation made with @op, a function or a torch module",
        )
    made = (_of_module if _is_torch_module(thing) else _of_function)(name, thing)
    warnings.warn(
        f"{name} does not say where its samples lie: they are taken as centred",
        SampvizWarning,
        stacklevel=3,
    )
    return made


def _imported(module: str, attribute: str) -> Any:
    # One more "" for each thread that is here, and one less afterwards.
    sys.path.insert(0, "")
    try:
        return getattr(import_module(module), attribute)
    except (Exception, SystemExit) as err:
        home = sys.modules.get(module)  # not there if the module failed
        missing = err.name or "" if isinstance(err, ModuleNotFoundError) else ""
        if home and isinstance(err, AttributeError):
            what = f"{module} has no {attribute!r}"
            fix = did_you_mean(attribute, vars(home), "write a name that the module defines")
        elif missing.partition(".")[0] == "torch":
            what, fix = f"{module} needs torch", "pip install 'sampviz[torch]'"
        elif missing and f"{module}.".startswith(f"{missing}."):
            what = f"there is no module {missing!r}"
            fix = "work in the folder that holds it, or install it"
        else:
            what, fix = f"{module} cannot be imported: {_describe_error(err)}", _MEND
        raise ChainError(what, fix=fix) from err
    finally:
        with suppress(ValueError):  # the code may have taken it away
            sys.path.remove("")


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
        function=_with_errors_in_words(name, function),
        doc=_DOC.format(name=name),
        grid_of="all axes",
    )


def _centred(before: int, after: int) -> Grid:
    step = Fraction(before, after)
    return Grid(after, step, (step - 1) / 2)


def _of_function(name: str, function: Callable[..., Any]) -> Operation:
    code = _with_errors_in_words(name, function, _check_plane)

    def run(x: Array, **values: Value) -> Array:
        planes = x.reshape(-1, *x.shape[-2:])
        made = np.stack([code(plane.copy(), **values) for plane in planes])
        return made.astype(x.dtype).reshape(*x.shape[:-2], *made.shape[1:])

    def size_after(size: Size, **values: Value) -> Size:
        return run(np.zeros(size, np.float32), **values).shape

    return _wrapped(name, run, size_after, _parameters(name, function))


def _parameters(name: str, function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return the parameters after the first that have a plain type and a default of it."""
    try:
        after_first = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):  # a function in C that tells nothing
        return ()
    found = []
    for each in after_first:
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        if each.default is each.empty:
            raise ChainError(f"{name} needs a value for {each.name}", fix="give it a default")
        plain = next((t for t in _PLAIN if each.annotation in (t, t.__name__)), None)
        fits = type(each.default) is plain or (plain is float and type(each.default) is int)
        if plain and fits and each.kind is not each.POSITIONAL_ONLY and each.name != "times":
            found.append(Parameter(each.name, plain, Param(), each.default))
    return tuple(found)


def _is_torch_module(thing: Any) -> bool:
    # Whoever made a module has imported torch; nobody else needs it.
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return False
    return issubclass(thing if isinstance(thing, type) else type(thing), torch.nn.Module)


def _of_module(name: str, thing: Any) -> Operation:
    torch: Any = sys.modules["torch"]
    if isinstance(thing, type):
        try:
            thing = thing()
        except Exception as err:
            raise ChainError(
                f"{name} cannot be made without arguments: {_describe_error(err)}",
                fix="name an instance instead, or give the arguments defaults",
            ) from err
    module = _with_errors_in_words(name, lambda: thing.to("cpu", torch.float32).eval())()

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

    code = _with_errors_in_words(name, call, _check_array)

    @bounded_cache(2**17)
    def tried(size: Size) -> tuple[int, Size]:
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
        count, _ = tried(size)
        together = count > 1
        if together and (x.ndim < 3 or x.shape[-3] != count):
            has = x.shape[-3] if x.ndim > 2 else 1
            raise ChainError(
                f"{name} wants {count} channels, not {has}", fix="choose an image that has them"
            )
        made = np.stack([code(each) for each in x.reshape(-1, count, *size)]).astype(x.dtype)
        alone = not together and made.shape[1] == 1
        return made.reshape(
            *x.shape[: -3 if together else -2], *(made.shape[2:] if alone else made.shape[1:])
        )

    return _wrapped(name, run, lambda size: tried(size)[1])


def _channels(module: Any) -> list[int]:
    """Return how many channels a module may want: one, then what its first weights are made for."""
    named = [each.in_channels for each in module.modules() if hasattr(each, "in_channels")]
    filters = [len(each) for each in module.state_dict().values() if each.ndim == 4]
    return list(dict.fromkeys([1, *(named or filters)[:1]]))
