"""Draw many figures, on all cores or many machines, and keep them."""

import gc
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from sampviz.core.errors import InputError, SampvizError
from sampviz.core.parallel import map_outcomes
from sampviz.core.process_pool import PoolOpener
from sampviz.figures.render.save import encode_figure
from sampviz.images.load import digest
from sampviz.recipes.batch.jobs import Job
from sampviz.recipes.batch.output_folder import Folder
from sampviz.recipes.draw import PreparedRecipe, prepare_recipe
from sampviz.recipes.versions import check_versions


@dataclass(frozen=True)
class Finished:
    """A figure that was drawn and kept, or the error that it ended with."""

    name: str
    error: Exception | None = None


class RenderedFigure(NamedTuple):
    """The files of a figure, by name, its chains in canonical form, and the seconds it took."""

    files: dict[str, bytes]
    chains: list[str]
    seconds: float


def draw_jobs(
    jobs: Sequence[Job], folder: Folder, workers: int | None = None, pool: PoolOpener | None = None
) -> Generator[Finished]:
    """Draw and keep figures, on all cores or by the workers of `pool`; yield them as they come.

    A figure that fails keeps no other from being drawn.
    """
    for outcome in map_outcomes(render, jobs, workers, pool):
        job = jobs[outcome.index]
        try:
            rendered = outcome.get()
            record = {"key": job.key, "chains": rendered.chains, "seconds": rendered.seconds}
            folder.keep(job.record_values() | record, rendered.files)
        except Exception as err:
            figure_error = err.of(f"figure {job.name!r}") if isinstance(err, SampvizError) else err
            yield Finished(job.name, figure_error)
        else:
            yield Finished(job.name)


def render(job: Job) -> RenderedFigure:
    """Draw a figure.

    InputError if an input is not what it was, UsageError if this machine has other programs.
    """
    start = perf_counter()
    check_versions(job.versions)
    for source, expected in zip(job.recipe.inputs, job.digests, strict=True):
        if digest(source) != expected:
            raise InputError("the file has changed since the work began", source, "run it again")
    prepared = prepare_recipe(job.recipe)
    chains = [str(chain) for chain in prepared.chains]
    files = _files(prepared, job.digests)
    # A figure is a circle of objects: 3 MB that would wait with a dozen others to be looked for.
    gc.collect(1)
    return RenderedFigure(files, chains, round(perf_counter() - start, 3))


def _files(prepared: PreparedRecipe, digests: Sequence[str | None]) -> dict[str, bytes]:
    figure = prepared.draw(digests)
    return {file: encode_figure(figure, Path(file).suffix) for file in prepared.recipe.files}
