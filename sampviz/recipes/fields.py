"""The keys of a recipe: what may be written in a figure, of which type, and what it means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sampviz.core.errors import did_you_mean

Kind = Literal["compare", "steps", "inputs"]
KINDS: tuple[Kind, ...] = ("compare", "steps", "inputs")
FORMATS = ("png", "pdf", "svg")
_ALL = frozenset(KINDS)
_COMPARE, _STEPS = frozenset({"compare"}), frozenset({"steps"})
_TEXT = {"type": "string"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}


@dataclass(frozen=True)
class FieldType:
    """A type of value: how it is told to people, how it is known, and its JSON schema."""

    wanted: str
    fits: Callable[[Any], bool]
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A key: the type of its value, what it means, for which kinds, and the words it may be."""

    type: str
    meaning: str
    kinds: frozenset[str] = _ALL
    words: tuple[str, ...] = ()


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or _is_list(value, str)


def _is_list(value: Any, of: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, of) for each in value)


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
    "panels": FieldType(
        "a list of {show=.., stage=.., title=.., arrow=..}",
        lambda v: _is_list(v, dict),
        {"type": "array", "items": {"type": "object"}, "minItems": 1},
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
FIELDS: Mapping[str, Field] = {
    "name": Field("text", "what the figure is called, and its file"),
    "about": Field("text", "what it shows, in a line"),
    "kind": Field(
        "text",
        "compare (chains side by side), steps (one chain) or inputs (no chain)",
        words=KINDS,
    ),
    "inputs": Field("texts", "files, such as scans/*.nii.gz, or sample:NAME"),
    "bids": Field(
        "filter", "files of a data set: root, suffix, extension, and entities such as sub"
    ),
    "ops": Field("texts", "chains, as --ops takes them", _COMPARE | _STEPS),
    "matrix": Field("axes", "a figure for every combination: inputs, bids, slice, ops .."),
    "options": Field("table", "values for the {names} in the other texts, and for --set"),
    "plane": Field("text", "axial, coronal or sagittal", words=("axial", "coronal", "sagittal")),
    "slice": Field("slice", "an index, '60%' or 'mm=-12'"),
    "frame": Field("integer", "frame of a 4-D NIfTI"),
    "channel": Field("integer", "channel of an array of C x H x W"),
    "mosaic": Field("integer", "the first channels of an array, as tiles"),
    "kspace": Field("flag", "the file holds k-space: make the image"),
    "volume": Field("flag", "the whole volume, on three axes"),
    "nan": Field("text", "keep, fill=0, fill=mean or error"),
    "max_pixels": Field("integer", "read no more"),
    "scale": Field("text", "unit: values brought to 0..1, as networks see them", words=("unit",)),
    "title": Field("text", "the title, instead of name and slice"),
    "rows": Field("text", "the rows of compare", _COMPARE),
    "levels": Field("integer", "each chain so many times", _COMPARE),
    "zoom": Field("text", "ROWxCOL+SIZE or auto", _COMPARE),
    "up": Field("text", "nearest or bilinear, for differences", _COMPARE, ("nearest", "bilinear")),
    "in_panel": Field("text", "measures under the panels", _COMPARE),
    "show": Field("text", "magnitude, phase or real, of complex numbers", _COMPARE),
    "cmap": Field("text", "colour map of the images", _COMPARE),
    "annotate": Field("flag", "letters, scale bar, boxes and notes", _COMPARE),
    "window": Field("text", "p1,p99 or LO,HI"),
    "window_scope": Field("text", "shared or panel", _COMPARE, ("shared", "panel")),
    "panels": Field("panels", "what is shown of which stage", _STEPS),
    "convention": Field(
        "text", "neurological or radiological", words=("neurological", "radiological")
    ),
    "width": Field("number", "width in mm", _COMPARE),
    "dpi": Field("integer", "resolution"),
    "columns": Field("integer", "a new line after so many columns", _COMPARE | _STEPS),
    "font_size": Field("number", "size of the text in points"),
    "formats": Field("texts", "png, pdf or svg, or several of them", words=FORMATS),
}
PANEL_FIELDS = {"show": "text", "stage": "integer", "title": "text", "arrow": "text"}  # and types
# What a matrix may vary.
AXES = ("inputs", "bids", "ops", "plane", "slice", "frame", "channel", "levels", "window")


def fields_of(kind: str) -> list[str]:
    """Return the names of the keys of a kind of figure."""
    return [name for name, key in FIELDS.items() if kind in key.kinds]


def field_error(name: str, value: Any) -> tuple[str, str] | None:
    """Return what is wrong with a value of a key, and how to mend it; None if it fits."""
    key = FIELDS[name]
    kind = FIELD_TYPES[key.type]
    if not kind.fits(value):
        return f"{name} = {value!r} is not {kind.wanted}", key.meaning
    for word in _words(value) if key.words else ():
        if word not in key.words:
            return f"{name} = {word!r} is not known", did_you_mean(word, key.words, key.meaning)
    return None


def _words(value: str | list[str]) -> Iterable[str]:
    return [value] if isinstance(value, str) else value
