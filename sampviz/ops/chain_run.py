"""Run the steps of a chain on an array."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import prod
from typing import Any

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath, as_number
from sampviz.dsp.grid import Grids, Size
from sampviz.ops.chain_trace import MOST_PIXELS, check_size
from sampviz.ops.step import Step
from sampviz.ops.switches import match_poolings

_CACHED, _LARGE = 2**21, 2**23  # bytes between two steps, of an image and of a stack


def as_input(array: Any, axes: int, name: str) -> Array:
    """Return an array as a chain computes with it.

    Parameters
    ----------
    array : array_like
        Numbers.
    axes : {2, 3}
        Number of last axes in space.
    name : str
        The text of the chain, for errors.

    Returns
    -------
    Array
        float32, float64 or complex.

    Raises
    ------
    ChainError
        If these are no numbers, or there are too few axes.
    """
    try:
        x = as_number(array)
    except TypeError as err:
        raise ChainError(str(err), f"chain '{name}'", "give an array of numbers") from None
    if x.ndim < axes or 0 in x.shape:
        raise ChainError(
            f"an array of shape {x.shape} has no {('rows and columns', 'volume')[axes - 2]}",
            f"chain '{name}'",
            "give an array of H x W or C x H x W, or D x H x W for a volume",
        )
    return x


def run_steps(
    steps: Sequence[Step], name: str, x: Array, axes: int, stage_grids: Sequence[Grids]
) -> Iterator[Array]:
    """Yield the array before the first and after each step.

    Parameters
    ----------
    steps : sequence of Step
        The steps.
    name : str
        The text of the chain, for errors.
    x : Array
        The input, from `as_input`.
    axes : {2, 3}
        Number of last axes in space.
    stage_grids : sequence of tuple of Grid
        The grids before the first and after each step.

    Yields
    ------
    Array
        The array after one step more.

    Raises
    ------
    ChainError
        If the array does not fit a step; the error names the step.
    """
    most = max(MOST_PIXELS, x.size)
    channels = x.size // prod(x.shape[-axes:])
    partners = match_poolings(steps)
    pooled: dict[int, tuple[Any, Size]] = {}  # switches and size before
    yield x
    for number, step in enumerate(steps):
        try:
            if number in partners:
                switches, size_before = pooled.pop(partners[number])
                x = step.op.take_switches(x, step.params, axes, switches, size_before)
            else:
                grids_before, grids_after = stage_grids[number : number + 2]
                if number in partners.values():
                    pooled[number] = step.op.switches_of(x, step.params, axes), x.shape[-axes:]
                # Steps may have changed the number of channels that the trace was made for.
                if (count := x.size // prod(x.shape[-axes:])) != channels:
                    check_size(step, grids_before, grids_after, count, most, "")
                x = step.op.run(x, step.params, axes, grids_after)
        except ChainError as err:
            err.at(f"step {number + 1} of '{name}'")
            raise
        yield x


def plan_fast(
    steps: Sequence[Step], sizes: Sequence[Size], dtype: DType
) -> tuple[FiniteFastPath, ...]:
    """Return the fast path of each step, or of two where the second takes the first's switches.

    Parameters
    ----------
    steps : sequence of Step
        The steps.
    sizes : sequence of tuple of int
        The size before each step.
    dtype : dtype
        Type of number.

    Returns
    -------
    tuple of callable
        None of them if a step has none.
    """
    partners = match_poolings(steps)
    fast_paths: list[FiniteFastPath] = []
    for number, step in enumerate(steps):
        if partners.get(number) == number - 1:
            continue
        if partners.get(number + 1) == number:
            fast_path = _fast_pair(step, steps[number + 1], sizes[number], dtype)
        else:
            fast_path = step.op.fast_path(sizes[number], step.params, dtype)
        if fast_path is None:
            return ()
        fast_paths.append(fast_path)
    return tuple(fast_paths)


def _fast_pair(pooling: Step, taker: Step, size: Size, dtype: DType) -> FiniteFastPath | None:
    if taker.op.fast is None or dtype.char not in "fd":
        return None
    return taker.op.fast(size, dtype, pooling.params, **taker.params)


def join_fast(
    fast_paths: Sequence[FiniteFastPath], sizes: Sequence[Size], shape: Size, dtype: DType
) -> FiniteFastPath | None:
    """Return one function of the fast paths of all steps.

    Parameters
    ----------
    fast_paths : sequence of callable
        From `plan_fast`.
    sizes : sequence of tuple of int
        The size before each step, and after the last.
    shape : tuple of int
        Shape of the array.
    dtype : dtype
        Its type of number.

    Returns
    -------
    callable or None
        A function of arrays of that shape, which returns None where a step leaves it to the general
        way; None if there are no fast paths.
    """
    if len(fast_paths) < 2:
        return fast_paths[0] if fast_paths else None
    largest = max(map(prod, sizes[1:-1])) * dtype.itemsize
    axes = len(sizes[0])
    if largest <= _CACHED and largest * prod(shape[:-axes]) > _LARGE:
        return partial(_run_by_image, fast_paths, axes)
    return partial(run_fast, fast_paths)


def _run_by_image(fast_paths: Iterable[FiniteFastPath], axes: int, x: Array) -> Array | None:
    """Run a stack one image after the other: what lies between steps stays in the cache."""
    images = x.reshape(-1, *x.shape[-axes:])
    out: Array | None = None
    for number, image in enumerate(images):
        last = run_fast(fast_paths, image)
        if last is None:
            return None
        if out is None:
            out = np.empty((len(images), *last.shape), last.dtype)
        out[number] = last
    return None if out is None else out.reshape(*x.shape[:-axes], *out.shape[1:])


def run_fast(fast_paths: Iterable[FiniteFastPath], x: Array) -> Array | None:
    """Return what fast paths make of an array, one after the other.

    Parameters
    ----------
    fast_paths : iterable of callable
        The fast path of each step.
    x : Array
        float32 or float64.

    Returns
    -------
    Array or None
        The array after the last step; None where a step leaves it to the general way.
    """
    out: Array | None = x
    for fast_path in fast_paths:
        out = None if out is None else fast_path(out)
    return out
