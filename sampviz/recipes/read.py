"""Recipes read from TOML, checked before any work."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sampviz.core.errors import SampvizError, UsageError, did_you_mean
from sampviz.recipes.document import SOURCES, FigureEntry, SourceText, parse_entries
from sampviz.recipes.gallery import recipe_text, recipes_named
from sampviz.recipes.matrix import Names, combinations
from sampviz.recipes.recipe import Recipe, _listed

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)


def read_recipes(
    name: str, options: Mapping[str, str] | None = None, inputs: Sequence[str] = ()
) -> list[Recipe]:
    """Return the figures of the recipes that a name means; see `parse_recipe`."""
    return [
        recipe
        for each in recipes_named(name)
        for recipe in parse_recipe(
            recipe_text(each), each, options, inputs=inputs, folder=Path(each).parent
        )
    ]


def parse_recipe(
    text: str,
    place: str,
    options: Mapping[str, str] | None = None,
    *,
    inputs: Sequence[str] = (),
    folder: Path = Path(),
) -> list[Recipe]:
    """Read a recipe; UsageError, with the line, for what cannot be meant.

    `options` replace those of the recipe, and with them the {names} in its texts; `inputs`
    replace those of every figure, and its title, which speaks of its own. Inputs are found
    relative to `folder`: InputError, with the line, for a pattern that no file matches.
    """
    drafts = parse_document(text, place)
    known = [name for draft in drafts for name in draft.options]
    for name in options or {}:
        if name not in known:
            fix = did_you_mean(name, known, f"it has: {', '.join(known) or 'none'}")
            raise UsageError(f"the recipe has no option {name!r}", place, fix)
    names = Names(draft.name for draft in drafts if not draft.matrix)
    return [
        recipe
        for draft in drafts
        for recipe in _figures(draft, dict(options or {}), inputs, folder, names)
    ]


def parse_document(text: str, place: str) -> list[FigureEntry]:
    """Return the figures as they are written; UsageError, with the line, for what is wrong."""
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as err:  # endless numbers and brackets among them
        raise UsageError("this is not TOML", place, str(err)) from None
    return parse_entries(found, SourceText(place, text))


def _figures(
    draft: FigureEntry,
    options: Mapping[str, str],
    inputs: Sequence[str],
    folder: Path,
    names: Names,
) -> Iterator[Recipe]:
    """Yield the figures that a draft stands for, their texts filled and their inputs found."""

    def find(key: str, value: Any) -> list[str]:
        from sampviz.images.discovery import find_bids, find_inputs  # as above

        try:
            return (
                find_bids(value, folder) if key == "bids" else find_inputs(_listed(value), folder)
            )
        except SampvizError as err:
            err.within(draft.at(key))
            raise

    apart = ("about", "options", "matrix", *((*SOURCES, "title") if inputs else ()))
    values = {key: value for key, value in draft.values.items() if key not in apart}
    matrix = {key: value for key, value in draft.matrix.items() if key not in apart}
    settings = {**draft.options, **options}
    values, matrix = (_filled(each, settings, draft.place) for each in (values, matrix))
    found = list(inputs)
    found += [one for key in SOURCES if key in values for one in find(key, values.pop(key))]
    if found:
        values["inputs"] = found
    if not matrix:
        yield Recipe(draft.name, draft.kind, values, draft.about, draft.place, draft.lines)
        return
    for words, chosen in combinations(draft.name, matrix, find, draft.at("matrix")):
        one = {**values, **chosen}
        yield Recipe(names.make(words), draft.kind, one, draft.about, draft.place, draft.lines)


def check_table(table: Mapping[str, Any], place: str) -> Recipe:
    """Check the table of one figure that was not read from TOML; UsageError for what is wrong.

    Its texts are taken as they are: no {names} are replaced, and no inputs are looked for.
    """
    (draft,) = parse_entries({"figure": [table]}, SourceText(place, ""))
    values = {k: v for k, v in draft.values.items() if k not in ("about", "options")}
    return Recipe(draft.name, draft.kind, values, draft.about, place)


def _filled(value: Any, options: Mapping[str, Any], place: str) -> Any:
    """Put the options into every text of a value."""
    if isinstance(value, str):
        for name in _PLACEHOLDER.findall(value):
            if name not in options:
                fix = did_you_mean(name, options, "write it into options")
                raise UsageError(f"no option is named {name!r}", place, fix)
        return _PLACEHOLDER.sub(lambda found: str(options[found[1]]), value)
    if isinstance(value, list):
        return [_filled(each, options, place) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, options, place) for name, each in value.items()}
    return value
