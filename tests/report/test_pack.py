"""What is packed comes out again, value by value, as a browser unpacks it."""

import zlib
from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB
from sampviz.report.array_store import DB_STEP, ArrayStore

pytestmark = pytest.mark.slow


def unpacked(packed: dict[str, Any]) -> Array:
    data = zlib.decompress(b64decode(packed["data"]), wbits=-15)
    return np.frombuffer(data, f"<{packed['type']}").reshape(packed["shape"])


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f4"])
def test_arrays_are_kept_to_the_last_bit(dtype: str) -> None:
    x = np.random.default_rng(0).normal(size=(2, 7, 5)).astype(dtype)
    x[0, 0, :3] = np.nan, np.inf, -0.0
    pack = ArrayStore()
    found = unpacked(pack.arrays[pack.add(x)])
    assert found.dtype.itemsize == x.dtype.itemsize
    assert found.tobytes() == x.astype(found.dtype).tobytes()


def test_spectra_are_kept_to_half_a_step() -> None:
    levels = np.random.default_rng(0).uniform(FLOOR_DB, 0, (9, 4))
    levels[0, :3] = FLOOR_DB, 0, np.nan
    pack = ArrayStore()
    found = unpacked(pack.arrays[pack.add_decibels(levels)]) * DB_STEP + FLOOR_DB
    assert found[0, 2] > 500  # stands for NaN: nothing is above 0 dB
    levels[0, 2] = found[0, 2]
    assert np.abs(found - levels).max() <= DB_STEP / 2 + 1e-9


@pytest.mark.parametrize(("low", "high"), [(-3, 5), (2, 9), (-7, -1), (-1e300, 1e300), (0, 1e-20)])
def test_rounded_arrays_are_kept_to_half_a_step_and_0_as_it_is(low: float, high: float) -> None:
    x = np.linspace(low, high, 600).reshape(2, 20, 15)
    x[0, 0, :4] = np.nan, np.inf, 0, low
    pack = ArrayStore()
    packed = pack.arrays[pack.add_rounded(x)]
    codes = unpacked(packed)
    found = (codes.astype(float) + packed["first"]) * packed["step"]
    assert codes[0, 0, :2].tolist() == [2**16 - 1] * 2
    assert found[0, 0, 2] == 0
    finite = np.isfinite(x)
    assert codes[finite].max() < 2**16 - 1
    span = max(high, 0) / 65000 - min(low, 0) / 65000
    assert np.abs(found[finite] - x[finite]).max() <= span


def test_the_same_values_are_packed_once_and_others_apart() -> None:
    pack, x = ArrayStore(), np.arange(6, dtype=np.float32)
    names = [pack.add(each) for each in (x.reshape(2, 3), x.reshape(3, 2), x.reshape(2, 3), x + 1)]
    assert names[0] == names[2]
    assert len(set(names)) == len(pack.arrays) == 3
