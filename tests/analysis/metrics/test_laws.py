"""Laws that measures keep, whatever the operation."""

import warnings
from functools import cache

import numpy as np
import pytest

from sampviz.analysis.measure import MetricRow, measure
from sampviz.analysis.metrics import METRICS
from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OURS
from tests.analysis.metrics.build import noise, smooth, trial
from tests.every import every
from tests.ops.declared import VARIANTS

pytestmark = pytest.mark.slow

ALL = ",".join(METRICS)
LINEAR = [
    text for text in (*(op.example for op in OURS.values()), *VARIANTS) if Chain.parse(text).linear
]


@every("text", [*LINEAR, "stride+nearest", "blur:times=2"])
@every("size", [(32, 32), (21, 34)])
def test_baseband_and_alias_are_the_output(text: str, size: tuple[int, int]) -> None:
    try:
        Chain.parse(text).shape(size)
    except ChainError:  # it wants whole blocks
        size = (22, 34)
    x = np.random.default_rng(0).random(size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        tried = trial(x, text)
        assert tried.linear
        np.testing.assert_allclose(tried.baseband + tried.alias, tried.output, atol=1e-6)


@pytest.mark.parametrize("text", ["max", "stride:3", "flc", "flc:times=2", "blur+bilinear"])
def test_an_image_that_fits_folds_nothing(text: str) -> None:
    tried = trial(smooth(60, most=7), text)
    assert np.abs(tried.alias - tried.run(np.zeros_like(tried.original.array))).max() < 1e-12


@every("chain", ["avg", "max", "flc", "stride+bilinear"])
def test_measures_depend_on_the_units_of_the_image_as_they_say(chain: str) -> None:
    x = np.random.default_rng(1).random((64, 64))
    once, often = (measure(Image.of(k * x), chain, measures=ALL)[0] for k in (1, 1000))
    assert once.undefined == often.undefined
    assert {*once.values, *once.undefined} == {*METRICS}
    for name, value in once.values.items():
        times = 1000 if METRICS[name].unit == "of the image's values" else 1
        assert value * times == pytest.approx(often.values[name], rel=1e-6, abs=1e-7), name


SCALES: list[tuple[type, float]] = [
    *((np.float64, 10.0**power) for power in (-300, -200, -153, -138, -100, 100, 148, 153, 300)),
    *((np.float32, 10.0**power) for power in (-37, -30, -20, -15, -11, -8, 8, 14, 15, 25, 37)),
]


@cache
def measured(dtype: type, scale: float, chain: str) -> MetricRow:
    x = np.random.default_rng(1).random((48, 48))
    return measure(Image.of((x * scale).astype(dtype)), chain)[0]


@pytest.mark.parametrize(("dtype", "scale"), SCALES)
@pytest.mark.parametrize("chain", ["avg", "max", "flc", "stride+bilinear"])
def test_of_any_scale_a_measure_is_right_or_says_what_is_wrong(
    chain: str, dtype: type, scale: float
) -> None:
    usual, scaled = (measured(dtype, times, chain) for times in (1.0, scale))
    size = "small" if scale < 1 else "large"
    for name in (*usual.values, *usual.undefined):
        if name in scaled.values:
            unit = scale if name == "bias" else 1
            expected = pytest.approx(usual.values[name], rel=1e-4, abs=1e-6)
            assert scaled.values[name] / unit == expected, name
        elif name in usual.values:
            assert f"too {size}: their squares" in scaled.undefined[name]
        else:
            reasons = usual.undefined[name], f"too {size}: their squares"
            assert any(reason in scaled.undefined[name] for reason in reasons)


@every("chain", ["avg", "max:k=3:s=2:p=1", "blur:times=2", "asap"])
def test_rows_and_columns_are_alike(chain: str) -> None:
    x = np.random.default_rng(1).random((48, 64))
    upright, turned = (measure(Image.of(y), chain, measures=ALL)[0] for y in (x, x.T))
    assert upright.undefined == turned.undefined
    for name, value in upright.values.items():
        # What is drawn is not drawn for rows and columns alike: it lies within the draw.
        rel = 0.1 if METRICS[name].drawn else 1e-6
        assert value == pytest.approx(turned.values[name], rel=rel, abs=1e-12), name


def test_a_measure_of_channels_is_one_number() -> None:
    plane = np.random.default_rng(1).random((48, 48))
    single = measure(Image.of(plane), "max,avg", measures=ALL)
    tripled = measure(Image.of(np.stack([plane] * 3)), "max,avg", measures=ALL)
    for one, three in zip(single, tripled, strict=True):
        assert one.undefined == three.undefined
        assert one.values == pytest.approx(three.values, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ["psnr", "nrmse", "ssim", "hfen", "residual", "equivariance"])
def test_the_sampling_phase_does_not_change_the_ranking(name: str) -> None:
    # The same filter one pixel further on: stride:o=1 samples at delta 1, and so on.
    x = smooth(128, most=50) + 0.05 * noise(128)
    image = Image.of(x)
    texts = ["stride", "avg", "conv:gauss:pad=wrap", "blur:k=5:pad=wrap", "flc"]
    before = {text: measure(image, text, measures=name)[0].values[name] for text in texts}
    ranking = sorted(before, key=before.__getitem__)
    for text, moved in (
        ("stride", "stride:o=1"),
        ("conv:gauss:pad=wrap", "conv:gauss:p=0"),
        ("avg", "conv:box:k=2:p=1:pad=wrap"),
    ):
        chains = Chain.parse(text), Chain.parse(moved)
        deltas = [chain.trace((128, 128))[-1][0].delta for chain in chains]
        assert deltas[0] != deltas[1]
        after = dict(before) | {text: measure(image, moved, measures=name)[0].values[name]}
        assert sorted(after, key=after.__getitem__) == ranking
        assert after[text] == pytest.approx(before[text], rel=0.1)
