"""NaN and infinity reach an output where a weight that is not 0 brings them, and nowhere else.

Of linear operations the weights are probed with single ones, on finite numbers; the others have
their definitions, window by window. Of transforms to the spectrum a NaN reaches the whole plane.
"""

import warnings
from collections.abc import Iterator
from functools import cache, partial
from math import prod

import numpy as np
import pytest

from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain
from sampviz.ops.step import Step
from tests.every import every
from tests.ops.definition import by_definition
from tests.ops.plain_windows import plain_step, taken
from tests.ops.test_laws import CHAINS

PLANE, VOLUME = (6, 8), (3, 3, 4)
NEGLIGIBLE = 1e-12
BORDERS = ("zero", "reflect", "edge", "wrap")
TEXTS = (
    *(  # all pairs
        f"conv:{kernel}:pad={pad}:s={1 + (i + j) % 2}"
        for i, kernel in enumerate(("identity", "sobelx", "sobely", "laplacian", "random", "gauss"))
        for j, pad in enumerate(BORDERS)
    ),
    *(f"conv:{kernel}:pad={pad}:s=3:d=2:p=2" for kernel in ("laplacian", "box") for pad in BORDERS),
    *(f"conv:random:k=5:p={p}:pad={pad}:seed=3" for p in (2, 4) for pad in BORDERS),
    *(
        f"blur:{k}:pad={pad}:off={(i + j) % 2}"
        for i, k in enumerate((2, 3, 5))
        for j, pad in enumerate(BORDERS)
    ),
    *(f"{name}:{f}" for name in ("bilinear", "bicubic", "lanczos", "nearest") for f in (3, 4)),
    *(f"{name}:f=1x2" for name in ("bilinear", "bicubic", "lanczos", "sinc", "flc", "kaiserup")),
    *(f"{name}:f=2x1" for name in ("bilinear", "kspace", "asap", "spectral", "zeros", "kaiser")),
    *(f"bilinear:{f}:corners=true" for f in (3, 4)),
    *(
        f"resize:{size}:filter={name}:{rest}"
        for size in ("f=0.5", "f=0.3", "f=1.7", "size=5x4", "size=8x22", "size=1x1")
        for name, rests in {
            "box": ("",),
            "lanczos": ("",),
            "nearest": ("",),
            "bilinear": ("", "antialias=false"),
            "bicubic": ("", "antialias=false"),
        }.items()
        for rest in rests
    ),
    *(f"resize:f={f}:filter={name}:step=f" for f in ("0.7", "1.3") for name in ("box", "bilinear")),
    *(f"area:size={size}" for size in ("3x4", "8x5", "1x1")),
    "kaiser:taps=13", "kaiserup:taps=13", "kaiserup:taps=9:cutoff=0.5:f=3",
    "transpose:laplacian", "transpose:sobelx:s=1:p=1", "transpose:k=5:s=3",
    "wavelet:db2", "avg:ceil=true:k=3:s=2", "avg:k=3:s=2:p=1:countpad=false",
    "lp:norm=inf:k=3:s=2", "lp:norm=4:k=3:s=1", "lip:gain=0", "lip:gain=0:p=0", "lip:gain=1000",
    "softpool:k=3:s=1", "dpp:lam=0", "aps:blur=5:pad=edge", "aps:blur=4:pad=reflect",
    "median:k=5:s=1:p=2",
)  # fmt: skip
ALL = list({str(c): c for c in [*CHAINS, *(Chain.parse(t.rstrip(":")) for t in TEXTS)]}.values())
pytestmark = pytest.mark.slow
SPECIAL = (np.nan, np.inf, -np.inf)


def takes_volumes(chain: Chain) -> bool:
    try:
        return bool(chain(np.zeros(VOLUME), axes=3).size)
    except ChainError:
        return False


LABELS = [chain for chain in ALL if any(step.op.domain == "labels" for step in chain.steps)]
ALL = [chain for chain in ALL if chain not in LABELS]
OF_VOLUMES = (
    "bilinear:f=1x2x2", "asap:f=1x2x2", "blur:k=3x1x2", "conv:gauss:s=1x2x2",
    "resize:size=3x3x9:filter=bilinear", "lp:k=1x2x2", "flc:f=2x2x1",
)  # fmt: skip


def cases() -> Iterator[tuple[Chain, tuple[int, ...]]]:
    """Give every chain, with the size of the images that it takes."""
    for chain in [*ALL, Chain.parse("transpose:random:k=30")]:
        yield chain, PLANE
    for chain in [*filter(takes_volumes, ALL), *map(Chain.parse, OF_VOLUMES)]:
        yield chain, VOLUME


@pytest.fixture(autouse=True)
def _expected_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)  # faithful modes warn of their fault
        yield


WAYS = {
    "float32": (np.float32, True),
    "float64": (np.float64, True),
    "float64, the definition": (np.float64, False),
}


def run(chain: Chain, x: Array, axes: int, *, is_fast: bool = True) -> Array:
    """Return what a chain makes of a stack of arrays, each alone."""
    way = chain if is_fast else partial(by_definition, chain)
    with np.errstate(all="ignore"):
        if any(step.op.channels == "together" for step in chain.steps):
            return np.stack([way(part, axes=axes) for part in x])
        return way(x, axes=axes)


def spreads(step: Step) -> bool:
    return step.op.spreads_nonfinite(step.params)


