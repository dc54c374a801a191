"""Laws that every operation keeps. A new operation is held to them before its test is written."""

import contextlib
import warnings
from typing import Any

import numpy as np
import pytest

from sampviz.chain import Chain
from sampviz.errors import ChainError, SampvizWarning
from sampviz.ops import OPS

# Besides every operation with its defaults: parameters that change borders, sizes or places.
VARIANTS = (
    "stride:3",
    "stride:s=2:o=1",
    "stride:1",
    "conv:gauss",
    "conv:gauss:pad=reflect:s=1",
    "conv:box:k=5:p=2:pad=edge",
    "conv:gauss:k=4:p=0:s=3",
    "conv:gauss:d=2:p=2:pad=wrap",
    "conv:box:p=same",
    "conv:laplacian",
    "conv:sobelx:pad=edge",
    "conv:random:seed=7",
    "max:k=3:s=2:p=1",
    "max:k=1",
    "max:k=3:s=2:p=same",
    "max:k=3:s=1:d=2:p=1",
    "max:ceil=true",
    "min:k=4:s=3:p=2",
    "avg:k=3:s=2:p=1",
    "avg:k=3:s=2:p=1:countpad=false",
    "avg:ceil=true",
    "avg:k=4:s=3:p=same",
    "blur:1",
    "blur:2",
    "blur:3",
    "blur:5:pad=zero",
    "blur:6:s=3:pad=edge",
    "blur:7:pad=wrap",
    "blur:4:off=1",
    "flc:3",
    "flc:4",
    "flc:mode=faithful",
    "asap:3",
    "asap:mode=faithful",
    "asap:pad=one",
    "asap:pad=large",
    "asap:mode=faithful:pad=large",
    "dpp:sym=false",
    "dpp:lam=3:alpha=0",
    "dpp:full=true",
    "nearest:3",
    "bilinear:3",
    "bilinear:corners=true",
)
CHAINS = [Chain.parse(text) for text in (*OPS, *VARIANTS)]
SIZES = [(n, m) for n in range(1, 10) for m in (n, 10 - n)] + [(16, 16), (33, 64), (18, 30)]

every_chain = pytest.mark.parametrize("chain", CHAINS, ids=str)


@pytest.fixture(autouse=True)
def _expected_warnings() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)  # faithful modes warn of their fault
        yield


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def runs(chain: Chain, *texts: str) -> bool:
    return any(text in str(chain) for text in texts)


@every_chain
def test_linear_as_declared(chain: Chain) -> None:
    if runs(chain, "max:k=1"):
        pytest.skip("the largest of one pixel is that pixel")
    x, y = random(2, 24, 24)
    both, alone = chain(2 * x - 3 * y), 2 * chain(x) - 3 * chain(y)
    assert np.allclose(both, alone, atol=1e-12) == chain.linear


@every_chain
def test_leaves_its_input_alone_and_shares_no_memory_with_it(chain: Chain) -> None:
    x = random(16, 18)
    kept = x.copy()
    out = chain(x)
    out[...] = 77
    assert np.array_equal(x, kept)


@every_chain
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_size_as_stated_or_refused_in_words(chain: Chain, size: tuple[int, int]) -> None:
    stated = None
    with contextlib.suppress(ChainError):
        stated = chain.shape(size)
    if stated:
        assert chain(random(*size)).shape == stated
        return
    with pytest.raises(ChainError) as caught:
        chain(random(*size))
    assert str(caught.value).count("\n") == 2  # what, in, fix


@every_chain
def test_rows_and_columns_alike(chain: Chain) -> None:
    if runs(chain, "sobel", "random"):
        pytest.skip("the kernel itself is not symmetric")
    x = random(18, 33)
    assert np.allclose(chain(x.T), chain(x).T, atol=1e-12)


@every_chain
def test_channels_alone(chain: Chain) -> None:
    x = random(2, 3, 16, 17)
    together = chain(x)
    assert together.shape[:2] == (2, 3)
    for i in np.ndindex(2, 3):
        assert np.allclose(together[i], chain(x[i]), atol=1e-14)


@every_chain
def test_float32_stays_float32_and_is_as_good_as_it_can_be(chain: Chain) -> None:
    x = random(33, 40).astype(np.float32)
    single, double = chain(x), chain(x.astype(np.float64))
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    assert np.abs(single - double).max() <= 2e-6 * max(1, np.abs(double).max())


