"""`shape`: the formulas of torch and Keras with the numbers put in."""

import json

from tests.conftest import Cli


def test_formulas_stand_below_the_table_with_why_they_differ(cli: Cli) -> None:
    lines = cli("shape", "conv", "--size", "256x256").out.splitlines()
    assert lines[-4:] == [
        "  conv, rows and columns, N=256:",
        "  > torch p=1   floor((256 + 2*1 - 1*(3-1) - 1) / 2) + 1 = 128; pads 1 and 1;"
        " sample 0 at 0",
        "    Keras same  ceil(256 / 2) = 128; pads max((128-1)*2 + 3 - 256, 0) = 1: 0 and 1;"
        " sample 0 at 1",
        "    Same size, but sampled 1 pixel apart: at the start torch p=1 pads 1, Keras same 0;"
        " it pads the odd pixel at the end.",
    ]


def test_a_cut_that_is_none_appends(cli: Cli) -> None:
    out = cli("shape", "transpose:k=2:s=3:p=same", "--size", "7x7").out
    assert "> Keras same      7*3 = 21; cuts 0, appends 1; sample 0 at -1/6" in out


def test_a_chain_without_windows_has_no_formulas(cli: Cli) -> None:
    assert "Keras" not in cli("shape", "flc", "--size", "9x9").out


def test_json_adds_the_formulas(cli: Cli) -> None:
    data = json.loads(cli("shape", "max+transpose:p=1:op=1", "--size", "8x8", "--json").out)
    assert [stage["size"] for stage in data["stages"]] == [[8, 8], [4, 4], [8, 8]]
    pooling, back = data["formulas"]
    assert (pooling["step"], pooling["name"], pooling["axes"]) == (0, "max", ["rows", "columns"])
    assert back["formulas"][0] == {
        "convention": "torch p=1 op=1",
        "formula": "(4-1)*2 - 2*1 + 1*(3-1) + 1 + 1",
        "size": 8,
        "cuts": [1, 0],
        "delta": 0,
        "used": True,
    }
    assert pooling["formulas"][0]["pads"] == [0, 0]
