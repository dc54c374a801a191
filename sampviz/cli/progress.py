"""A progress bar on stderr, on a terminal only, for more than one piece of work."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def tracked(work: Sequence[T], quiet: bool) -> Iterator[T]:
    """Yield the pieces of work, showing how many are done."""
    if quiet or len(work) < 2 or not sys.stderr.isatty():
        yield from work
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(work, "drawing", console=Console(stderr=True), transient=True)
