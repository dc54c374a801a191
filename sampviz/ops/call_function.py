"""Call the functions of an operation as their signatures say, on the axes that it changes."""

import inspect
from collections.abc import Callable, Collection, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.ops.bind import all_axes_values, axis_values, leaves_alone
from sampviz.ops.parameter import Parameter
from sampviz.ops.rules import Form, Params, ResponseRule


def call_function(
    function: Callable[..., Array],
    form: Form,
    parameters: Sequence[Parameter],
    per_axis: Collection[str],
    x: Array,
    axes: int,
    params: Params,
) -> Array:
    """Return the result of an operation.

    Parameters
    ----------
    function : callable
        What computes it. One for planes leaves axes with factor 1 alone by itself.
    form : {"axis", "axes", "plane", "pixel"}
        How it is called.
    parameters : sequence of Parameter
        The parameters of the operation.
    per_axis : collection of str
        Parameters of which the function takes the values of all axes.
    x : Array
        The input.
    axes : int
        Number of last axes in space.
    params : mapping of str to value
        The values of the parameters.

    Returns
    -------
    Array
        The result, an array of its own.
    """
    values = all_axes_values(params, axes, per_axis)
    if form in ("plane", "pixel"):
        return function(x, **values)
    values_of_axes = [axis_values(params, i) for i in range(axes)]
    changed = [i for i in range(axes) if not leaves_alone(parameters, values_of_axes[i])]
    if not changed:
        return x.copy()
    if form == "axis":
        for i in changed:
            x = function(x, i - axes, **values_of_axes[i])
        return x
    if len(changed) == axes:
        return function(x, axes, **values)
    # The others become axes that are carried along.
    values |= {name: tuple(values[name][i] for i in changed) for name in per_axis}
    before, after = [i - axes for i in changed], range(-len(changed), 0)
    out = function(np.moveaxis(x, before, after), len(changed), **values)
    return np.ascontiguousarray(np.moveaxis(out, after, before))


def call_response(
    response: ResponseRule,
    parameters: Sequence[Parameter],
    per_axis: Collection[str],
    frequencies: Sequence[Array],
    params: Params,
) -> Array | None:
    """Return the gain of an operation for waves.

    Parameters
    ----------
    response : callable
        Gives the gain: that along an axis, or that for frequencies along all of them.
    parameters : sequence of Parameter
        The parameters of the operation.
    per_axis : collection of str
        Parameters of which the operation takes the values of all axes.
    frequencies : sequence of Array
        Frequencies along each axis, in cycles per pixel of the input.
    params : mapping of str to value
        The values of the parameters.

    Returns
    -------
    Array or None
        The magnitudes; an axis that is left alone has 1. None where no formula is known.
    """
    if "frequencies" in inspect.signature(response).parameters:
        return response(frequencies, **all_axes_values(params, len(frequencies), per_axis))
    total = np.ones_like(frequencies[0])
    for i, v in enumerate(frequencies):
        values = axis_values(params, i)
        if not leaves_alone(parameters, values):
            gain = response(v, **values)
            if gain is None:
                return None
            total = total * gain
    return np.asarray(total)
