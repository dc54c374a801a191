"""Contrast kept and d' against closed forms: exact of linear chains, drawn of others.

Of a blob exp(-r^2 / 2 a^2) of contrast c in white noise of standard deviation sigma, an observer
who knows it has d'_0 = c a sqrt(pi) / sigma, and behind a chain d'_0 g, averaged over phases.
"""

from math import erf, exp, pi, sqrt

import numpy as np
import pytest

from sampviz.analysis.detection.axis_matrices import level_matrices
from sampviz.analysis.detection.chain_levels import ChainLevels, local_margins, runs_in_stacks
from sampviz.analysis.detection.drawn import DrawnSetting, drawn_dprime, drawn_kept
from sampviz.analysis.detection.exact import ExactValues
from sampviz.analysis.detection.lesions import FWHM, Lesion, lesion
from sampviz.dsp.cells import back_projected
from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain

TAPS = {"avg": [1, 1], "avg+avg": [1, 1, 1, 1], "blur:k=3": [1, 2, 1], "blur:k=5": [1, 4, 6, 4, 1]}


def blob(a: float, centre: tuple[float, ...], n: int) -> Lesion:
    axes = len(centre)
    return lesion("gaussian", FWHM * a, centre, (1.0,) * axes, (n,) * axes)


def levels_of(text: str, size: tuple[int, ...], times: int = 1) -> ChainLevels:
    return ChainLevels.of(Chain.parse(text), times, size, None)


def closed_form(text: str, a: float) -> float:
    """The ratio g along two axes."""
    if text.startswith("stride"):
        return 1 / 2 ** (text.count("+") + 1)
    if text == "flc":
        return erf(pi * a / 2)
    taps = np.array(TAPS[text]) / sum(TAPS[text])
    s = 4 if text == "avg+avg" else 2
    correlation = np.correlate(taps, taps, "full")
    u = np.arange(len(correlation)) - len(taps) + 1

    def rho(t: float) -> float:
        return float(
            sum(r * exp(-((t - v) ** 2) / (4 * a * a)) for r, v in zip(correlation, u, strict=True))
        )

    noise = [correlation[u == s * d].sum() * rho(s * d) for d in range(-2, 3)]
    return (rho(0) / s) ** 2 / (float(sum(noise)) / s)


def ratio(text: str, a: float, axes: int, count: int) -> float:
    """d' over that of the input, the root of its mean square over phases."""
    n = 64 if axes == 2 else 32
    levels = levels_of(text, (n,) * axes)
    (matrices,) = level_matrices(levels)
    squares = []
    for phase in np.ndindex(*(count,) * axes):
        one = blob(a, tuple(n / 2 + 4 * p / count for p in phase), n)
        _, dprime = ExactValues(matrices, levels.grids[0], levels.size).of([one])
        squares.append(float(dprime[0]) ** 2)
    return sqrt(float(np.mean(squares))) / (a * sqrt(pi)) ** (axes / 2)


@pytest.mark.parametrize("text", ["stride", "stride+stride", *TAPS, "flc"])
@pytest.mark.parametrize("a", [1.0, 2.0])
def test_dprime_of_linear_chains_is_the_closed_form(text: str, a: float) -> None:
    # FLC halves what lies at the new Nyquist frequency, which an ideal cut does not.
    assert ratio(text, a, 2, 4) == pytest.approx(closed_form(text, a), rel=2e-3)


def test_dprime_in_volumes_is_the_power_of_three_halves() -> None:
    assert ratio("avg", 1.0, 3, 4) == pytest.approx(closed_form("avg", 1.0) ** 1.5, rel=2e-3)
    assert ratio("stride", 1.5, 3, 4) == pytest.approx(0.5**1.5, rel=2e-3)


def test_dprime_of_a_wider_blur_without_decimation() -> None:
    n, a, b = 64, 2.0, 1.5
    matrix = np.exp(-(np.subtract.outer(np.arange(n), np.arange(n)) ** 2) / (2 * b * b))
    matrix /= matrix.sum(axis=1, keepdims=True)
    levels = levels_of("identity", (n, n))
    _, dprime = ExactValues([matrix, matrix], levels.grids[0], (n, n)).of(
        [blob(a, (32.0, 32.3), n)]
    )
    expected = a * sqrt(a * a + 2 * b * b) / (a * a + b * b)
    assert float(dprime[0]) / (a * sqrt(pi)) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("size", [(40, 36), (24, 20, 28)])
