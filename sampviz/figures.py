"""Draw the figures of recipes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sampviz.chain import Chain, parse_chains
from sampviz.errors import UsageError
from sampviz.figure.compare import compare
from sampviz.figure.draw import Drawing
from sampviz.figure.inputs import draw_inputs
from sampviz.figure.steps import Sight, draw_steps
from sampviz.image import Image
from sampviz.io import load
from sampviz.provenance import record_of
from sampviz.recipe import Recipe

_WHICH = ("plane", "slice", "frame", "channel", "mosaic")
_READING = (*_WHICH, "kspace", "volume", "nan", "max_pixels")
_LOOK = ("window", "title", "dpi", "font_size", "convention")
_OF_COMPARE = ("rows", "levels", "zoom", "up", "in_panel", "window_scope", "width", "columns")
_COMPARE = (*_OF_COMPARE, "cmap", "annotate", "show")
_DRAWING: Mapping[str, Callable[..., Drawing]] = {
    "compare": compare,
    "steps": draw_steps,
    "inputs": draw_inputs,
}


def draw(recipe: Recipe, inputs: Sequence[str] = (), *, allow_code: bool = False) -> Drawing:
    """Draw a figure, of other inputs than those of its recipe if some are given.

    It carries the record of how it was made. With `allow_code` a step may be code, which is run.
    """
    if inputs:  # the title speaks of the recipe's own
        values = {key: value for key, value in recipe.values.items() if key != "title"}
        recipe = replace(recipe, values={**values, "inputs": list(inputs)})
    sources = recipe.inputs
    if not sources:
        raise UsageError(f"figure {recipe.name!r} has no inputs", recipe.place, "write inputs")
    if recipe.kind != "inputs" and not recipe.ops:
        raise UsageError(f"figure {recipe.name!r} has no ops", recipe.place, "write ops")
    chains = [
        chain
        for text in recipe.ops
        for chain in parse_chains(text, recipe.place, allow_code=allow_code)
    ]
    images = [_read(source, recipe) for source in sources]
    figure = _drawn(recipe, images, chains)
    canonical = {**recipe.values, **({"ops": [str(each) for each in chains]} if chains else {})}
    record = record_of(
        replace(recipe, values=canonical),
        sources,
        [image.taken for image in images],
        (load, _DRAWING[recipe.kind]),
        figure.sheet,
    )
    figure.record = record.json()
    return figure


def _drawn(recipe: Recipe, images: Sequence[Image], chains: Sequence[Chain]) -> Drawing:
    if recipe.kind == "inputs":
        return draw_inputs(images, **recipe.get(*_LOOK))
    if recipe.kind == "compare":
        return compare(images, chains, **recipe.get(*_LOOK, *_COMPARE))
    if len(images) > 1 or len(chains) > 1:
        raise UsageError(
            f"figure {recipe.name!r} shows the steps of one chain on one image",
            recipe.place,
            "write one input and one chain",
        )
    sights = [Sight(**panel) for panel in recipe.values.get("panels", [])]
    return draw_steps(images[0], chains[0], sights, **recipe.get(*_LOOK, "columns"))


def _read(source: str, recipe: Recipe) -> Image:
    asked = recipe.get(*_READING)
    if "slice" in asked:
        asked["slice"] = str(asked["slice"])
    image = load(source, **asked)
    scale = recipe.values.get("scale")
    if scale not in (None, "unit"):
        raise UsageError(f"scale = {scale!r} is not known", recipe.place, 'write scale = "unit"')
    return image.in_unit_range() if scale else image
