"""Every operation equals the programs that networks use: as stored, and live where installed."""

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import SampvizWarning
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OURS
from sampviz.testing.parity.compare import difference, inputs, parity_table
from sampviz.testing.parity.programs import ALLOWED, PROGRAMS
from tests.every import every
from tests.ops.declared import WITHOUT_PEER

FOLDER = Path(__file__).parent
CASES: list[dict[str, str]] = json.loads((FOLDER / "peers.json").read_text())
PROGRAM_CASES: list[dict[str, Any]] = json.loads((FOLDER / "programs.json").read_text())
AUTHORS: list[dict[str, Any]] = json.loads((FOLDER / "authors.json").read_text())["cases"]
# What their outputs are to be multiplied by: the gain of an orthonormal transform is taken out.
GAIN = {"079-dwt_wavecnet-u16x16": 0.5}
# The chain that equals each of the authors' programs.
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
    "057-spectral_pool-u7x9": "spectral:mode=faithful",
    "068-softpool-u7x9": "softpool:mode=faithful",
    "071-lip-u7x9": "lip:gain=20",
    "073-aps-u7x9": "aps",
    "079-dwt_wavecnet-u16x16": "wavelet",
    "099-sg3_down-u16x16": "kaiser",
    "150-pixel_shuffle-C12x7x9": "shuffle",
}


@cache
def stored(name: str) -> Any:
    return np.load(FOLDER / name)


def agrees(chain: str, given: np.ndarray, wanted: np.ndarray, allowed: float = ALLOWED) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        found = Chain.parse(chain)(given)
    assert difference(found, wanted) <= allowed


@every("case", CASES)
def test_equals_the_stored_output(case: dict[str, str]) -> None:
    arrays = stored("peers.npz")
    allowed = PROGRAMS[case["program"]].allowed(case["chain"])
    agrees(case["chain"], arrays[f"in_{case['input']}"], arrays[case["output"]], allowed)


@pytest.mark.parametrize("identity", CHAIN_OF_AUTHORS)
def test_equals_the_program_of_the_authors(identity: str) -> None:
    case = next(each for each in AUTHORS if each["id"] == identity)
    arrays = stored("authors.npz")
    wanted = arrays[case["output"]] * GAIN.get(identity, 1)
    agrees(CHAIN_OF_AUTHORS[identity], arrays[f"in_{case['input']}"], wanted)


def test_kspace_crop_of_the_authors_is_off_by_one_bin_where_sizes_differ_by_an_odd_number() -> None:
    def crop(x: np.ndarray, start: tuple[int, int]) -> np.ndarray:
        n, m = x.shape[0] // 2, x.shape[1] // 2
        spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(x), norm="ortho"))
        kept = spectrum[start[0] : start[0] + n, start[1] : start[1] + m]
        return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(kept), norm="ortho"))

    case = next(each for each in AUTHORS if each["op"] == "kspace_crop")
    theirs = stored("authors.npz")[case["output"]]
    x = stored("authors.npz")[f"in_{case['input']}"]  # 18x30, of which 9x15 are kept
    assert np.allclose(crop(x, (4, 7)), theirs, atol=1e-6)  # (18 - 9) // 2: DC is not in the middle
    assert np.allclose(crop(x, (5, 8)) / 2, Chain.parse("kspace")(x), atol=1e-6)
    even = stored("authors.npz")["in_u16x16"]  # here both starts are the same
    assert np.allclose(crop(even, (4, 4)).real / 2, Chain.parse("kspace")(even), atol=1e-6)


def test_every_output_of_the_authors_is_compared() -> None:
    assert {case["id"] for case in AUTHORS} == {*CHAIN_OF_AUTHORS, "063-kspace_crop-u18x30"}


def test_stored_inputs_are_those_of_the_script() -> None:
    for name, array in inputs().items():
        assert np.array_equal(stored("peers.npz")[f"in_{name}"], array)


def test_every_case_is_stored_in_order() -> None:
    stored_cases = dict.fromkeys((case["program"], case["chain"]) for case in CASES)
    for program, told in PROGRAMS.items():
        if told.is_installed:
            assert [c for p, c in stored_cases if p == program] == list(told.cases())


@pytest.mark.parametrize("program", PROGRAMS)
def test_equals_the_program_itself(program: str) -> None:
    if not PROGRAMS[program].is_installed:
        pytest.skip(f"{program} is not installed; its stored outputs are compared")
    assert [row for row in parity_table([program]) if not row.agrees] == []


def test_no_operation_is_without_an_oracle() -> None:
    texts = [case.get("chain", "avg") for case in PROGRAM_CASES if "weights" not in case]
    compared = {
        step.op.name
        for text in [*(case["chain"] for case in CASES), *CHAIN_OF_AUTHORS.values(), *texts]
        for step in Chain.parse(text).steps
    }
    assert compared | set(WITHOUT_PEER) == set(OURS)
