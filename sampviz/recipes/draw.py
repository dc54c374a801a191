"""Draw the figures of recipes.

A comparison, which most are, imports what it needs at the top; what only another kind draws with is
imported when a figure of that kind is drawn.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

from sampviz.analysis.channel_choice import check_channel, load_chosen
from sampviz.analysis.default_chains import default_chains
from sampviz.core.errors import InputError, UsageError, named_argument
from sampviz.core.paths import Paths, path_texts
from sampviz.core.progress import Progress, Tick, ticks
from sampviz.core.text import counted
from sampviz.figures.detect_options import DETECT_OPTIONS
from sampviz.figures.grids.compare import compare
from sampviz.figures.grids.comparison import Comparison
from sampviz.figures.grids.draw_comparison import STAGES, draw_comparison
from sampviz.figures.options import FIGURE_OPTIONS, FigureOptions, options_of_kind
from sampviz.figures.render.render import PanelFigure
from sampviz.images.discovery import check_inputs
from sampviz.images.image import Image
from sampviz.images.input_names import distinct_names
from sampviz.images.load import load
from sampviz.images.selection import Selection
from sampviz.ops.chain import Chain, parse_chains
from sampviz.recipes.provenance import record_of
from sampviz.recipes.read import figure_of
from sampviz.recipes.recipe import Recipe

_OF_ONE = {"steps": "the steps of a chain on", "detect": "lesions in"}  # kinds with one input


@dataclass(frozen=True)
class PreparedRecipe:
    """A figure whose words are read: its chains, what is taken of its inputs, its options.

    Chains `by_default` are others where an input is a label map, or of complex numbers.
    """

    recipe: Recipe
    chains: Sequence[Chain]
    selection: Selection
    comparison: Comparison
    by_default: bool = False

    def of(self, inputs: Sequence[str]) -> "PreparedRecipe":
        """Return the same figure of other inputs."""
        return replace(self, recipe=_with_inputs(self.recipe, inputs))

    def check_inputs(self) -> None:
        """Raise InputError, with the line, for an input that cannot be opened."""
        with _errors_with_lines(self.recipe):
            check_inputs(self.recipe.inputs)

    def draw(
        self,
        digests: Sequence[str | None] | None = None,
        progress: Progress[Any] | None = None,
    ) -> PanelFigure:
        """Read the inputs and draw the figure, with the record of how it was made.

        `digests` are the SHA-256 of the inputs, where they are known; `progress` is that of the
        stages of a comparison of volumes.
        """
        self.check_inputs()
        recipe = self.recipe
        if recipe.kind == "network":
            from sampviz.recipes.draw_network import draw_network, run_network

            with _errors_with_lines(recipe):
                return draw_network(recipe, run_network(recipe), digests)
        names = distinct_names(recipe.inputs)
        slices = recipe.values.get("slices", [None] * len(names))
        is_slow = recipe.kind == "compare" and self.selection.volume
        with ticks(1 + STAGES, progress if is_slow else None) as tick:
            images = [self._read(*each) for each in zip(recipe.inputs, names, slices, strict=True)]
            tick()
            prepared = self._with_chains_for(images)
            figure = prepared._figure(images, tick)
        # In which formats it is saved is nothing that a figure shows.
        values = {key: value for key, value in recipe.values.items() if key != "formats"}
        chains = {"ops": [str(chain) for chain in prepared.chains]} if self.chains else {}
        record = record_of(
            replace(recipe, values={**values, **chains}),
            recipe.inputs,
            [image.taken for image in images],
            (load, _function_of(recipe.kind)),
            figure.sheet,
            digests,
        )
        figure.record = record.json()
        return figure

    def _with_chains_for(self, images: Sequence[Image]) -> "PreparedRecipe":
        if not self.by_default:
            return self
        return replace(self, chains=default_chains(images))

    def _read(self, source: str, name: str, slice_: int | str | None) -> Image:
        selection = self.selection
        if slice_ is not None:
            selection = replace(selection, slice=str(slice_))
        chains = None if self.by_default else self.chains
        return load_chosen(source, selection, chains, name)

    def _figure(self, images: Sequence[Image], tick: Tick) -> PanelFigure:
        recipe = self.recipe
        if recipe.kind == "compare":
            return draw_comparison(images, self.chains, self.comparison, tick)
        draw = _function_of(recipe.kind)
        names = [name for name in options_of_kind(recipe.kind) if name != "panels"]
        if recipe.kind == "detect":
            options = recipe.get(*names, *DETECT_OPTIONS)
            # Many figures may be drawn at once, a process each.
            figure: PanelFigure = draw(images[0], self.chains, jobs=1, **options).figure
            return figure
        options = recipe.get(*names)
        if recipe.kind == "inputs":
            drawn: PanelFigure = draw(images, **options)
            return drawn
        from sampviz.figures.grids.steps import PanelSpec, draw_steps

        panels = [PanelSpec(**panel) for panel in recipe.values.get("panels", [])]
        chain, *beside = self.chains
        return draw_steps(images[0], chain, panels, beside=beside, **options)


def _function_of(kind: str) -> Callable[..., Any]:
    """Return the function whose defaults a record leaves out."""
    if kind == "detect":
        from sampviz.recipes.detect import detect

        return detect
    if kind == "inputs":
        from sampviz.figures.grids.inputs import draw_inputs

        return draw_inputs
    if kind == "steps":
        from sampviz.figures.grids.steps import draw_steps

        return draw_steps
    return compare


def draw_recipe(
    recipe: Recipe | Mapping[str, Any], inputs: Paths | None = None, *, allow_code: bool = False
) -> PanelFigure:
    """Draw one figure; it carries the record of how it was made.

    Parameters
    ----------
    recipe : Recipe or mapping
        A figure as a recipe has it, or the keys and values of one [[figure]] of a recipe: see
        `sampviz recipe schema`. Its name may be left out.
    inputs : str, Path or sequence of these, optional
        Files and samples in place of those of the recipe.
    allow_code : bool
        Let a step be ``package.module:name``: code of yours, which is run.

    Returns
    -------
    PanelFigure
        A matplotlib figure, to be saved by `save`.

    Raises
    ------
    UsageError
        For a recipe that cannot be what was meant.
    ChainError
        For a text that is no chain, or a chain that an image cannot go through.
    InputError
        For an input that cannot be read.

    Examples
    --------
    >>> import sampviz
    >>> figure = sampviz.draw_recipe({"inputs": "sample:t1", "ops": ["max", "flc"]})
    >>> figure.sheet.panels[0].panel.name
    'image, original'
    """
    if not isinstance(recipe, Recipe):
        recipe = figure_of(recipe)
    if sources := path_texts(inputs):
        recipe = _with_inputs(recipe, sources)
    return prepare_recipe(recipe, allow_code=allow_code).draw()


def check_recipe(recipe: Recipe, *, allow_code: bool = False) -> list[Chain]:
    """Return the chains of a figure, which is checked, as far as that goes without reading inputs.

    The parameters and the errors are those of `draw_recipe`.
    """
    prepared = prepare_recipe(recipe, allow_code=allow_code)
    prepared.check_inputs()
    return list(prepared.chains)


def prepare_recipe(
    recipe: Recipe, chains: Sequence[Chain] | None = None, *, allow_code: bool = False
) -> PreparedRecipe:
    """Read and check the words of a figure, once; its inputs are not looked for.

    `chains` are its chains where they are parsed already. UsageError, with the line, for what no
    image can mend.
    """
    if not recipe.inputs:
        raise UsageError(f"figure {recipe.name!r} has no inputs", recipe.location, "write inputs")
    if recipe.kind == "network" and len(recipe.inputs) != 2:
        raise UsageError(
            f"figure {recipe.name!r} is of a model and what enters it",
            recipe.location,
            "write two inputs: MODEL.onnx and an image",
        )
    if recipe.kind in ("compare", "steps") and not recipe.ops:
        raise UsageError(f"figure {recipe.name!r} has no ops", recipe.location, "write ops")
    if chains is None:
        where = recipe.at("ops")
        parsed = [parse_chains(text, where, allow_code=allow_code) for text in recipe.ops]
        chains = [chain for of_text in parsed for chain in of_text]
    if recipe.kind in _OF_ONE and len(recipe.inputs) > 1:
        raise UsageError(
            f"figure {recipe.name!r} shows {_OF_ONE[recipe.kind]} one image",
            recipe.location,
            "write one input",
        )
    slices = recipe.values.get("slices")
    if slices and len(slices) != len(recipe.inputs):
        raise UsageError(
            f"{counted(len(slices), 'slice')} for {counted(len(recipe.inputs), 'input')}",
            recipe.at("slices"),
            "write one for each input",
        )
    with _errors_with_lines(recipe):
        selection = Selection.of(recipe.values)
        check_channel(selection, chains)
        comparison = Comparison.parse(FigureOptions(**recipe.get(*FIGURE_OPTIONS)))
    return PreparedRecipe(recipe, chains, selection, comparison)


def comparison_recipe(
    inputs: Sequence[str],
    chains: Sequence[Chain],
    reading: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Recipe:
    """Return the recipe of a comparison by its options; None stands for what is not said."""
    # In the order of the parameters of the function: the record has it too, and every figure of a
    # command holds its record.
    names = [name for name in signature(compare).parameters if name in options]
    values = {**reading, **{name: options[name] for name in names}}
    written = {name: value for name, value in values.items() if value is not None}
    ops = [str(chain) for chain in chains]
    return Recipe("compare", "compare", {"ops": ops, **written, "inputs": list(inputs)})


def _with_inputs(recipe: Recipe, inputs: Sequence[str]) -> Recipe:
    values = {name: value for name, value in recipe.values.items() if name != "slices"}
    return replace(recipe, values={**values, "inputs": list(inputs)})


@contextmanager
def _errors_with_lines(recipe: Recipe) -> Iterator[None]:
    """Let errors name the line of a recipe in place of an option."""
    try:
        yield
    except InputError as err:
        if recipe.lines:
            err.within(recipe.at("inputs"))
        raise
    except UsageError as err:
        name, detail = named_argument(err.texts[1])
        if recipe.lines and name:
            err.set_where(recipe.at(name) + detail)
        raise
