"""`verify`: the table, the object, the exit codes, and a wrong operation that it finds."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sampviz.core.bounded_cache import clear_all
from sampviz.core.installation import install_command
from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from sampviz.testing.parity import compare, programs
from sampviz.testing.parity.compare import ParityRow, border, difference, parity_table
from sampviz.testing.parity.deviation import Deviation
from sampviz.testing.parity.deviations import DEVIATIONS
from sampviz.testing.parity.programs import ALLOWED, ALLOWED_IN_FLOAT32, PROGRAMS
from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow
BreakOp = Callable[[str, Callable[[Array], Array]], None]


@cache
def table_of(name: str) -> list[ParityRow]:
    return parity_table([name])


@cache
def measured(deviation: Deviation) -> dict[str, Any]:
    return deviation.measured()


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a program once for all tests: whole ones look at what is printed of it."""
    monkeypatch.setattr(
        compare, "parity_table", lambda names: [r for n in names for r in table_of(n)]
    )
    known = [SimpleNamespace(measured=partial(measured, each)) for each in DEVIATIONS]
    monkeypatch.setattr(compare, "DEVIATIONS", known)


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    there = ("cv2", "scipy", "PIL")
    monkeypatch.setattr(programs, "find_spec", lambda name: name in there or None)


def rows_of(result: CliResult) -> dict[str, str]:
    """The lines of the table, by their chains."""
    lines = result.out.partition("\n\n")[0].splitlines()
    return {line.split()[1]: line for line in lines}


@pytest.fixture
def break_op(monkeypatch: pytest.MonkeyPatch) -> Iterator[BreakOp]:
    """Change what an operation computes; what is kept of it before and after is let go."""

    def break_one(name: str, change: Callable[[Array], Array]) -> None:
        right = OPS[name].function

        def wrong(*args: object, **params: object) -> Array:
            return change(right(*args, **params))

        monkeypatch.setattr(compare, "parity_table", parity_table)
        # An op is frozen, so that nobody does this by mistake.
        monkeypatch.setitem(OPS[name].__dict__, "function", wrong)
        monkeypatch.setitem(OPS[name].__dict__, "fast", None)  # it does not call the function
        clear_all()

    yield break_one
    clear_all()


def test_table_has_a_row_for_every_case_and_says_with_what(cli: Cli) -> None:
    result = cli("verify", "--against", "scipy", "--against", "pillow")
    assert (result.code, result.err) == (0, "")
    rows = rows_of(result)
    cases = [*PROGRAMS["scipy"].cases(), *PROGRAMS["pillow"].cases()]
    assert list(rows) == ["operation", *cases]
    assert all(line.rstrip().endswith(" 1e-05    ok") for line in list(rows.values())[1:])
    assert rows["conv:sobely"].split()[:3] == ["scipy", "conv:sobely", "zeros"]
    assert f"\n{len(cases)} of {len(cases)} agree\n" in result.out
    assert "\neach on noise of 7x9, 16x16, 18x30, 33x64 px\nwith numpy " in result.out
    assert f"\nwith numpy {np.__version__}, scipy " in result.out
    assert ", pillow " in result.out
    (not_compared,) = re.findall(r"\nnot compared: (.*(?:\n .*)*)", result.out)
    assert {"aps", "area", "asap", "dpp", "flc", "kspace", "lip"} <= set(
        re.split(r",\s+", not_compared.strip())
    )


def test_a_program_that_is_asked_for_twice_is_run_once(cli: Cli) -> None:
    once, twice = (cli("verify", *["--against", "pillow"] * n) for n in (1, 2))
    assert once == twice


def test_known_deviations_stand_below(cli: Cli) -> None:
    printed = cli("verify", "--against", "pillow").out
    listed = printed.partition("Known deviations, on purpose:\n")[2]
    heads = [line for line in listed.splitlines() if line and not line.startswith(" ")]
    assert heads == [f"{', '.join(each.ops)}; from {each.program}" for each in DEVIATIONS]
    assert "comes out between -0.50 and 1.00; here it stays 1\n" in listed
    assert max(map(len, listed.splitlines())) <= 100


def test_json_is_one_object(cli: Cli) -> None:
    result = cli("verify", "--against", "scipy", "--json")
    found = json.loads(result.out, parse_constant=pytest.fail)  # neither NaN nor Infinity
    assert (result.code, found["schema"], found["agrees"]) == (0, 1, True)
    assert list(found["versions"]) == ["numpy", "scipy"]
    assert [case["chain"] for case in found["cases"]] == list(PROGRAMS["scipy"].cases())
    first = found["cases"][0]
    assert first == {
        "chain": "max:k=3:s=2:p=1",
        "program": "scipy",
        "border": "padding is never chosen",
        "sizes": ["7x9", "16x16", "18x30", "33x64"],
        "difference": 0,
        "allowed": 1e-5,
        "agrees": True,
    }
    assert {"max", "sinc"}.isdisjoint(found["not_compared"])
    assert {"flc", "transpose"} < set(found["not_compared"]) < set(OPS)
    assert len(found["deviations"]) == len(DEVIATIONS)
    assert found["deviations"][0]["numbers"]["low"] == pytest.approx(-0.5)


