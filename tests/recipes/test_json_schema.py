"""The JSON schema takes and refuses what the reader of recipes does; jsonschema judges it."""

import json
import tomllib
from typing import Any

import pytest

from sampviz.core.errors import UsageError
from sampviz.figures.options import KINDS
from sampviz.recipes.document import SourceText, parse_entries
from sampviz.recipes.draw import check_recipe
from sampviz.recipes.fields import AXES, FIELDS
from sampviz.recipes.gallery import recipe_text, shipped
from sampviz.recipes.json_schema import schema
from sampviz.recipes.read import read_recipes
from tests.conftest import Cli

VALUES: tuple[Any, ...] = (
    *("x", "png", "axial", "bright", "gaussian", "steps", ""),
    *(0, 3, 2.5, True, False),
    *([], ["x"], ["png"], ["png", "x"], [1], [1, "60%"], [1.5], [[]], [{}]),
    *({}, {"a": "x"}, {"a": ["x"]}, {"a": 1}, {"a": 1.5}, {"a": True}, {"a": []}, {"a": {}}),
)
FEW = ("x", 3, {"a": "x"})
PANEL = {"show": "image", "stage": 1}
PANELS = (
    *(PANEL, {**PANEL, "title": "a"}, {**PANEL, "arrow": "a"}, {"show": "image"}, {"stage": 1}),
    *({**PANEL, "stage": "1"}, {**PANEL, "stage": 1.5}, {**PANEL, "title": 2}, {**PANEL, "x": 1}),
)


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema judges the schema")
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def is_read(document: dict[str, Any]) -> bool:
    try:
        return bool(parse_entries(document, SourceText("r.toml", "")))
    except UsageError:
        return False


def other_verdicts(validator: Any, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents of which one says yes and the other no; of both verdicts there are some."""
    verdicts = [is_read(document) for document in documents]
    assert {*verdicts} == {True, False}
    pairs = zip(documents, verdicts, strict=True)
    return [document for document, verdict in pairs if validator.is_valid(document) != verdict]


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_fits_the_schema_if_it_is_read(validator: Any, kind: str) -> None:
    figure = {"name": "f", "kind": kind}
    # Which texts are names of files the schema does not say.
    fields = {k: field for k, field in FIELDS.items() if k not in ("name", "kind", "matrix")}
    tables = [
        {**figure, name: value}
        for name, field in fields.items()
        # A field is the same in all kinds that have it.
        for value in (VALUES if kind == min(field.kinds, key=KINDS.index) else FEW)
    ]
    tables += [{**figure, "panels": [PANEL, panel]} for panel in PANELS]
    tables += [{"kind": kind}, {**figure, "x": 1}]
    assert other_verdicts(validator, [{"figure": [table]} for table in tables]) == []


def test_what_all_figures_share_fits_the_schema_if_it_is_read(validator: Any) -> None:
    tables = [{name: value} for name in [*FIELDS, "x"] for value in VALUES if name != "matrix"]
    documents: list[dict[str, Any]] = [
        {"defaults": table, "figure": [{"name": "f"}]} for table in tables
    ]
    documents += [{}, {"figure": []}, {"figure": {}}, {"figure": [{"name": "f"}], "x": 1}]
    assert other_verdicts(validator, documents) == []


def test_a_matrix_fits_the_schema_if_it_is_read(validator: Any) -> None:
    axes = [{axis: value} for axis in [*AXES, "title", "x"] for value in VALUES]
    axes += [{axis: [value]} for axis in AXES for value in VALUES]
    axes += [{axis: {"a": value}} for axis in AXES for value in VALUES]
    matrices = [{"name": "f", "matrix": matrix} for matrix in [*axes, {}, 3]]
    documents: list[dict[str, Any]] = [{"figure": [figure]} for figure in matrices]
    documents += [{"defaults": {"matrix": m}, "figure": [{"name": "f"}]} for m in axes]
    assert other_verdicts(validator, documents) == []


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_recipes_fit_the_schema(validator: Any, name: str) -> None:
    validator.validate(tomllib.loads(recipe_text(name)))
    for recipe in read_recipes(name):
        check_recipe(recipe)


def test_the_schema_has_every_key(cli: Cli) -> None:
    data = json.loads(cli("recipe", "schema").out)
    figures = data["properties"]["figure"]["items"]["anyOf"]
    assert {key for each in figures for key in each["properties"]} == set(FIELDS)
