"""What an operation is: a named function on arrays that knows its parameters, sizes and places."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_type_hints

from sampviz.arrays import Array, as_float
from sampviz.arrays.grid import Grid, Grids
from sampviz.errors import ChainError, one_of
from sampviz.parameter import BadValueError, Derived, Parameter, Value

Kind = Literal["down", "up", "same"]
Params = Mapping[str, Value]
GridRule = Callable[..., Grid]

# The headings that every operation's docstring has, in this order, a paragraph each.
SECTIONS = ("Size", "Delta", "Edges", "Source")


class DoesNotFitError(ValueError):
    """An axis too short for an operation; the message says what it needs."""


@dataclass(frozen=True, eq=False)
class Op:
    """An operation on the last two axes of an array, each channel alone.

    `linear` says that op(ax + by) = a op(x) + b op(y). `grid(n, **params)` gives, for an axis of
    n samples, how many come out and where they sit. Both are held by tests that probe the op.
    `check(**params)` raises BadValueError for values that cannot go together.
    """

    name: str
    kind: Kind
    linear: bool
    parameters: tuple[Parameter, ...]
    grid: GridRule
    check: Callable[..., None]
    function: Callable[..., Array]
    doc: str

    def bind(self, given: Params) -> dict[str, Value]:
        """Return the value of every parameter; ChainError for one that is unknown or unfit."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                fix = one_of(name, known, f"`sampviz ops {self.name}` lists them all")
                raise ChainError(f"{self.name} has no parameter {name!r}", fix=fix)
        values: dict[str, Any] = {}
        try:
            for name, parameter in known.items():
                values[name] = parameter.check(given[name]) if name in given else parameter.default
            for name, value in values.items():
                if isinstance(value, Derived):
                    values[name] = value.rule(values)
            self.check(**values)
        except BadValueError as err:
            raise ChainError(str(err), fix=f"`sampviz ops {self.name}` explains it") from None
        return values

    def grids(self, size: tuple[int, int], params: Params) -> Grids:
        """Return the grids of rows and columns; ChainError if `size` is too small."""
        rows, columns = size
        try:
            return self._grid(rows, params), self._grid(columns, params)
        except (DoesNotFitError, BadValueError) as err:
            raise ChainError(str(err), f"{self.name}, on {rows}x{columns} px") from None

    def _grid(self, n: int, params: Params) -> Grid:
        grid = self.grid(n, **params)
        if grid.size < 1:
            raise DoesNotFitError(f"{self.name} leaves nothing of an axis of {n} px")
        return grid

    def run(self, x: Array, params: Params) -> Array:
        """Apply the op with parameters from `bind`; float32 and float64 arrays keep their type."""
        rows, columns = self.grids(x.shape[-2:], params)
        out = self.function(x, **params)
        assert out.shape == (*x.shape[:-2], rows.size, columns.size), (self.name, out.shape)
        return out

    def __call__(self, x: Any, **params: Value) -> Array:
        """Apply the op to any array of real numbers with at least two axes."""
        array = as_float(x)
        if array.ndim < 2 or 0 in array.shape:
            raise ChainError(f"{self.name} needs rows and columns, not shape {array.shape}")
        return self.run(array, self.bind(params))

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.splitlines()[0]

    @property
    def sections(self) -> dict[str, str]:
        """The paragraphs of the documentation under the headings of `SECTIONS`, a line each."""
        found: dict[str, str] = {}
        heading = ""
        for line in self.doc.splitlines():
            start, colon, rest = line.partition(": ")
            if colon and start in SECTIONS:
                heading, found[start] = start, rest
            elif heading and line.strip():
                found[heading] += " " + line.strip()
        return found


def _anything(**_: Value) -> None:
    """Find nothing wrong with any values together."""


def op(
    name: str,
    *,
    kind: Kind,
    linear: bool,
    grid: GridRule,
    check: Callable[..., None] = _anything,
) -> Callable[[Callable[..., Array]], Op]:
    """Make an Op of a function `(x, *, parameters) -> array`; its docstring is the manual."""

    def make(function: Callable[..., Array]) -> Op:
        hints = get_type_hints(function, include_extras=True)
        signature = inspect.signature(function).parameters
        parameters = tuple(
            Parameter.of(each.name, hints[each.name], each.default)
            for each in signature.values()
            if each.kind is inspect.Parameter.KEYWORD_ONLY
        )
        doc = inspect.cleandoc(function.__doc__ or "")
        return Op(name, kind, linear, parameters, grid, check, function, doc)

    return make


def unchanged(n: int, **_: Value) -> Grid:
    """Return the grid of an op that keeps every sample in its place."""
    return Grid(n)
