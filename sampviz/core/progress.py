"""Progress: what a function that works for long lets its caller wrap around its work."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")

# Called with the items, as they are done, and how many there will be; gives the same items on:
# `lambda items, count: tqdm(items, total=count)`.
Progress = Callable[[Iterable[Item], int], Iterable[Item]]


def with_progress(
    items: Iterable[Item], count: int, progress: Progress[Item] | None
) -> Iterable[Item]:
    """Return the items as `progress` gives them on; as they are without one."""
    return progress(items, count) if progress else items
