"""The fast path of a volume gives what the operation's function gives in float64."""

import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain
from tests.every import every
from tests.ops.definition import by_definition

pytestmark = pytest.mark.slow

SIZES = [(6, 8, 10), (7, 9, 11), (19, 34, 35)]  # even, odd, and slices enough for a stack
TEXTS = (
    "max", "max:k=3:s=2:p=1", "max:k=2:s=1", "max:k=1x3x3:s=1x2x2:p=0x1x1", "max:k=3:s=2:d=2",
    "min:k=3:s=2:p=1:ceil=true", "avg", "avg:k=1x2x2", "avg:k=3", "avg:k=2x3x1",
    "blur:k=2", "blur:k=3", "blur", "blur:k=5", "blur:k=7", "blur:k=1x4x4:s=1x2x2", "blur:pad=wrap",
    "conv:gauss", "conv:gauss:s=1", "conv:gauss:s=1x2x2", "conv:gauss:pad=reflect",
    "conv:random", "conv:random:s=1", "conv:random:s=1x2x2", "conv:random:pad=edge",
    "conv:random:k=5:p=2", "conv:random:p=same", "conv:identity",
    "conv:gauss:k=5", "conv:gauss:k=5:pad=edge", "conv:gauss:k=3:s=3x2x2", "conv:random:k=4",
    "nearest", "nearest:f=1x2x2", "nearest:f=2x1x3", "bilinear", "bilinear:f=1x2x2", "bilinear:f=4",
    "transpose", "transpose:k=2", "transpose:random", "transpose:s=1x2x2",
    "flc", "flc:f=1x2x2", "flc:f=3", "asap", "asap:f=1x2x2", "kspace", "kspace:f=1x2x2",
    "kspace:f=3", "lanczos", "bicubic", "resize:f=0.5", "kaiser",
)  # fmt: skip


def general(chain: Chain, x: Array) -> Array:
    return by_definition(chain, x.astype(np.float64), axes=3)


@every("text", TEXTS)
def test_volumes_have_a_fast_path_that_agrees(text: str) -> None:
    chain = Chain.parse(text)
    (step,) = chain.steps
    for size in SIZES:
        for number in ("float32", "float64"):
            assert step.op.fast_path(size, step.params, np.dtype(number)) is not None
        x = np.random.default_rng(0).standard_normal((2, *size)).astype(np.float32)
        expected = general(chain, x)
        for dtype, tolerance in ((np.float32, 2e-5), (np.float64, 1e-11)):
            volumes = x.astype(dtype)
            actual = chain(volumes, axes=3)
            assert actual.dtype == dtype
            np.testing.assert_allclose(actual, expected, tolerance, tolerance)
            one = chain(volumes[1], axes=3)
            assert np.array_equal(one, actual[1])  # a volume of a stack is as one alone


@every("text", TEXTS)
def test_one_nan_of_a_volume_makes_the_same_outputs_nan(text: str) -> None:
    x = np.random.default_rng(0).standard_normal((19, 34, 35)).astype(np.float32)
    x[9, 16, 17] = np.nan
    chain = Chain.parse(text)
    with np.errstate(invalid="ignore"):
        actual, expected = chain(x, axes=3), general(chain, x)
    assert np.array_equal(np.isnan(actual), np.isnan(expected))


@pytest.mark.parametrize("text", ["max", "avg", "blur", "conv:random", "flc", "transpose"])
def test_however_the_voxels_lie_in_memory(text: str) -> None:
    x = np.random.default_rng(0).random((20, 34, 36), dtype=np.float32)
    chain = Chain.parse(text)
    for view in (x[::-1], x.T, x[:, ::2, 1:], np.asfortranarray(x)):
        before = view.copy()
        assert np.array_equal(chain(view, axes=3), chain(before, axes=3))
        assert np.array_equal(view, before)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        *((text, (64, 64, 64)) for text in ("max:k=3:s=2:p=1", "avg", "blur", "conv:gauss", "flc")),
        *((text, (64, 64, 64)) for text in ("conv:random", "nearest", "bilinear")),
        *(("conv:random", shape) for shape in ((64, 16, 128), (64, 128, 16))),
    ],
)
def test_the_memory_beside_a_volume_is_three_outputs(text: str, shape: tuple[int, ...]) -> None:
    x = np.zeros(shape, np.float32)
    chain = Chain.parse(text)
    size = chain(x, axes=3).nbytes  # plans
    peak = _peak(lambda: chain(x, axes=3))
    assert peak < 3.05 * size


def _peak(call: Callable[[], object]) -> int:
    """Return the largest memory of a call in a thread that has kept none."""
    with ThreadPoolExecutor(1) as fresh:
        fresh.submit(int).result()
        tracemalloc.start()
        try:
            fresh.submit(call).result()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
