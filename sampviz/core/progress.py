"""Progress: what a function that works for long lets its caller wrap around its work."""

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

Item = TypeVar("Item")

# Called with the items, as they are done, and how many there will be; gives the same items on:
# `lambda items, count: tqdm(items, total=count)`.
Progress = Callable[[Iterable[Item], int], Iterable[Item]]


def with_progress(
    items: Iterable[Item], count: int, progress: Progress[Item] | None
) -> Iterable[Item]:
    """Return the items as `progress` gives them on; as they are without one."""
    return progress(items, count) if progress else items


Tick = Callable[[], None]  # says that a piece of work is done


@contextmanager
def ticks(count: int, progress: Progress[Any] | None) -> Iterator[Tick]:
    """Give a function that any thread calls when one of `count` pieces of work is done."""
    pieces = iter(with_progress(range(count), count, progress))
    lock = Lock()
    next(pieces, None)  # the first is begun

    def tick() -> None:
        with lock:
            next(pieces, None)

    try:
        yield tick
        deque(pieces, maxlen=0)
    finally:  # after an error a bar ends, too
        if isinstance(pieces, Generator):
            pieces.close()


_EVERY = 0.2  # s between two pictures of a bar


def progress_bar(work: Iterable[Item], count: int) -> Iterator[Item]:
    """Show how many pieces of work are done: as a bar in a notebook, as a line in a terminal.

    For the argument `progress` of what works for long. Nothing is shown where nobody looks: in a
    program whose messages go into a file.

    Parameters
    ----------
    work : iterable
        The pieces, as they are done.
    count : int
        How many there will be.

    Yields
    ------
    object
        The same pieces.

    Examples
    --------
    >>> list(progress_bar("ab", 2))
    ['a', 'b']
    """
    show = _shower()
    last = monotonic()
    done = 0
    show(done, count)
    try:
        for piece in work:
            yield piece
            done += 1
            if monotonic() - last > _EVERY:
                show(done, count)
                last = monotonic()
    finally:
        show(done, count)


def _shower() -> Callable[[int, int], None]:
    """Return what shows how many pieces of how many are done."""
    shell: Any = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if shell is not None and getattr(shell, "kernel", None) is not None:
        display: Any = sys.modules["IPython"].display
        handle = display.display(display.HTML(""), display_id=True)
        return lambda done, count: handle.update(display.HTML(_bar(done, count)))
    if sys.stderr is not None and sys.stderr.isatty():
        return _write_line
    return lambda done, count: None


def _write_line(done: int, count: int) -> None:
    sys.stderr.write(f"\r{done}/{count}" + "\n" * (done >= count))
    sys.stderr.flush()


def _bar(done: int, count: int) -> str:
    return f'<progress value="{done}" max="{count}"></progress> {done}/{count}'
