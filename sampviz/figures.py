"""Draw the figures of recipes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sampviz.chain import Chain, parse_chains
from sampviz.errors import SampvizError, UsageError
from sampviz.figure.caption import Drawing
from sampviz.figure.compare import check_options, compare
from sampviz.figure.inputs import draw_inputs
from sampviz.figure.paint import GREY
from sampviz.figure.steps import Sight, draw_steps
from sampviz.image import Image
from sampviz.io import load
from sampviz.io.pick import Pick
from sampviz.recipe import Recipe

_WHICH = ("plane", "slice", "frame", "channel", "mosaic")
_READING = (*_WHICH, "kspace", "volume", "nan", "max_pixels")
_LOOK = ("window", "title", "dpi", "font_size", "convention")
_OF_COMPARE = ("rows", "levels", "zoom", "up", "in_panel", "window_scope", "width", "columns")
_COMPARE = (*_OF_COMPARE, "cmap", "annotate", "show")
_NUMBERS = ("levels", "dpi", "width", "columns", "font_size")
_WORDS = (*_NUMBERS, "up", "window_scope", "convention", "show")
_OPTION = re.compile(r"--([a-z-]+)(.*)", re.DOTALL)


def check(recipe: Recipe) -> list[Chain]:
    """Return the chains of a figure; UsageError, with the line, for what no image can mend."""
    if not recipe.inputs:
        raise UsageError(f"figure {recipe.name!r} has no inputs", recipe.place, "write inputs")
    if recipe.kind != "inputs" and not recipe.ops:
        raise UsageError(f"figure {recipe.name!r} has no ops", recipe.place, "write ops")
    place = recipe.at("ops")
    chains = [chain for text in recipe.ops for chain in parse_chains(text, place)]
    if recipe.kind == "steps" and (len(recipe.inputs) > 1 or len(chains) > 1):
        raise UsageError(
            f"figure {recipe.name!r} shows the steps of one chain on one image",
            recipe.place,
            "write one input and one chain",
        )
    usual = {"rows": None, "zoom": None, "window": None, "in_panel": None, "cmap": GREY}
    try:
        Pick(**_asked(recipe))
        check_options(**usual | recipe.get(*usual, *_WORDS))
    except SampvizError as err:
        if found := _OPTION.fullmatch(err.where):
            err.where = recipe.at(found[1].replace("-", "_")) + found[2]
        raise
    return chains


def draw(recipe: Recipe, inputs: Sequence[str] = ()) -> Drawing:
    """Draw a figure, of other inputs than those of its recipe if some are given."""
    if inputs:
        recipe = replace(recipe, values={**recipe.values, "inputs": list(inputs)})
    chains = check(recipe)
    images = [_read(source, recipe) for source in recipe.inputs]
    if recipe.kind == "inputs":
        return draw_inputs(images, **recipe.get(*_LOOK))
    if recipe.kind == "compare":
        return compare(images, chains, **recipe.get(*_LOOK, *_COMPARE))
    sights = [Sight(**panel) for panel in recipe.values.get("panels", [])]
    return draw_steps(images[0], chains[0], sights, **recipe.get(*_LOOK, "columns"))


def _asked(recipe: Recipe) -> dict[str, Any]:
    asked = recipe.get(*_READING)
    return asked | {"slice": str(asked["slice"])} if "slice" in asked else asked


def _read(source: str, recipe: Recipe) -> Image:
    image = load(source, **_asked(recipe))
    return image.in_unit_range() if "scale" in recipe.values else image