@every_chain
def test_integers_are_computed_as_numbers(chain: Chain) -> None:
    x = np.random.default_rng(1).integers(0, 256, (20, 20), dtype=np.uint8)
    assert np.array_equal(chain(x), chain(x.astype(np.float32)))


@every_chain
def test_same_input_same_bytes(chain: Chain) -> None:
    x = random(21, 22).astype(np.float32)
    assert chain(x).tobytes() == chain(x.copy()).tobytes()


@every_chain
def test_nan_is_never_swallowed(chain: Chain) -> None:
    x = np.abs(random(24, 24))
    x[10:14, 10:14] = np.nan
    assert np.isnan(chain(x)).any()


@every_chain
def test_constant_stays_constant_away_from_edges(chain: Chain) -> None:
    if runs(chain, "laplacian", "sobel", "random"):
        pytest.skip("the kernel does not sum to 1")
    if runs(chain, "asap:mode=faithful", "pad=one", "pad=large"):
        pytest.skip("the authors' window has its top beside DC, and their padding is zeros")
    out = chain(np.full((64, 64), 2.5))
    margin = min(out.shape) // 4
    inner = out[margin:-margin, margin:-margin]
    assert np.allclose(inner, 2.5, atol=1e-12)


@every_chain
@pytest.mark.parametrize("axis", [0, 1])
def test_samples_sit_where_the_grid_says(chain: Chain, axis: int) -> None:
    if runs(chain, "laplacian", "sobel", "random"):
        pytest.skip("a wave has no place after a filter that is not a positive low-pass")
    if runs(chain, "pad=one"):
        pytest.skip("the row of zeros that the authors append moves what is periodic")
    n = 64
    grid = chain.trace((n, n))[-1][axis]
    at = np.arange(grid.size) * float(grid.step) + float(grid.delta)
    inner = slice(grid.size // 4, -(grid.size // 4))
    if chain.linear and chain.steps[0].op.kind != "up":
        # Three whole waves, so that periodic operations see no edge: the phase is the place.
        wave = np.exp(2j * np.pi * 3 * np.arange(n) / n)
        found = _along(chain, wave.real, axis) + 1j * _along(chain, wave.imag, axis)
        phase = np.angle(found * np.exp(-2j * np.pi * 3 * at / n))[inner]
        limit = 0.02 if runs(chain, "pad=large") else 1e-9  # its zeros ring through the middle
        assert np.abs(phase).max() < limit
        return
    # What is not linear has no phase, and what is larger has replicas besides the wave. A ramp up
    # and a ramp down see the two sides of a window.
    ramp = np.arange(n, dtype=np.float64)
    found = (_along(chain, ramp, axis) - _along(chain, -ramp, axis)) / 2
    if runs(chain, "relu"):
        found = found * 2
    wrong = (found - at)[inner]
    if chain.steps[0].op.kind == "up":  # repeated samples are right on average
        assert abs(wrong.mean()) < 1e-9
        assert np.abs(wrong).max() < 0.5
    else:
        # Full DPP smooths with a kernel that does not sit in the middle of its window.
        assert np.abs(wrong).max() < (0.2 if runs(chain, "full=true") else 1e-9)


def _along(chain: Chain, line: np.ndarray, axis: int) -> np.ndarray:
    image = np.repeat(line[:, None], line.size, 1)
    out = chain(image if axis == 0 else image.T)
    middle = out.shape[1 - axis] // 2
    return out[:, middle] if axis == 0 else out[middle]


def test_every_file_in_the_folder_gives_an_operation() -> None:
    from pathlib import Path

    import sampviz.ops

    files = {p.stem for p in Path(sampviz.ops.__file__).parent.glob("[a-z]*.py")}
    homes = {op.function.__module__.rpartition(".")[2] for op in OPS.values()}
    assert homes == files


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_manual_has_every_heading(op: Any) -> None:
    assert list(op.sections) == ["Size", "Delta", "Edges", "Source"]
    assert op.summary.endswith(".")
    assert len(op.summary) <= 90
    for parameter in op.parameters:
        assert parameter.spec.meaning
