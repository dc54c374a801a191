"""What one input may cost, in memory and in seconds of computing.

What can be known before is refused before, by estimates: `check_memory`. What cannot be known is
watched by the system: memory by a limit of the process, time by a timer of it.
"""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from math import ceil, inf
from pathlib import Path
from time import process_time
from types import FrameType
from typing import TypeVar

from sampviz.core.byte_size import bytes_text, parse_bytes
from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.memory import total_memory

DEFAULT_MEMORY = 4 * 10**9  # of a laptop with 8 GB the half
DEFAULT_SECONDS = 600.0
_OF_LIBRARIES = 5 * 10**8  # bytes that they set aside, for threads above all, and rarely use
_AGAIN = 5.0  # seconds after which one who caught the end of the time is told again
_KILLED_AFTER = 1.5  # times the seconds: a worker in one call of a library that does not end
_HAS_TIMER = hasattr(signal, "setitimer")  # not on Windows

_LESS = "a slice, fewer chains or levels, a smaller picture"

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class LimitError(InputError):
    """An input that costs more memory or time than it may."""


class _OutOfTime(BaseException):
    """The time is over: no reader takes it for a damaged file, as it would an Exception."""


@dataclass(frozen=True)
class Budget:
    """What one input may cost: bytes, and seconds of all cores together, None without end."""

    memory: int
    seconds: float | None = None


