"""The compiled transforms alone give what scipy.fft gives, to the last bit."""

import sys

import numpy as np
import pytest
import scipy.fft

from sampviz.dsp import fft
from sampviz.dsp.dtypes import Array


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the transforms be those that the program has."""
    for name in fft.COMPILED:
        if name in sys.modules:
            monkeypatch.setitem(sys.modules, name, sys.modules[name])
    module = fft.load_compiled()
    assert module is not None, "scipy keeps its transforms elsewhere"
    monkeypatch.setattr(fft, "_compiled", lambda: module)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_transforms(compiled: None, dtype: type) -> None:
    rng = np.random.default_rng(0)
    wrong = []
    for shape in ((7, 12), (4, 15, 8)):
        x: Array = rng.random(shape).astype(dtype)
        for norm in ("backward", "forward"):
            pairs: dict[str, tuple[Array, Array]] = {}
            for axis in range(-len(shape), 0):
                half = scipy.fft.rfft(x, axis=axis, norm=norm)
                pairs[f"rfft {axis}"] = fft.rfft(x, axis, norm), half
                pairs[f"fft {axis}"] = (
                    fft.fft(x, axis, norm),
                    scipy.fft.fft(x, axis=axis, norm=norm),
                )
                for n in (x.shape[axis], x.shape[axis] - 3, 2 * x.shape[axis] + 1):
                    expected = scipy.fft.irfft(half, n, axis=axis, norm=norm)
                    pairs[f"irfft {axis} {n}"] = fft.irfft(half, n, axis, norm), expected
            pairs["rfft2"] = fft.rfft2(x, norm), scipy.fft.rfft2(x, norm=norm)
            pairs["fft2"] = fft.fft2(half, norm), scipy.fft.fft2(half, norm=norm)
            pairs["unaligned"] = fft.rfft(unaligned(x), -1, norm), scipy.fft.rfft(x, norm=norm)
            for name, (ours, theirs) in pairs.items():
                if (ours.dtype, ours.tobytes()) != (theirs.dtype, theirs.tobytes()):
                    wrong.append((name, shape, norm))
    assert wrong == []


def unaligned(x: Array) -> Array:
    """Return the same numbers, one byte beside where the processor wants them."""
    memory = np.empty(x.nbytes + 1, np.uint8)[1:]
    shifted = np.ndarray(x.shape, x.dtype, memory)
    shifted[...] = x
    return shifted


def test_a_process_of_a_user_s_imports_the_public_module() -> None:
    fft._compiled.cache_clear()
    assert fft._compiled() is None
    assert fft.rfft(np.ones(4, np.float32)).tolist() == [4, 0, 0]
