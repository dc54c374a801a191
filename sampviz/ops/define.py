"""Make an operation of a function: `@op` reads its parameters and its manual from it."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_origin, get_type_hints

from sampviz.core.docstring import docstring_of
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.ops.bind import unchecked
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Parameter
from sampviz.ops.rules import (
    Channels,
    Domain,
    FastRule,
    FinishRule,
    Form,
    GridRule,
    IntermediatesRule,
    Kind,
    PicksRule,
    ResponseRule,
    SwitchRule,
    ValuesRule,
)
from sampviz.ops.values import Value


def op(
    name: str,
    *,
    kind: Kind,
    linear: bool,
    linear_if: ValuesRule | None = None,
    affine: str = "",
    group: str = "",
    grid: GridRule,
    check: Callable[..., None] = unchecked,
    switches: SwitchRule | None = None,
    takes_switches: str = "",
    restores_size: bool = False,
    takes_complex: bool = False,
    picks: PicksRule = False,
    depends_on_scale: bool | ValuesRule = False,
    spreads: bool | ValuesRule = False,
    before: str = "",
    example: str = "",
    domain: Domain = "numbers",
    channels: Channels = "alone",
    swaps: tuple[tuple[str, str], ...] = (),
    not_by_window: str = "",
    finish: FinishRule | None = None,
    response: ResponseRule | None = None,
    fast: FastRule | None = None,
    intermediates: Mapping[str, IntermediatesRule] | None = None,
    title: str = "",
    phrases: Mapping[str, str] | None = None,
    cite: tuple[str, ...] = (),
) -> Callable[[Callable[..., Array]], Operation]:
    """Make an operation of a function.

    The docstring of the function is the manual of the operation. Its keyword-only arguments are
    the parameters, each annotated with a type of `sampviz.ops` or with Annotated[type,
    Param(...)]. Its signature says how it is called: `(x, axis, *, ...)` works along one axis and
    is called for each; `(x, axes, *, ...)` works on the last `axes` axes at once; `(x, *, ...)`
    works on rows and columns only, or, where it keeps the size, on each pixel.

    Parameters
    ----------
    name : str
        Its name in chains: the letters a-z and digits.
    kind : {"down", "up", "same"}
        What it does to the size.
    linear : bool
        Whether op(a x + b y) = a op(x) + b op(y), with the defaults.
    linear_if : callable, optional
        Where it depends on the values: `linear_if(**parameters)` tells it from those of an axis.
    affine : str
        The parameter without whose value it is linear, such as the bias: op(x) - op(0) is linear,
        and equal to what it makes of x with the default of that parameter.
    group : str
        Under which heading it is listed, one of `catalogue.GROUPS`.
    grid : callable
        `grid(n, **parameters)` gives the `Grid` of an axis of n samples: how many samples come
        out, how far apart they lie, and where the first is. With an argument `axis` it is told
        the negative index of the axis.
    check : callable, optional
        `check(**parameters)` raises `BadValueError` for values that do not go together.
    switches : callable, optional
        Gives what a later step takes, such as the indices for `unpool`.
    takes_switches : str
        Name of the operation whose switches it takes: `f(x, axes, switches, size_before, ...)`.
    restores_size : bool
        Whether it gives back the size before that operation.
    takes_complex : bool
        Whether it is defined for complex numbers although it is not linear: of them it takes the
        magnitudes.
    picks : bool, "magnitudes" or callable
        Whether every value of its output is one of its input, or 0 in a gap or in padding, as
        labels need it, or the absolute value of one; `picks(**parameters)` tells it from the
        values of an axis.
    depends_on_scale : bool or callable
        Whether op(a x) is not always a op(x) for a > 0, as where weights are e^x.
    spreads : bool or callable
        Whether a NaN reaches every output of the axes that change, as in transforms.
    before : str
        A chain that it needs before it, for its channels: "unshuffle".
    example : str
        A chain that shows it; it alone, after `before`, by default.
    domain : {"numbers", "labels", "positive"}
        What it takes; labels are few finite values, positive ones are 0 or more.
    channels : {"alone", "together"}
        Whether each channel is taken alone, or what becomes of one depends on the others.
    swaps : tuple of (str, str)
        Parameters that change places when rows and columns do.
    not_by_window : str
        Why no window explains it: "chooses one phase for the whole image".
    finish : callable, optional
        `finish(parameters)` gives `f(out, x, axes)`, done at the end with all axes, or None.
    response : callable, optional
        `response(v, **parameters)` gives the gain at v cycles/px along an axis; with a first
        argument `frequencies`, that for one frequency along each axis.
    fast : callable, optional
        `fast(size, dtype, **parameters)` plans a fast path for planes or volumes of float32 or
        float64, or returns None. Of what takes switches, `fast(size, dtype, pooling, **parameters)`
        plans it together with the step just before it that leaves them, whose values `pooling` has.
    intermediates : mapping of str to callable, optional
        What it uses inside, such as its kernel, by name: `rule(x, parameters)` gives an array.
    title : str
        Its name for people, above pictures: "Max pooling"; the name in chains by default.
    phrases : mapping of str to str, optional
        How the value of a parameter reads behind the title, where it is not as of all operations:
        ``{"k": "{} taps"}``.
    cite : tuple of str
        Its papers: a BibTeX entry each, or the key of one in references.bib.

    Returns
    -------
    callable
        A decorator that makes an `Operation` of a function.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import numpy as np
    >>> @op("third", kind="down", linear=True, grid=lambda n: Grid(-(-n // 3), Fraction(3)))
    ... def third(x):
    ...     '''Keep one sample in three.'''
    ...     return x[..., ::3, ::3].copy()
    >>> third(np.arange(12).reshape(3, 4)).tolist()
    [[0.0, 3.0]]
    """

    def make(function: Callable[..., Array]) -> Operation:
        hints = get_type_hints(function, include_extras=True)
        arguments = inspect.signature(function).parameters
        keyword_names = [p.name for p in arguments.values() if p.kind is p.KEYWORD_ONLY]
        return Operation(
            name=name,
            kind=kind,
            linear=linear,
            linear_if=linear_if,
            affine=affine,
            group=group,
            form=_form(arguments, kind),
            parameters=tuple(
                Parameter.of(key, hints[key], arguments[key].default) for key in keyword_names
            ),
            per_axis=frozenset(key for key in keyword_names if _is_tuple(hints[key])),
            grid=grid,
            check=check,
            function=function,
            doc=docstring_of(function),
            switches=switches,
            takes_switches=takes_switches,
            restores_size=restores_size,
            takes_complex=takes_complex,
            picks=picks,
            depends_on_scale=depends_on_scale,
            spreads=spreads,
            before=before or takes_switches,
            example=example or "+".join(filter(None, (before or takes_switches, name))),
            domain=domain,
            channels=channels,
            swaps=swaps,
            not_by_window=not_by_window,
            finish=finish,
            grid_of="this axis" if "axis" in inspect.signature(grid).parameters else "any axis",
            response=response,
            fast=fast,
            intermediates=intermediates or {},
            title=title or name,
            phrases=phrases or {},
            cite=tuple(map(_key_of, cite)),
            bibtex=tuple(inspect.cleandoc(entry) for entry in cite if entry.startswith("@")),
        )

    return make


def _key_of(paper: str) -> str:
    """Return the key of a BibTeX entry; what is none is a key."""
    return paper.partition("{")[2].partition(",")[0] if paper.startswith("@") else paper


def _is_tuple(hint: Any) -> bool:
    return get_origin(hint.__origin__) is tuple


def _form(arguments: Iterable[str], kind: Kind) -> Form:
    names = list(arguments)
    if "axis" in names:
        return "axis"
    if "axes" in names:
        return "axes"
    return "pixel" if kind == "same" else "plane"


def unchanged(n: int, **_: Value) -> Grid:
    """Return the grid of an operation that keeps every sample where it is.

    Parameters
    ----------
    n : int
        Samples of the axis.
    **_
        Parameters of the operation, which do not matter.

    Returns
    -------
    Grid
        The grid of the input.
    """
    return Grid(n)
