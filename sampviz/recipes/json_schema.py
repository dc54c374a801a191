"""The JSON schema of a recipe, made from its fields: for editors and other programs."""

from typing import Any

from sampviz.figures.options import KINDS
from sampviz.recipes.document import NOT_SHARED
from sampviz.recipes.fields import AXES, FIELD_TYPES, FIELDS, PANEL_FIELDS, fields_of

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the JSON schema of a recipe: one that does not fit it is refused.

    Returns
    -------
    dict
        A schema of draft 2020-12, for editors and other programs.
    """
    figures = [_figure(kind) for kind in KINDS]
    shared_names = [name for name in FIELDS if name not in NOT_SHARED]
    return {
        "$schema": _DIALECT,
        "title": "A recipe of sampviz",
        "type": "object",
        "properties": {
            "defaults": _table(shared_names, shared_names),
            "figure": {"type": "array", "minItems": 1, "items": {"anyOf": figures}},
        },
        "required": ["figure"],
        "additionalProperties": False,
    }


def _figure(kind: str) -> dict[str, Any]:
    table = _table(fields_of(kind), [axis for axis in AXES if axis in fields_of(kind)])
    # The kind may stand in the defaults: only where it is written it must be this one.
    table["properties"]["kind"] = {"const": kind, "description": FIELDS["kind"].meaning}
    return {**table, "required": ["name"]}


def _table(names: list[str], axes: list[str]) -> dict[str, Any]:
    properties = {name: _value(name) for name in names}
    if "matrix" in properties:
        properties["matrix"] |= {
            "properties": {axis: _axis(axis) for axis in axes if axis in AXES},
            "additionalProperties": False,
        }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _value(name: str) -> dict[str, Any]:
    field = FIELDS[name]
    value_schema = {"description": field.meaning, **FIELD_TYPES[field.type].schema}
    if field.words:
        word = {"enum": list(field.words)}
        word_or_list = {"anyOf": [word, {"type": "array", "items": word, "minItems": 1}]}
        value_schema = {
            "description": field.meaning,
            **(word_or_list if field.type == "texts" else word),
        }
    if name == "panels":
        value_schema["items"] = {
            "type": "object",
            "properties": {key: FIELD_TYPES[kind].schema for key, kind in PANEL_FIELDS.items()},
            "required": ["show", "stage"],
            "additionalProperties": False,
        }
    return value_schema


def _axis(axis: str) -> dict[str, Any]:
    value = _value(axis)
    if axis in ("inputs", "bids"):
        return value
    value_list = {"type": "array", "items": value, "minItems": 1}
    value_table = {"type": "object", "additionalProperties": value, "minProperties": 1}
    return {"anyOf": [value_list, value_table]}
