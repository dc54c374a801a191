"""Percentiles of many values, without a sorted copy of them."""

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np

from sampviz.dsp.dtypes import Array, power_of_two

_MANY = 2**22  # values; fewer are partitioned as they are
_SAMPLE = 2**14
_DEVIATIONS = 4  # of the rank of a sample


def percentiles(x: Array, shares: Sequence[float]) -> list[float]:
    """Return percentiles, as numpy.percentile in float64.

    Of 2^22 values and more only those near a percentile are partitioned: of 10^8 it takes a second
    in place of four, and a fifth of the memory.

    Parameters
    ----------
    x : Array
        Finite real numbers of any shape, one at least.
    shares : sequence of float
        0..100.

    Returns
    -------
    list of float
        A percentile for each share.
    """
    values = x.reshape(-1)
    if values.size < _MANY:
        return _scaled(values, shares)
    sample = np.sort(values[:: values.size // _SAMPLE])
    results = []
    for share in shares:
        place = share / 100 * (values.size - 1)
        pair = _at_rank(values, sample, int(place))
        results += _scaled(pair, [100 * (place - int(place))])
    return results


def _scaled(values: Array, shares: Sequence[float]) -> list[float]:
    """Return percentiles; differences of the largest numbers would overflow."""
    scale = power_of_two(values)
    return [float(each) for each in np.percentile(values / scale, shares) * scale]


def _at_rank(values: Array, sample: Array, rank: int) -> Array:
    """Return the value of a rank, counted from 0, and the next larger one."""
    near, margin = rank / values.size * len(sample), _DEVIATIONS * sqrt(len(sample))
    first, last = int(near - margin), int(near + margin)
    low = sample[first] if first > 0 else -inf
    high = sample[last] if last < len(sample) else inf
    below = int(np.count_nonzero(values < low))
    part = values[(values >= low) & (values <= high)]
    following = min(rank + 1, values.size - 1)
    if not below <= rank <= following < below + len(part):
        below, part = 0, values
    places = [rank - below, following - below]
    return np.asarray(np.partition(part, places)[places])
