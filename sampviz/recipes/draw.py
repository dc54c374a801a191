"""Draw the figures of recipes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sampviz.core.errors import InputError, UsageError, named_argument
from sampviz.figures.grids.compare import check_options, compare
from sampviz.figures.grids.inputs import draw_inputs
from sampviz.figures.grids.steps import PanelSpec, draw_steps
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.render.render import PanelFigure
from sampviz.images.discovery import check_inputs
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.images.selection import Selection
from sampviz.ops.chain import Chain, parse_chains
from sampviz.recipes.provenance import record_of
from sampviz.recipes.recipe import Recipe

_WHICH = ("plane", "slice", "frame", "channel", "mosaic")
_READING = (*_WHICH, "kspace", "volume", "nan", "max_pixels")
_LOOK = ("window", "title", "dpi", "font_size", "convention")
_OF_COMPARE = ("rows", "levels", "zoom", "up", "in_panel", "window_scope", "width", "columns")
_COMPARE = (*_OF_COMPARE, "cmap", "annotate", "show")
_NUMBERS = ("levels", "dpi", "width", "columns", "font_size")
_WORDS = (*_NUMBERS, "up", "window_scope", "convention", "show")
_DRAWING: Mapping[str, Callable[..., PanelFigure]] = {
    "compare": compare,
    "steps": draw_steps,
    "inputs": draw_inputs,
}


def check_recipe(recipe: Recipe, *, allow_code: bool = False) -> list[Chain]:
    """Return the chains of a figure; UsageError, with the line, for what no image can mend.

    InputError, with the line, for an input that cannot be opened. With `allow_code` a step may be
    code, which is run.
    """
    if not recipe.inputs:
        raise UsageError(f"figure {recipe.name!r} has no inputs", recipe.place, "write inputs")
    if recipe.kind != "inputs" and not recipe.ops:
        raise UsageError(f"figure {recipe.name!r} has no ops", recipe.place, "write ops")
    place = recipe.at("ops")
    chains = [
        chain for text in recipe.ops for chain in parse_chains(text, place, allow_code=allow_code)
    ]
    if recipe.kind == "steps" and (len(recipe.inputs) > 1 or len(chains) > 1):
        raise UsageError(
            f"figure {recipe.name!r} shows the steps of one chain on one image",
            recipe.place,
            "write one input and one chain",
        )
    usual = {"rows": None, "zoom": None, "window": None, "in_panel": None, "cmap": GREY}
    try:
        Selection(**_selection(recipe))
        check_options(**usual | recipe.get(*usual, *_WORDS))
        check_inputs(recipe.inputs)
    except InputError as err:
        if recipe.lines:
            err.within(recipe.at("inputs"))
        raise
    except UsageError as err:
        name, rest = named_argument(err.texts[1])
        if recipe.lines and name:
            err.moved(recipe.at(name) + rest)
        raise
    return chains


def draw_recipe(
    recipe: Recipe, inputs: Sequence[str] = (), *, allow_code: bool = False
) -> PanelFigure:
    """Draw a figure, of other inputs than those of its recipe if some are given.

    It carries the record of how it was made. With `allow_code` a step may be code, which is run.
    """
    if inputs:
        recipe = replace(recipe, values={**recipe.values, "inputs": list(inputs)})
    chains = check_recipe(recipe, allow_code=allow_code)
    images = [_read(source, recipe) for source in recipe.inputs]
    figure = _drawn(recipe, images, chains)
    # In which formats it is saved is nothing that a figure shows.
    values = {key: value for key, value in recipe.values.items() if key != "formats"}
    canonical = {**values, **({"ops": [str(each) for each in chains]} if chains else {})}
    record = record_of(
        replace(recipe, values=canonical),
        recipe.inputs,
        [image.taken for image in images],
        (load, _DRAWING[recipe.kind]),
        figure.sheet,
    )
    figure.record = record.json()
    return figure


def _drawn(recipe: Recipe, images: Sequence[Image], chains: Sequence[Chain]) -> PanelFigure:
    if recipe.kind == "inputs":
        return draw_inputs(images, **recipe.get(*_LOOK))
    if recipe.kind == "compare":
        return compare(images, chains, **recipe.get(*_LOOK, *_COMPARE))
    sights = [PanelSpec(**panel) for panel in recipe.values.get("panels", [])]
    return draw_steps(images[0], chains[0], sights, **recipe.get(*_LOOK, "columns"))


def _selection(recipe: Recipe) -> dict[str, Any]:
    asked = recipe.get(*_READING)
    return asked | {"slice": str(asked["slice"])} if "slice" in asked else asked


def _read(source: str, recipe: Recipe) -> Image:
    image = load(source, **_selection(recipe))
    return image.in_unit_range() if "scale" in recipe.values else image
