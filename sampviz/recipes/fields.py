"""The fields of a recipe: what may be written in a figure, of which type, and what it means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sampviz.core.errors import did_you_mean
from sampviz.core.option import Option, join_words
from sampviz.figures.detect_options import DETECT_OPTIONS
from sampviz.figures.options import FIGURE_OPTIONS, FORMATS, KINDS
from sampviz.images.selection import READING_OPTIONS

_ALL = frozenset(KINDS)
NETWORK_READING = ("plane", "slice", "frame", "nan")
_TEXT = {"type": "string"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}


@dataclass(frozen=True)
class FieldType:
    """A type of value: its name for people, its test, and its JSON schema."""

    name: str
    fits: Callable[[Any], bool]
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A field: the type of its value, what it means, for which kinds, and the words it may be."""

    type: str
    meaning: str
    kinds: frozenset[str] = _ALL
    words: tuple[str, ...] = ()


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or _is_list(value, str)


def _is_list(value: Any, of: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, of) for item in value)


FIELD_TYPES: Mapping[str, FieldType] = {
    "text": FieldType("a text", lambda v: isinstance(v, str), _TEXT),
    "texts": FieldType("a text or a list of texts", _is_texts, _TEXTS),
    "integer": FieldType("a whole number", _is_whole, {"type": "integer"}),
    "number": FieldType(
        "a number", lambda v: _is_whole(v) or isinstance(v, float), {"type": "number"}
    ),
    "flag": FieldType("true or false", lambda v: isinstance(v, bool), {"type": "boolean"}),
    "slice": FieldType(
        "an index or a text such as '60%'",
        lambda v: _is_whole(v) or isinstance(v, str),
        {"type": ["integer", "string"]},
    ),
    "channel": FieldType(
        "a whole number or a text such as 'by=alias'",
        lambda v: _is_whole(v) or isinstance(v, str),
        {"type": ["integer", "string"]},
    ),
    "slices": FieldType(
        "a list of indices or of texts such as '60%'",
        lambda v: (
            isinstance(v, list)
            and bool(v)
            and all(_is_whole(item) or isinstance(item, str) for item in v)
        ),
        {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1},
    ),
    "panels": FieldType(
        "a list of {show=.., stage=.., title=.., arrow=..}",
        lambda v: _is_list(v, dict),
        {"type": "array", "items": {"type": "object"}, "minItems": 1},
    ),
    "preparation": FieldType(
        "a table of texts, numbers, true and false",
        lambda v: isinstance(v, dict) and all(isinstance(x, (str, int, float)) for x in v.values()),
        {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
    ),
    "table": FieldType("a table of texts", lambda v: isinstance(v, dict), {"type": "object"}),
    "filter": FieldType(
        "a table of texts and lists of texts",
        lambda v: isinstance(v, dict) and all(map(_is_texts, v.values())),
        {"type": "object", "additionalProperties": _TEXTS},
    ),
    "axes": FieldType(
        "a table of lists or tables, one for each axis",
        lambda v: isinstance(v, dict) and bool(v),
        {"type": "object", "minProperties": 1},
    ),
}
_RECIPE_TYPES = {bool: "flag", int: "integer", float: "number", str: "text"}


def _field_of(option: Option) -> Field:
    """Return the field of a recipe that an option is."""
    spec = option.spec
    return Field(
        spec.recipe_type or _RECIPE_TYPES[option.type],
        spec.in_recipe,
        frozenset(spec.kinds or KINDS),
        option.words,
    )


def _reading_field_of(name: str, option: Option) -> Field:
    """Return the field of an option of reading; networks take few of them."""
    field = _field_of(option)
    return field if name in NETWORK_READING else replace(field, kinds=_ALL - {"network"})


FIELDS: Mapping[str, Field] = {
    "name": Field("text", "what the figure is called, and its file"),
    "about": Field("text", "what it shows, in a line"),
    "kind": Field(
        "text",
        "compare (chains side by side), steps (one chain), inputs (no chain), detect (lesions) or"
        " network (two inputs: a model and an image)",
        words=KINDS,
    ),
    "inputs": Field("texts", "files, such as scans/*.nii.gz, or sample:NAME"),
    "bids": Field(
        "filter", "files of a data set: root, suffix, extension, and entities such as sub"
    ),
    "ops": Field("texts", "chains, as --ops takes them", frozenset({"compare", "steps", "detect"})),
    "matrix": Field("axes", "a figure for every combination: inputs, bids, slice, ops .."),
    "options": Field("table", "values for the {names} in the other texts, and for --set"),
    "layers": Field("text", "the layers that are drawn in full: 1,3,5-8", frozenset({"network"})),
    "preparation": Field(
        "preparation",
        "how the image enters, and filters in place of layers: {scale = 'unit', swap = ..}",
        frozenset({"network"}),
    ),
    **{name: _reading_field_of(name, option) for name, option in READING_OPTIONS.items()},
    **{name: _field_of(option) for name, option in FIGURE_OPTIONS.items()},
    **{name: _field_of(option) for name, option in DETECT_OPTIONS.items()},
    "slices": Field("slices", "the slice of each input, in their order", frozenset({"inputs"})),
    "formats": Field("texts", f"{join_words(FORMATS)}, or several of them", words=FORMATS),
}
PANEL_FIELDS = {"show": "text", "stage": "integer", "title": "text", "arrow": "text"}  # and types
# What a matrix may vary.
AXES = ("inputs", "bids", "ops", "plane", "slice", "frame", "channel", "levels", "window")


def fields_of(kind: str) -> list[str]:
    """Return the names of the fields of a kind of figure."""
    return [name for name, field in FIELDS.items() if kind in field.kinds]


def field_error(name: str, value: Any) -> tuple[str, str] | None:
    """Return what is wrong with the value of a field, and how to mend it; None if it fits."""
    field = FIELDS[name]
    field_type = FIELD_TYPES[field.type]
    if not field_type.fits(value):
        return f"{name} = {value!r} is not {field_type.name}", field.meaning
    for word in _words(value) if field.words else ():
        if word not in field.words:
            fix = did_you_mean(word, field.words, field.meaning)
            return f"{name} = {word!r} is not known", fix
    return None


def _words(value: str | list[str]) -> Iterable[str]:
    return [value] if isinstance(value, str) else value