@pytest.mark.usefixtures("without_torch")
def test_by_default_every_installed_program_runs_and_others_are_named(cli: Cli) -> None:
    result = cli("verify")
    assert result.code == 0
    ran = {line.split()[0] for line in result.out.partition("\n\n")[0].splitlines()[1:]}
    assert ran == {"cv2", "scipy", "pillow"}
    assert f"\ntorch is not installed: {install_command('torch')}\n" in result.out
    assert json.loads(cli("verify", "--json").out)["not_installed"] == {
        name: program.install
        for name, program in PROGRAMS.items()
        if name not in ("cv2", "scipy", "pillow")
    }


@pytest.mark.usefixtures("without_torch")
def test_a_program_that_is_not_installed_is_wrong_use(cli: Cli) -> None:
    assert cli("verify", "--against", "scipy", "--against", "torch") == CliResult(
        2,
        "",
        "error: torch is not installed\n  in:  --against torch\n"
        f"  fix: {install_command('torch')}\n",
    )


def test_an_unknown_program_names_the_nearest(cli: Cli) -> None:
    assert cli("verify", "--against", "scpy") == CliResult(
        2,
        "",
        "error: no program is named 'scpy'\n  in:  --against scpy\n"
        "  fix: did you mean 'scipy'? known are torch, cv2, scipy, pillow,"
        " onnxruntime, tensorflow, skimage, pywt\n",
    )


def test_a_wrong_value_is_found(cli: Cli, break_op: BreakOp) -> None:
    break_op("sinc", lambda x: x + np.float32(2e-5))
    result = cli("verify", "--against", "scipy")
    assert result.code == 1
    rows = rows_of(result)
    assert {chain for chain, line in rows.items() if "DIFFERS" in line} == {"sinc", "sinc:3"}
    cases = len(PROGRAMS["scipy"].cases())
    assert (
        f"\n{cases - 2} of {cases} agree; these differ: sinc from scipy, sinc:3 from" in result.out
    )
    found = json.loads(cli("verify", "--against", "scipy", "--json").out)
    assert found["agrees"] is False
    assert [case["chain"] for case in found["cases"] if not case["agrees"]] == ["sinc", "sinc:3"]


def test_a_wrong_nan_is_found_and_the_object_stays_json(cli: Cli, break_op: BreakOp) -> None:
    break_op("lanczos", lambda x: x * np.float32(np.nan))
    result = cli("verify", "--against", "pillow", "--json")
    assert result.code == 1
    found = json.loads(result.out, parse_constant=pytest.fail)
    [wrong] = [case for case in found["cases"] if not case["agrees"]]
    assert (wrong["chain"], wrong["difference"]) == ("lanczos", None)
    line = rows_of(cli("verify", "--against", "pillow"))["lanczos"]
    assert line.rstrip().endswith("inf         1e-05    DIFFERS")


def test_difference_is_infinite_where_sizes_or_nan_differ() -> None:
    x = np.array([[1, np.nan]])
    assert difference(x, x + 0.5) == 0.5
    assert difference(x, np.ones((1, 2))) == np.inf
    assert difference(np.ones((1, 2)), x) == np.inf
    assert difference(x, np.ones((2, 1))) == np.inf


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ("max", ""),
        ("max:k=3:s=2:p=1", "padding is never chosen"),
        ("max:ceil=true", "padding is never chosen"),
        ("max:k=3:s=2:p=same", "padding is never chosen, the odd pixel at the end"),
        ("avg:k=3:p=1", "zeros, counted in the mean"),
        ("avg:k=3:p=1:countpad=false", "zeros, not counted"),
        ("avg:ceil=true", "what ceil=true adds is not counted"),
        ("conv:pad=wrap", "the image is taken as periodic"),
        ("conv:p=0:pad=wrap", ""),
        ("convblur", "zeros, then mirrored without repeating the edge"),
        ("blur+blur", "mirrored without repeating the edge"),
        ("resize:5x6", "taps beyond the edge are dropped"),
        ("resize:5x6:antialias=false", "the edge pixel is repeated"),
        ("resize:5x6:filter=nearest", ""),
        ("lp", ""),
        ("lp:ceil=true", "a window that ceil=true lets reach beyond them is scaled up to its"),
        ("nearest", ""),
        ("softpool", ""),
        ("area", ""),
        ("transpose", "what lies beyond p is cut off"),
    ],
)
def test_borders_are_told_in_words(chain: str, words: str) -> None:
    rules = border(Chain.parse(chain))
    assert rules.startswith(words)
    assert bool(rules) == bool(words)


def test_only_places_that_torch_rounds_are_allowed_more() -> None:
    torch = PROGRAMS["torch"]
    assert torch.allowed("bilinear:corners=true") == ALLOWED_IN_FLOAT32 == 3e-5
    assert torch.allowed("bilinear") == PROGRAMS["cv2"].allowed("bilinear") == ALLOWED == 1e-5
    if torch.is_installed:
        assert torch.float32_places <= set(torch.cases())


def test_installed_is_what_python_finds() -> None:
    assert PROGRAMS["scipy"].is_installed
    assert not dataclasses.replace(PROGRAMS["scipy"], module="no_such_module").is_installed
