"""What a record says of itself, and what of a network is written into one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.networks.preparation_options import PREPARATION_OPTIONS
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.draw_network import draw_network, network_recipe
from sampviz.recipes.provenance import Record, changes, drawn_with, parse_record
from sampviz.recipes.recipe import Recipe
from tests.figures.grids.ladders import network


def record(kind: str = "figure", **values: object) -> Record:
    recipe = Recipe("f", "compare", {"ops": ["max"], "inputs": ["t1.npy"], **values})
    return Record(kind, recipe, ("0" * 64,), ("",), {"numpy": "2.0"}, {})


@pytest.mark.parametrize(("kind", "name"), [("figure", "a figure"), ("array", "an array")])
def test_a_record_says_of_what_it_is(kind: str, name: str) -> None:
    assert repr(record(kind)) == f"<Record of {name}: t1.npy, max>"


def changed(**to: object) -> str:
    """The text of a record in which some values are others."""
    return json.dumps({**record().table(), **to})


def test_a_record_is_read_as_it_was_written() -> None:
    whole = replace(record(slice="3"), windows={"image, max": [0.5, 2]}, taken=("slice 3",))
    of_two = replace(record(inputs=["a/x.npy", "sample:t1"]), digests=("f" * 64, None))
    for each in (record(), whole, replace(of_two, taken=("", "slice 4"))):
        again = parse_record(each.json(), "f.png")
        assert again.table() == each.table()
        assert (again.digests, again.taken) == (each.digests, each.taken)
        assert "\n" not in each.json()
    array = Record("array", Recipe("array", "compare", {"ops": ["max"], "inputs": ["x.npy"]}),
                   (None,), ("",), {})  # fmt: skip
    assert array.table()["array"] == {"ops": ["max"], "inputs": ["x.npy"]}
    assert parse_record(array.json(), "x.nii").kind == "array"


NO_RECORDS = {
    "no JSON": ("no", "Expecting value"),
    "a list": ("[]", "wanted schema 1"),
    "another schema": ('{"schema": 2}', "wanted schema 1"),
    "a key twice": ('{"schema": 1, "schema": 1}', "a key is there twice"),
    "a number that is none": ('{"schema": NaN}', "NaN is no JSON"),
    "too deep": ("[" * 100_000, "recursion"),
    "no figure": ('{"schema": 1}', "wanted one figure or one array"),
    "an unknown key": (changed(figure={"name": "f", "oops": 1}), "unknown key 'oops'"),
    "a path": (
        changed(figure={"name": "f", "inputs": ["../x.npy"], "ops": ["max"]}),
        "wanted names of files without folders",
    ),
    "an absolute path": (
        changed(figure={"name": "f", "inputs": ["/etc/x.npy"], "ops": ["max"]}),
        "wanted names of files without folders",
    ),
    **{
        f"the file {name!r}": (
            changed(figure={"name": "f", "inputs": [name], "ops": ["max"]}),
            "wanted names of files without folders",
        )
        for name in (".", "a/../../b.npy", "a\0b.npy", "sample:\0")
    },
    "a figure and an array": (changed(array={}), "wanted one figure or one array"),
    "a figure that is a list": (changed(figure=[]), "wanted one figure or one array"),
    "too few hashes": (changed(sha256=[]), "wanted a SHA-256 for each input"),
    "too many hashes": (changed(sha256=[None] * 2), "wanted a SHA-256 for each input"),
    "odd hashes": (changed(sha256=[1]), "wanted a SHA-256 for each input"),
    "no hashes": (changed(sha256="0"), "wanted a SHA-256 for each input"),
    "too much taken": (changed(taken=["", ""]), "wanted what was taken of each input"),
    "odd slices": (changed(taken=[None]), "wanted what was taken of each input"),
    "odd versions": (changed(versions={"numpy": 2}), "wanted versions"),
    "no versions": (changed(versions=["2.0"]), "wanted versions"),
    "odd windows": (changed(windows={"image": [1]}), "wanted windows of two numbers"),
    "windows of texts": (changed(windows={"image": ["0", "1"]}), "wanted windows of two numbers"),
    "no windows": (changed(windows=[[0, 1]]), "wanted windows of two numbers"),
}


@pytest.mark.parametrize(("text", "why"), NO_RECORDS.values(), ids=NO_RECORDS)
def test_what_is_no_record_is_refused(text: str, why: str) -> None:
    with pytest.raises(InputError, match="it carries no record of sampviz") as caught:
        parse_record(text, "f.png")
    assert why in caught.value.what
    assert caught.value.where == "f.png"


@pytest.mark.parametrize("schema", ["", '"schema": 0, ', '"schema": 2, ', '"schema": "1", '])
def test_a_record_of_another_schema_is_none(schema: str) -> None:
    with pytest.raises(InputError, match="it carries no record of sampviz: wanted schema 1"):
        parse_record(f'{{{schema}"figure": {{}}}}', "f.png")


def test_options_that_differ_are_said_with_both_values_and_others_are_not() -> None:
    assert changes(record(), record()) == []
    assert changes(record(window="0,1", dpi=150), record(dpi=150)) == [
        "option window: 0,1 then, the default now"
    ]
    assert changes(record(), record("array", ops=["max", "avg"])) == [
        "option ops: max then, max,avg now"
    ]


@pytest.mark.parametrize(("then", "now"), [("a.npy", "b.npy"), ("b.npy", "a.npy")])
def test_inputs_that_differ_are_said_by_name_and_by_bytes(then: str, now: str) -> None:
    earlier, later = record(inputs=[then]), record(inputs=[now])
    assert changes(earlier, later) == [
        f"input {now}: its name, {then} then; it is written on the figure"
    ]
    other = replace(record(), digests=("f" * 64,))
    (change,) = changes(record(), other)
    assert change.startswith("input t1.npy: other bytes, SHA-256 0000")
    assert changes(record(), record(inputs=["t1.npy", "t2.npy"])) == ["inputs: 1 then, 2 now"]


@pytest.mark.parametrize(("then", "now"), [("1.9", "2.0"), ("2.0", "1.9")])
def test_versions_that_differ_are_said(then: str, now: str) -> None:
    earlier, later = (replace(record(), versions={"numpy": v}) for v in (then, now))
    assert changes(earlier, later) == [f"numpy: {then} then, {now} now"]
    without = replace(record(), versions={})
    assert changes(earlier, without) == [f"numpy: {then} then, none now"]


def test_a_window_is_written_with_six_digits(tmp_path: Path) -> None:
    """The last digits of a float depend on the processor."""
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((12, 10)))
    values = {"inputs": [str(tmp_path / "x.npy")], "ops": ["max"], "rows": "image"}
    figure = draw_recipe(Recipe("f", "compare", {**values, "window": "-0.0123456789,1234567.89"}))
    found = parse_record(figure.record, "f.png")
    assert list(found.windows) == ["image, original", "image, max"]
    assert list(found.windows.values()) == [[-0.0123457, 1234570.0]] * 2


def test_what_a_network_has_by_default_is_not_written() -> None:
    values = {"nan": "keep", "keep": 1, "slice": None, "plane": "sagittal", "title": ""}
    defaults = {name: option.default for name, option in PREPARATION_OPTIONS.items()}
    written = network_recipe("m.onnx", "t1.npy", {**defaults, "swap": None}, values)
    assert written.values == {"inputs": ["m.onnx", "t1.npy"], "plane": "sagittal"}
    sized = network_recipe("m.onnx", "t1.npy", {"size": "64x64", "swap": None}, {})
    assert sized.values == {"inputs": ["m.onnx", "t1.npy"], "preparation": {"size": "64x64"}}


def test_a_figure_of_a_network_carries_its_record_unless_that_were_not_whole() -> None:
    made = network((32, 24), [(2, 2)])
    assert made.entering
    entering = replace(made.entering, image="t1, axial slice 3, frame 2")
    run = replace(made, entering=entering, made_with={"versions": {"onnxruntime": "1.2"}})
    recipe = network_recipe("a/m.onnx", "a/t1.npy", {"size": "32x24"}, {"title": "ours"})
    recipe = recipe.with_values({"formats": ["pdf", "png"]})  # nothing that a figure shows
    digests = ("0" * 64, "f" * 64)
    figure = draw_network(recipe, run, digests)
    found = parse_record(figure.record, "f.png")
    assert (found.kind, found.recipe.kind, found.recipe.values) == (
        "figure",
        "network",
        {"inputs": ["m.onnx", "t1.npy"], "preparation": {"size": "32x24"}, "title": "ours"},
    )
    assert (found.digests, found.taken) == (digests, ("", "axial slice 3, frame 2"))
    assert found.versions == {**drawn_with(), "onnxruntime": "1.2"}
    assert {placed.panel.name for placed in figure.sheet.panels} >= set(found.windows) > set()
    assert draw_network(recipe, run, digests, has_record=False).record == ""
