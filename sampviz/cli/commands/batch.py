"""`sampviz batch`: all figures of a recipe, on all cores or many machines; what is done stays."""

from contextlib import closing, nullcontext
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.failures import Failures
from sampviz.cli.options import Jobs, KeepGoing, Overwrite, Quiet, Scheduler, silence_warnings
from sampviz.core.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sampviz.core.process_pool import PoolOpener
    from sampviz.recipes.batch.jobs import Job
    from sampviz.recipes.batch.output_folder import Folder
    from sampviz.recipes.recipe import Recipe

_DRAWS = "sampviz.recipes.batch.run"  # what the workers import


def batch(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE",
            help="Your recipe, FILE.toml, or one of `sampviz figure --list`; gallery for all.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Where to; the name of the recipe by default."
        ),
    ] = None,
    jobs: Jobs = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Only this figure, or those like sub-01*; may be repeated."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be drawn; write nothing.")
    ] = False,
    keep_going: KeepGoing = False,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw all figures of a recipe, on all cores.

    A figure whose inputs, recipe and versions are those of the last time is not drawn again, so a
    run that was stopped goes on where it was. Beside the figures stand manifest.json and
    index.html. The recipe is checked before any work.
    """
    silence_warnings(quiet)
    title = Path(name).stem
    target = out or Path(title)
    if not (target.exists() or dry_run or scheduler or jobs == 1):  # all of it is to be drawn
        from sampviz.core.process_pool import cores, prepare

        if cores() > 1:
            prepare(_DRAWS)

    from sampviz.recipes.read import read_recipes

    recipes = read_recipes(name)
    chosen = _chosen(recipes, only or [])

    from sampviz.cli.output_files import print_path
    from sampviz.recipes.batch.jobs import jobs_of
    from sampviz.recipes.batch.output_folder import PAGE, Folder

    folder = Folder(target, overwrite=overwrite)
    planned = jobs_of(chosen)
    stale = [job for job in planned if not folder.holds(job.name, job.key)]
    names = [recipe.name for recipe in recipes]
    failures = Failures(keep_going=keep_going)
    with _workers(0 if dry_run else len(stale), jobs, scheduler) as pool:
        if stale:  # what is there was checked when it was drawn
            from sampviz.recipes.draw import check_recipe

            for job in stale:
                check_recipe(job.recipe)
        if dry_run:
            drawn = {job.name for job in stale}
            for job in planned:
                told = "draw" if job.name in drawn else "keep"
                typer.echo(f"{told}  {', '.join(job.recipe.files)}")
            return
        folder.open({file: job.recipe.inputs for job in stale for file in job.recipe.files})
        try:
            _draw(stale, folder, pool, failures, quiet)
        finally:
            failed = failures.told(names)
            folder.finish(title, names, failed)
    if not quiet:
        counts = {"drawn": len(stale) - len(failed), "unchanged": len(planned) - len(stale)}
        counts |= {"failed": len(failed)} if failed else {}
        typer.echo(", ".join(f"{n} {what}" for what, n in counts.items()), err=True)
    print_path(folder.path / PAGE)
    failures.end(names)


def _workers(
    count: int, jobs: int | None, scheduler: str | None
) -> "AbstractContextManager[PoolOpener | None]":
    """Give the workers for so many figures; None where this process draws them."""
    from sampviz.core.dask_cluster import cluster_pool
    from sampviz.core.parallel import MIN_PIECES
    from sampviz.core.process_pool import cores, early_pool

    if count and scheduler:
        return nullcontext(cluster_pool(scheduler))
    workers = min(jobs or cores(), count)
    if workers < 2 or count < MIN_PIECES:
        return nullcontext()
    return early_pool(workers, _DRAWS)


def _draw(
    stale: "Sequence[Job]",
    folder: "Folder",
    pool: "PoolOpener | None",
    failures: Failures,
    quiet: bool,
) -> None:
    if not stale:  # and nothing of what draws is imported
        return
    from sampviz.cli.console.progress import tracked
    from sampviz.recipes.batch.run import draw_jobs as draw_all

    with closing(draw_all(stale, folder, 1, pool)) as work:
        for each in tracked(work, len(stale), "drawing", quiet):
            if each.error:
                failures.add(each.name, each.error)


def _chosen(recipes: "Sequence[Recipe]", only: list[str]) -> "Sequence[Recipe]":
    """Return the figures that one of `only` names; UsageError for one that names none."""
    names = [recipe.name for recipe in recipes]
    for wanted in only:
        if not any(fnmatchcase(name, wanted) for name in names):
            fix = did_you_mean(wanted, names, "--dry-run lists them all")
            raise UsageError(f"no figure is named {wanted[:40]!r}", "--only", fix)
    return [r for r in recipes if not only or any(fnmatchcase(r.name, each) for each in only)]
