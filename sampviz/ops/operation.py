"""What an operation is: a function on arrays that knows its parameters, sizes and positions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sampviz.core.docstring import instance_doc, split_paragraphs
from sampviz.core.errors import ChainError, argument, did_you_mean
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath, as_number
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.ops.bind import all_axes_values, axis_values, bind_values, check_axes, leaves_alone
from sampviz.ops.call_function import call_function, call_response
from sampviz.ops.declaration import Declaration
from sampviz.ops.fast_plan import fast_plan
from sampviz.ops.manual import manual_text
from sampviz.ops.parameter import BadValueError
from sampviz.ops.rules import (
    SECTIONS,
    DoesNotFitError,
    Params,
)
from sampviz.ops.values import Value


@instance_doc(lambda op: manual_text(op.name, op.doc, op.parameters, op.form, op.linear))
class Operation(Declaration):
    """An operation on the last axes of an array: rows and columns, or slices, rows and columns.

    It is made with `@op` and called as a function: `OPS["max"](x, k=3)`. Its signature and manual
    are those of the operation: `help(OPS["max"])`. Its parameters are those of `Declaration`.
    """

    def __repr__(self) -> str:
        return short_repr(f"<Operation {self.name}: {self.summary}>")

    def bind(self, arguments: Mapping[str, Value | None]) -> dict[str, Value]:
        """Return the value of every parameter.

        Parameters
        ----------
        arguments : mapping of str to value
            Values by name; None stands for a default that follows from other parameters.

        Returns
        -------
        dict
            A value for each parameter, in declared order.

        Raises
        ------
        ChainError
            If a parameter is unknown, or a value is out of bounds or does not go with others.
        """
        parameters_by_name = {parameter.name: parameter for parameter in self.parameters}
        for name in arguments:
            if name not in parameters_by_name:
                fix = did_you_mean(name, parameters_by_name, f"{self.manual} lists them all")
                raise ChainError(f"{self.name} has no parameter {name!r}", fix=fix)
        try:
            return bind_values(self.parameters, arguments, self.check)
        except BadValueError as err:
            raise ChainError(str(err), fix=f"{self.manual} explains it") from None

    def grids(self, size: Size, params: Params) -> Grids:
        """Return where the samples of the result lie.

        Parameters
        ----------
        size : tuple of int
            Size of the input along its axes in space.
        params : mapping of str to value
            Values from `bind`.

        Returns
        -------
        tuple of Grid
            A grid for each axis.

        Raises
        ------
        ChainError
            If `size` is too small or has too many axes.
        """
        where = f"{self.name}, on {'x'.join(map(str, size))} px"
        if self.form == "plane" and len(size) != 2:
            raise ChainError(
                f"{self.name} works on planes, not on volumes",
                where,
                f"take a plane: leave out {argument('volume')}, or give two sides",
            )
        if self.takes_switches:
            partner = self.takes_switches
            raise ChainError(
                f"{self.name} takes the switches of a {partner} before it",
                where,
                f"{partner}+{self.name}",
            )
        try:
            check_axes(self.parameters, params, len(size))
            if self.grid_of == "all axes":
                grids: Grids = self.grid(size, **params)
                return grids
            return tuple(
                self._grid(n, i - len(size), axis_values(params, i)) for i, n in enumerate(size)
            )
        except DoesNotFitError as err:
            raise ChainError(str(err), where, err.fix) from None
        except BadValueError as err:
            raise ChainError(str(err), where) from None

    def _grid(self, n: int, axis: int, params: Params) -> Grid:
        if leaves_alone(self.parameters, params):
            return Grid(n)
        axis_argument = {"axis": axis} if self.grid_of == "this axis" else {}
        grid: Grid = self.grid(n, **axis_argument, **params)
        if grid.size < 1:
            raise DoesNotFitError(f"{self.name} leaves nothing of an axis of {n} px")
        return grid

    def run(self, x: Array, params: Params, axes: int = 2, grids: Grids | None = None) -> Array:
        """Apply the operation with values from `bind`.

        Parameters
        ----------
        x : Array
            float32, float64 or complex numbers.
        params : mapping of str to value
            Values from `bind`.
        axes : int
            Number of last axes in space.
        grids : tuple of Grid, optional
            The grids of the result, if they are known already.

        Returns
        -------
        Array
            The result; the dtype of `x`.

        Raises
        ------
        ChainError
            If the array is complex and the operation is not, or the result has not the stated size.
        """
        self._check_input(x, params)
        expected = tuple(grid.size for grid in grids or self.grids(x.shape[-axes:], params))
        try:
            out = self._call(x, params, axes)
        except BadValueError as err:  # of values that do not fit this array
            fix = "choose another for a volume" if axes == 3 else f"{self.manual} explains it"
            raise ChainError(str(err), self.name, fix) from None
        if out.shape[-axes:] != expected:
            raise ChainError(
                f"{self.name} made an array of shape {out.shape} where"
                f" {expected} was said beforehand",
                fix="let the size follow from the size of the input alone, as its rule says",
            )
        return out

    def _check_input(self, x: Array, params: Params) -> None:
        if x.dtype.kind == "c" and not (self.is_linear(params) or self.takes_complex):
            raise ChainError(
                f"{self.name} is not defined for complex numbers",
                self.name,
                "take the magnitude first: abs",
            )
        if self.domain == "positive" and (x < 0).any():
            what, fix = "values of 0 and above", "relu or abs before it"
        elif self.domain == "labels" and not np.isfinite(x).all():
            what, fix = "labels, which are finite", "replace NaN and infinity by a label"
        else:
            return
        raise ChainError(f"{self.name} takes {what}", self.name, fix)

    def _call(self, x: Array, params: Params, axes: int) -> Array:
        fast_path = self.fast_path(x.shape[-axes:], params, x.dtype)
        if fast_path is not None and (out := fast_path(x)) is not None:
            return out
        out = call_function(
            self.function, self.form, self.parameters, self.per_axis, x, axes, params
        )
        finish = self.finish and self.finish(params)
        return finish(out, x, axes) if finish else out

    def fast_path(self, size: Size, params: Params, dtype: DType) -> FiniteFastPath | None:
        """Return the fast path for planes or volumes.

        Parameters
        ----------
        size : tuple of int
            Rows and columns, or slices, rows and columns.
        params : mapping of str to value
            Values from `bind`.
        dtype : dtype
            Type of number: fast paths are of float32 and float64.

        Returns
        -------
        callable or None
            A function of arrays (..., H, W) or (..., D, H, W), which may return None where a value
            is not finite; None if there is no fast path for these values.
        """
        linear = self.is_linear(params)
        has_none = self.fast is None and (not linear or self.form != "axis")
        has_none = has_none and self.form != "pixel"
        has_none = has_none or bool(self.finish and self.finish(params))
        has_none = has_none or bool(self.takes_switches)
        if has_none or dtype.char not in "fd" or (self.linear and not linear):
            return None
        return fast_plan(self, size, tuple(params.items()), dtype)

    def gain(self, frequencies: Sequence[Array], params: Params) -> Array | None:
        """Return the gain for waves, where a formula is known.

        Parameters
        ----------
        frequencies : sequence of Array
            Frequencies along each axis, in cycles per pixel of the input.
        params : mapping of str to value
            Values from `bind`.

        Returns
        -------
        Array or None
            The magnitudes of the gain; None if no formula is known.
        """
        if self.response is None:
            return None
        return call_response(self.response, self.parameters, self.per_axis, frequencies, params)

    def switches_of(self, x: Array, params: Params, axes: int = 2) -> Any:
        """Return what a later step takes, such as the indices of the pixels of a pooling.

        Parameters
        ----------
        x : Array
            The input.
        params : mapping of str to value
            Values from `bind`.
        axes : int
            Number of last axes in space.

        Returns
        -------
        object
            Of a pooling the flat index of each result in its plane or volume.
        """
        assert self.switches
        self._check_input(x, params)
        return self.switches(x, [axis_values(params, i) for i in range(axes)])

    def take_switches(
        self, x: Array, params: Params, axes: int, switches: Any, size_before: Size
    ) -> Array:
        """Apply an operation that takes the switches of an earlier step.

        Parameters
        ----------
        x : Array
            The input.
        params : mapping of str to value
            Values from `bind`.
        axes : int
            Number of last axes in space.
        switches : object
            What `switches_of` gave.
        size_before : tuple of int
            Size of the input of the earlier step.

        Returns
        -------
        Array
            The result.
        """
        self._check_input(x, params)
        values = all_axes_values(params, axes, self.per_axis)
        return self.function(x, axes, switches, size_before, **values)

    def __call__(self, x: Any, *, axes: int = 2, **params: Value | None) -> Array:
        """Apply the operation to an array of numbers; its `help` explains the parameters."""
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
        return self.doc.partition("\n")[0]

    @property
    def sections(self) -> dict[str, str]:
        """The paragraphs of the docstring under the headings of `SECTIONS`, a line each."""
        return split_paragraphs(self.doc, SECTIONS)[1]
