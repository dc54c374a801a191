"""Where the samples of a resized axis lie, by the rules of other programs, in exact fractions."""

from fractions import Fraction
from math import ceil, floor

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid

_HALF = Fraction(1, 2)


def rounded_size(exact: Fraction, rounding: str) -> int:
    """Return a number of samples.

    Parameters
    ----------
    exact : Fraction
        What it would be.
    rounding : {"floor", "ceil", "half", "up", "down"}
        `half` rounds halves to even numbers; `up` and `down` round them up and down.

    Returns
    -------
    int
    """
    if rounding == "half":
        return round(exact)
    return {
        "floor": floor(exact),
        "ceil": ceil(exact),
        "up": floor(exact + _HALF),
        "down": ceil(exact - _HALF),
    }[rounding]


def resized_grid(n: int, size: int, step: Fraction, at: str) -> Grid:
    """Return the places of the samples of a resized axis.

    Parameters
    ----------
    n, size : int
        Number of samples before and after.
    step : Fraction
        Distance between them, in old samples, where the rule says nothing else.
    at : {"half", "corners", "start", "torchhalf", "tfnn", "symmetric"}
        The rule.

    Returns
    -------
    Grid
        The places, which may lie beyond the edge.
    """
    centred = (step - 1) / 2
    if at == "corners":
        return Grid(size, Fraction(n - 1, max(1, size - 1)))
    if at == "start":
        return Grid(size, step)
    if at == "torchhalf":
        return Grid(size, step, centred if size > 1 else Fraction(0))
    if at == "tfnn":
        return Grid(size, step, step / 2)
    if at == "symmetric":
        return Grid(size, step, Fraction(n, 2) * (1 - size * step / n) + centred)
    return Grid(size, step, centred)


def nearest_grid(places: Grid, rounding: str) -> Grid:
    """Return where the samples lie on average whose indices are rounded.

    Parameters
    ----------
    places : Grid
        The places before they are rounded.
    rounding : {"up", "down", "floor", "ceil"}
        How they are rounded.

    Returns
    -------
    Grid
        The mean places: fractions of a pixel are lost to the index below, or above.
    """
    q = places.step.denominator
    if rounding in ("floor", "up"):
        start = places.delta + (_HALF if rounding == "up" else 0)
        return Grid(places.size, places.step, start - Fraction(q - 1, 2 * q) - start * q % 1 / q)
    start = places.delta - (_HALF if rounding == "down" else 0)
    return Grid(places.size, places.step, start + Fraction(q - 1, 2 * q) + -start * q % 1 / q)


def nearest_index(n: int, places: Grid, rounding: str) -> Array:
    """Return the index of the sample that is taken for each place.

    In whole numbers, but for cells whose middles are rounded up: there a middle that lies on an
    edge goes where the doubles of scikit-image take it.

    Parameters
    ----------
    n : int
        Number of old samples.
    places : Grid
        Where the new samples lie.
    rounding : {"up", "down", "floor", "ceil"}
        How a place becomes an index.

    Returns
    -------
    Array of int, shape (places.size,)
        Indices, clipped to the axis.
    """
    if rounding == "up" and places.delta == (places.step - 1) / 2:
        middles = (np.arange(places.size) + 0.5) * float(places.step)
        return np.clip(middles.astype(np.intp), 0, n - 1)
    shift = {"up": _HALF, "down": -_HALF}.get(rounding, Fraction(0))
    start = places.delta + shift
    scale = places.step.denominator * start.denominator
    step, first = int(places.step * scale), int(start * scale)
    largest = abs(step) * places.size + abs(first)
    numbers = np.arange(places.size, dtype=np.int64 if largest < 2**62 else object)
    sign = 1 if rounding in ("floor", "up") else -1
    index = sign * ((sign * (numbers * step + first)) // scale)
    return np.clip(np.asarray(index), 0, n - 1).astype(np.intp)
