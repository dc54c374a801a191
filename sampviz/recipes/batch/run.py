"""All figures of a recipe: what has changed is drawn, on all cores or many machines.

Nothing that draws is imported here at the top: a run in which nothing has changed needs none of
it, and where there is work the processes that do it begin to import it first of all.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from sampviz.core.errors import UsageError, argument, did_you_mean, error_summary
from sampviz.core.notebook import html_table
from sampviz.core.process_pool import PoolOpener, cores, early_pool, prepare
from sampviz.core.progress import Progress, with_progress
from sampviz.core.standard_input import refuse_stdin
from sampviz.core.text import short_repr
from sampviz.figures.options import LookValues

if TYPE_CHECKING:
    from sampviz.recipes.batch.jobs import Job
    from sampviz.recipes.batch.output_folder import Folder
    from sampviz.recipes.batch.render import Finished
    from sampviz.recipes.recipe import Recipe

State = Literal["drawn", "unchanged", "failed", "planned"]
_WORKER_MODULE = "sampviz.recipes.batch.render"


@dataclass(frozen=True, repr=False)
class BatchFigure:
    """A figure of a batch: its files, what became of it, and its error if it failed.

    `state` is "planned" of a dry run that would draw it.
    """

    name: str
    files: tuple[Path, ...]
    state: State
    error: Exception | None = None

    def __repr__(self) -> str:
        reason = f": {error_summary(self.error)}" if self.error else ""
        return short_repr(f"<BatchFigure {self.name} {self.state}{reason}>")


@dataclass(frozen=True, repr=False)
class BatchResult:
    """What a batch did: its folder and its figures, in the order of the recipe."""

    folder: Path
    figures: tuple[BatchFigure, ...]

    @property
    def page(self) -> Path:
        """The page that shows all figures."""
        from sampviz.core.page_list import FIRST_PAGE

        return self.folder / FIRST_PAGE

    @property
    def errors(self) -> dict[str, Exception]:
        """The errors of the figures that failed, by name."""
        return {figure.name: figure.error for figure in self.figures if figure.error}

    def count(self, state: State) -> int:
        """Return how many figures are "drawn", "unchanged", "failed" or "planned"."""
        return sum(figure.state == state for figure in self.figures)

    def __repr__(self) -> str:
        counts = {state: self.count(state) for state in ("drawn", "unchanged", "failed", "planned")}
        text = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        return short_repr(f"<BatchResult {str(self.folder)!r}: {text or 'no figures'}>")

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = (
            (
                figure.name,
                figure.state,
                ", ".join(map(str, figure.files)),
                error_summary(figure.error) if figure.error else "",
            )
            for figure in self.figures
        )
        return html_table(["figure", "state", "files", "why"], rows)


def batch(
    recipe: str | Path,
    out: str | Path | None = None,
    *,
    jobs: int | None = None,
    only: str | Sequence[str] = (),
    dry_run: bool = False,
    keep_going: bool = False,
    scheduler: str | None = None,
    overwrite: bool = False,
    progress: "Progress[Finished] | None" = None,
    **look: Unpack[LookValues],
) -> BatchResult:
    """Draw all figures of a recipe, on all cores.

    A figure whose inputs, recipe and versions are those of the last time is not drawn again, so
    that a run that was stopped goes on where it was. Beside the figures stand manifest.json and
    index.html, of more than 500 figures in pages. The recipe is checked before any work.

    Parameters
    ----------
    recipe : str or Path
        A file FILE.toml, the name of a recipe that comes with the program, or "gallery" for all
        of these.
    out : str or Path, optional
        The folder for the figures; by default the name of the recipe.
    jobs : int, optional
        Processes, from 1; all cores by default. With more than one process a script calls this
        function below ``if __name__ == "__main__":``, as with `multiprocessing`.
    only : str or sequence of str
        Draw only the figures of these names, or of patterns like ``"sub-01*"``.
    dry_run : bool
        Say what would be drawn; write nothing.
    keep_going : bool
        Go on after a figure that failed; its error is in the result.
    scheduler : str, optional
        Work on a cluster: ``"tcp://HOST:PORT"`` of a dask scheduler, or ``"local:N"``.
    overwrite : bool
        Replace files that sampviz did not make, too.
    progress : callable, optional
        Called with an iterator over the figures as they are done and with their number; gives the
        figures on, e.g. ``lambda figures, count: tqdm(figures, total=count)``.
    **look
        In place of what the recipe says: width, dpi, font_size, font, journal, as in
        `sampviz.compare`.

    Returns
    -------
    BatchResult
        The folder, and of each figure its files and whether it was drawn.

    Raises
    ------
    UsageError
        For a recipe or an argument that cannot be what was meant.
    InputError
        For an input that cannot be read.
    OutputError
        If something in the folder would be lost, such as the manifest of another recipe, or cannot
        be written.

    Examples
    --------
    >>> import tempfile
    >>> import sampviz
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = sampviz.batch("flc", folder, jobs=1)
    ...     again = sampviz.batch("flc", folder, jobs=1)
    >>> first.count("drawn"), again.count("drawn"), again.count("unchanged")
    (1, 0, 1)
    """
    if jobs is not None and jobs < 1:
        raise UsageError(f"{jobs} processes can do nothing", argument("jobs"), "write 1 or more")
    refuse_stdin([str(recipe)], "RECIPE")
    title = Path(recipe).stem
    target = Path(title if out is None else out)
    if not (target.exists() or dry_run or scheduler or jobs == 1) and cores() > 1:
        prepare(_WORKER_MODULE)  # all of it is to be drawn

    from sampviz.recipes.batch.jobs import jobs_of
    from sampviz.recipes.batch.output_folder import Folder
    from sampviz.recipes.read import read_recipes

    recipes = [figure.with_values(look) for figure in read_recipes(os.fspath(recipe))]
    names = [figure.name for figure in recipes]
    patterns = [only] if isinstance(only, str) else only
    folder = Folder(target, overwrite=overwrite)
    planned = jobs_of(_matching(recipes, patterns))
    stale = [job for job in planned if not folder.holds(job.name, job.key, job.recipe.files)]
    with _workers(0 if dry_run else len(stale), jobs, scheduler) as pool:
        _check(stale)
        if dry_run:
            return _result(target, planned, stale, "planned", {})
        files = {file: job.recipe.inputs for job in stale for file in job.recipe.files}
        folder.open(title, files, len(names), Path(recipe) if Path(recipe).is_file() else None)
        errors: dict[str, Exception] = {}
        try:
            _draw(stale, folder, pool, errors, keep_going, progress)
        finally:
            failed = {name: error_summary(errors[name]) for name in names if name in errors}
            folder.finish(title, names, failed)
    return _result(target, planned, stale, "drawn", errors)


def _matching(recipes: "Sequence[Recipe]", patterns: Iterable[str]) -> "Sequence[Recipe]":
    """Return the figures of these names, all if there are none; UsageError if one names none."""
    names = [recipe.name for recipe in recipes]
    chosen: set[str] = set()
    for pattern in patterns:
        matches = {name for name in names if fnmatchcase(name, pattern)}
        if not matches:
            fix = did_you_mean(pattern, names, f"{argument('dry_run', True)} lists them all")
            raise UsageError(f"no figure is named {pattern[:40]!r}", argument("only"), fix)
        chosen |= matches
    return [recipe for recipe in recipes if recipe.name in chosen] if chosen else recipes


def _workers(
    count: int, jobs: int | None, scheduler: str | None
) -> AbstractContextManager[PoolOpener | None]:
    """Give the workers for so many figures; None where this process draws them."""
    from sampviz.core.dask_cluster import cluster_pool
    from sampviz.core.parallel import MIN_PIECES

    if count and scheduler:
        return nullcontext(cluster_pool(scheduler))
    workers = min(jobs or cores(), count)
    if workers < 2 or count < MIN_PIECES:
        return nullcontext()
    return early_pool(workers, _WORKER_MODULE)


def _check(stale: "Sequence[Job]") -> None:
    if not stale:  # what is there was checked when it was drawn
        return
    from sampviz.recipes.draw import check_recipe

    for job in stale:
        check_recipe(job.recipe)


def _draw(
    stale: "Sequence[Job]",
    folder: "Folder",
    pool: PoolOpener | None,
    errors: dict[str, Exception],
    keep_going: bool,
    progress: "Progress[Finished] | None",
) -> None:
    """Draw figures; put the errors of those that fail into `errors`, by name."""
    if not stale:
        return
    from sampviz.recipes.batch.render import draw_jobs

    with closing(draw_jobs(stale, folder, 1, pool)) as finished_jobs:
        for finished in with_progress(finished_jobs, len(stale), progress):
            if finished.error:
                errors[finished.name] = finished.error
                if not keep_going:
                    raise finished.error


def _result(
    folder: Path,
    planned: "Sequence[Job]",
    stale: "Sequence[Job]",
    drawn_state: State,
    errors: dict[str, Exception],
) -> BatchResult:
    """Return the result of a batch in which the figures of `stale` were or would be drawn."""
    drawn_names = {job.name for job in stale}
    figures = []
    for job in planned:
        state: State = drawn_state if job.name in drawn_names else "unchanged"
        if job.name in errors:
            state = "failed"
        files = tuple(folder / file for file in job.recipe.files)
        figures.append(BatchFigure(job.name, files, state, errors.get(job.name)))
    return BatchResult(folder, tuple(figures))
