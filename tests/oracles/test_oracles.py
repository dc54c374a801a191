"""Every operation equals the programs that networks use: as stored, and live where installed."""

import json
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.chain import Chain
from sampviz.errors import SampvizWarning
from sampviz.ops import OPS
from tests.oracles.peers import PROGRAMS, inputs

FOLDER = Path(__file__).parent
TOLERANCE = 1e-5
CASES: list[dict[str, str]] = json.loads((FOLDER / "peers.json").read_text())
AUTHORS: list[dict[str, Any]] = json.loads((FOLDER / "authors.json").read_text())["cases"]
# The chain that equals each of the authors' programs; those not listed wait for their operation.
CHAIN_OF_AUTHORS = {
    "028-blurpool-u33x64": "blur:2",
    "031-blurpool-u7x9": "blur:4:pad=zero",
    "035-blurpool-u7x9": "blur:4:off=1",
    "044-flc-u7x9": "flc:mode=faithful",
    "047-flc-u18x30": "flc:mode=faithful",
    "134-flc-cos20": "flc:mode=faithful",
    "051-asap-u7x9": "asap:mode=faithful",
    "053-asap_padding_one-u7x9": "asap:mode=faithful:pad=one",
    "055-asap_padding_large-u16x16": "asap:mode=faithful:pad=large",
}
# Operations that no library has, and what holds them instead.
WITHOUT_PEER = {"dpp": "test_dpp.py", "identity": "test_pointwise.py", "stride": "test_stride.py"}


@cache
def stored(name: str) -> Any:
    return np.load(FOLDER / name)


def agrees(chain: str, given: np.ndarray, wanted: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        found = Chain.parse(chain)(given)
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= TOLERANCE


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c['program']} {c['version']} {c['chain']} {c['input']}"
)
def test_equals_the_stored_output(case: dict[str, str]) -> None:
    arrays = stored("peers.npz")
    agrees(case["chain"], arrays[f"in_{case['input']}"], arrays[case["output"]])


@pytest.mark.parametrize("identity", CHAIN_OF_AUTHORS)
def test_equals_the_program_of_the_authors(identity: str) -> None:
    case = next(each for each in AUTHORS if each["id"] == identity)
    arrays = stored("authors.npz")
    agrees(CHAIN_OF_AUTHORS[identity], arrays[f"in_{case['input']}"], arrays[case["output"]])


def test_stored_inputs_are_those_of_the_script() -> None:
    for name, array in inputs().items():
        assert np.array_equal(stored("peers.npz")[f"in_{name}"], array)


@pytest.mark.parametrize("program", PROGRAMS)
def test_equals_the_program_itself(program: str) -> None:
    package, cases_of = PROGRAMS[program]
    if not find_spec({"pillow": "PIL"}.get(program, program)):
        pytest.skip(f"{package} is not installed; its stored outputs are compared")
    for chain, run in cases_of().items():
        for array in inputs().values():
            agrees(chain, array, np.asarray(run(array)))


def test_no_operation_is_without_an_oracle() -> None:
    compared = {
        step.op.name
        for text in [*(case["chain"] for case in CASES), *CHAIN_OF_AUTHORS.values()]
        for step in Chain.parse(text).steps
    }
    assert compared | set(WITHOUT_PEER) == set(OPS)
    for file in WITHOUT_PEER.values():
        assert (FOLDER.parent / "ops" / file).exists()
