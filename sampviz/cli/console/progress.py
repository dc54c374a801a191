"""A progress bar on stderr, on a terminal only, for more than one piece of work."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sampviz.core.progress import Progress

T = TypeVar("T")


def progress_bar(activity: str, quiet: bool) -> Progress[Any]:
    """Return what shows the progress of a public function; `activity` says what is done."""

    def bar(work: Iterable[T], count: int, /) -> Iterable[T]:
        return tracked(work, count, activity, quiet)

    return bar


def tracked(work: Iterable[T], count: int, activity: str, quiet: bool) -> Iterator[T]:
    """Yield `count` pieces of work, showing how many are done, how fast, and the time left."""
    if quiet or count < 2 or not sys.stderr.isatty():
        yield from work
        return
    from rich import progress as bars
    from rich.console import Console
    from rich.text import Text

    class Rate(bars.ProgressColumn):
        def render(self, task: bars.Task) -> Text:
            return Text(f"{task.speed:.2g}/s" if task.speed else "")

    columns = (
        bars.TextColumn(activity),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        Rate(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(work, total=count)
