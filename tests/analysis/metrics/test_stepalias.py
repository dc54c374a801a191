"""The fold at the sampling step, of linear filters and of those that are not."""

from functools import reduce
from itertools import product
from math import ceil

import numpy as np
import pytest

from sampviz.analysis.metric import UndefinedError
from sampviz.analysis.metrics import METRICS
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step
from sampviz.ops.unit_step import has_unit_step, run_with_unit_step
from tests.analysis.metrics.build import Array, checks, cosine, noise, trial, value
from tests.every import every


def fold(z: Array, s: int) -> float:
    """||D(z - Pz)||^2 / ||Dz - mean||^2 by the whole DFT."""
    beyond = [np.abs(np.fft.fftfreq(n)) > 1 / (2 * s) + 1e-9 for n in z.shape]
    high = np.fft.ifftn(np.fft.fftn(z) * np.logical_or.outer(*beyond)).real
    every = (slice(None, None, s),) * z.ndim
    return float((high[every] ** 2).sum() / ((z - z[every].mean())[every] ** 2).sum())


def windows(x: Array, k: int, start: int = 0) -> list[Array]:
    """The pixels of the k x k window at each pixel, borders wrapped."""
    span = range(start, start + k)
    return [np.roll(x, [-i for i in at], range(x.ndim)) for at in product(span, repeat=x.ndim)]


@pytest.mark.parametrize("side", [16, 15])
@pytest.mark.parametrize("k", [2, 3])
def test_the_window_is_at_every_pixel_and_every_second_is_kept(k: int, side: int) -> None:
    x = noise(side)
    largest = reduce(np.maximum, windows(x, k))
    assert value("stepalias", x, f"max:k={k}:s=2") == pytest.approx(fold(largest, 2), rel=1e-12)
    smallest = reduce(np.minimum, windows(x, k))
    assert value("stepalias", x, f"min:k={k}:s=2") == pytest.approx(fold(smallest, 2), rel=1e-12)


@pytest.mark.parametrize(
    "chain",
    [
        "stride",
        "stride:3",
        "stride:o=1",
        "avg",
        "blur:k=4:pad=wrap",
        "conv:random:k=5:p=2:pad=wrap",
    ],
)
def test_of_a_linear_layer_with_wrapped_borders_it_is_alias(chain: str) -> None:
    x = noise(48)
    assert value("stepalias", x, chain) == pytest.approx(value("alias", x, chain), rel=1e-12)


@pytest.mark.parametrize("chain", ["ideal", "ideal:3", "afrelu", "max:s=1+ideal:s=2x3"])
@pytest.mark.parametrize("side", [48, 33])
def test_after_an_ideal_low_pass_nothing_folds(chain: str, side: int) -> None:
    """Whatever the unit of the image: what is left is rounding of it."""
    for unit in (1, 2.0**-40, 2.0**40):
        assert value("stepalias", unit * noise(side), chain) == 0


def white_noise_through_max(k: int, s: int, n: int, axes: int = 2) -> float:
    """Its fold in closed form: uniform noise on n samples a side, windows of k, every s-th kept.

    The maximum of m numbers of 0..1 of which two windows share some has the covariance c.
    """
    count: int = k**axes

    def c(common: int) -> float:
        return -1.0 / (count + 1) ** 2 + 2 / ((count + 1) * (2 * count - common + 2))

    top = int(n / (2 * s))
    waves = 2 * np.pi * np.arange(-top, top + 1)
    b = {i: float(np.cos(waves * i / n).sum() / n) for i in range(-k + 1, k)}
    offsets = product(b, repeat=axes)
    terms = (
        c(int(np.prod([k - abs(i) for i in at]))) * float(np.prod([b[i] for i in at]))
        for at in offsets
    )
    return float(1 - sum(terms) / c(count))


