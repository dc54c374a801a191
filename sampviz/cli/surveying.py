"""Measures over many inputs on the command line: which inputs, by whom, and what if one fails."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from sampviz.cli.failures import Failures
from sampviz.cli.progress import tracked

if TYPE_CHECKING:
    from sampviz.measuring import Row
    from sampviz.survey import Question


def surveyed(
    sources: Sequence[str],
    question: "Question",
    jobs: int | None,
    scheduler: str | None,
    failures: Failures,
    quiet: bool,
) -> Iterator["list[Row]"]:
    """Yield the rows of every input, in their order; `failures` takes those that have none."""
    from sampviz.cluster import cluster
    from sampviz.survey import survey

    pool = cluster(scheduler) if scheduler else None
    with closing(survey(sources, question, jobs, pool)) as found:
        for each in tracked(found, len(sources), "measuring", quiet):
            if each.error:
                failures.add(sources[each.index], each.error)
            else:
                yield each.get()