def expected_of(chain: Chain, x: Array, axes: int) -> Array:
    """Return what is made of a stack of arrays; numbers stand for any number."""
    if chain.linear and not spreads(chain.steps[0]):
        return _weighed(chain, x, axes)
    out = x
    pooled: list[tuple[list[Array], Array]] = []
    for step in chain.steps:
        if step.op.restores_size:
            places, before = pooled.pop()
            out = np.stack([_put(*pair) for pair in zip(out, places, before, strict=True)])
        elif spreads(step):
            out = _spread(Chain((step,)), out, axes)
        else:
            before = out
            with np.errstate(all="ignore"):
                out = np.stack([plain_step(step, part) for part in before])
            if step.op.switches:
                pooled.append(([taken(step, part) for part in before], before))
    return out


def _weighed(chain: Chain, x: Array, axes: int) -> Array:
    """Return the sums of what counts: of NaN, and of infinities of both signs, NaN."""
    sign, size = _signs(chain, x.shape[-axes:])
    flat = x.reshape(len(x), -1)
    rises, falls = (sign > 0).astype(np.float32), (sign < 0).astype(np.float32)
    nans, highest, lowest = (
        part.astype(np.float32) for part in (np.isnan(flat), flat == np.inf, flat == -np.inf)
    )
    nan = nans @ (rises + falls) > 0  # each a sum of ones
    plus, minus = highest @ rises + lowest @ falls > 0, highest @ falls + lowest @ rises > 0
    out = np.where(plus, np.inf, np.where(minus, -np.inf, 0))
    out[nan | (plus & minus)] = np.nan
    return out.reshape(len(x), *size)


@cache
def _signs(chain: Chain, size: tuple[int, ...]) -> tuple[Array, tuple[int, ...]]:
    """Return the sign of the weight of each pixel in each output, and the shape of an output."""
    weights = run(chain, np.eye(prod(size)).reshape(-1, *size), len(size))
    weights[np.abs(weights) <= NEGLIGIBLE] = 0
    return np.sign(weights).reshape(len(weights), -1), weights.shape[1:]


def _spread(chain: Chain, x: Array, axes: int) -> Array:
    """Return NaN in all of the lines, planes or volumes that are transformed and are not finite."""
    before, after = chain.trace(x.shape[-axes:])
    op = chain.steps[0].op
    is_whole = op.form == "plane" and not any(p.spec.is_factor for p in op.parameters)
    changed = tuple(i - axes for i in range(axes) if is_whole or before[i] != after[i])
    is_finite = np.isfinite(x).all(axis=changed, keepdims=True)
    size = chain.shape(x.shape[-axes:])
    return np.broadcast_to(np.where(is_finite, 0, np.nan), (len(x), *size)).copy()


def _put(values: Array, indices: Array, before: Array) -> Array:
    out = np.zeros_like(before)
    out.ravel()[indices.ravel()] = values.ravel()
    return out


def check(chain: Chain, x: Array) -> None:
    """Compare what a chain makes of a stack with what it should, in all ways."""
    axes = len(x.shape) - 1
    if any(step.op.domain == "positive" for step in chain.steps):
        x = np.abs(x)
    expected = expected_of(chain, x, axes)
    without = run(chain, np.where(np.isfinite(x), x, 0), axes) if chain.linear else None
    for name, (dtype, is_fast) in WAYS.items():
        actual = run(chain, x.astype(dtype), axes, is_fast=is_fast)
        assert (actual.dtype, actual.shape) == (dtype, expected.shape)
        for is_special in (np.isnan, np.isposinf, np.isneginf):
            wrong = is_special(actual) != is_special(expected)
            assert not wrong.any(), (name, is_special, np.argwhere(wrong)[:3])
        if without is not None:  # what is not reached is as it would be
            finite = np.isfinite(actual)
            tolerance = 1e-12 if dtype is np.float64 else 1e-5
            assert np.allclose(actual[finite], without[finite], atol=tolerance)


@every("special", SPECIAL)
@every("chain", LABELS)
def test_no_label_is_nan_or_infinite(chain: Chain, special: float) -> None:
    x = np.zeros(PLANE)
    x[1, 1] = special
    with pytest.raises(ChainError, match="takes labels, which are finite"):
        chain(x)


def of_one_each(size: tuple[int, ...]) -> Array:
    """A stack with NaN at each place in turn, and with infinity at each third."""
    nan = np.arange(prod(size))
    inf = nan[::3]  # in even and in odd rows and columns
    x = np.random.default_rng(0).uniform(0.1, 1, (len(nan) + len(inf), *size))
    flat = x.reshape(len(x), -1)
    flat[nan, nan] = np.nan
    flat[len(nan) + np.arange(len(inf)), inf] = np.inf
    return x


def of_many(size: tuple[int, ...]) -> Array:
    """A stack with few and with many, of one kind and of all."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0.1, 1, (12, *size))
    for number, part in enumerate(x):
        kinds = SPECIAL if number % 2 else SPECIAL[number // 2 % 3 :][:1]
        holes = rng.random(size) < rng.choice([0.03, 0.3, 0.8, 1])
        part[holes] = rng.choice(kinds, np.count_nonzero(holes))
    return x


@cache
def stack(size: tuple[int, ...]) -> Array:
    made = np.concatenate([of_one_each(size), of_many(size)])
    made.flags.writeable = False
    return made


@every("chain, size", cases)
def test_they_reach_the_outputs_whose_weights_bring_them(
    chain: Chain, size: tuple[int, ...]
) -> None:
    """One by one, and where many meet."""
    check(chain, stack(size))
