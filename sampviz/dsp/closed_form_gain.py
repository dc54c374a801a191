"""Closed forms of frequency responses: gains for waves of v cycles/px, along one axis."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array


def constant_gain(v: Array, **_: Any) -> Array:
    """Return 1 for every frequency: nothing is filtered."""
    return np.ones_like(v)


def taps_gain(taps: Array, *frequencies: Array) -> Array:
    """Return |sum of taps[a] exp(2 pi i v a)|, with a frequency v for each axis of `taps`."""
    turns = np.tensordot(np.stack(frequencies, -1), np.indices(taps.shape), 1)
    waves = np.exp(2j * np.pi * turns)
    return np.abs((taps * waves).reshape(*frequencies[0].shape, -1).sum(-1))


def box_gain(v: Array, k: int) -> Array:
    """Return the gain of the mean of k neighbours: |sin(pi k v) / (k sin(pi v))|."""
    return taps_gain(np.full(k, 1 / k), v)


def binomial_gain(v: Array, k: int) -> Array:
    """Return the gain of k binomial taps: |cos(pi v)|^(k-1)."""
    return np.abs(np.cos(np.pi * v)) ** (k - 1)


def cut_gain(v: Array, f: int) -> Array:
    """Return 1 below the Nyquist frequency of every f-th sample, 1/2 there and 0 above."""
    # Rounded: a frequency that is the Nyquist frequency must compare as that.
    return np.heaviside(np.round(0.5 / f - np.abs(v), 12), 0.5)


def interpolation_gain(v: Array, f: int, kernel: Callable[[Array], Array], support: int) -> Array:
    """Return the gain of interpolating f samples for each by a kernel, for the wave itself.

    A new sample takes the old ones within `support`, with weights made to sum to 1; the gain is
    the mean over the f places that a new sample can have between old ones.
    """
    place = (np.arange(f) - (f - 1) / 2) / f
    distance = np.arange(-support - 1, support + 2)[:, None] - place
    weights = kernel(distance)
    weights /= weights.sum(axis=0)
    waves = np.exp(2j * np.pi * v[..., None, None] * distance)
    return np.abs((weights * waves).sum(-2).mean(-1))
