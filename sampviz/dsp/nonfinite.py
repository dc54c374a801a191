"""What sums of weighted samples make of NaN and infinity: a sample of weight 0 does not count.

0 times NaN is NaN, and 0 times infinity too. A sum that has such a product is computed again
without the weights that are 0, and where a border shows a pixel to a window more than once, with
the sum of its weights. Sums that are finite stay what they are, to the last bit.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import isfinite, prod
from typing import Any, NamedTuple

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

NEGLIGIBLE = 1e-12  # a weight below it is 0, but for rounding
_MOST_AT_ONCE = 2**22  # products


def all_finite(x: Array) -> bool:
    """Tell whether no value is NaN or infinite.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.

    Returns
    -------
    bool
        Whether all are finite.
    """
    # The sum of squares takes half the time: 128x128 px 3 us. It may overflow. Of float64 the
    # linear algebra takes threads for it, which wait for each other where others work too.
    flat = x.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.dot(flat, flat) if x.dtype == np.float32 else flat.sum()
        return isfinite(abs(total)) or bool(np.isfinite(x).all())


def restored(total: Array, exact: Callable[[], Array]) -> Array:
    """Return sums, those that are not finite computed anew.

    Parameters
    ----------
    total : Array
        Sums of products, whose weights may be 0.
    exact : callable
        Gives the sums without these products; it is called where there is a need.

    Returns
    -------
    Array
        `total` itself, if all of it is finite.
    """
    if all_finite(total):
        return total
    with np.errstate(invalid="ignore"):  # infinity less infinity is NaN
        return np.where(np.isfinite(total), total, exact())


def infinity_as_nan(out: Array) -> Array:
    """Make infinities NaN, in place: a transform has them or NaN by the order of its sums.

    Parameters
    ----------
    out : Array
        What was transformed.

    Returns
    -------
    Array
        The same array.
    """
    if not all_finite(out):
        out[np.isinf(out)] = np.nan
    return out


def all_count(kernel: Array, border: Border) -> bool:
    """Tell whether every tap of every window counts: none is 0, and no two can cancel.

    Parameters
    ----------
    kernel : Array
        Taps.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges; all but zeros may show a pixel to a window twice.

    Returns
    -------
    bool
        Whether the plain sum of products has its NaN and infinities where they belong.
    """
    sizes = np.abs(kernel) if border == "zero" else kernel
    return bool((sizes > NEGLIGIBLE).all())


class _Windows(NamedTuple):
    """Windows along an axis that show the same of their taps to be one sample.

    Parameters
    ----------
    numbers : Array of int, shape (windows,)
        Their numbers.
    samples : Array of int, shape (windows, k)
        The sample under each tap; n stands for the zeros beyond the edges.
    first : Array of int, shape (k,)
        The first tap that has the sample of each tap.
    """

    numbers: Array
    samples: Array
    first: Array


def _windows(layout: WindowLayout, border: Border) -> Iterator[_Windows]:
    samples_of_axis = pad(
        np.arange(layout.n), -1, layout.before, layout.reach, border, fill=layout.n
    )
    starts = np.arange(layout.count)[:, None] * layout.s
    samples = samples_of_axis[starts + np.arange(layout.k) * layout.d]
    first = np.stack(
        [(samples[:, : a + 1] == samples[:, a : a + 1]).argmax(1) for a in range(layout.k)], 1
    )
    patterns, numbers = np.unique(first, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        same = np.flatnonzero(numbers.ravel() == number)
        yield _Windows(same, samples[same], pattern)


def correlate_what_counts(
    x: Array, kernel: Array, layouts: Sequence[WindowLayout], border: Border
) -> Array:
    """Correlate as `sampviz.dsp.correlate`, without the products whose weight is 0.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    kernel : Array
        Taps, one axis for each layout.
    layouts : sequence of WindowLayout
        Windows along each of the last axes.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    Array
        One value for each window; the dtype of `x`.
    """
    axes = len(layouts)
    out = np.empty((*x.shape[:-axes], *(layout.count for layout in layouts)), x.dtype)
    for axis in range(-axes, 0):
        x = pad(x, axis, 0, 1, "zero")
    for windows in product(*(list(_windows(layout, border)) for layout in layouts)):
        weights = np.zeros(kernel.shape)
        np.add.at(weights, np.ix_(*(group.first for group in windows)), kernel)
        _write_sums(x, weights, windows, out)
    return out


def _write_sums(x: Array, weights: Array, windows: Sequence[_Windows], out: Array) -> None:
    """Write the sums of some windows, a block of rows at a time."""
    taps = np.nonzero(np.abs(weights) > NEGLIGIBLE)
    values = weights[taps].astype(x.real.dtype)
    samples = [group.samples[:, tap] for group, tap in zip(windows, taps, strict=True)]
    first, *others = [group.numbers for group in windows]
    row = prod(x.shape[: -len(windows)]) * prod(map(len, others)) * max(1, len(values))
    rows = max(1, _MOST_AT_ONCE // row)
    for begin in range(0, len(first), rows):
        block = slice(begin, begin + rows)
        numbers = [first[block], *others]
        index = [samples[0][block], *samples[1:]]
        # Rows of windows, columns of windows, taps: each index along its own axis and the last.
        spread: list[Any] = [
            np.expand_dims(array, [j for j in range(len(index)) if j != i])
            for i, array in enumerate(index)
        ]
        target: list[Any] = list(np.ix_(*numbers))
        out[(..., *target)] = (x[(..., *spread)] * values).sum(-1)
