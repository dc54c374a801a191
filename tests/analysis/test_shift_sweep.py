"""An image that moves, its outputs moved back, and the consistency error E."""

from fractions import Fraction

import numpy as np
import pytest

import sampviz
from sampviz.analysis.shift_sweep import (
    Axis,
    ShiftSweep,
    consistency,
    plan_sweep,
    shifted,
    worst_shift,
)
from sampviz.core.errors import InputError, SampvizError, UsageError
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains


def noise(h: int = 64, w: int = 64) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(h, w))


def band_limited(n: int, most: int) -> np.ndarray:
    """Random waves of at most `most` periods along each axis."""
    spectrum = np.fft.fft2(noise(n, n))
    k = np.abs(np.fft.fftfreq(n, 1 / n))
    spectrum[(k[:, None] > most) | (k > most)] = 0
    return np.fft.ifft2(spectrum).real


def swept(
    x: np.ndarray, chain: str, extent: str, step: float = 1, axis: Axis = "columns"
) -> ShiftSweep:
    return plan_sweep(Image.of(x), parse_chains(chain), axis=axis, extent=extent, step=step)


def error(x: np.ndarray, chain: str, shift: str, axis: Axis = "columns") -> float:
    (found,) = swept(x, chain, "0..4", axis=axis).at(Fraction(shift)).consistency
    assert found is not None
    return found


