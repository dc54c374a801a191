"""Operations and measures equal what other programs gave, as stored with program and version."""

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import SampvizWarning
from sampviz.ops.chain import Chain
from tests.every import every

FOLDER = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((FOLDER / "programs.json").read_text())
IMAGES = [case for case in CASES if "chain" in case]


@cache
def stored(name: str) -> Any:
    return np.load(FOLDER / "programs.npz")[name]


@every("case", IMAGES)
def test_a_chain_gives_what_the_program_gave(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for key, file in (("weights", "W.npy"), ("bias", "B.npy")):
        if key in case:
            np.save(file, stored(case[key]))
    x, expected = stored(case["input"]), stored(case["output"])
    is_volume = x.ndim == 3 and not case["input"].startswith("in_c")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        out = Chain.parse(case["chain"])(x, axes=3 if is_volume else 2)
    assert out.shape == expected.shape
    assert np.array_equal(np.isnan(out), np.isnan(expected))
    assert np.nanmax(np.abs(out - expected)) <= case["tolerance"]
