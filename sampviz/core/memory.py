"""How much memory there is and how much of it is free; which errors say that it did not do."""

import os
from contextlib import suppress
from pathlib import Path

_SOME = "an array does not fit"
_SYSTEM = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")  # of a container
_OPENCV_HAS_NONE = -4  # the code of its errors


def free_memory() -> int | None:
    """Return how many bytes can be taken without pushing anything out.

    Returns
    -------
    int or None
        The less of what the machine and the container have left; None where the system does not
        say, as on others than Linux.
    """
    limits = [limit for limit in (_of_machine(), _of_group()) if limit is not None]
    return min(limits, default=None)


def total_memory() -> int | None:
    """Return how many bytes the machine has, or the container may take.

    Returns
    -------
    int or None
        None where the system does not say, as on Windows.
    """
    totals = []
    with suppress(OSError, ValueError, AttributeError):
        totals.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(OSError, ValueError):
        totals.append(int((_GROUP / "memory.max").read_text()))
    return min(totals, default=None)


def lacking_memory(error: BaseException) -> str | None:
    """Say of an error which memory there was not, as far as it says; None for one of another kind.

    OpenCV raises an error of its own, or returns a result and has an error set.
    """
    cause = error.__cause__ if isinstance(error, SystemError) else error
    if isinstance(cause, MemoryError):
        return " ".join(str(cause).split()) or _SOME
    is_of_opencv = type(error).__module__ == "cv2"
    return _SOME if is_of_opencv and getattr(error, "code", 0) == _OPENCV_HAS_NONE else None


def _of_machine() -> int | None:
    try:
        lines = dict(line.split(":", 1) for line in _SYSTEM.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError, IndexError):
        return None


def _of_group() -> int | None:
    try:
        most, used = ((_GROUP / name).read_text() for name in ("memory.max", "memory.current"))
        return max(0, int(most) - int(used))  # "max" is no number: there is no limit
    except (OSError, ValueError):
        return None
