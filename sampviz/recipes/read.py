"""Recipes read from TOML, checked before any work."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sampviz.core.errors import SampvizError, UsageError, did_you_mean
from sampviz.core.standard_input import refuse_stdin
from sampviz.images.input_names import file_names
from sampviz.recipes.document import SOURCES, FigureEntry, SourceText, parse_entries
from sampviz.recipes.gallery import recipe_text, recipes_named, shipped
from sampviz.recipes.matrix import combinations
from sampviz.recipes.recipe import Recipe, _listed

_LONGEST_LINE = 20_000  # a key of many parts is read in quadratic time
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)


def read_recipes(
    name: str, options: Mapping[str, str] | None = None, inputs: Sequence[str] = ()
) -> list[Recipe]:
    """Return the figures of the recipes that a name means.

    Parameters
    ----------
    name : str
        A shipped figure, ``"gallery"`` for all of them, or the path of a recipe, ``FILE.toml``.
    options, inputs
        As in `parse_recipe`.

    Returns
    -------
    list of Recipe
        One for each figure.
    """
    return [
        recipe
        for location in recipes_named(name)
        for recipe in parse_recipe(
            recipe_text(location), location, options, inputs=inputs, folder=Path(location).parent
        )
    ]


def shipped_figures() -> dict[str, str]:
    """Return the figures that come with the program, and what each shows in a line."""
    return {
        name: entry.about for name in shipped() for entry in parse_document(recipe_text(name), name)
    }


def parse_recipe(
    text: str,
    location: str,
    options: Mapping[str, str] | None = None,
    *,
    inputs: Sequence[str] = (),
    folder: Path = Path(),
) -> list[Recipe]:
    """Read a recipe.

    Parameters
    ----------
    text : str
        The recipe, in TOML.
    location : str
        Where it was read from, for errors.
    options : mapping of str to str, optional
        They replace those of the recipe, and with them the {names} in its texts.
    inputs : sequence of str, optional
        They replace those of every figure, and its title and slices, which are of its own.
    folder : Path
        Inputs are found relative to it.

    Returns
    -------
    list of Recipe
        One for each figure, of a matrix one for every combination.

    Raises
    ------
    UsageError
        With the line, for what cannot be meant.
    InputError
        With the line, for a pattern that no file matches.
    """
    entries = parse_document(text, location)
    option_names = [name for entry in entries for name in entry.options]
    for name in options or {}:
        if name not in option_names:
            fix = did_you_mean(name, option_names, f"it has: {', '.join(option_names) or 'none'}")
            raise UsageError(f"the recipe has no option {name!r}", location, fix)
    figures = {
        (recipe.name, identity): recipe
        for entry in entries
        for recipe, identity in _figures(entry, dict(options or {}), inputs, folder)
    }
    combined = [key for key in figures if key[1]]
    names = file_names(combined, (name for name, identity in figures if not identity))
    new_names = dict(zip(combined, names, strict=True))
    return [replace(recipe, name=new_names.get(key, key[0])) for key, recipe in figures.items()]


def parse_document(text: str, location: str) -> list[FigureEntry]:
    """Return the figures as they are written; UsageError, with the line, for what is wrong."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > _LONGEST_LINE:
            what = f"a line of {len(line)} characters"
            fix = f"at most {_LONGEST_LINE}: lists and long texts may have several lines"
            raise UsageError(what, f"{location}, line {number}", fix)
    import tomllib  # not for a figure without a recipe

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as err:  # endless numbers and brackets among them
        raise UsageError("this is not TOML", location, str(err)) from None
    return parse_entries(document, SourceText(location, text))


def _figures(
    entry: FigureEntry,
    options: Mapping[str, str],
    inputs: Sequence[str],
    folder: Path,
) -> Iterator[tuple[Recipe, str]]:
    """Yield the figures that an entry stands for, their texts filled and their inputs found.

    Beside each of a matrix stands what tells it from the others, which may have its name.
    """

    def find(key: str, value: Any) -> list[str]:
        from sampviz.images.discovery import find_bids, find_inputs  # as above

        try:
            if key == "inputs":
                refuse_stdin(_listed(value), key)
            return (
                find_bids(value, folder) if key == "bids" else find_inputs(_listed(value), folder)
            )
        except SampvizError as err:
            err.within(entry.at(key))
            raise

    excluded = ("about", "options", "matrix", *((*SOURCES, "title", "slices") if inputs else ()))
    values = {key: value for key, value in entry.values.items() if key not in excluded}
    matrix = {key: value for key, value in entry.matrix.items() if key not in excluded}
    settings = {**entry.options, **options}
    values, matrix = (_filled(table, settings, entry.location) for table in (values, matrix))
    sources = list(inputs)
    for key in SOURCES:
        if key in values:
            sources += find(key, values.pop(key))
    if sources:
        values["inputs"] = sources
    if not matrix:
        yield Recipe(entry.name, entry.kind, values, entry.about, entry.location, entry.lines), ""
        return
    for name, chosen in combinations(entry.name, matrix, find, entry.at("matrix")):
        combined = {**values, **chosen}
        recipe = Recipe(name, entry.kind, combined, entry.about, entry.location, entry.lines)
        yield recipe, _identity(entry.name, chosen, folder)


def _identity(name: str, chosen: Mapping[str, Any], folder: Path) -> str:
    """Return all that is chosen for a figure of a matrix, wherever the recipe lies."""
    sources = [os.path.relpath(source, folder) for source in chosen.get("inputs", [])]
    return json.dumps([name, {**chosen, "inputs": sources}])


def check_table(table: Mapping[str, Any], location: str) -> Recipe:
    """Check the table of one figure that was not read from TOML; UsageError for what is wrong.

    Its texts are taken as they are: no {names} are replaced, and no inputs are looked for.
    """
    (entry,) = parse_entries({"figure": [table]}, SourceText(location, ""))
    values = {k: v for k, v in entry.values.items() if k not in ("about", "options")}
    return Recipe(entry.name, entry.kind, values, entry.about, location)


def figure_of(table: Mapping[str, Any], location: str = "recipe") -> Recipe:
    """Return the figure of a table, as [[figure]] of a recipe holds it; UsageError for several.

    Inputs are found relative to the current folder. A figure without a name is called `figure`.
    """
    (entry,) = parse_entries({"figure": [{"name": "figure", **table}]}, SourceText(location, ""))
    figures = [figure for figure, _ in _figures(entry, {}, (), Path())]
    if len(figures) > 1:
        what = f"its matrix stands for {len(figures)} figures"
        raise UsageError(what, location, "leave the matrix out, or draw a file of it by `batch`")
    return figures[0]


def _filled(value: Any, options: Mapping[str, Any], location: str) -> Any:
    """Put the options into every text of a value."""
    if isinstance(value, str):
        for name in _PLACEHOLDER.findall(value):
            if name not in options:
                fix = did_you_mean(name, options, "write it into options")
                raise UsageError(f"no option is named {name!r}", location, fix)
        return _PLACEHOLDER.sub(lambda match: str(options[match[1]]), value)
    if isinstance(value, list):
        return [_filled(item, options, location) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, options, location) for name, item in value.items()}
    return value
