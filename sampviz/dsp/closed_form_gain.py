"""Closed forms of frequency responses along one axis, for waves of v cycles/px."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array


def constant_gain(v: Array, **_: Any) -> Array:
    """Return the gain of an operation that filters nothing.

    Parameters
    ----------
    v : Array
        Frequencies in cycles/px.
    **_
        Parameters of an operation, which do not matter.

    Returns
    -------
    Array
        1 for every frequency.
    """
    return np.ones_like(v)


def taps_gain(taps: Array, *frequencies: Array) -> Array:
    """Return the gain of a filter: abs(sum of taps[a] exp(2 pi i v a)).

    Parameters
    ----------
    taps : Array
        Filter taps, one axis for each of `frequencies`.
    *frequencies : Array
        Frequencies in cycles/px along each axis, all of one shape.

    Returns
    -------
    Array
        The gains, 0 or more, of the shape of the frequencies.

    Examples
    --------
    >>> taps_gain(np.array([0.5, 0.5]), np.array([0.0, 0.5])).round(6)
    array([1., 0.])
    """
    cycles = np.tensordot(np.stack(frequencies, -1), np.indices(taps.shape), 1)
    waves = np.exp(2j * np.pi * cycles)
    return np.abs((taps * waves).reshape(*frequencies[0].shape, -1).sum(-1))


def box_gain(v: Array, k: int) -> Array:
    """Return the gain of the mean of k neighbours: abs(sin(pi k v) / (k sin(pi v))).

    Parameters
    ----------
    v : Array
        Frequencies in cycles/px.
    k : int
        Number of neighbours, 1 or more.

    Returns
    -------
    Array
        The gains, 0..1.
    """
    return taps_gain(np.full(k, 1 / k), v)


def binomial_gain(v: Array, k: int) -> Array:
    """Return the gain of a binomial filter: abs(cos(pi v))**(k - 1).

    Parameters
    ----------
    v : Array
        Frequencies in cycles/px.
    k : int
        Number of taps, 1 or more.

    Returns
    -------
    Array
        The gains, 0..1.
    """
    return np.abs(np.cos(np.pi * v)) ** (k - 1)


def cut_gain(v: Array, f: int) -> Array:
    """Return the gain of the ideal low-pass before every f-th sample is kept.

    Parameters
    ----------
    v : Array
        Frequencies in cycles/px.
    f : int
        Factor of the decimation.

    Returns
    -------
    Array
        1 below the new Nyquist frequency, 1/2 at it, 0 above.
    """
    # Rounded: a frequency that is the Nyquist frequency must compare as that.
    return np.heaviside(np.round(0.5 / f - np.abs(v), 12), 0.5)


def interpolation_gain(v: Array, f: int, kernel: Callable[[Array], Array], support: int) -> Array:
    """Return the gain of an interpolation for the wave itself, without its images.

    A new sample is made of the old samples within `support`, with weights that sum to 1; the gain
    is the mean over the f phases that a new sample can have between old ones.

    Parameters
    ----------
    v : Array
        Frequencies in cycles per pixel of the input.
    f : int
        New samples for each old one.
    kernel : callable
        Weight of an old sample at a distance, in old samples; takes and returns an array.
    support : int
        Distance in old samples beyond which the kernel is 0.

    Returns
    -------
    Array
        The gains, 0 or more.
    """
    phase = (np.arange(f) - (f - 1) / 2) / f
    distance = np.arange(-support - 1, support + 2)[:, None] - phase
    weights = kernel(distance)
    weights /= weights.sum(axis=0)
    waves = np.exp(2j * np.pi * v[..., None, None] * distance)
    return np.abs((weights * waves).sum(-2).mean(-1))
