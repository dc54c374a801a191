"""Many pieces of work on all cores, or on a cluster."""

import threading
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from concurrent.futures.thread import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice, starmap
from typing import Generic, TypeVar

from sampviz.core.budget import given_limits, timed_piece, within
from sampviz.core.errors import InputError, SampvizError, argument
from sampviz.core.process_pool import (
    Pool,
    PoolOpener,
    cores,
    local_pool,
    starting_processes,
    threads,
)
from sampviz.core.system_limits import starting_threads
from sampviz.core.warn import warn, warning_here

Work = TypeVar("Work")
Result = TypeVar("Result")

MIN_PIECES = 4  # starting processes takes longer than fewer pieces of work
_QUEUED_PER_WORKER = (
    4  # pieces for each worker that are begun or wait: memory does not grow with the work
)
# A worker of a cluster may have several threads; the filters of warnings have one owner.
_FILTERS_LOCK = threading.RLock()


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """What became of piece number `index` of the work: a result, or an error."""

    index: int
    result: Result | None = None
    error: Exception | None = None
    warnings: tuple[Warning, ...] = ()

    def get(self) -> Result:
        """Return the result, or raise the error."""
        if self.error:
            raise self.error
        return self.result  # type: ignore[return-value]


def in_threads(
    function: Callable[[Work], Result], work: Sequence[Work], most: int | None = None
) -> list[Result]:
    """Return the results in the order of the work, or raise the error of the first that fails.

    On `threads()` threads, but not more than `most`: what is inside numpy, scipy.fft and OpenCV
    runs at once, the rest in turn.
    """
    count = min(len(work), threads(), most or len(work))
    if count < 2:
        return list(map(function, work))
    with ThreadPoolExecutor(count) as pool:
        with starting_threads():
            results = pool.map(warning_here(function), work)
        return list(results)


def map_outcomes(
    function: Callable[[Work], Result],
    work: Iterable[Work],
    workers: int | None = None,
    pool: PoolOpener | None = None,
    *,
    ordered: bool = False,
) -> Generator[Outcome[Result]]:
    """Yield what became of every piece of work: an error ends its own piece only.

    `function` is called by `workers` processes (all cores by default), or by the workers of
    `pool`; it, the work and the results are pickled, and warnings are given again here. If
    `ordered` in the order of the work, otherwise as they come. A process that dies (killed for
    its memory, say) fails the piece that it dies of, when that is tried again alone.
    """
    count = workers or cores()
    numbered_items = enumerate(work)
    first = list(islice(numbered_items, MIN_PIECES))
    left = chain(first, numbered_items)
    in_this_process = pool is None and (count < 2 or len(first) < MIN_PIECES)
    opened = pool or partial(local_pool, count, getattr(function, "__module__", ""))
    if in_this_process:
        job = partial(_attempt, partial(_with_all_the_time, function))
    else:
        job = partial(_attempt_in_worker, partial(within, given_limits(), function))
    for outcome in (
        starmap(job, left) if in_this_process else _run_in_pools(job, left, opened, ordered)
    ):
        for warning in outcome.warnings:
            warn(warning)
        yield outcome


def _with_all_the_time(function: Callable[[Work], Result], item: Work) -> Result:
    with timed_piece():
        return function(item)


def _attempt(function: Callable[[Work], Result], index: int, item: Work) -> Outcome[Result]:
    """Return the result or the error."""
    try:
        return Outcome(index, function(item))
    except Exception as err:
        # A traceback does not leave its process; --debug shows this.
        err.add_note(traceback.format_exc())
        return Outcome(index, error=err)


def _attempt_in_worker(
    function: Callable[[Work], Result], index: int, item: Work
) -> Outcome[Result]:
    """Return the result or the error, and the warnings: a worker has nobody to give them to."""
    with _FILTERS_LOCK, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        outcome = _attempt(function, index, item)
    messages = (record.message for record in caught)
    return replace(outcome, warnings=tuple(w for w in messages if isinstance(w, Warning)))


def _run_in_pools(
    job: Callable[[int, Work], Outcome[Result]],
    left: Iterator[tuple[int, Work]],
    pool: PoolOpener,
    ordered: bool,
) -> Iterator[Outcome[Result]]:
    waiting: deque[tuple[Future[Outcome[Result]], int, Work]] = deque()
    while True:
        with pool() as opened:
            try:
                yield from _drain(job, left, opened, waiting, ordered)
                return
            except BrokenExecutor:
                pass
        # One of these ended its process; the others only shared the pool with it.
        unfinished = [(index, item) for _, index, item in waiting]
        waiting.clear()
        for index, item in unfinished:
            yield _run_alone(job, index, item)


def _drain(
    job: Callable[[int, Work], Outcome[Result]],
    left: Iterator[tuple[int, Work]],
    pool: Pool,
    waiting: deque[tuple[Future[Outcome[Result]], int, Work]],
    ordered: bool,
) -> Iterator[Outcome[Result]]:
    while True:
        for index, item in islice(left, _QUEUED_PER_WORKER * pool.workers - len(waiting)):
            # On the list before it is sent: that fails as well where a process has died.
            waiting.append((Future(), index, item))
            with starting_processes():
                waiting[-1] = (pool.executor.submit(job, index, item), index, item)
        if not waiting:
            return
        if not ordered:
            wait([future for future, _, _ in waiting], return_when=FIRST_COMPLETED)
            waiting.rotate(-next(i for i, (future, _, _) in enumerate(waiting) if future.done()))
        future, index, _ = waiting[0]
        outcome = _outcome_of(future, index)
        waiting.popleft()
        yield outcome


def _outcome_of(future: Future[Outcome[Result]], index: int) -> Outcome[Result]:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as err:  # of the cluster: the function's own are in its outcome
        what = f"the worker could not do it: {type(err).__name__}: {err}"
        fix = "see the log of the worker; it needs the same version of sampviz, and memory"
        return Outcome(index, error=SampvizError(what, argument("scheduler"), fix))


def _run_alone(
    job: Callable[[int, Work], Outcome[Result]], index: int, item: Work
) -> Outcome[Result]:
    with local_pool(1) as pool:
        try:
            with starting_processes():
                future = pool.executor.submit(job, index, item)
            return future.result()
        except BrokenExecutor:
            what = "the process that worked on it was killed"
            fix = "it may need more memory than there is, or more time than it may take"
            return Outcome(index, error=InputError(what, fix=fix))
