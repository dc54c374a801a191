"""Call the function of an operation as its signature says, on the axes that it changes."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.ops.bind import all_axes_values, axis_values
from sampviz.ops.rules import Form, Params


def call_function(
    function: Callable[..., Array],
    form: Form,
    per_axis: Collection[str],
    x: Array,
    axes: int,
    params: Params,
    changed: Sequence[int],
) -> Array:
    """Return the result of an operation.

    Parameters
    ----------
    function : callable
        What computes it.
    form : {"axis", "axes", "plane", "pixel"}
        How it is called.
    per_axis : collection of str
        Parameters of which it takes the values of all axes.
    x : Array
        The input.
    axes : int
        Number of last axes in space.
    params : mapping of str to value
        The values of its parameters.
    changed : sequence of int
        The axes in space, from 0, that are not left alone. A function for planes leaves them
        alone by itself.

    Returns
    -------
    Array
        The result, an array of its own.
    """
    values = all_axes_values(params, axes, per_axis)
    if form in ("plane", "pixel"):
        return function(x, **values)
    if not changed:
        return x.copy()
    if form == "axis":
        for i in changed:
            x = function(x, i - axes, **axis_values(params, i))
        return x
    if len(changed) == axes:
        return function(x, axes, **values)
    # The others become axes that are carried along.
    values |= {name: tuple(values[name][i] for i in changed) for name in per_axis}
    before, after = [i - axes for i in changed], range(-len(changed), 0)
    out = function(np.moveaxis(x, before, after), len(changed), **values)
    return np.ascontiguousarray(np.moveaxis(out, after, before))