def test_max_of_white_noise_folds_by_its_closed_form() -> None:
    assert white_noise_through_max(2, 2, 10**6) == pytest.approx(0.44372, abs=1e-5)
    assert white_noise_through_max(3, 2, 10**6) == pytest.approx(0.29270, abs=1e-5)
    x = np.random.default_rng(0).random((256, 256))
    for k in (2, 3):
        expected = white_noise_through_max(k, 2, 256)
        assert value("stepalias", x, f"max:k={k}:s=2") == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("chain", "k", "share"),
    [("stride", 5, 0), ("avg", 5, 0), ("max", 5, 5.46e-4), ("stride", 20, 1), ("max", 20, 0.990)],
)
def test_a_cosine_folds_where_it_is_too_fine_or_bent(chain: str, k: int, share: float) -> None:
    assert value("stepalias", cosine(k), chain) == pytest.approx(share, rel=1e-3, abs=1e-12)


def test_of_several_layers_it_is_the_largest_each_on_its_own_input() -> None:
    x = noise(64)
    folds = METRICS["stepalias"](trial(x, "blur+max+relu+avg"))
    inputs = [x, *(Chain.parse(text)(x) for text in ("blur", "blur+max+relu"))]
    own = [value("stepalias", y, op) for y, op in zip(inputs, ("blur", "max", "avg"), strict=True)]
    assert list(folds.parts.values()) == pytest.approx(own, rel=1e-12)
    assert folds.value == max(folds.parts.values())


def test_layers_with_step_1_belong_to_the_window_of_the_next() -> None:
    x = noise(16)
    largest = reduce(np.maximum, windows(x, 2))
    taps = np.outer([1, 3, 3, 1], [1, 3, 3, 1]).ravel() / 64
    blurred = sum(w * y for w, y in zip(taps, windows(largest, 4), strict=True))
    assert value("stepalias", x, "maxblur") == pytest.approx(fold(np.asarray(blurred), 2), rel=1e-9)


@pytest.mark.parametrize(
    ("chain", "why"),
    [
        ("flc", "flc has no form with step 1; see alias, residual"),
        ("max+area", "area has no form with step 1; see alias, residual"),
        ("nearest:2", "no layer drops samples"),
        ("conv:laplacian:s=1", "no layer drops samples"),
    ],
)
def test_where_there_is_no_step_to_fold_at_it_says_so(chain: str, why: str) -> None:
    with pytest.raises(UndefinedError) as err:
        value("stepalias", noise(32), chain)
    assert str(err.value) == why


@pytest.mark.parametrize("rounding", [0, 1e-9])
def test_where_what_is_kept_is_the_same_but_for_rounding_it_says_so(rounding: float) -> None:
    """Of checks every second pixel is black; without rounding a share of it would divide by 0."""
    x = checks(32) + rounding * noise(32)
    with pytest.raises(UndefinedError, match="the output is constant"):
        value("stepalias", x, "stride")


STEPPED = [
    (name, axes)
    for name, op in OPS.items()
    if has_unit_step(Step.of(op))
    for axes in (2, 3)
    if op.form != "plane" or axes == 2
]


def test_the_poolings_have_a_form_with_step_1() -> None:
    assert {name for name, _ in STEPPED} >= {"max", "min", "avg", "blur", "conv", "lp", "softpool"}


@every("name, axes", STEPPED)
def test_every_sample_that_a_layer_keeps_is_one_of_those_at_every_pixel(
    name: str, axes: int
) -> None:
    """But for those whose windows reach beyond an edge."""
    step, x = Step.of(OPS[name]), np.random.default_rng(0).random((13, 16, 15))[:axes]
    out = Chain((step,))(x, axes=axes)
    size = x.shape[-axes:]
    every = run_with_unit_step(step, x, axes)
    assert every.shape == x.shape
    carried = (slice(None),) * (x.ndim - axes)
    kept = every[carried + (slice(None, None, 2),) * axes]
    inside = carried + tuple(slice(2, ceil(n / 2) - 3) for n in size)
    np.testing.assert_allclose(kept[inside], out[inside], rtol=1e-12)
