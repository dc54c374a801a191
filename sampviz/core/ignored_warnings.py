"""Warnings of libraries that are ignored for a while, in one thread, without a trace."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any


class _InThisThread:
    """Matches what begins as a pattern says, in the thread that made it: a filter's message."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)
        self._thread = get_ident()

    def match(self, text: str) -> bool:
        return get_ident() == self._thread and bool(self._pattern.match(text))


@contextmanager
def ignored_warnings(category: type[Warning] = Warning, beginning: str = "") -> Iterator[None]:
    """Ignore warnings of a category whose texts begin as a pattern says, in this thread alone.

    `warnings.catch_warnings` puts a whole list of filters back: where two threads use it at once,
    that of one may stay for good. This is a filter of its own, which is taken away again.
    """
    own_filter: Any = ("ignore", _InThisThread(beginning), category, None, 0)
    filters: list[Any] = warnings.filters  # type: ignore[assignment]
    filters.insert(0, own_filter)
    try:
        yield
    finally:
        # Another thread may have put a copy of the list in its place, or put it back.
        current: list[Any] = warnings.filters  # type: ignore[assignment]
        for filter_list in (filters, current):
            if own_filter in filter_list:
                filter_list.remove(own_filter)
