"""What the system watches for us: a limit of the memory of the process, and a timer of its time."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from math import ceil, inf
from pathlib import Path
from time import process_time
from types import FrameType

_OF_LIBRARIES = 5 * 10**8  # bytes that they set aside, for threads above all, and rarely use
_AGAIN = 5.0  # seconds after which one who caught the end of the time is told again
_OF_IMPORTS = 10.0  # seconds at the most that they may take, which do not count
_TAKE_LOCKS = ("threading", "multiprocessing.synchronize")  # in functions of Python
_IMPORTERS = ("importlib._bootstrap", "_frozen_importlib")  # its name before importlib is imported
_SHORTEST = 0.01  # seconds from one look at the clock to the next where it cannot end at once
_KILLED_AFTER = 1.5  # times the seconds: a worker in one call of a library that does not end
_HAS_TIMER = hasattr(signal, "setitimer")  # not on Windows


class OutOfTime(BaseException):
    """The time is over: no reader takes it for a damaged file, as it would an Exception."""


@dataclass
class _Clock:
    """Whether the time is watched, and the time of the process at which it is over.

    It ends no later than that of the `limits` around. The program imports what it needs when it
    needs it: `modules` are as many as were imported when the time began, and `imports` the seconds
    that more of them may still take.
    """

    runs: bool = False
    end: float = inf
    latest: float = inf
    seconds: float = inf
    modules: int = 0
    imports: float = _OF_IMPORTS


_clock = _Clock()


def can_watch_time() -> bool:
    """Whether `limits` can bound the time here."""
    return _HAS_TIMER and threading.current_thread() is threading.main_thread()


def check_time() -> None:
    """End here, too, if the time is over: a thread is told by nobody else.

    Nor is the main thread while it waits for this one, where the system wakes another instead.
    """
    if _clock.end < inf and process_time() > _clock.end and not _goes_on(None):
        raise OutOfTime


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


@contextmanager
def memory_bounded(memory: int) -> Iterator[None]:
    """Let the process take so much more than it has; the system refuses it more.

    Parameters
    ----------
    memory : int
        Bytes; libraries get some for themselves beside them.

    Yields
    ------
    None
    """
    taken = _taken()
    if taken is None:
        yield
        return
    import resource

    with _lowered(resource.RLIMIT_DATA, taken + _OF_LIBRARIES + memory):
        yield


@contextmanager
def _lowered(kind: int, most: int) -> Iterator[None]:
    """Lower a limit of the process for a while, if it is not lower already."""
    import resource

    soft, hard = resource.getrlimit(kind)
    bounds = [bound for bound in (most, soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(kind, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def _taken() -> int | None:
    """Return the bytes that the system counts against the limit; None where it keeps none."""
    with suppress(OSError, ValueError, IndexError):
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmData:", 1)[1].split()[0]) * 1024
    return None


@contextmanager
def time_watched(seconds: float | None) -> Iterator[None]:
    """Raise OutOfTime in the main thread when the time is over, here or around this.

    That in which modules were imported does not count.

    Parameters
    ----------
    seconds : float or None
        Of all cores together; None for as many as there are around this.

    Yields
    ------
    None
    """
    if seconds is None:
        yield
        return
    around = replace(_clock)
    handler = signal.signal(signal.SIGPROF, _end)
    _clock.runs, _clock.latest, _clock.imports = True, around.end, _OF_IMPORTS
    restart_clock(seconds)
    try:
        yield
    finally:
        _clock.runs = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        # One that is on its way to another thread would end the process, by what was set before.
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        signal.signal(signal.SIGPROF, handler)
        vars(_clock).update(vars(around))
        if around.runs:
            restart_clock(around.end - process_time())


@contextmanager
def killed_after(seconds: float | None) -> Iterator[None]:
    """Let the system end the process if it does not end soon after its time.

    Parameters
    ----------
    seconds : float or None
        The time; None for no end.

    Yields
    ------
    None
    """
    if seconds is None:
        yield
        return
    import resource

    end = ceil(process_time() + _KILLED_AFTER * seconds + _OF_IMPORTS + _AGAIN)
    with _lowered(resource.RLIMIT_CPU, end):
        yield


def restart_clock(seconds: float | None) -> None:
    """Let the time begin anew.

    Parameters
    ----------
    seconds : float or None
        From now on; no later than what is around `time_watched` allows. None changes nothing.
    """
    if seconds is not None and can_watch_time():
        _clock.seconds = seconds
        _set(min(process_time() + seconds, _clock.latest))


def _set(end: float) -> None:
    _clock.end, _clock.modules = end, len(sys.modules)
    signal.setitimer(signal.ITIMER_PROF, max(end - process_time(), 1e-6), _AGAIN)


def _end(_number: int, frame: FrameType | None) -> None:
    if not _clock.runs or _goes_on(frame):
        return
    if frame and frame.f_globals.get("__name__") in _TAKE_LOCKS:
        # Nobody would release the lock that was just taken there, and threads would wait for it.
        signal.setitimer(signal.ITIMER_PROF, _SHORTEST, _AGAIN)
        return
    raise OutOfTime


def _goes_on(frame: FrameType | None) -> bool:
    """Give the time again, a second at most, if it went into imports; `frame` is where we are.

    An import is never ended half way: compiled modules cannot be imported a second time.
    """
    if _clock.imports <= 0 or not (len(sys.modules) > _clock.modules or _imports(frame)):
        return False
    more = max(min(_clock.seconds, 1.0), _SHORTEST)
    _clock.imports -= more
    _set(process_time() + more)
    return True


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") in _IMPORTERS:
            return True
        frame = frame.f_back
    return False
