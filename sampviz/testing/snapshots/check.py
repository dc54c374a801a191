"""Draw the figures of recipes and compare each with its baseline."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sampviz.core.errors import OutputError, SampvizError, UsageError
from sampviz.figures.render.render import Drawing
from sampviz.recipes.draw import draw
from sampviz.recipes.recipe import Recipe
from sampviz.testing.snapshots import baseline
from sampviz.testing.snapshots.compare import RMS, Tolerance, Verdict, judge
from sampviz.testing.snapshots.snapshot import shot_of


def check(
    recipes: Sequence[Recipe],
    folder: Path,
    *,
    tolerance: Tolerance,
    rms: float = RMS,
    allow_code: bool = False,
) -> Iterator[tuple[Verdict, Drawing | None]]:
    """Yield what came out for each figure, and the figure; then the baselines that no figure has.

    A figure that cannot be drawn, or whose baseline cannot be read, is a verdict too.
    """
    _check_names(recipes)
    for recipe in recipes:
        figure = None
        try:
            figure = draw(recipe, allow_code=allow_code)
            if baseline.is_there(folder, recipe.name):
                shots = baseline.read(folder, recipe.name), shot_of(recipe.name, figure)
                yield judge(*shots, tolerance, rms), figure
            else:
                why = f"there is no baseline {folder / recipe.name}.json; --update writes it"
                yield Verdict(recipe.name, "missing", why=[why]), figure
        except SampvizError as err:
            lines = str(err).splitlines()
            yield Verdict(recipe.name, "error", why=lines, exit_code=err.exit_code), figure
    names = {recipe.name for recipe in recipes}
    for name in baseline.names_in(folder):
        if name not in names:
            why = f"no figure has the name of this baseline; remove {folder / name}.*, or draw it"
            yield Verdict(name, "stray", why=[why]), None


def update(
    recipes: Sequence[Recipe], folder: Path, *, allow_code: bool = False
) -> Iterator[Verdict]:
    """Draw the figures and write them as baselines."""
    _check_names(recipes)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        what = f"the folder cannot be made: {err.strerror}"
        raise OutputError(what, str(folder), "choose another with --baseline") from None
    for recipe in recipes:
        figure = draw(recipe, allow_code=allow_code)
        shot = shot_of(recipe.name, figure)
        baseline.write(folder, shot, figure)
        yield Verdict(recipe.name, "written", f"{len(shot.panels)}", "written")


def _check_names(recipes: Sequence[Recipe]) -> None:
    names = [recipe.name.casefold() for recipe in recipes]
    for recipe in recipes:
        if names.count(recipe.name.casefold()) > 1:
            what = f"two figures are named {recipe.name!r}"
            raise UsageError(what, recipe.place, "give each its own name")
