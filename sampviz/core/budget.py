"""What one input may cost, in memory and in seconds of computing.

What can be known before is refused before, by estimates: `check_memory`. What cannot be known is
watched by the system: memory by a limit of the process, time by a timer of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from sampviz.core.byte_size import bytes_text, parse_bytes
from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.memory import lacking_memory, total_memory
from sampviz.core.system_limits import (
    OutOfTime,
    can_watch_time,
    killed_after,
    memory_bounded,
    restart_clock,
    time_watched,
)

DEFAULT_MEMORY = 4 * 10**9  # of a laptop with 8 GB the half
DEFAULT_SECONDS = 600.0
_NO_END = 1e9  # seconds, 30 years

LESS = "a slice, a smaller picture, of several chains or levels fewer"

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class LimitError(InputError):
    """An input that costs more memory or time than it may."""


@dataclass(frozen=True)
class Budget:
    """What one input may cost: bytes, and seconds of all cores together, None without end."""

    memory: int
    seconds: float | None = None


@cache
def _default() -> Budget:
    total = total_memory()
    return Budget(DEFAULT_MEMORY if total is None else min(DEFAULT_MEMORY, total // 2))


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current_budget() -> Budget:
    """Return what one input may cost now: the default outside of `limits`."""
    return _current.get() or _default()


@contextmanager
def limits(max_memory: str | int | None = None, max_seconds: float | None = None) -> Iterator[None]:
    """Bound what an input may cost, as `--max-memory` and `--max-seconds` do.

    Without it memory is bounded by estimates alone, and time not at all. On Linux the process,
    too, gets no more memory than it has and `max_memory`. Inside other limits the nearer ones hold.

    Parameters
    ----------
    max_memory : str or int, optional
        ``"8GB"``, ``"2GiB"``, or bytes; 4 GB by default, or half of the machine's memory.
    max_seconds : float, optional
        Seconds of computing, of all cores together, without what is imported meanwhile; no bound
        by default. For the main thread, and not on Windows.

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
    around = _current.get()
    memory = around.memory if around else _default().memory
    if max_memory is not None:
        given = parse_bytes(max_memory, "max_memory")
        memory = min(given, memory) if around else given
    is_number = isinstance(max_seconds, int | float) and not isinstance(max_seconds, bool)
    if max_seconds is not None and not (is_number and 0 < max_seconds < _NO_END):
        fix = f"write a number above 0 and below {_NO_END:.0e}"
        raise UsageError(f"{max_seconds!r} is no time", argument("max_seconds"), fix)
    if max_seconds is not None and not can_watch_time():
        fix = "leave it out, or work in the main thread, and not on Windows"
        raise UsageError("the time cannot be watched here", argument("max_seconds"), fix)
    bounds = (max_seconds, around.seconds if around else None)
    seconds = [bound for bound in bounds if bound is not None]
    token = _current.set(Budget(memory, min(seconds, default=None)))
    try:
        with memory_bounded(memory), time_watched(max_seconds), _told_in_words():
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
    with limits(budget.memory, seconds), killed_after(seconds):
        return function(piece)


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
    restart_clock(seconds)
    try:
        with _told_in_words():
            yield
    finally:
        restart_clock(seconds)


@contextmanager
def _told_in_words() -> Iterator[None]:
    seconds = current_budget().seconds
    try:
        yield
    except OutOfTime:
        raise LimitError(
            f"it takes more than {seconds:g} second{'s' * (seconds != 1)} of computing",
            "",
            f"a larger {argument('max_seconds')}, or less at once: {LESS}",
        ) from None
    except Exception as err:
        reason = lacking_memory(err)
        if reason is None:
            raise
        raise LimitError(
            f"not enough memory: {reason}",
            "",
            f"a larger {argument('max_memory')} if there is, or less at once: {LESS}",
        ) from None
