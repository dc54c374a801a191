"""One option, one place: table, signature, command line, recipe, schema and manual agree."""

import re
from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import typer.main

import sampviz
from sampviz.cli.command_list import command_of
from sampviz.core.errors import UsageError
from sampviz.core.option import Option, markdown
from sampviz.dsp.interpolate import Method
from sampviz.figures.detect_options import DETECT_OPTIONS
from sampviz.figures.grids.inputs import draw_inputs
from sampviz.figures.grids.network_figure import network_figure
from sampviz.figures.grids.steps import draw_steps
from sampviz.figures.options import (
    FIGURE_OPTIONS,
    HELP_PANELS,
    KINDS,
    FigureOptions,
    Up,
    check_values,
    options_of_kind,
)
from sampviz.images.load import load
from sampviz.images.selection import READING_OPTIONS, Selection
from sampviz.recipes.fields import FIELDS, NETWORK_READING
from sampviz.recipes.json_schema import schema

MANUAL = (Path(__file__).parents[2] / "docs/options.md").read_text(encoding="utf-8")
TABLES = {"figure": FIGURE_OPTIONS, "detect": DETECT_OPTIONS, "reading": READING_OPTIONS}
COMPARISON = {name: FIGURE_OPTIONS[name] for name in options_of_kind("compare")}
NUMBERS = [option for table in TABLES.values() for option in table.values() if option.bounds]


def keywords(function: Callable[..., Any]) -> dict[str, Parameter]:
    parameters = signature(function).parameters
    return {name: p for name, p in parameters.items() if p.kind is Parameter.KEYWORD_ONLY}


def choices(hint: Any) -> tuple[str, ...]:
    literals = [part for part in (hint, *get_args(hint)) if get_origin(part) is Literal]
    return get_args(literals[0]) if literals else ()


@pytest.mark.parametrize(
    ("function", "options", "more"),
    [
        (sampviz.compare, COMPARISON, {"allow_code"}),
        (load, READING_OPTIONS, {"series"}),
    ],
)
def test_the_parameters_of_a_function_are_the_options(
    function: Callable[..., Any], options: Mapping[str, Option], more: set[str]
) -> None:
    parameters = keywords(function)
    assert set(parameters) == set(options) | more
    hints = get_type_hints(function)
    for name, option in options.items():
        assert parameters[name].default == option.default
        if choices(option.hint):  # else any text, refused in words of its own
            assert choices(hints[name]) == option.words


@pytest.mark.parametrize(
    ("kind", "function"),
    [("steps", draw_steps), ("inputs", draw_inputs), ("network", network_figure)],
)
def test_the_other_kinds_of_figures_take_the_options_that_the_table_says(
    kind: str, function: Callable[..., Any]
) -> None:
    assert set(keywords(function)) - {"layers"} == set(options_of_kind(kind)) - {"panels"}


def test_the_words_are_those_that_the_computation_knows() -> None:
    assert get_args(Up) == get_args(Method)


@pytest.mark.parametrize("options", [COMPARISON, READING_OPTIONS], ids=["figure", "reading"])
def test_the_command_line_has_every_option(options: Mapping[str, Option]) -> None:
    app = typer.Typer()
    app.command()(command_of("compare"))
    declared = {parameter.name: parameter for parameter in typer.main.get_command(app).params}
    for name, option in options.items():
        parameter: Any = declared[name]
        assert option.flag in parameter.opts
        assert parameter.default == option.default
        assert parameter.help.startswith(option.spec.help)
        assert all(word in parameter.help for word in option.words if not option.spec.metavar)
        if option.bounds:
            assert (parameter.min, parameter.max) == (option.spec.low, option.spec.high)
        if choices(option.hint):
            assert choices(parameter.type_descriptor.annotation) == option.words


def test_every_option_of_a_comparison_stands_in_one_panel_of_the_help() -> None:
    listed = [name for names in HELP_PANELS.values() for name in names]
    assert sorted(listed) == sorted(COMPARISON)


def test_a_recipe_and_its_schema_have_every_option() -> None:
    figures = schema()["properties"]["figure"]["items"]["anyOf"]
    for kind, figure in zip(KINDS, figures, strict=True):
        properties = figure["properties"]
        reading = NETWORK_READING if kind == "network" else READING_OPTIONS
        assert set(options_of_kind(kind)) | set(reading) <= set(properties)
        assert not set(properties) & (set(FIGURE_OPTIONS) - set(options_of_kind(kind)))
    for options in TABLES.values():
        for name, option in options.items():
            assert FIELDS[name].meaning == option.spec.in_recipe
            assert FIELDS[name].words == option.words


@pytest.mark.parametrize("name", TABLES)
def test_the_manual_is_the_table(name: str) -> None:
    text = re.search(rf"<!-- {name} options -->\n(.*?)\n<!--", MANUAL, re.DOTALL)
    assert text
    assert text[1] == markdown(TABLES[name].values()), (
        "paste what sampviz.core.option.markdown gives"
    )


@pytest.mark.parametrize("option", NUMBERS, ids=lambda option: option.name)
def test_bounds_are_inclusive_and_beyond_them_is_an_error(option: Option) -> None:
    low, high = option.spec.low, option.spec.high
    assert low is not None
    option.check(low)
    wrong = [low - 1, "many"]
    if high is not None:
        option.check(high)
        wrong += [high + 1, 10**400, float("nan")]
    for value in wrong:
        with pytest.raises(UsageError) as caught:
            option.check(value)
        assert caught.value.where == option.name


def test_values_that_cannot_be_meant_are_three_lines() -> None:
    check_values(**vars(FigureOptions()))
    for values, message in (
        ({"show": "size"}, "'size' is not one of the words\n  in:  show\n"
         "  fix: magnitude, phase or real"),
        ({"font_size": 2}, "2 is out of bounds\n  in:  font_size\n  fix: wanted 3..40"),
        ({"levels": 1.5}, "1.5 is not a whole number\n  in:  levels\n  fix: wanted 1..16"),
        ({"levels": None}, "None is out of bounds\n  in:  levels\n  fix: wanted 1..16"),
    ):  # fmt: skip
        with pytest.raises(UsageError) as caught:
            check_values(**values)
        assert str(caught.value) == message


def test_a_mosaic_has_a_channel() -> None:
    with pytest.raises(UsageError, match="0 is out of bounds"):
        Selection(mosaic=0)
