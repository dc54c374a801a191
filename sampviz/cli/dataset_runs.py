"""Measures over many inputs on the command line: which inputs, by whom, and what if one fails."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from sampviz.cli.console.progress import tracked
from sampviz.cli.failures import Failures

if TYPE_CHECKING:
    from sampviz.analysis.measure import MetricRow
    from sampviz.analysis.measure_dataset import MeasurementSpec


def measured(
    sources: Sequence[str],
    question: "MeasurementSpec",
    jobs: int | None,
    scheduler: str | None,
    failures: Failures,
    quiet: bool,
) -> Iterator["list[MetricRow]"]:
    """Yield the rows of every input, in their order; `failures` takes those that have none."""
    from sampviz.analysis.measure_dataset import measure_each
    from sampviz.core.dask_cluster import cluster_pool

    pool = cluster_pool(scheduler) if scheduler else None
    with closing(measure_each(sources, question, jobs, pool)) as found:
        for each in tracked(found, len(sources), "measuring", quiet):
            if each.error:
                failures.add(sources[each.index], each.error)
            else:
                yield each.get()
