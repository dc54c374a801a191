"""The figures that a name means, a shipped recipe or a file: resolved, drawn, saved."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Unpack

from sampviz.core.atomic_write import check_target, make_folder
from sampviz.core.budget import timed_piece
from sampviz.core.paths import Paths, path_texts
from sampviz.core.progress import Progress, with_progress
from sampviz.figures.captions.caption_formats import check_captions, parse_formats
from sampviz.figures.grids.contact_sheet import contact_sheet
from sampviz.figures.looks import checked_look
from sampviz.figures.options import LookValues
from sampviz.figures.render.output_files import save_with_captions
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import check_ending
from sampviz.images.discovery import check_inputs
from sampviz.recipes.draw import check_recipe, draw_recipe
from sampviz.recipes.read import read_recipes
from sampviz.recipes.recipe import Recipe

_GALLERY = "gallery"


def resolved_figures(name: str) -> list[dict[str, Any]]:
    """Return all figures of a recipe, with what they take from its defaults; all are checked."""
    figures = []
    for recipe in read_recipes(name):
        chains = [str(chain) for chain in check_recipe(recipe)]
        values = {**recipe.values, **({"ops": chains} if chains else {})}
        head = {"name": recipe.name, "kind": recipe.kind, "about": recipe.about}
        figures.append({**head, **values})
    return figures


def figure(
    name: str | Path,
    inputs: Paths = (),
    *,
    options: Mapping[str, str] | None = None,
    progress: Progress[Recipe] | None = None,
    **look: Unpack[LookValues],
) -> list[PanelFigure]:
    """Draw the figures of a recipe, of its own images or of yours.

    Parameters
    ----------
    name : str or Path
        A figure that comes with the program, ``"fig1"`` to ``"fig5"``, ``"gallery"`` for all of
        these, or your recipe: FILE.toml.
    inputs : str, Path or sequence of these
        Files and samples in place of those of the recipe.
    options : mapping of str to str, optional
        Other values for the options of the recipe, e.g. ``{"kernel": "laplacian"}``.
    progress : callable, optional
        Called with an iterator over the figures' recipes and with their number; gives the recipes
        on, e.g. ``lambda recipes, count: tqdm(recipes, total=count)``.
    **look
        In place of what the recipe says: width, dpi, font_size, font, journal, as in
        `sampviz.compare`.

    Returns
    -------
    list of PanelFigure
        A matplotlib figure for each figure of the recipe, to be saved by `save`.

    Raises
    ------
    UsageError
        For a recipe or an option that cannot be what was meant.
    InputError
        For an input that cannot be read.

    Examples
    --------
    >>> import sampviz
    >>> (figure,) = sampviz.figure("flc", "sample:brick")
    """
    recipes = _recipes(name, inputs, options, look)
    return [_draw(recipe) for recipe in with_progress(recipes, len(recipes), progress)]


def save_figures(
    name: str | Path,
    inputs: Paths = (),
    out: Path | None = None,
    *,
    options: Mapping[str, str] | None = None,
    look: LookValues | None = None,
    caption: str | None = None,
    overwrite: bool = False,
    progress: Progress[Recipe] | None = None,
) -> Iterator[Path]:
    """Draw the figures of a recipe one by one, save each in its formats, and yield the paths.

    `out` is a file, or a folder for several figures; None is the folder where we are. `caption`
    names formats, `md,tex,html`, in which captions are written beside the figures. Of the gallery
    there is a contact sheet, too.
    """
    recipes = _recipes(name, inputs, options, look or {})
    captions = parse_formats(caption)
    folder = out or Path()
    targets = {recipe.name: [folder / file for file in recipe.files] for recipe in recipes}
    if len(recipes) == 1 and out and not out.is_dir():
        check_ending(out)
        targets[recipes[0].name] = [out]
    else:
        make_folder(folder)
    for recipe in recipes:
        for path in targets[recipe.name]:
            check_target(path, recipe.inputs, overwrite=overwrite)
        check_captions(captions, targets[recipe.name][:1], recipe.inputs)
    panel_figures = {}
    for recipe in with_progress(recipes, len(recipes), progress):
        panel_figure = _draw(recipe)
        first, *copies = targets[recipe.name]
        yield from save_with_captions(panel_figure, first, captions, overwrite=overwrite)
        for path in copies:
            yield from save_with_captions(panel_figure, path, overwrite=overwrite)
        if name == _GALLERY:
            panel_figures[recipe.name] = panel_figure
    if panel_figures:
        sheet = contact_sheet(panel_figures, {recipe.name: recipe.about for recipe in recipes})
        yield from save_with_captions(sheet, folder / "gallery.png", overwrite=overwrite)


def _draw(recipe: Recipe) -> PanelFigure:
    with timed_piece():
        return draw_recipe(recipe)


def _recipes(
    name: str | Path, inputs: Paths, options: Mapping[str, str] | None, look: LookValues
) -> list[Recipe]:
    sources = path_texts(inputs)
    check_inputs(sources)
    checked_look(**look)
    return [recipe.with_values(look) for recipe in read_recipes(os.fspath(name), options, sources)]
