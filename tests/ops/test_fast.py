"""Where an operation has a faster way, it gives what its definition gives in float64."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from tests.every import every
from tests.ops.definition import by_definition

pytestmark = pytest.mark.slow

CHAINS = (
    "max", "max:k=3:s=2:p=1", "max:k=2:s=1", "max:k=3:s=2:p=1:ceil=true", "max:k=3:s=1:p=same",
    "max:k=3:s=2:p=same", "max:k=3x2:s=2x2", "max:k=3:s=3", "max:k=3:s=2:d=2", "max:k=17:s=2",
    "min", "min:k=3:s=2:p=1", "avg", "avg:k=3", "avg:k=2x3", "avg:k=3:s=2:p=1", "avg:ceil=true",
    "avg:p=same", "blur:k=2", "blur:k=3", "blur", "blur:k=5", "blur:k=6", "blur:k=7", "blur:k=8",
    "blur:pad=edge", "blur:s=1", "blur:off=1", "blur:s=2x1", "conv", "conv:kernel=gauss",
    "conv:kernel=random", "conv:kernel=sobelx", "conv:kernel=random:k=5:p=2", "conv:p=0",
    "conv:kernel=random:p=same", "conv:kernel=random:s=1", "conv:kernel=random:s=3",
    "conv:kernel=random:pad=reflect", "conv:kernel=random:pad=edge", "conv:kernel=random:pad=wrap",
    "conv:kernel=random:p=2", "conv:kernel=random:s=1:p=2", "conv:kernel=gauss:k=11:p=5",
    "nearest", "nearest:f=3", "nearest:f=1x2", "bilinear", "bilinear:f=3", "bilinear:corners=true",
    "transpose", "transpose:k=2", "transpose:kernel=gauss", "transpose:kernel=identity",
    "transpose:p=1", "transpose:kernel=random:k=4", "transpose:s=3", "flc", "flc:f=3", "asap",
    "asap:pad=one", "asap:pad=large", "dpp", "dpp:lam=2:sym=false", "dpp:full=true", "maxblur",
    "max+unpool", "conv:kernel=laplacian", "max:k=5:s=4", "conv:kernel=random:k=5:d=2:p=4",
    "conv:kernel=random:s=1x2", "blur:s=3", "blur:pad=wrap", "pyrdown", "pyrup", "area:3",
    "localmean", "lanczos", "bicubic", "bicubic:3", "resize:f=0.5", "kaiser", "transpose:k=4:p=1",
    "softpool", "softpool:k=3:s=2", "lip", "gem", "gem:norm=1.5:k=3:s=2", "mixed", "lp", "relu",
    "kspace", "kspace:f=3:window=hann", "kspace:f=1.5",
    "transpose:kernel=random:k=4:s=3:p=1", "transpose:d=2", "transpose:kernel=random:s=1:p=1",
    "spectral", "spectral:f=3:mode=faithful", "transpose:p=same:s=2x3",
    "conv:kernel=random:k=5:s=3:p=2:pad=edge",
    "conv:kernel=gauss:k=5:p=2", "avg:k=2x3:s=3", "lp:norm=3:k=3:s=2:p=1", "median",
    "lp:norm=1.5:ceil=true:mean=true",
    "median:k=4:s=1:p=same", "pad:p=2:mode=reflect", "pad:p=1x2x0x3:mode=wrap", "zeros:f=3:o=1",
    "softpool:k=3x2:mode=faithful", "conv:kernel=laplacian:s=3:d=2:p=2:pad=wrap", "lanczos:f=3x2",
    "resize:f=2:filter=mitchell", "softpool:s=3", "conv:kernel=random:k=5:s=2:d=2:p=2",
    "avg:k=5:s=2:p=2:ceil=true:countpad=false",
)  # fmt: skip

TOLERANCES = {np.float32: 1e-5, np.float64: 1e-12}  # of the largest


@every("size", [(16, 24), (15, 23), (9, 7), (2, 24, 17), (33, 257)])
@every("text", CHAINS)
def test_agrees_with_the_definition(text: str, size: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).random(size, np.float32)
    chain = Chain.parse(text)
    if "k=17" in text and min(size[-2:]) < 17:  # the window is larger than the image
        with pytest.raises(ChainError, match="leaves nothing of an axis"):
            chain(x)
        return
    plain = by_definition(chain, x.astype(np.float64))
    for dtype, tolerance in TOLERANCES.items():
        fast = chain(x.astype(dtype))
        assert fast.dtype == dtype
        assert np.abs(fast - plain).max() <= tolerance * np.abs(plain).max()


@every("text", CHAINS)
def test_the_largest_numbers_overflow_no_more_than_by_the_definition(text: str) -> None:
    x = 2.0**1023 * np.random.default_rng(3).uniform(-1, 1, (32, 34))
    chain = Chain.parse(text)
    with np.errstate(all="ignore"):
        fast, plain = chain(x), by_definition(chain, x)
    if np.isfinite(plain).all():
        np.testing.assert_allclose(fast, plain, rtol=0, atol=1e-12 * np.abs(plain).max())


@every("text", CHAINS)
def test_however_the_pixels_lie_in_memory(text: str) -> None:
    x = np.random.default_rng(0).random((2, 40, 46), dtype=np.float32)
    chain = Chain.parse(text)
    for view in (x[0, ::-1], x[1].T, x[0, ::2, ::2], x[:, :, 1:], np.asfortranarray(x[0])):
        before = view.copy()
        assert np.array_equal(chain(view), chain(before))
        assert np.array_equal(view, before)


@every("text", CHAINS)
def test_a_result_is_not_written_over_by_the_next(text: str) -> None:
    x = np.random.default_rng(0).random((24, 37), dtype=np.float32)
    chain = Chain.parse(text)
    first = chain(x)
    kept = first.copy()
    chain(x + 1)
    assert np.array_equal(first, kept)


def test_threads_of_the_caller_do_not_meet() -> None:
    chains = [Chain.parse(text) for text in ("max", "flc", "dpp", "blur:k=7", "transpose", "asap")]
    rng = np.random.default_rng(0)
    work = [(c, rng.random((90, 101), dtype=np.float32)) for c in chains for _ in range(8)]
    wanted = [chain(x) for chain, x in work]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda each: each[0](each[1]), work * 4))
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted * 4, strict=True))


@every("text", [text for text in CHAINS if not text.startswith(("flc", "asap"))])
def test_one_nan_makes_the_same_outputs_nan(text: str) -> None:
    x = np.random.default_rng(0).random((20, 27))
    x[11, 14] = np.nan
    chain = Chain.parse(text)
    with np.errstate(invalid="ignore"):
        plain = by_definition(chain, x)
        for dtype in TOLERANCES:
            assert np.array_equal(np.isnan(chain(x.astype(dtype))), np.isnan(plain))


def test_the_plan_of_a_chain_does_not_outlive_its_size() -> None:
    chain = Chain.parse("max+avg")
    for size in ((8, 8), (9, 12), (8, 8)):
        assert chain(np.zeros(size)).shape == chain.shape(size)


@pytest.mark.parametrize(
    "text", ["max:k=3:s=2:p=1", "blur:k=7", "flc", "asap", "bilinear", "conv", "pyrup", "softpool"]
)
def test_the_same_bytes_with_any_number_of_threads(text: str) -> None:
    x = np.random.default_rng(0).random((1100, 1024), dtype=np.float32)
    chain, usual = Chain.parse(text), cv2.getNumThreads()
    made = []
    try:
        for threads in (1, 2, 3):
            cv2.setNumThreads(threads)
            made.append(chain(x).tobytes())
    finally:
        cv2.setNumThreads(usual)
    assert made[0] == made[1] == made[2]


def test_the_same_bytes_with_any_number_of_threads_of_the_linear_algebra() -> None:
    """Lengths with large factors go by products of matrices; a worker has one thread for them."""
    program = (
        "import hashlib, numpy as np; from sampviz.ops.chain import Chain;"
        "x = np.random.default_rng(0).random((1025, 1027), dtype=np.float32);"
        "y = np.random.default_rng(0).random((30, 130, 256));"
        "made = [Chain.parse('flc')(x), Chain.parse('flc')(y, axes=3)];"
        "made += [Chain.parse('flc')(x[:182, :218]), Chain.parse('asap')(x[:255, :257])];"
        "made.append(Chain.parse('resize:f=0.7')(x));"
        "made.append(Chain.parse('kspace:f=3')(y, axes=3));"
        "print([hashlib.sha256(out.tobytes()).hexdigest() for out in made])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(told) == 1


def test_a_stack_whose_stages_are_large_goes_image_by_image() -> None:
    x = np.random.default_rng(0).random((9, 250, 251), dtype=np.float32)
    chain = Chain.parse("nearest+blur")
    assert np.array_equal(chain(x), np.stack([chain(image) for image in x]))
    x[8, 3, 4] = np.inf  # left to the definition
    chain = Chain.parse("bilinear+blur")
    assert np.array_equal(np.isfinite(chain(x)), np.stack([np.isfinite(chain(y)) for y in x]))