def energy_folded(gain_at: np.ndarray) -> float:
    """Of a filter's output for white noise, the part above half the Nyquist frequency."""
    power = gain_at**2
    return power[len(power) // 2 :].sum() / power.sum()


NU = (np.arange(4096) + 0.5) / 8192  # cycles/px, 0 .. 1/2
GAINS = {
    "stride": np.ones_like(NU),
    "avg": np.cos(np.pi * NU),
    "blur:k=5:pad=wrap": np.cos(np.pi * NU) ** 4,
    "blur:k=3:pad=wrap": np.cos(np.pi * NU) ** 2,
}


@pytest.mark.parametrize("shift", ["1/4", "1/2", "1", "3/2"])
@pytest.mark.parametrize("chain", GAINS)
def test_of_white_noise_what_folds_turns_by_a_half_turn_a_pixel(chain: str, shift: str) -> None:
    # A folded wave lies 1/2 cycle/px from its true frequency: moved back it is off by e^(i pi t).
    wanted = 2 * np.sin(np.pi * Fraction(shift) / 2) * np.sqrt(energy_folded(GAINS[chain]))
    assert error(noise(128, 128), chain, shift) == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize(
    ("chain", "known"), [("stride", 1.4), ("avg", 0.85), ("blur:k=5:pad=wrap", 0.24), ("flc", 0.13)]
)
@pytest.mark.parametrize("axis", ["columns", "rows"])
def test_white_noise_moved_by_a_pixel(chain: str, known: float, axis: Axis) -> None:
    assert error(noise(), chain, "1", axis) == pytest.approx(known, rel=0.1)


@pytest.mark.parametrize("axis", ["columns", "rows", "both"])
@pytest.mark.parametrize("shift", ["1/4", "1/3", "1", "7/5"])
@pytest.mark.parametrize("chain", ["stride", "flc", "avg", "blur:pad=wrap", "stride+sinc"])
def test_below_the_new_nyquist_linear_outputs_only_move(chain: str, shift: str, axis: Axis) -> None:
    assert error(band_limited(64, 14), chain, shift, axis) < 1e-6


def test_max_bends_what_it_does_not_fold() -> None:
    x = band_limited(64, 14)
    assert error(x, "max", "1") > 0.05
    assert error(x, "max", "1/2") > 0.05


@pytest.mark.parametrize("shift", ["0", "2", "4"])
@pytest.mark.parametrize("chain", ["max", "stride", "avg", "flc", "max+max:s=1:p=1:k=3", "aps"])
def test_moved_by_whole_samples_every_circular_output_only_moves(chain: str, shift: str) -> None:
    assert error(noise(), chain, shift) < 1e-12


@pytest.mark.parametrize("size", [(64, 64), (65, 67)])
@pytest.mark.parametrize(
    "chain", ["blur", "max:k=3:s=2:p=1", "conv:kernel=gauss", "max", "pyrdown"]
)
def test_borders_that_are_padded_or_cropped_are_not_compared(
    chain: str, size: tuple[int, int]
) -> None:
    assert error(noise(*size), chain, "2") < 1e-12


def test_error_of_its_negative_is_2_and_of_a_shifted_brightness_is_its_part() -> None:
    y = noise(8, 8) + 5
    y -= y[1:7, 1:7].mean() - 5
    assert consistency(10 - y, y) == pytest.approx(2)
    assert consistency(y + 3, y) == pytest.approx(3 / y[1:7, 1:7].std())
    assert consistency(y, y) == 0


def test_an_eighth_at_each_side_counts_nothing() -> None:
    y = noise(16, 24)
    other = y.copy()
    other[:2] = other[-2:] = other[:, :3] = other[:, -3:] = 9
    assert consistency(other, y) == 0
    other[2, 3] += 1
    assert consistency(other, y) != 0


def test_channels_count_together() -> None:
    y = np.stack([noise(8, 8), 3 * noise(8, 8) + 7])
    inner = y[:, 1:7, 1:7]
    spread = inner - inner.mean(axis=(1, 2), keepdims=True)
    wanted = np.sqrt(((inner - inner[::-1]) ** 2).sum() / (spread**2).sum())
    assert consistency(y[::-1], y) == pytest.approx(wanted)


@pytest.mark.parametrize("value", [0.0, 0.3, 1e4])
def test_a_constant_output_has_no_error(value: float) -> None:
    assert consistency(noise(8, 8), np.full((8, 8), value, np.float32)) is None


@pytest.mark.parametrize("place", ["0", "3", "1/2", "-1/3", "10/4"])
def test_a_wave_is_displaced_to_its_values_between_the_samples(place: str) -> None:
    j = np.arange(12)
    x = np.cos(2 * np.pi * 3 * j / 12 + 0.4) + np.zeros((5, 1))
    at = Fraction(place)
    wanted = np.cos(2 * np.pi * 3 * (j + float(at)) / 12 + 0.4) + np.zeros((5, 1))
    assert np.allclose(shifted(x, [Fraction(0), at]), wanted, atol=1e-12)
    assert np.allclose(shifted(x.T, [at, Fraction(0)]), wanted.T, atol=1e-12)


@pytest.mark.parametrize(
    ("axis", "rolled"), [("columns", (0, 2)), ("rows", (2, 0)), ("both", (2, 2))]
)
def test_the_image_moves_down_and_to_the_right(axis: Axis, rolled: tuple[int, int]) -> None:
    x = noise(16, 16)
    moved = swept(x, "stride", "0..2", axis=axis).at(Fraction(2))
    assert np.array_equal(moved.array, np.roll(x, rolled, axis=(0, 1)))
    assert np.array_equal(moved.outputs[0], x[::2, ::2])


@pytest.mark.parametrize(
    ("chains", "axis", "period"),
    [
        ("max", "columns", "2"),
        ("max,max:k=3", "columns", "3"),
        ("stride:4+nearest:4", "columns", "4"),
        ("max:k=1x2", "columns", "2"),
        ("max:k=1x2", "rows", "1"),
        ("max:k=1x2", "both", "2"),
        ("bilinear", "columns", "1"),
    ],
)
def test_by_default_over_a_period_of_the_coarsest_stage(
    chains: str, axis: Axis, period: str
) -> None:
    shifts = plan_sweep(Image.of(noise()), parse_chains(chains), axis=axis).shifts
    assert (shifts[0], shifts[1], shifts[-1]) == (0, Fraction(1, 4), Fraction(period))


def test_a_range_has_exact_shifts_and_ends_within() -> None:
    shifts = swept(noise(), "max", "-.3..0.41", 0.1).shifts
    assert shifts == tuple(Fraction(n, 10) for n in range(-3, 5))


def test_mm_are_those_of_the_axis() -> None:
    def mm(axis: Axis, rows: float, columns: float) -> float | None:
        image = Image.of(noise(), spacing=(rows, columns))
        return plan_sweep(image, parse_chains("max"), axis=axis).mm_per_px

    assert mm("rows", 3, 2) == pytest.approx(3)
    assert mm("columns", 3, 2) == pytest.approx(2)
    assert mm("both", 3, 2) is None
    assert mm("both", 2, 2) == pytest.approx(2)
    assert swept(noise(), "max", "0..1", 0.5).mm_per_px is None


@pytest.mark.parametrize("text", ["2..0", "0..0", "0", "0-2", "a..b", "0..1e3", "0..٣", "..", ""])
def test_a_range_that_is_none(text: str) -> None:
    with pytest.raises(UsageError) as told:
        swept(noise(), "max", text)
    assert str(told.value) == (
        f"{text!r} is not a range of shifts\n  in:  range\n"
        "  fix: write LO..HI in pixels, the smaller first, e.g. 0..2 or -1.5..1.5"
    )


@pytest.mark.parametrize("step", [3, 0, -1, float("nan"), float("inf")])
def test_a_step_that_leaves_one_shift(step: float) -> None:
    with pytest.raises(UsageError, match="leaves nothing to compare from 0 to 2 px"):
        swept(noise(), "max", "0..2", step)


@pytest.mark.parametrize(
    ("extent", "step", "what"),
    [
        ("0..8", 0.01, "801 shifts; the most is 400"),
        ("0..8.5", 0.5, "a shift beyond 8 px brings what wraps around into what is compared"),
        ("-9..0", 1, "a shift beyond 8 px brings what wraps around into what is compared"),
    ],
)
def test_too_many_and_too_far(extent: str, step: float, what: str) -> None:
    with pytest.raises(UsageError) as told:
        swept(noise(), "max", extent, step)
    assert told.value.what == what


def test_a_small_image_may_move_over_a_period() -> None:
    assert swept(noise(7, 9), "max", "0..2").shifts[-1] == 2


def test_too_much_work_is_refused_before_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sampviz.analysis.shift_sweep.MOST_WORK", 3 * (64 * 64 + 32 * 32) - 1)
    with pytest.raises(UsageError, match=r"3 shifts are 1\.5e\+04 px to compute"):
        swept(noise(), "max", "0..2")
    assert swept(noise(), "max", "0..1").shifts == (0, 1)


def odd(value: float) -> Image:
    x = noise(16, 16)
    x[3, 4] = value
    return Image.of(x, "odd")


@pytest.mark.parametrize(
    ("image", "code", "text"),
    [
        (
            odd(np.nan),
            3,
            "1 of its values is NaN or infinite, and a Fourier shift spreads them over the whole"
            " image\n  in:  odd\n  fix: replace them with numbers first",
        ),
        (
            Image.of(np.full((8, 8), 3), "flat"),
            3,
            "the image is constant: nothing can be seen moving\n  in:  flat\n"
            "  fix: take another image",
        ),
        (
            sampviz.load("sample:dwi", volume=True),
            2,
            "planes are moved, not volumes\n  in:  dwi\n"
            "  fix: leave out volume=True: a slice is taken",
        ),
    ],
    ids=["NaN", "constant", "volume"],
)
def test_images_that_cannot_be_moved(image: Image, code: int, text: str) -> None:
    with pytest.raises((InputError, UsageError)) as told:
        plan_sweep(image, parse_chains("max"))
    assert (str(told.value), told.value.exit_code) == (text, code)


def test_an_output_that_is_not_finite_is_refused() -> None:
    x = np.full((16, 16), 3e38, np.float32)
    x[0] = 0
    sweep = swept(x, "lp", "0..2")
    with np.errstate(over="ignore"), pytest.raises(SampvizError) as told:
        sweep.at(Fraction(0))
    assert told.value.what == "the output is NaN or infinite somewhere, and cannot be moved back"


@pytest.mark.parametrize("scale", [2.0**-600, 1.0, 2.0**600])
def test_consistency_does_not_depend_on_the_unit(scale: float) -> None:
    x, y = np.random.default_rng(0).random((2, 32, 32))
    assert consistency(x * scale, y * scale) == consistency(x, y)


def test_the_worst_shift_has_the_largest_mean_error_of_the_chains_that_have_one() -> None:
    assert worst_shift([(0, 0, None), (0.5, 0, None), (0.2, 0.4, None), (0.6, 0, None)]) == 2
    assert worst_shift([(None,), (None,)]) == 0