@cache
def _default() -> Budget:
    total = total_memory()
    return Budget(DEFAULT_MEMORY if total is None else min(DEFAULT_MEMORY, total // 2))


@dataclass
class _Clock:
    """Whether the time is watched, and the time of the process at which it is over."""

    runs: bool = False
    end: float = inf


_clock = _Clock()
_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current_budget() -> Budget:
    """Return what one input may cost now: the default outside of `limits`."""
    return _current.get() or _default()


@contextmanager
def limits(max_memory: str | int | None = None, max_seconds: float | None = None) -> Iterator[None]:
    """Bound what an input may cost, as `--max-memory` and `--max-seconds` do.

    Without it memory is bounded by estimates alone, and time not at all. On Linux the process,
    too, gets no more memory than it has and `max_memory`.

    Parameters
    ----------
    max_memory : str or int, optional
        ``"8GB"``, ``"500MB"``, or bytes; 4 GB by default, or half of the machine's memory.
    max_seconds : float, optional
        Seconds of computing, of all cores together; no bound by default. For the main thread,
        and not on Windows.

    Yields
    ------
    None

    Raises
    ------
    LimitError
        Also an `InputError`, for what costs more; its text says what, and how to go on.
    UsageError
        For what is no size, and a time that cannot be watched.

    Examples
    --------
    >>> import sampviz
    >>> with sampviz.limits(max_memory="1GB", max_seconds=60):
    ...     rows = sampviz.measure("sample:t1", "max,flc", measures="psnr")
    """
    memory = _default().memory if max_memory is None else parse_bytes(max_memory, "max_memory")
    if max_seconds is not None and not 0 < max_seconds < 1e9:
        fix = "write a number above 0"
        raise UsageError(f"{max_seconds} is no time", argument("max_seconds"), fix)
    if max_seconds is not None and not can_watch_time():
        fix = "leave it out, or work in the main thread, and not on Windows"
        raise UsageError("the time cannot be watched here", argument("max_seconds"), fix)
    token = _current.set(Budget(memory, max_seconds))
    try:
        with _memory_bounded(memory), _time_watched(max_seconds), timed_piece():
            yield
    finally:
        _current.reset(token)


def given_limits() -> Budget | None:
    """Return the arguments of the `limits` around this, for `within` in another process."""
    return _current.get()


def within(budget: Budget | None, function: Callable[[Piece], Result], piece: Piece) -> Result:
    """Return what a worker makes of a piece, in these limits.

    The system ends a process that does not end by itself, in one call of a library.
    """
    if budget is None:
        return function(piece)
    seconds = budget.seconds if can_watch_time() else None
    with limits(budget.memory, seconds), _killed_after(seconds):
        return function(piece)


def can_watch_time() -> bool:
    """Whether `limits` can bound the time here."""
    return _HAS_TIMER and threading.current_thread() is threading.main_thread()


def check_memory(needed: float, what: str, where: str, advice: str) -> None:
    """Refuse work before it begins.

    Parameters
    ----------
    needed : float
        Bytes that it takes, estimated.
    what : str
        The work, for the error: `2 chains on 8192x8192 values`.
    where : str
        The input.
    advice : str
        What takes less.

    Raises
    ------
    LimitError
        If it may not take so much.
    """
    most = current_budget().memory
    if needed > most:
        option = argument("max_memory", bytes_text(1.25 * needed))
        raise LimitError(
            f"about {bytes_text(needed)} of memory for {what}, and {bytes_text(most)} is the most",
            where,
            f"{advice}, or {option}, if that much is free",
        )


@contextmanager
def timed_piece() -> Iterator[None]:
    """Give a piece of the work all the time there is, and what follows it again.

    Raises
    ------
    LimitError
        If the piece takes more time or memory than it may.
    """
    seconds = current_budget().seconds
    _restart(seconds)
    try:
        yield
    except _OutOfTime:
        raise LimitError(
            f"it takes more than {seconds:g} seconds of computing",
            "",
            f"a larger {argument('max_seconds')}, or less at once: {_LESS}",
        ) from None
    except (MemoryError, SystemError) as err:
        # OpenCV returns a result and has an error set.
        if not isinstance(err, MemoryError) and not isinstance(err.__cause__, MemoryError):
            raise
        reason = " ".join(str(err).split()) or "an array does not fit"
        raise LimitError(
            f"not enough memory: {reason}",
            "",
            f"a larger {argument('max_memory')} if there is, or less at once: {_LESS}",
        ) from None
    finally:
        _restart(seconds)


@contextmanager
def starting_threads() -> Iterator[None]:
    """Let threads that are started now not be sent the end of the time: it would wake nobody."""
    if not _HAS_TIMER:
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def check_time() -> None:
    """End here, too, if the time is over: a thread is told by nobody else.

    Nor is the main thread while it waits for this one, where the system wakes another instead.
    """
    if process_time() > _clock.end:
        raise _OutOfTime


def timed(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces of work, each of which has all the time there is."""
    for piece in pieces:
        _restart(current_budget().seconds)
        yield piece


# Below, what the system watches.


@contextmanager
def _memory_bounded(memory: int) -> Iterator[None]:
    """Let the process take so much more than it has; the system refuses it more."""
    taken = _taken()
    if taken is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = taken + _OF_LIBRARIES + memory
    bounds = [bound for bound in (most, soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _taken() -> int | None:
    """Return the bytes that the system counts against the limit; None where it keeps none."""
    with suppress(OSError, ValueError, IndexError):
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmData:", 1)[1].split()[0]) * 1024
    return None


@contextmanager
def _time_watched(seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    handler = signal.signal(signal.SIGPROF, _end)
    ran, _clock.runs = _clock.runs, True
    try:
        yield
    finally:
        _clock.runs = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        # One that is on its way to another thread would end the process, by what was set before.
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        signal.signal(signal.SIGPROF, handler)
        _clock.end = inf
        _clock.runs = ran


@contextmanager
def _killed_after(seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    end = ceil(process_time() + _KILLED_AFTER * seconds + _AGAIN)
    bounds = [bound for bound in (end, soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_CPU, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _restart(seconds: float | None) -> None:
    if seconds is not None and can_watch_time():
        _clock.end = process_time() + seconds
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)


def _end(_number: int, _frame: FrameType | None) -> None:
    if _clock.runs:
        raise _OutOfTime
