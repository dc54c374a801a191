"""What an operation is: a named function on arrays that knows its parameters, sizes and places."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_origin, get_type_hints

import numpy as np

from sampviz.core.errors import ChainError, did_you_mean
from sampviz.core.text import paragraphs, shortened
from sampviz.dsp.dtypes import Array, FastPath, as_number
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.ops.parameter import AUTO, BadValueError, Derived, Parameter, Value

Kind = Literal["down", "up", "same"]
# How the function of an operation is called: along each axis in turn, on all axes at once, on
# rows and columns only, or pixel by pixel.
Form = Literal["axis", "axes", "plane", "pixel"]
Params = Mapping[str, Value]
GridRule = Callable[..., Any]  # of a Grid, or of Grids where it is asked for all axes at once
# The gain at v cycles/px along an axis; or at frequencies, one for each axis, where the axes
# cannot be told apart.
ResponseRule = Callable[..., Array]
# What the rule of sizes is asked for: an axis, whichever; an axis that it is told; all axes.
GridOf = Literal["any axis", "this axis", "all axes"]
# The switches of a pooling, as unpool takes them, from an array and the values of each axis.
SwitchRule = Callable[[Array, Sequence[Mapping[str, Any]]], Array]
# A faster way on planes of float32: of their size and the values, one for both axes or a pair. It
# gives None for values that it does not know.
FastRule = Callable[..., FastPath | None]
# What an operation uses on the way, such as its kernel, from an array and its values.
IntermediatesRule = Callable[[Array, Params], Array]

# What an operation may be called.
NAME = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
# The headings that every operation's docstring has, in this order, a paragraph each.
SECTIONS = ("Size", "Delta", "Edges", "Source")


class DoesNotFitError(ValueError):
    """An axis too short for an operation; the message says what it needs."""


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation on the last axes of an array: rows and columns, or slices, rows and columns.

    `linear` says that op(ax + by) = a op(x) + b op(y); complex numbers go through linear ops and
    those that say `takes_complex`. `grid(n, **params)`, or `grid(n, axis=..., **params)` where
    rows and columns differ, gives, for an axis of n samples, how many come out and where they
    sit; `grid(size, **params)` gives that for all axes at once, where none can be told from its
    own length. All this is held by tests that probe the op. `check(**params)` raises
    BadValueError for values that cannot go together; like `grid` it is given those of one axis.
    `fast` gives what computes on planes what `function` does, sooner. `intermediates` are what it
    uses on the way, for pictures of how it works; `cite` are its papers' keys in references.bib.
    """

    name: str
    kind: Kind
    linear: bool
    form: Form
    parameters: tuple[Parameter, ...]
    per_axis: frozenset[str]  # parameters of which the function wants the values of all axes
    grid: GridRule
    check: Callable[..., None]
    function: Callable[..., Array]
    doc: str
    switches: SwitchRule | None = None
    takes_switches: bool = False
    takes_complex: bool = False
    grid_of: GridOf = "any axis"
    response: ResponseRule | None = None
    fast: FastRule | None = None
    intermediates: Mapping[str, IntermediatesRule] = field(default_factory=dict)
    cite: tuple[str, ...] = ()
    importable: bool = True  # whether a text can name it

    def __repr__(self) -> str:
        return shortened(f"<Operation {self.name}: {self.summary}>")

    def bind(self, given: Params) -> dict[str, Value]:
        """Return the value of every parameter; ChainError for one that is unknown or unfit."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                fix = did_you_mean(name, known, f"{self.manual} lists them all")
                raise ChainError(f"{self.name} has no parameter {name!r}", fix=fix)
        values: dict[str, Any] = {}
        try:
            for name, parameter in known.items():
                values[name] = parameter.check(given[name]) if name in given else parameter.default
            for name, value in values.items():
                if isinstance(value, Derived):
                    values[name] = value.rule(values)
            if not self.unresolved_auto(values):
                for i in range(max([1, *map(_count, values.values())])):
                    self.check(**self._of_axis(values, i))
        except BadValueError as err:
            raise ChainError(str(err), fix=f"{self.manual} explains it") from None
        return values

    def unresolved_auto(self, params: Params) -> list[str]:
        """Return the parameters whose value follows from the size of the pixels in mm."""
        return [p.name for p in self.parameters if params[p.name] == AUTO in p.spec.words]

    def _of_axis(self, values: Params, i: int) -> dict[str, Value]:
        """Return the values of axis i; of one value for all axes, that one."""
        return {
            name: value[min(i, len(value) - 1)] if isinstance(value, tuple) else value
            for name, value in values.items()
        }

    def grids(self, size: Size, params: Params) -> Grids:
        """Return the grid of each axis; ChainError if `size` is too small or has too many axes."""
        place = f"{self.name}, on {'x'.join(map(str, size))} px"
        if self.form == "plane" and len(size) != 2:
            raise ChainError(f"{self.name} works on planes, not on volumes", place)
        if self.takes_switches:
            raise ChainError(
                f"{self.name} takes the switches of a max before it", place, "max+unpool"
            )
        if self.unresolved_auto(params):
            raise ChainError("auto is not known without the size of the pixels in mm", place)
        for name, value in params.items():
            if _count(value) not in (1, len(size)):
                raise ChainError(f"{name} has {_count(value)} values for {len(size)} axes", place)
        try:
            if self.grid_of == "all axes":
                return self.grid(size, **params)
            return tuple(
                self._grid(n, i - len(size), self._of_axis(params, i)) for i, n in enumerate(size)
            )
        except (DoesNotFitError, BadValueError) as err:
            raise ChainError(str(err), place) from None

    def _grid(self, n: int, axis: int, params: Params) -> Grid:
        known = {"axis": axis} if self.grid_of == "this axis" else {}
        grid: Grid = self.grid(n, **known, **params)
        if grid.size < 1:
            raise DoesNotFitError(f"{self.name} leaves nothing of an axis of {n} px")
        return grid

    def run(self, x: Array, params: Params, axes: int = 2, grids: Grids | None = None) -> Array:
        """Apply the op with parameters from `bind` to the last `axes` axes; the dtype stays.

        `grids` are those of the result, if they are known already.
        """
        if x.dtype.kind == "c" and not (self.linear or self.takes_complex):
            raise ChainError(
                f"{self.name} is not defined for complex numbers",
                self.name,
                "take the magnitude first: abs",
            )
        said = tuple(grid.size for grid in grids or self.grids(x.shape[-axes:], params))
        try:
            out = self._call(x, params, axes)
        except BadValueError as err:  # of values that fit two axes and not three
            raise ChainError(str(err), self.name, "choose another for a volume") from None
        if out.shape[-axes:] != said:
            raise ChainError(
                f"{self.name} made an array of shape {out.shape} where {said} was said beforehand",
                fix="let the size follow from the size of the input alone, as its rule says",
            )
        return out

    def _call(self, x: Array, params: Params, axes: int) -> Array:
        if self.fast and axes == 2 and x.dtype == np.float32:
            kernel = self.fast_path(x.shape[-2:], params)
            if kernel is not None:
                return kernel(x)
        if self.form == "axis":
            for i, axis in enumerate(range(-axes, 0)):
                x = self.function(x, axis, **self._of_axis(params, i))
            return x
        full = self._of_axes(params, axes)
        return self.function(x, axes, **full) if self.form == "axes" else self.function(x, **full)

    def fast_path(self, size: Size, params: Params) -> FastPath | None:
        """Return what computes planes of float32 of this size, which fits, sooner."""
        return _plan(self, size, tuple(params.items())) if self.fast else None

    def _of_axes(self, params: Params, axes: int) -> dict[str, Any]:
        """Return the values as the function wants them that works on all axes at once."""
        return {
            name: value
            if name not in self.per_axis or isinstance(value, tuple)
            else (value,) * axes
            for name, value in params.items()
        }

    def gain(self, frequencies: Sequence[Array], params: Params) -> Array | None:
        """Return |gain| for waves of these cycles/px along each axis, where a formula is known."""
        if self.response is None:
            return None
        if "frequencies" in inspect.signature(self.response).parameters:
            return self.response(frequencies, **self._of_axes(params, len(frequencies)))
        gains = (self.response(v, **self._of_axis(params, i)) for i, v in enumerate(frequencies))
        return np.prod(list(gains), axis=0)

    def switches_of(self, x: Array, params: Params, axes: int = 2) -> Array:
        """Return where the op found its results, for an op that can be undone by unpooling."""
        assert self.switches
        return self.switches(x, [self._of_axis(params, i) for i in range(axes)])

    def __call__(self, x: Any, *, axes: int = 2, **params: Value) -> Array:
        """Apply the op to any array of numbers with at least two axes (three for `axes=3`)."""
        array = as_number(x)
        if array.ndim < axes or 0 in array.shape:
            raise ChainError(f"{self.name} needs {axes} axes of pixels, not shape {array.shape}")
        return self.run(array, self.bind(params), axes)

    @property
    def manual(self) -> str:
        """Where its parameters are explained: a command, or the code of the user."""
        if not self.importable:
            return f"the code of {self.name}"
        module, colon, name = self.name.partition(":")
        return f"the code of {name} in {module}" if colon else f"`sampviz ops {self.name}`"

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.splitlines()[0]

    @property
    def sections(self) -> dict[str, str]:
        """The paragraphs of the documentation under the headings of `SECTIONS`, a line each."""
        return paragraphs(self.doc, SECTIONS)


# A kernel holds what it has worked out for its size: tables of 1 MB at most.
@lru_cache(maxsize=64)
def _plan(op: Operation, size: Size, values: tuple[tuple[str, Value], ...]) -> FastPath | None:
    assert op.fast
    return op.fast(size, **dict(values))


def _count(value: Any) -> int:
    return len(value) if isinstance(value, tuple) else 1


def unchecked(*_: Any, **__: Any) -> None:
    """Find nothing wrong with anything."""


def op(
    name: str,
    *,
    kind: Kind,
    linear: bool,
    grid: GridRule,
    check: Callable[..., None] = unchecked,
    switches: SwitchRule | None = None,
    takes_switches: bool = False,
    takes_complex: bool = False,
    response: ResponseRule | None = None,
    fast: FastRule | None = None,
    intermediates: Mapping[str, IntermediatesRule] | None = None,
    cite: tuple[str, ...] = (),
) -> Callable[[Callable[..., Array]], Operation]:
    """Make an Op of a function; its docstring is the manual, its signature says how it is called.

    `(x, axis, *, parameters)` works along one axis and is called for each; `(x, axes, *, ...)`
    works on the last `axes` axes at once; `(x, *, ...)` works on rows and columns only, or, where
    it keeps the size, on each pixel.
    """

    def make(function: Callable[..., Array]) -> Operation:
        hints = get_type_hints(function, include_extras=True)
        signature = inspect.signature(function).parameters
        named = [p for p in signature.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
        parameters = tuple(
            Parameter.of(each.name, hints[each.name], each.default) for each in named
        )
        per_axis = frozenset(p.name for p in named if _is_tuple(hints[p.name]))
        doc = inspect.cleandoc(function.__doc__ or "")
        form = _form(signature, kind)
        return Operation(
            name,
            kind,
            linear,
            form,
            parameters,
            per_axis,
            grid,
            check,
            function,
            doc,
            switches,
            takes_switches,
            takes_complex,
            "this axis" if "axis" in inspect.signature(grid).parameters else "any axis",
            response,
            fast,
            intermediates or {},
            cite,
        )

    return make


def _is_tuple(hint: Any) -> bool:
    return get_origin(hint.__origin__) is tuple


def _form(signature: Iterable[str], kind: Kind) -> Form:
    names = list(signature)
    if "axis" in names:
        return "axis"
    if "axes" in names:
        return "axes"
    return "pixel" if kind == "same" else "plane"


def unchanged(n: int, **_: Value) -> Grid:
    """Return the grid of an op that keeps every sample in its place."""
    return Grid(n)
