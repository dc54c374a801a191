"""Many pieces of work on all cores, their results in the order of the work."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")

FEWEST = 4  # starting processes takes longer than fewer pieces of work


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    function: Callable[[Work], Result], work: Sequence[Work], workers: int | None = None
) -> Iterator[Result]:
    """Yield `function(piece)` for every piece of work, computed by `workers` processes.

    All cores by default. Function, work and results are pickled. Warnings are given again here.
    An error ends it: what has not begun is not begun.
    """
    count = min(workers or cores(), len(work))
    if count < 2 or len(work) < FEWEST:
        yield from map(function, work)
        return
    # Fresh processes, not forks: those would copy the threads' locks of the libraries.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    try:
        for result, told in pool.map(partial(_listening, function), work):
            for warning in told:
                warnings.warn(warning, stacklevel=2)
            yield result
    finally:
        pool.shutdown(cancel_futures=True)


def _listening(function: Callable[[Work], Result], piece: Work) -> tuple[Result, list[Warning]]:
    """Return the result and the warnings, which a process of its own has nobody to tell."""
    with warnings.catch_warnings(record=True) as told:
        result = function(piece)
    return result, [each.message for each in told if isinstance(each.message, Warning)]
