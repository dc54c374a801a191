"""Draw the figures of recipes and compare each with its baseline."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sampviz.core.atomic_write import make_folder
from sampviz.core.budget import timed_piece
from sampviz.core.errors import SampvizError, UsageError, argument
from sampviz.core.notebook import html_table
from sampviz.core.paths import Paths, path_texts
from sampviz.core.progress import Progress, with_progress
from sampviz.core.standard_input import refuse_stdin
from sampviz.figures.render.render import PanelFigure
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.read import read_recipes
from sampviz.recipes.recipe import Recipe
from sampviz.testing.snapshots import baseline as baselines
from sampviz.testing.snapshots.compare import RMS, SnapshotResult, Tolerance, compare_snapshots
from sampviz.testing.snapshots.diff_page import DiffPage
from sampviz.testing.snapshots.junit import write_junit
from sampviz.testing.snapshots.snapshot import snapshot_of


@dataclass(frozen=True, repr=False)
class CheckResult:
    """What came out for each figure, and for each baseline that no figure has."""

    results: tuple[SnapshotResult, ...]

    @property
    def failed(self) -> tuple[SnapshotResult, ...]:
        """The results that are not as they should be."""
        return tuple(result for result in self.results if result.failed)

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 0 if all figures are as they should be."""
        return max((result.exit_code for result in self.failed), default=0)

    def __repr__(self) -> str:
        passed_count = len(self.results) - len(self.failed)
        return f"<CheckResult: {passed_count} of {len(self.results)} are as they should be>"

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = ((r.name, r.state, r.arrays, r.picture, "; ".join(r.reasons)) for r in self.results)
        return html_table(["figure", "state", "arrays", "picture", "why"], rows)


def check(
    recipes: Paths,
    baseline: str | Path,
    *,
    update: bool = False,
    force: bool = False,
    tolerance: str = "1e-6range",
    rms: float = RMS,
    junit: str | Path | None = None,
    html: str | Path | None = None,
    allow_code: bool = False,
    progress: Progress[SnapshotResult] | None = None,
) -> CheckResult:
    """Draw the figures of recipes and compare them with baselines.

    First the arrays that the panels show, then windows and words, then the picture, which is
    compared only under the matplotlib and FreeType that drew the baseline.

    Parameters
    ----------
    recipes : str, Path or sequence of these
        Files FILE.toml, names of figures that come with the program, or "gallery" for all these.
    baseline : str or Path
        The folder of the baselines.
    update : bool
        Write the baselines, to look at and to commit.
    force : bool
        With `update`: even where the environment has CI=true.
    tolerance : str
        How far values may be apart: ``"1e-6range"``, parts of the range of a panel, or
        ``"0.5abs"``, a difference of values.
    rms : float
        How far pictures may be apart, in levels of 0..255, as the root of the mean square.
    junit : str or Path, optional
        Write JUnit XML to this file.
    html : str or Path, optional
        Write a page into this folder: expected, actual, difference.
    allow_code : bool
        Let a step be ``package.module:name``: code of yours, which is run.
    progress : callable, optional
        Called with an iterator over the results as they come and with the number of figures; gives
        the results on, e.g. ``lambda results, count: tqdm(results, total=count)``.

    Returns
    -------
    CheckResult
        A result for each figure: "same", "differs", "missing" (it has no baseline), "error" (it
        cannot be drawn) or "written"; and "stray" for each baseline that no figure has.

    Raises
    ------
    UsageError
        For a recipe or an argument that cannot be what was meant.
    OutputError
        If a baseline or a report cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import sampviz
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = sampviz.check("flc", folder, update=True, force=True)
    ...     sampviz.check("flc", folder)
    <CheckResult: 1 of 1 are as they should be>
    """
    refuse_stdin(path_texts(recipes), "RECIPE")
    if update and os.environ.get("CI", "").lower() == "true" and not force:
        what = "baselines are not written where CI=true: nobody would look at them"
        raise UsageError(
            what,
            argument("update"),
            f"update them on your machine, or add {argument('force', True)}",
        )
    if force and not update:
        raise UsageError(
            f"{argument('force')} is for {argument('update')}", argument("force"), "leave it out"
        )
    allowed = Tolerance.parse(tolerance)
    figures = [recipe for name in path_texts(recipes) for recipe in read_recipes(name)]
    folder, diff_page = Path(baseline), None
    if html:
        make_folder(Path(html))
        diff_page = DiffPage(Path(html))
    if update:
        results_as_made = update_snapshots(figures, folder, allow_code=allow_code)
    else:
        results_as_made = check_snapshots(
            figures, folder, diff_page, tolerance=allowed, rms=rms, allow_code=allow_code
        )
    results = tuple(with_progress(results_as_made, len(figures), progress))
    if junit:
        write_junit(results, Path(junit))
    if diff_page:
        diff_page.write()
    return CheckResult(results)


def check_snapshots(
    recipes: Sequence[Recipe],
    folder: Path,
    diff_page: DiffPage | None = None,
    *,
    tolerance: Tolerance,
    rms: float = RMS,
    allow_code: bool = False,
) -> Iterator[SnapshotResult]:
    """Yield what came out for each figure; then the baselines that no figure has.

    A figure that cannot be drawn, or whose baseline cannot be read, is a result too. All are put
    on the page, if there is one.
    """
    _check_names(recipes)
    for recipe in recipes:
        figure = None
        try:
            with timed_piece():
                figure = draw_recipe(recipe, allow_code=allow_code)
                result = _compare_with_baseline(recipe, figure, folder, tolerance, rms)
        except SampvizError as err:
            result = SnapshotResult.of_error(recipe.name, "error", err, err.exit_code)
        if diff_page:
            diff_page.add(result, figure, folder)
        yield result
    names = {recipe.name for recipe in recipes}
    for name in baselines.names_in(folder):
        if name not in names:
            reason = (
                f"no figure has the name of this baseline; remove {folder / name}.*, or draw it"
            )
            result = SnapshotResult(name, "stray", reasons=[reason])
            if diff_page:
                diff_page.add(result, None, folder)
            yield result


def _compare_with_baseline(
    recipe: Recipe, figure: PanelFigure, folder: Path, tolerance: Tolerance, rms: float
) -> SnapshotResult:
    if not baselines.is_there(folder, recipe.name):
        error = SampvizError(
            f"there is no baseline {folder / recipe.name}.json;"
            f" {argument('update', True)} writes it"
        )
        return SnapshotResult.of_error(recipe.name, "missing", error)
    baseline = baselines.read_snapshot(folder, recipe.name)
    return compare_snapshots(baseline, snapshot_of(recipe.name, figure), tolerance, rms)


def update_snapshots(
    recipes: Sequence[Recipe], folder: Path, *, allow_code: bool = False
) -> Iterator[SnapshotResult]:
    """Draw the figures and write them as baselines."""
    _check_names(recipes)
    make_folder(folder, f"choose another with {argument('baseline')}")
    for recipe in recipes:
        with timed_piece():
            figure = draw_recipe(recipe, allow_code=allow_code)
        snapshot = snapshot_of(recipe.name, figure)
        baselines.write_snapshot(folder, snapshot, figure)
        yield SnapshotResult(recipe.name, "written", f"{len(snapshot.panels)}", "written")


def _check_names(recipes: Sequence[Recipe]) -> None:
    counts = Counter(recipe.name.casefold() for recipe in recipes)
    for recipe in recipes:
        if counts[recipe.name.casefold()] > 1:
            what = f"two figures are named {recipe.name!r}"
            raise UsageError(what, recipe.location, "give each its own name")
