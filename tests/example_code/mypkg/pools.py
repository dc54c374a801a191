"""What a user may name with --allow-code, right and wrong."""

import sys
from typing import Any

import numpy as np

from sampviz.ops import Array, Grid, op, unchanged

number = 3


def top(x: Array, gain: float = 1, *, k: int = 2, flip: bool = False, mode: str = "a") -> Array:
    assert x.ndim == 2
    assert mode in ("a", "b", "auto")
    return gain * x[::k, ::k][:: -1 if flip else 1]


def in_place(x: Array) -> Array:
    x *= 2
    return x


def wide(x: Array) -> Array:
    return x.astype(np.float64)[:, : x.shape[0]]


def needs(x: Array, k: int) -> Array:
    return x[::k, ::k]


def raises(x: Array) -> Array:
    raise ValueError("two\nlines")


def leaves(x: Array) -> Array:
    sys.exit("bye")


def a_list(x: Array) -> Any:
    return x.tolist()


def a_line(x: Array) -> Array:
    return x[0]


def nothing(x: Array) -> Array:
    return x[:0]


def words(x: Array) -> Any:
    return x.astype(str)


def moody(x: Array) -> Array:
    return x[::2] if x.any() else x


def _doc(function: Any) -> Any:
    function.__doc__ = "Do it.\n\nSize: N\nDelta: 0\nEdges: none\nSource: here\n"
    return function


@op("twice", kind="same", linear=True, grid=unchanged)
@_doc
def twice(x: Array) -> Array:
    return 2 * x


@op("liar", kind="down", linear=True, grid=unchanged)
@_doc
def liar(x: Array) -> Array:
    return x[::2, ::2].copy()


@op("faulty", kind="same", linear=True, grid=unchanged)
@_doc
def faulty(x: Array) -> Array:
    raise KeyError("here")


def _no_grid(n: int) -> Grid:
    return n  # type: ignore[return-value]


@op("ungrid", kind="same", linear=True, grid=_no_grid)
@_doc
def ungrid(x: Array) -> Array:
    return x.copy()


@op("mute", kind="same", linear=True, grid=unchanged)
def mute(x: Array) -> Array:
    return x.copy()
