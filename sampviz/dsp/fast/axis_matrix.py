"""The matrix of a linear function along an axis, found from what it makes of single ones.

Each output has weights for a few inputs near its place. So ones that are far enough apart are
probed together, a column of the function's argument for each phase: that costs n times as many
numbers as lie between two ones, not n times n. What is found is held against the function itself
on noise; where it differs, as where an edge wraps, the ones go further apart.
"""

from collections.abc import Callable

import numpy as np

from sampviz.dsp.dtypes import Array

AlongRows = Callable[[Array], Array]  # of an array (n, columns) along its first axis
_DISTANCES = (24, 96)  # between ones that are probed together
_LONGEST = 2048  # samples of an axis whose ones are probed each in a column of its own
_TOLERANCE = 1e-12


def axis_matrix(function: AlongRows, n: int, places: Array) -> tuple[Array, Array] | None:
    """Return the inputs that each output has weights for, and the weights.

    Parameters
    ----------
    function : callable
        A linear function of float64 arrays (n, columns) along their first axis.
    n : int
        Number of samples of the axis.
    places : Array, shape (outputs,)
        Where each output lies, in samples of the input.

    Returns
    -------
    inputs : Array of int, shape (outputs, taps)
        Numbers of input samples; some may lie outside 0 .. n-1, where the weights are 0.
    weights : Array, shape (outputs, taps)
        Their weights, float64.
    None
        For axes that are long and whose outputs have weights all over them.
    """
    # Like noise; numpy's own takes longer to import than a figure of two chains to compute.
    noise = np.modf(1e4 * np.sin(np.arange(1.0, n + 1)))[0][:, None]
    expected = function(noise)[:, 0]
    for distance in (*(d for d in _DISTANCES if d < n), n):
        if distance > _LONGEST:
            return None
        combs = np.zeros((n, distance))
        combs[np.arange(n), np.arange(n) % distance] = 1
        weights = function(combs)
        first = np.zeros(len(places)) if distance == n else np.rint(places) - distance // 2
        # Of the inputs of a phase the one that lies in the window of the output.
        start = first[:, None].astype(np.intp)
        inputs = start + (np.arange(distance) - start) % distance
        is_inside = (inputs >= 0) & (inputs < n)
        if not is_inside[weights != 0].all():
            continue
        sums = (weights * noise[np.clip(inputs, 0, n - 1), 0]).sum(1)
        if np.abs(sums - expected).max(initial=0) <= _TOLERANCE * max(1, np.abs(weights).max()):
            return inputs, weights
    return None
