"""Progress: what a function that works for long lets its caller wrap around its work."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
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
