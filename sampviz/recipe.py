"""Recipes: figures written down in TOML, checked before any work."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sampviz.errors import InputError, UsageError, one_of

Kind = Literal["compare", "steps", "inputs"]
KINDS: tuple[Kind, ...] = ("compare", "steps", "inputs")
_ALL = frozenset(KINDS)
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)
_LARGEST = 1_000_000  # bytes of a recipe


@dataclass(frozen=True)
class Key:
    """What may be written in a figure: which type of value, for which kinds, and what it means."""

    type: str
    meaning: str
    kinds: frozenset[str] = _ALL


_COMPARE, _STEPS = frozenset({"compare"}), frozenset({"steps"})
_TYPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text", lambda v: isinstance(v, str)),
    "texts": (
        "a text or a list of texts",
        lambda v: (
            isinstance(v, str)
            or (isinstance(v, list) and bool(v) and all(isinstance(each, str) for each in v))
        ),
    ),
    "integer": ("a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool)),
    "number": ("a number", lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)),
    "flag": ("true or false", lambda v: isinstance(v, bool)),
    "slice": (
        "an index or a text such as '60%'",
        lambda v: isinstance(v, (int, str)) and not isinstance(v, bool),
    ),
    "panels": (
        "a list of {show=.., stage=.., title=.., arrow=..}",
        lambda v: isinstance(v, list) and bool(v) and all(isinstance(each, dict) for each in v),
    ),
    "table": ("a table of texts", lambda v: isinstance(v, dict)),
}
KEYS: Mapping[str, Key] = {
    "name": Key("text", "what the figure is called, and its file"),
    "about": Key("text", "what it shows, in a line"),
    "kind": Key("text", "compare (chains side by side), steps (one chain) or inputs (no chain)"),
    "inputs": Key("texts", "files, or sample:NAME"),
    "ops": Key("texts", "chains, as --ops takes them", _COMPARE | _STEPS),
    "options": Key("table", "values for the {names} in the other texts, and for --set"),
    "plane": Key("text", "axial, coronal or sagittal"),
    "slice": Key("slice", "an index, '60%' or 'mm=-12'"),
    "frame": Key("integer", "frame of a 4-D NIfTI"),
    "channel": Key("integer", "channel of an array of C x H x W"),
    "mosaic": Key("integer", "the first channels of an array, as tiles"),
    "kspace": Key("flag", "the file holds k-space: make the image"),
    "volume": Key("flag", "the whole volume, on three axes"),
    "nan": Key("text", "keep, fill=0, fill=mean or error"),
    "max_pixels": Key("integer", "read no more"),
    "scale": Key("text", "unit: values brought to 0..1, as networks see them"),
    "title": Key("text", "the title, instead of name and slice"),
    "rows": Key("text", "the rows of compare", _COMPARE),
    "levels": Key("integer", "each chain so many times", _COMPARE),
    "zoom": Key("text", "ROWxCOL+SIZE or auto", _COMPARE),
    "up": Key("text", "nearest or bilinear, for differences", _COMPARE),
    "in_panel": Key("text", "measures under the panels", _COMPARE),
    "show": Key("text", "magnitude, phase or real, of complex numbers", _COMPARE),
    "cmap": Key("text", "colour map of the images", _COMPARE),
    "annotate": Key("flag", "letters, scale bar, boxes and notes", _COMPARE),
    "window": Key("text", "p1,p99 or LO,HI"),
    "window_scope": Key("text", "shared or panel", _COMPARE),
    "together": Key("flag", "all inputs in one figure", _COMPARE),
    "panels": Key("panels", "what is shown of which stage", _STEPS),
    "convention": Key("text", "neurological or radiological"),
    "width": Key("number", "width in mm", _COMPARE),
    "dpi": Key("integer", "resolution"),
    "columns": Key("integer", "a new line after so many columns", _COMPARE | _STEPS),
    "font_size": Key("number", "size of the text in points"),
}
_PANEL_KEYS = ("show", "stage", "title", "arrow")


@dataclass(frozen=True)
class Recipe:
    """One figure: what is written of it, and where, for errors."""

    name: str
    kind: Kind
    values: Mapping[str, Any]  # without name, kind and about
    about: str = ""
    place: str = ""

    @property
    def inputs(self) -> list[str]:
        """Files and samples."""
        return _listed(self.values.get("inputs", []))

    @property
    def ops(self) -> list[str]:
        """Texts of chains."""
        return _listed(self.values.get("ops", []))

    def get(self, *names: str) -> dict[str, Any]:
        """Return what is written under these names; those that are not written are left out."""
        return {name: self.values[name] for name in names if name in self.values}


def shipped() -> list[str]:
    """Return the names of the recipes that come with the program."""
    folder = resources.files("sampviz") / "recipes"
    names = (each.name for each in folder.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def recipe_text(name: str) -> str:
    """Return the text of a shipped recipe, or of the file of that path.

    UsageError for a name that is none; InputError for a file that cannot be read.
    """
    if name in shipped():
        return (resources.files("sampviz") / "recipes" / f"{name}.toml").read_text("utf-8")
    path = Path(name)
    if path.suffix != ".toml":
        fix = one_of(name, shipped(), "`sampviz figure --list` lists them all")
        raise UsageError(f"no figure is named {name[:40]!r}", "sampviz figure", fix)
    from sampviz.io.file import open_file  # numpy comes with it: a list of figures needs none

    with open_file(path, name) as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise InputError("this is too large for a recipe", name, f"at most {_LARGEST} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("the recipe is not UTF-8 text", name, "save it as UTF-8") from None


def parse_recipe(text: str, place: str, options: Mapping[str, str] | None = None) -> list[Recipe]:
    """Read a recipe; UsageError, with the line, for what cannot be meant.

    `options` replace those of the recipe, and with them the {names} in its texts.
    """
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as err:  # endless numbers and brackets among them
        raise UsageError("this is not TOML", place, str(err)) from None
    for name in found:
        if name != "figure":
            fix = one_of(name, ["figure"], "a recipe has [[figure]] tables")
            raise UsageError(f"unknown key {name!r}", _at(place, text, name), fix)
    figures = found.get("figure")
    if not isinstance(figures, list) or not figures:
        raise UsageError("there is no [[figure]] in it", place, "write at least one [[figure]]")
    recipes = [_figure(table, text, place, dict(options or {})) for table in figures]
    known = [name for table in figures for name in table.get("options", {})]
    for name in options or {}:
        if name not in known:
            fix = one_of(name, known, f"it has: {', '.join(known) or 'none'}")
            raise UsageError(f"the recipe has no option {name!r}", place, fix)
    names = [recipe.name for recipe in recipes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two figures are named {name!r}", place, "give each its own name")
    return recipes


def _figure(table: Mapping[str, Any], text: str, place: str, options: dict[str, str]) -> Recipe:
    recipe = checked(table, place, text)
    values = _filled(recipe.values, {**table.get("options", {}), **options}, place)
    return replace(recipe, values=values)


def checked(table: Mapping[str, Any], place: str, text: str = "") -> Recipe:
    """Check the table of one figure, from TOML (`text`) or JSON; UsageError for what is wrong.

    Its texts are taken as they are: no {names} are replaced.
    """
    kind = table.get("kind", "compare")
    if kind not in KINDS:
        where = _at(place, text, "kind")
        raise UsageError(f"no kind of figure is named {kind!r}", where, ", ".join(KINDS))
    for name, value in table.items():
        where = _at(place, text, name)
        known = [each for each, key in KEYS.items() if kind in key.kinds]
        if name not in known:
            fix = one_of(name, known, f"a figure of kind {kind!r} has: {', '.join(known)}")
            raise UsageError(f"unknown key {name!r}", where, fix)
        wanted, fits = _TYPES[KEYS[name].type]
        if not fits(value):
            raise UsageError(f"{name} = {value!r} is not {wanted}", where, KEYS[name].meaning)
    name = str(table.get("name", ""))
    if not name or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", name):
        raise UsageError(
            "a figure needs a name" if not name else f"{name!r} cannot be the name of a file",
            _at(place, text, "name"),
            "letters, digits, '_', '-' and '.'",
        )
    for panel in table.get("panels", []):
        for key in panel:
            if key not in _PANEL_KEYS:
                fix = one_of(key, _PANEL_KEYS, f"a panel has {', '.join(_PANEL_KEYS)}")
                raise UsageError(f"unknown key {key!r}", _at(place, text, key), fix)
    values = {k: v for k, v in table.items() if k not in ("name", "kind", "about", "options")}
    return Recipe(name, kind, values, table.get("about", ""), place)


def _filled(value: Any, options: Mapping[str, Any], place: str) -> Any:
    """Put the options into every text of a value."""
    if isinstance(value, str):
        for name in _PLACEHOLDER.findall(value):
            if name not in options:
                fix = one_of(name, options, "write it into options")
                raise UsageError(f"no option is named {name!r}", place, fix)
        return _PLACEHOLDER.sub(lambda found: str(options[found[1]]), value)
    if isinstance(value, list):
        return [_filled(each, options, place) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, options, place) for name, each in value.items()}
    return value


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _at(place: str, text: str, key: str) -> str:
    """Return the place and the line of the first key of that name."""
    name = re.escape(key)
    pattern = re.compile(rf"(^\s*\[*\s*|[{{,]\s*)[\"']?{name}[\"']?\s*[=\].]")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line):
            return f"{place}, line {number}"
    return place
