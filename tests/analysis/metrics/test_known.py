"""Every measure on images of which the answer is known, from the mathematics alone."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from sampviz.analysis.measure import measure
from sampviz.analysis.metric import SECTIONS, UndefinedError
from sampviz.analysis.metrics import METRICS
from sampviz.images.image import Image
from tests.analysis.metrics import plain as definitions
from tests.analysis.metrics.build import (
    checks,
    cosine,
    noise,
    phantom,
    smooth,
    trial,
    value,
    volume_trial,
)
from tests.every import every

NAMES = {
    *("alias", "nyquist", "passband", "highfreq", "bias", "shift", "equivariance", "delta"),
    *("ringing", "checkerboard", "psnr", "nrmse", "ssim", "msssim", "hfen", "spectral"),
    *("contrast", "dprime"),
}


def test_the_measures_that_figures_and_papers_name_are_there() -> None:
    assert set(METRICS) >= NAMES


@every("each", METRICS.values())
def test_every_measure_is_defined(each: object) -> None:
    assert tuple(each.sections) == SECTIONS  # type: ignore[attr-defined]
    assert each.summary.endswith(".")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("chain", "share"),
    [
        # The mean of |H|^2 above the new Nyquist over its mean everywhere, H = cos^(k-1) per axis.
        ("stride", 0.75),
        ("blur:k=2:pad=wrap", 0.330),
        ("blur:k=3:pad=wrap", 0.146),
        ("blur:k=4:pad=wrap", 0.065),
        ("blur:k=5:pad=wrap", 0.030),
        ("avg", 0.330),
        ("flc", 0.0),
    ],
)
def test_white_noise_folds_by_the_response_of_the_filter(chain: str, share: float) -> None:
    found = np.mean([value("alias", noise(256, seed), chain) for seed in range(4)])
    assert found == pytest.approx(share, abs=0.012 * (share > 0) + 1e-12)


@pytest.mark.parametrize(
    ("image", "share"),
    [(noise(), 0.75), (cosine(20), 1.0), (checks(64), 1.0), (cosine(16), 0.0)],
)
def test_nyquist_is_what_a_grid_of_half_the_samples_cannot_hold(
    image: object, share: float
) -> None:
    assert value("nyquist", image, "max") == pytest.approx(share, abs=0.01)  # type: ignore[arg-type]


def test_nyquist_of_the_phantom() -> None:
    assert value("nyquist", phantom(), "flc") == pytest.approx(0.020, abs=0.001)


def test_a_cosine_above_the_new_nyquist_folds_with_full_amplitude() -> None:
    tried = trial(cosine(20), "stride")
    row = np.fft.fft(tried.alias[0, 0]) / 32
    assert np.abs(row[12]) == pytest.approx(0.25)  # amplitude 1/2: a quarter at each of +-12
    assert np.abs(np.delete(row, [12, 20])).max() < 1e-12
    assert METRICS["alias"](tried).value == pytest.approx(1.0)
    assert value("alias", cosine(20), "flc") == 0.0


def test_what_a_chain_makes_of_zeros_is_not_folded(tmp_path: Path) -> None:
    """By superposition: the fold of the same layer without its constant, whatever the borders."""
    np.save(tmp_path / "w.npy", np.random.default_rng(2).normal(size=(3, 3)))
    np.save(tmp_path / "b.npy", np.array([7.0]))
    x, conv = noise(32), f"conv:file={tmp_path}/w.npy"
    for plain, affine in (
        (conv, f"{conv}:bias={tmp_path}/b.npy"),
        ("pad:p=2+avg", "pad:p=2:value=9+avg"),
    ):
        without, tried = trial(x, plain), trial(x, affine)
        np.testing.assert_allclose(tried.alias, without.alias, atol=1e-12)
        np.testing.assert_allclose(tried.baseband + tried.alias, tried.output, atol=1e-12)
        share = (without.alias**2).sum() / ((tried.output - tried.output.mean()) ** 2).sum()
        assert METRICS["alias"](tried).value == pytest.approx(share, rel=1e-12)
        assert METRICS["interaction"](tried).value == METRICS["distortion"](tried).value == 0


@pytest.mark.parametrize("k", [4, 10, 15])
@pytest.mark.parametrize(
    ("chain", "gain"),
    [
        ("stride", lambda nu: 1.0),
        ("avg", lambda nu: np.cos(np.pi * nu)),
        ("blur:k=3:pad=wrap", lambda nu: np.cos(np.pi * nu) ** 2),
        ("blur:k=5:pad=wrap", lambda nu: np.cos(np.pi * nu) ** 4),
        ("flc", lambda nu: 1.0),
    ],
)
def test_the_passband_is_the_square_of_the_response(chain: str, gain: object, k: int) -> None:
    kept = gain(k / 64) ** 2  # type: ignore[operator]
    assert value("passband", cosine(k), chain) == pytest.approx(kept)
    if k > 8:
        assert value("highfreq", cosine(k), chain) == pytest.approx(kept)
        assert value("detail", cosine(k), chain) == pytest.approx(kept)


def test_the_rings_of_the_passband_are_quarters_of_the_new_nyquist() -> None:
    parts = METRICS["passband"](trial(cosine(10), "avg")).parts
    assert parts == {"50-75%": pytest.approx(np.cos(np.pi * 10 / 64) ** 2)}


@pytest.mark.parametrize(("chain", "gain"), [("stride", 1.0), ("avg", np.cos(np.pi * 7 / 32))])
def test_a_wave_in_the_corner_of_the_band_of_a_volume_is_within_it(chain: str, gain: float) -> None:
    """At 7/8 of the new Nyquist frequency along each axis: 1.52 times as fast as that."""
    wave = np.cos(2 * np.pi * 7 * np.arange(32) / 32)
    volume = wave[:, None, None] * wave[:, None] * wave
    assert METRICS["passband"](volume_trial(volume, chain)).value == pytest.approx(gain**6)


def test_an_output_of_three_samples_has_a_passband_though_none_is_near_its_nyquist() -> None:
    """A cosine of one cycle, at two thirds of the new Nyquist frequency."""
    wave = np.tile(np.cos(2 * np.pi * np.arange(6) / 6), (2, 1))
    passband = METRICS["passband"](trial(wave, "avg"))
    assert passband.value == pytest.approx(np.cos(np.pi / 6) ** 2)
    assert passband.parts == {"50-75%": pytest.approx(np.cos(np.pi / 6) ** 2)}


def test_half_of_a_cosine_on_the_new_nyquist_is_left_by_flc() -> None:
    assert value("passband", cosine(16), "flc") == pytest.approx(0.25)


def test_detail_does_not_count_what_was_folded_and_highfreq_does() -> None:
    x = noise(256)
    assert value("highfreq", x, "stride") == pytest.approx(4, rel=0.05)
    assert value("detail", x, "stride") == pytest.approx(1, rel=0.06)
    assert value("detail", x, "flc") == pytest.approx(1)  # what all is compared with
    assert value("highfreq", x, "flc") == pytest.approx(1)


@pytest.mark.parametrize(("chain", "more"), [("max", 0.3), ("min", -0.3), ("avg", 0.0)])
def test_max_brightens_noise(chain: str, more: float) -> None:
    x = np.random.default_rng(0).random((512, 512))  # E max of four = 4/5
    assert value("bias", x, chain) == pytest.approx(more, abs=0.003)


def test_max_of_normal_noise_rises_by_the_mean_of_the_largest_of_four() -> None:
    assert value("bias", noise(512), "max") == pytest.approx(1.0294, abs=0.01)


def test_shift_of_noise_through_stride_is_that_of_four_independent_images() -> None:
    assert value("shift", noise(128), "stride") == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize(
    ("chain", "lost"),
    [
        ("stride", 1.41),
        ("max", 0.92),
        ("avg", 0.84),
        ("blur:k=5:pad=wrap", 0.24),
        ("flc", 0.13),
        ("asap", 0.10),
    ],
)
def test_equivariance_of_noise(chain: str, lost: float) -> None:
    # Without the inner samples only, as written in the definition; 64x64 px.
    found = [value("equivariance", noise(64, seed), chain) for seed in range(8)]
    assert np.mean(found) == pytest.approx(lost, rel=0.12)


def test_an_image_below_the_new_nyquist_moves_with_stride_and_flc_but_not_with_max() -> None:
    x = smooth()
    assert value("equivariance", x, "stride") < 1e-12
    assert value("equivariance", x, "flc") < 1e-12
    assert value("equivariance", x, "max") > 0.1


def test_delta_is_where_the_first_sample_lies_in_px_and_mm() -> None:
    image = Image.of(np.zeros((16, 16)), spacing=(2.0, 0.5))
    (row,) = measure(image, "max", measures="delta")
    assert row.values["delta"] == 0.5
    assert row.parts["delta"] == {"rows": 0.5, "columns": 0.5, "rows mm": 1.0, "columns mm": 0.25}
    assert value("delta", noise(16), "max:k=3:s=2") == 1.0
    assert value("delta", noise(16), "avg:times=2") == 1.5
    # The new pixels of `nearest` share the span of the old ones: the first lies a quarter before.
    assert value("delta", noise(16), "nearest:1x2") == -0.25
    assert value("delta", noise(16), "nearest:2x1") == -0.25
    assert value("delta", noise(16), "max:1x2") == value("delta", noise(16), "max:2x1") == 0.5


@pytest.mark.parametrize(
    ("chain", "share"),
    [("flc", 0.068), ("asap", 0.056), ("stride", 0), ("avg", 0), ("blur", 0), ("max", 0)],
)
def test_ringing_is_the_overshoot_at_a_step(chain: str, share: float) -> None:
    assert value("ringing", noise(64), chain) == pytest.approx(share, abs=0.001)


@every("taps, bias", [([-1, 2, 0], 0), ([0, 2, -1], -7)])
@every("step, seen", [(1, [0]), (2, [0, 1]), (4, [0, 1, 2, 3]), (5, [0, 2, 3, 4])])
def test_ringing_looks_at_an_edge_on_each_of_the_first_four_places(
    tmp_path: Path, step: int, seen: list[int], taps: list[float], bias: float
) -> None:
    """2 x[i] - x[i-1] rises by the edge above the first light pixel, which is 32 to 35 of 64.

    2 x[i] - x[i+1] falls as much below the last dark one. A constant changes neither.
    """
    np.save(tmp_path / "w.npy", np.array([[0] * 3, taps, [0] * 3]))
    np.save(tmp_path / "b.npy", np.array([bias]))
    conv = f"conv:file={tmp_path}/w.npy:bias={tmp_path}/b.npy:s=1"
    for offset in range(step):
        place = offset - taps.index(-1) // 2  # the dark pixel lies one before
        chain = f"{conv}+stride:s=1x{step}:o=0x{place % step}"
        parts = METRICS["ringing"](trial(noise(64)[:8], chain)).parts
        assert parts == {"rows": 0.0, "columns": float(offset in seen)}


def test_ringing_of_an_interpolation_is_that_of_its_waves() -> None:
    # Half of 64 px dark, half light: the sum of its waves at every half pixel.
    n = 64
    spectrum = np.fft.fft(np.arange(n) >= n // 2) / n
    k = np.arange(-n // 2, n // 2 + 1)
    weights = np.where(np.abs(k) == n // 2, 0.5, 1.0)
    places = np.arange(2 * n) / 2
    waves = np.exp(2j * np.pi * np.outer(places, k) / n) @ (weights * spectrum[k % n])
    assert value("ringing", noise(n), "sinc") == pytest.approx(waves.real.max() - 1)


@pytest.mark.parametrize(
    ("chain", "energy"),
    [
        # Weights 1 2 / 2 4: mean 9/4, mean square 25/4.
        ("transpose:k=3", (25 / 4 - (9 / 4) ** 2) / (9 / 4) ** 2),
        ("transpose:k=4", 0.0),
        ("transpose:gauss:k=3", 0.0),  # 1 2 1: both phases 2
        ("zeros", 3.0),  # one in four
        ("nearest", 0.0),
        ("bilinear", 0.0),
        ("max+unpool", 3.0),
    ],
)
def test_checkerboards_are_those_of_the_overlap(chain: str, energy: float) -> None:
    assert value("checkerboard", noise(64), chain) == pytest.approx(energy, abs=1e-9)


@pytest.mark.parametrize(
    ("chain", "decibels"),
    [("stride", 30.7), ("avg", 35.9), ("blur:k=4", 31.4), ("blur:k=5", 29.6), ("asap", 40.2)],
)
def test_psnr_of_the_phantom_in_register(chain: str, decibels: float) -> None:
    assert value("psnr", phantom(), chain, span=1.0) == pytest.approx(decibels, abs=0.1)


def test_spectral_is_in_decades_of_power() -> None:
    # Ten times as bright: every power is 100 times as large.
    x = noise(64)
    tried = trial(x, "identity")
    object.__setattr__(tried, "output", 10 * tried.output)
    assert METRICS["spectral"](tried).value == pytest.approx(2.0)
    assert value("spectral", x, "identity") == 0.0


def test_spectral_counts_rings_up_to_the_new_nyquist_and_powers_above_a_floor() -> None:
    """Of waves of 5 and of 20 cycles in 64 columns avg keeps cos^2, and folds the latter to 12."""
    nu, rows, columns = np.array([5, 20]) / 64, 48, 64
    x = np.tile(np.cos(2 * np.pi * np.outer(np.arange(columns), nu)).sum(axis=1), (rows, 1))
    # Rings are 1/48 wide: 5/64 is in the ring 4, 12/64 in 9, and 1/4, the last, is 12.
    down, along = np.ogrid[-12:12, -16:16]
    squares = down**2 + (along * rows / columns) ** 2
    bins = np.count_nonzero((squares >= 8.5**2) & (squares < 9.5**2))
    kept = np.cos(np.pi * nu) ** 2
    power, floor = 1 / 2, 1e-12 * (1 / 2 + 1 / 2)  # of waves of amplitude 1
    decades = -np.log10(kept[0]) + np.log10(kept[1] * power / bins / floor)
    assert value("spectral", x, "avg") == pytest.approx(decades / 12, rel=1e-6)


def test_errors_of_a_dimmed_image_are_its_share() -> None:
    tried = trial(noise(64), "identity")
    object.__setattr__(tried, "output", 0.9 * tried.output)
    assert METRICS["hfen"](tried).value == pytest.approx(0.1)
    assert METRICS["nrmse"](tried).value == pytest.approx(0.1)


def test_ssim_of_one_window_is_its_formula() -> None:
    tried = trial(noise(22), "stride", span=2.0)  # 11x11 px
    weights = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    weights = np.outer(weights, weights) / weights.sum() ** 2
    x, y = tried.reference[0], tried.output[0]
    mean = (weights * x).sum(), (weights * y).sum()
    variance = [(weights * (z - m) ** 2).sum() for z, m in zip((x, y), mean, strict=True)]
    covariance = (weights * (x - mean[0]) * (y - mean[1])).sum()
    c1, c2 = (0.01 * 2) ** 2, (0.03 * 2) ** 2
    expected = (2 * mean[0] * mean[1] + c1) / (mean[0] ** 2 + mean[1] ** 2 + c1)
    expected *= (2 * covariance + c2) / (sum(variance) + c2)
    assert METRICS["ssim"](tried).value == pytest.approx(expected, rel=1e-9)


def test_msssim_of_176_px_has_one_window_at_its_coarsest_scale() -> None:
    assert 0 <= value("msssim", noise(352), "avg") < 1


def test_residual_and_am1_of_the_crop_are_nothing() -> None:
    for name in ("residual", "am1"):
        assert value(name, noise(64), "flc") < 1e-3
        assert value(name, noise(64), "stride") > 0.5


def test_a_chain_that_is_linear_on_this_image_is_fitted_exactly() -> None:
    x = np.random.default_rng(0).random((64, 64))  # positive: abs does nothing
    assert value("distortion", x, "avg+abs") < 1e-9
    inner_share = value("fitalias", x, "avg+abs")
    assert inner_share == pytest.approx(value("alias", x, "avg"), rel=0.05)
    assert value("interaction", x, "avg+abs") > 0  # the parts of x have both signs


def test_distortion_of_gaussian_noise_is_that_of_bussgang() -> None:
    """Of |x| nothing is linear; of relu x/2 is, a quarter of 1/2 - 1/(2 pi)."""
    x = noise(128)
    assert value("distortion", x, "abs") == pytest.approx(1, abs=0.02)
    assert value("distortion", x, "relu") == pytest.approx((np.pi - 2) / (2 * np.pi - 2), abs=0.01)


def test_what_the_grid_can_hold_does_not_interact() -> None:
    assert value("interaction", smooth(), "max") < 1e-12
    assert value("interaction", noise(64), "max") > 0.1


def test_a_constant_that_a_chain_adds_takes_no_part_in_interaction() -> None:
    plain, raised = (trial(noise(32), f"max+pad:value={border}") for border in (0, 2.5))
    energies = [METRICS["interaction"](each).value * each.variation for each in (plain, raised)]
    assert raised.variation > 1.4 * plain.variation  # the border counts in the output alone
    assert energies[1] == pytest.approx(energies[0], rel=1e-9)


@every("name", ["nyquist", "passband", "highfreq", "detail", "spectral", "am1", "shift", "ringing"])
@every(
    "size, chain",
    [((24, 20), "stride:3x2"), ((24, 20), "blur+bilinear"), ((9, 12, 10), "avg:1x2x2")],
)
def test_of_a_small_image_a_measure_is_what_its_definition_says(
    size: tuple[int, ...], chain: str, name: str
) -> None:
    """test_plain.py tries more."""
    x = np.random.default_rng(0).random((2, *size))
    tried = (trial if len(size) == 2 else volume_trial)(x, chain)
    assert METRICS[name](tried).value == pytest.approx(getattr(definitions, name)(tried), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "x", "chain", "why"),
    [
        ("alias", noise(16), "max", "the chain is not linear; see residual, fitalias, interaction"),
        ("alias", np.ones((16, 16)), "stride", "the image is constant"),
        ("passband", noise(16), "max", "the chain is not linear; see detail"),
        ("checkerboard", noise(16), "max", "no step makes the image larger"),
        ("shift", noise(16), "nearest", "no stage is coarser than the image"),
        ("ssim", noise(20), "flc", "the output is smaller than 11x11 px"),
        ("msssim", noise(350), "flc", "the output is smaller than 176x176 px"),
        ("psnr", noise(16), "identity", "there is no difference"),
        ("psnr", noise(16), "unshuffle", "the output has other channels than the image"),
        ("ringing", noise(16), "conv:laplacian", "the chain makes the same of dark and of light"),
        ("fitalias", noise(64), "max+max+max", "36 samples are too few for a kernel of 324 taps"),
        ("alias", checks(16), "stride", "the output is constant"),
        *(
            (
                "contrast",
                9 + noise(32),
                f"{before}unshuffle+shuffle",
                "the chain does not make one channel of one",
            )
            for before in ("", "max+")
        ),
        (
            "interaction",
            np.arange(64).reshape(8, 8) % 5,
            "onehot+avg",
            "the parts of the image give other channels than the image",
        ),
    ],
)
def test_where_there_is_no_number_it_says_why(name: str, x: object, chain: str, why: str) -> None:
    with pytest.raises(UndefinedError) as err:
        value(name, x, chain)  # type: ignore[arg-type]
    assert str(err.value) == why


@pytest.mark.parametrize(("axes", "shape"), [(2, (3, 32, 32)), (3, (3, 14, 12, 13))])
def test_a_kernel_that_leaves_each_channel_alone_has_the_numbers_of_what_it_does_to_them(
    tmp_path: Path, axes: Literal[2, 3], shape: tuple[int, ...]
) -> None:
    """1 in the middle from each channel to itself, 0 else: every other sample of each is kept."""
    weights = np.zeros((3, 3, 3**axes))
    weights[range(3), range(3), 3**axes // 2] = 1
    np.save(tmp_path / "w.npy", weights.reshape(3, 3, *[3] * axes))
    x = np.random.default_rng(0).random(shape)
    mixed, alone = (measure(x, c, axes=axes)[0] for c in (f"conv:file={tmp_path}/w.npy", "stride"))
    undefined = set(mixed.undefined) - set(alone.undefined)
    assert {name: mixed.undefined[name] for name in undefined} == {
        "contrast": "the chain does not make one channel of one",
        "dprime": "the chain is not linear along each axis; `sampviz detect` draws it",
    }
    expected = {name: value for name, value in alone.values.items() if name not in undefined}
    assert mixed.values == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_nan_is_never_a_number() -> None:
    x = noise(16)
    x[3, 3] = np.nan
    (row,) = measure(Image.of(x), "max")
    assert not row.values
    assert set(row.undefined) == {name for name, each in METRICS.items() if not each.on_request}
    assert set(row.undefined.values()) == {"1 value of the image is NaN or infinite"}


def test_blobs_lose_what_the_cells_of_averages_mix() -> None:
    x = 5 + noise(64)
    a = 3 / (2 * np.sqrt(2 * np.log(2)))
    along_one_axis = (1 + np.exp(-1 / (4 * a * a))) / 2  # a pixel has half of itself and a quarter
    assert value("contrast", x, "avg") == pytest.approx(along_one_axis**2, rel=2e-3)
    assert value("dprime", x, "avg") == pytest.approx(along_one_axis, rel=2e-3)
    for chain, share in (("identity", 1.0), ("stride", 0.5), ("stride:4", 0.25)):
        assert value("dprime", x, chain) == pytest.approx(share, rel=2e-3)
    assert value("contrast", x, "identity") == pytest.approx(1.0, abs=1e-12)
    volume = volume_trial(5 + np.random.default_rng(0).normal(size=(20, 22, 24)), "stride")
    assert METRICS["dprime"](volume).value == pytest.approx(0.5**1.5, rel=5e-3)


def test_the_outermost_blobs_of_a_small_image_are_no_further_out_than_its_pixels() -> None:
    """At an eighth, 3, 5 and 7 eighths of 13 px, each moved by as much of the step of 2."""
    places = np.array([0, 4.25, 8.75, 11.25])  # the first would be at -.25
    blobs = 0.5 ** (4 * (np.arange(13) - places[:, None]) ** 2 / 3**2)  # half of it 1.5 px away
    kept = (blobs[:, ::2] ** 2).sum() / (blobs**2).sum()  # along one axis, of the squares
    assert value("dprime", 5 + noise(13), "stride") == pytest.approx(kept, rel=1e-9)


def test_max_keeps_bright_blobs_and_not_dark_ones() -> None:
    tried = METRICS["contrast"](trial(np.pad(9 + noise(48) / 4, 8), "max"))
    assert tried.value == tried.parts["dark"] < 0.8 < 0.9 < tried.parts["bright"]
    with pytest.raises(UndefinedError, match="not linear; `sampviz detect` draws it"):
        METRICS["dprime"](trial(noise(32), "max"))
    with pytest.raises(UndefinedError, match="smaller than a lesion"):
        METRICS["contrast"](trial(noise(2), "stride"))
    of_zeros = np.pad(np.zeros((32, 32)), 16, constant_values=-9)
    with pytest.raises(UndefinedError, match="the median of the tissue is 0"):
        METRICS["contrast"](trial(of_zeros, "max"))
