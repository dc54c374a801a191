"""Draw the figures of recipes and compare each with its baseline."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sampviz.core.errors import InputError, OutputError, SampvizError, UsageError, argument
from sampviz.figures.render.render import PanelFigure
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.recipe import Recipe
from sampviz.testing.snapshots import baseline
from sampviz.testing.snapshots.compare import RMS, SnapshotResult, Tolerance, compare_snapshots
from sampviz.testing.snapshots.snapshot import snapshot_of


def check_snapshots(
    recipes: Sequence[Recipe],
    folder: Path,
    *,
    tolerance: Tolerance,
    rms: float = RMS,
    allow_code: bool = False,
) -> Iterator[tuple[SnapshotResult, PanelFigure | None]]:
    """Yield what came out for each figure, and the figure; then the baselines that no figure has.

    A figure that cannot be drawn, or whose baseline cannot be read, is a verdict too.
    """
    _check_names(recipes)
    for recipe in recipes:
        figure = None
        try:
            figure = draw_recipe(recipe, allow_code=allow_code)
            if baseline.is_there(folder, recipe.name):
                shots = baseline.read(folder, recipe.name), snapshot_of(recipe.name, figure)
                yield compare_snapshots(*shots, tolerance, rms), figure
            else:
                file = folder / f"{recipe.name}.json"
                fix = f"{argument('update', True)} writes it"
                missing = InputError(f"there is no baseline {file}; {fix}")
                yield SnapshotResult.of_error(recipe.name, "missing", missing), figure
        except SampvizError as err:
            result = SnapshotResult.of_error(recipe.name, "error", err, err.exit_code)
            yield result, figure
    names = {recipe.name for recipe in recipes}
    for name in baseline.names_in(folder):
        if name not in names:
            why = f"no figure has the name of this baseline; remove {folder / name}.*, or draw it"
            yield SnapshotResult(name, "stray", why=[why]), None


def update_snapshots(
    recipes: Sequence[Recipe], folder: Path, *, allow_code: bool = False
) -> Iterator[SnapshotResult]:
    """Draw the figures and write them as baselines."""
    _check_names(recipes)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        what = f"the folder cannot be made: {err.strerror}"
        raise OutputError(
            what, str(folder), f"choose another with {argument('baseline')}"
        ) from None
    for recipe in recipes:
        figure = draw_recipe(recipe, allow_code=allow_code)
        shot = snapshot_of(recipe.name, figure)
        baseline.write(folder, shot, figure)
        yield SnapshotResult(recipe.name, "written", f"{len(shot.panels)}", "written")


def _check_names(recipes: Sequence[Recipe]) -> None:
    names = [recipe.name.casefold() for recipe in recipes]
    for recipe in recipes:
        if names.count(recipe.name.casefold()) > 1:
            what = f"two figures are named {recipe.name!r}"
            raise UsageError(what, recipe.place, "give each its own name")
