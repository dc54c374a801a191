"""Figures of networks from recipes: the model is run on an image, and drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from inspect import signature
from typing import Any

from sampviz.core.errors import UsageError, did_you_mean
from sampviz.figures.grids.ladder_content import chosen_layers
from sampviz.figures.grids.network_figure import network_figure
from sampviz.figures.options import options_of_kind
from sampviz.figures.render.render import PanelFigure
from sampviz.networks.ladder import Network
from sampviz.networks.network import network
from sampviz.networks.preparation_options import PREPARATION_OPTIONS
from sampviz.networks.swaps import USUAL
from sampviz.recipes.fields import NETWORK_READING
from sampviz.recipes.provenance import record_of
from sampviz.recipes.recipe import Recipe

PREPARATION = (*PREPARATION_OPTIONS, "size", "spacing", "input", "swap", "output")


def network_recipe(
    model: str, image: str, preparation: Mapping[str, Any], values: Mapping[str, Any]
) -> Recipe:
    """Return the recipe of the figure of a network.

    Parameters
    ----------
    model, image : str
        Files; the image may be a sample.
    preparation : mapping
        How the image enters, and filters in place of layers; None for what is not said.
    values : mapping
        What is read of the image, which layers are drawn, and how the figure looks.

    Returns
    -------
    Recipe
    """
    usual = {name: option.default for name, option in PREPARATION_OPTIONS.items()}
    usual |= {name: p.default for name, p in signature(network).parameters.items()}
    entry = {
        name: value
        for name, value in preparation.items()
        if value is not None and value != usual.get(name)
    }
    written = {
        name: value
        for name, value in values.items()
        if value is not None and value != usual.get(name)
    }
    values = {"inputs": [model, image], "preparation": entry, **written}
    return Recipe("network", "network", {key: value for key, value in values.items() if value})


def run_network(recipe: Recipe, **arguments: Any) -> Network:
    """Run the model of a recipe on its image.

    Parameters
    ----------
    recipe : Recipe
        Of the kind network.
    **arguments
        More of those of `sampviz.network`; `model` is None where code makes it.

    Returns
    -------
    Network
        With the usual filters in place of its layers, unless the recipe says others.

    Raises
    ------
    UsageError
        For a word of its preparation that there is not, and as `sampviz.network`.
    """
    model, image = recipe.inputs
    preparation = recipe.values.get("preparation", {})
    for name in preparation:
        if name not in PREPARATION:
            fix = did_you_mean(name, PREPARATION, f"it has {', '.join(PREPARATION)}")
            raise UsageError(f"preparation has no {name!r}", recipe.at("preparation"), fix)
    reading = recipe.get(*NETWORK_READING)
    words = {"model": model, "image": image, "swap": USUAL, **preparation, **reading, **arguments}

    def check(layers_only: Network) -> None:
        chosen_layers(layers_only, recipe.values.get("layers"))

    return network(**words, check=check)


def draw_network(
    recipe: Recipe,
    result: Network,
    digests: Sequence[str | None] | None = None,
    *,
    has_record: bool = True,
) -> PanelFigure:
    """Draw a network that was run, with the record of how the figure was made.

    Parameters
    ----------
    recipe : Recipe
        By which it was run.
    result : Network
        What was run.
    digests : sequence of (str or None), optional
        The SHA-256 of model and image, where they are known.
    has_record : bool
        False where the recipe does not say all that it was made with.

    Returns
    -------
    PanelFigure
    """
    options = recipe.get("layers", *options_of_kind("network"))
    figure = network_figure(result, **options)
    if not has_record:
        return figure
    values = {key: value for key, value in recipe.values.items() if key != "formats"}
    taken = result.entering.image.partition(", ")[2] if result.entering else ""
    record = record_of(
        Recipe(recipe.name, recipe.kind, values),
        recipe.inputs,
        ["", taken],
        (network, network_figure),
        figure.sheet,
        digests,
    )
    programs = result.made_with.get("versions", {})
    figure.record = replace(record, versions={**record.versions, **programs}).json()
    return figure