def test_identity_keeps_all(size: tuple[int, ...]) -> None:
    levels = levels_of("identity", size)
    (matrices,) = level_matrices(levels)
    discs = [
        lesion("disc", d, [n / 2 + 0.3 for n in size], (1.0,) * len(size), size) for d in (1, 4)
    ]
    kept, dprime = ExactValues(matrices, levels.grids[0], size).of(discs)
    assert kept == pytest.approx([1, 1], abs=1e-12)
    assert dprime == pytest.approx([sqrt(disc.energy) for disc in discs], rel=1e-12)


@pytest.mark.parametrize("text", ["avg", "blur:k=4", "bicubic+avg:k=4", "flc", "area:f=3"])
def test_contrast_kept_is_that_of_runs_with_and_without(text: str) -> None:
    size = (48, 64)
    levels = levels_of(text, size, 2)
    disc = lesion("disc", 5.0, (22.3, 30.9), (1.0, 1.0), size)
    image = np.random.default_rng(0).normal(size=size)
    inserted = image.copy()
    inserted[disc.box] += 3 * disc.shares
    for level, matrices in enumerate(level_matrices(levels)):
        kept, _ = ExactValues(matrices, levels.grids[level], size).of([disc])
        difference = levels.run(inserted)[level] - levels.run(image)[level]
        back = back_projected(difference, levels.grids[level], size)[disc.box]
        expected = float((back * disc.shares).sum()) / (3 * disc.energy)
        assert kept[0] == pytest.approx(expected, rel=2e-3)


def setting_of(
    text: str, image: Array, contrasts: tuple[float, ...], times: int = 1
) -> DrawnSetting:
    levels = levels_of(text, image.shape, times)
    spots = [[n / 2 + i for n in image.shape] for i in range(-8, 9, 2)]
    discs = [lesion("disc", 6.0, spot, (1.0,) * image.ndim, image.shape) for spot in spots]
    boxes = [disc.box for disc in discs]
    margins = local_margins(levels, image, levels.run(image), boxes)
    return DrawnSetting(levels, image, contrasts, 0.5, 0, margins, runs_in_stacks(levels, image))


def test_what_is_drawn_is_what_is_exact() -> None:
    image = np.random.default_rng(1).random((64, 64)) * 20
    setting = setting_of("avg", image, (1.0,))
    (matrices,) = level_matrices(setting.levels)
    pairs = []
    for i in range(16):
        one = blob(1.5, (30 + 0.5 * (i % 4), 30 + 0.5 * (i // 4)), 64)
        kept, dprime = ExactValues(matrices, setting.levels.grids[0], (64, 64)).of([one])
        assert drawn_kept(setting, one)[0, 0] == pytest.approx(kept[0], rel=1e-9)
        pairs.append((float(drawn_dprime(setting, one, (i,))[0, 0]), float(dprime[0]) / 0.5))
    drawn, exact = np.sqrt(np.mean(np.square(pairs), axis=0))
    assert drawn == pytest.approx(exact, rel=0.05)
    assert exact == pytest.approx(5.317 * closed_form("avg", 1.5), rel=2e-3)


@pytest.mark.parametrize(
    ("text", "is_local"), [("max", True), ("median:k=3", True), ("aps", False)]
)
def test_crops_give_what_the_whole_image_gives(text: str, is_local: bool) -> None:
    image = np.random.default_rng(2).random((64, 72))
    setting = setting_of(text, image, (0.5, -0.5), 2)
    assert (setting.margins is not None) == setting.stacks == is_local
    disc = lesion("disc", 4.0, (31.2, 35.4), (1.0, 1.0), image.shape)
    kept = drawn_kept(setting, disc)
    base = setting.levels.run(image)
    for i, contrast in enumerate(setting.contrasts):
        inserted = image.copy()
        inserted[disc.box] += contrast * disc.shares
        for level, output in enumerate(setting.levels.run(inserted)):
            grids = setting.levels.grids[level]
            back = back_projected(output - base[level], grids, image.shape)[disc.box]
            expected = float((back * disc.shares).sum()) / (contrast * disc.energy)
            assert kept[level, i] == pytest.approx(expected, abs=1e-6)


def test_max_pooling_of_a_flat_image_keeps_bright_lesions_and_not_small_dark_ones() -> None:
    setting = setting_of("max", np.full((64, 64), 10.0), (1.0, -1.0))
    disc = lesion("disc", 1.0, (32.0, 32.0), (1.0, 1.0), (64, 64))  # all of it in one pixel
    bright, dark = drawn_kept(setting, disc)[0]
    assert (bright, dark) == pytest.approx((1, 0))
