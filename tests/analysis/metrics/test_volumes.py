"""Measures of volumes, of which the answer is known from the mathematics alone."""

import tracemalloc
from itertools import product

import numpy as np
import pytest

from sampviz.analysis.evaluation import AXIS_NAMES, evaluate
from sampviz.analysis.measure import measure
from sampviz.analysis.metric import UndefinedError
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.metrics import ringing as edges
from sampviz.analysis.reference import SourceImage
from sampviz.ops.chain import Chain
from tests.analysis.metrics.build import Array, volume_trial

pytestmark = pytest.mark.slow
TAPS = {
    "stride": [1.0],
    "avg": [1, 1],
    "blur:k=3:pad=wrap": [1, 2, 1],
    "blur:k=4:pad=wrap": [1, 3, 3, 1],
    "blur:k=5:pad=wrap": [1, 4, 6, 4, 1],
    "blur:k=7:pad=wrap": [1, 6, 15, 20, 15, 6, 1],
}
GRATING = np.cos(2 * np.pi * 12 * np.arange(32) / 32 + 0.7)[:, None, None] * np.ones((1, 16, 16))


def value(name: str, x: Array, chain: str, span: float | None = None) -> float:
    return METRICS[name](volume_trial(x, chain, span)).value


def noise(*size: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=size)


def taps_of(chain: str) -> Array:
    taps = np.array(TAPS[chain], float)
    return np.asarray(taps / taps.sum())


def kept_share(chain: str, n: int) -> float:
    """sum |H|^2 up to the new Nyquist frequency, over that of all n waves."""
    taps = taps_of(chain)
    response = np.abs(np.fft.fft(taps, n)) ** 2
    return float(response[np.abs(np.fft.fftfreq(n)) <= 1 / 4].sum() / response.sum())


@pytest.mark.parametrize(
    ("chain", "planes", "volume"),
    [
        ("stride", 0.73413, 0.86291),
        ("avg", 0.30498, 0.42058),
        ("blur:k=3:pad=wrap", 0.12673, 0.18394),
        ("blur:k=4:pad=wrap", 0.05366, 0.07941),
        ("blur:k=5:pad=wrap", 0.02310, 0.03445),
        ("blur:k=7:pad=wrap", 0.00444, 0.00665),
    ],
)
def test_flat_spectra_fold_by_the_response_of_the_filter(
    chain: str, planes: float, volume: float
) -> None:
    """1 less the product over the worked axes of what the filter keeps below the new Nyquist."""
    assert 1 - kept_share(chain, 64) ** 2 == pytest.approx(planes, abs=6e-6)
    assert 1 - kept_share(chain, 64) ** 3 == pytest.approx(volume, abs=6e-6)

    # An impulse at each of the 8 places relative to the samples, a channel each: what is true of
    # white noise in the mean is true of these exactly, but for the mean of each output.
    n, places = 16, list(product((8, 9), repeat=3))
    x = np.zeros((8, n, n, n))
    for channel, place in zip(x, places, strict=True):
        channel[place] = 1
    taps = taps_of(chain)
    for worked, one in ((3, "2x2x2"), (2, "1x2x2"), (1, "2x1x1")):
        steps = [int(each) for each in one.split("x")]
        sides = "x".join(str(len(taps) if each == 2 else 1) for each in steps)
        name = chain.split(":")[0]
        window = "" if name == "stride" else f":k={sides}" + ":pad=wrap" * (name == "blur")
        step = f"{name}:s={one}{window}"
        halves = [[taps[::2].sum(), taps[1::2].sum()] if each == 2 else [1, 1] for each in steps]
        means = sum(float(np.prod(at)) ** 2 for at in product(*halves)) * 2**worked / n**3
        total = 8 / 2**worked * (taps**2).sum() ** worked
        share = (1 - kept_share(chain, n) ** worked) * total / (total - means)
        assert value("alias", x, step) == pytest.approx(share, rel=1e-9)
        assert value("stepalias", x, step) == pytest.approx(share, rel=1e-9)
        held = 1 / (1 - n**-3.0) * (1 - (9 / 16) ** worked)
        assert value("nyquist", x, step) == pytest.approx(held, rel=1e-9)


@pytest.mark.parametrize("chain", ["stride", "avg", "blur:k=3:pad=wrap", "blur:k=5:pad=wrap"])
def test_white_noise_along_each_axis_moves_as_along_one(chain: str) -> None:
    """Equivariance of every axis is 2 sqrt(1 - kept share), whatever the others do.

    But a wave at the new Nyquist frequency, which has one phase only, counts 1 and not 4.
    """
    x = noise(3, 32, 32, 32)
    found = METRICS["equivariance"](volume_trial(x, chain))
    taps = taps_of(chain)
    response = np.abs(np.fft.fft(taps, 32)) ** 2
    at_nyquist = 2 * response[8] / response.sum()
    expected = np.sqrt(4 * (1 - kept_share(chain, 32)) + at_nyquist)
    assert list(found.parts) == ["slices", "rows", "columns"]
    assert list(found.parts.values()) == pytest.approx([expected] * 3, rel=0.05)
    same, next_to = (taps**2).sum(), (taps[1:] * taps[:-1]).sum()
    share = same**3 - ((same + next_to) / 2) ** 3
    assert value("shift", x, chain) == pytest.approx(share, rel=0.05)


def test_max_pooling_of_noise_brightens_and_folds_in_closed_form() -> None:
    x = np.random.default_rng(0).random((2, 32, 32, 32))
    for window, most, share in (("2x2x2", 8 / 9, 0.539115), ("1x2x2", 4 / 5, 0.397822)):
        chain = f"max:k={window}:s={window}"
        assert value("bias", x, chain, 1.0) == pytest.approx(most - 0.5, abs=0.003)
        assert value("stepalias", x, chain) == pytest.approx(share, abs=0.008)
    assert value("stepalias", x, "max:k=3:s=2") == pytest.approx(0.375722, abs=0.012)
    assert value("stepalias", x, "max:k=2:s=1x2x2") == pytest.approx(0.414056, abs=0.008)


@pytest.mark.parametrize(
    ("chain", "amplitude", "phase"),
    [
        ("stride", 1.0, -0.7),
        ("avg", np.cos(12 * np.pi / 32), -(0.7 + 12 * np.pi / 32)),
        ("blur:k=3:pad=wrap", np.cos(12 * np.pi / 32) ** 2, -0.7),
        ("blur:k=5:pad=wrap", np.cos(12 * np.pi / 32) ** 4, -0.7),
        ("flc", 0.0, None),
        ("asap", 0.0, None),
    ],
)
def test_a_grating_along_the_slices_folds(
    chain: str, amplitude: float, phase: float | None
) -> None:
    """12 cycles in 32 slices of 3 mm: .125/mm; of 16 slices of 6 mm it is 4: .0417/mm."""
    made = volume_trial(GRATING, chain)
    waves = np.fft.fft(made.output[0, :, 0, 0]) / 8
    assert waves[4] == pytest.approx(amplitude * np.exp(1j * (phase or 0)), abs=1e-12)
    others = [abs(waves[k]) for k in range(1, 16) if k not in (4, 12)]
    assert max(others) < 1e-12
    if not amplitude:
        return
    folded = METRICS["alias"](made)
    assert folded.value == pytest.approx(1.0, rel=1e-9)
    assert folded.parts == pytest.approx({"slices": 1, "in-plane": 0, "mixed": 0}, abs=1e-9)
    assert METRICS["nyquist"](made).value == pytest.approx(1.0)
    moved = METRICS["equivariance"](made).parts
    assert moved == pytest.approx({"slices": 2, "rows": 0, "columns": 0}, abs=1e-6)


def test_a_volume_of_one_slice_is_not_moved_across_it() -> None:
    made = volume_trial(np.random.default_rng(0).normal(size=(1, 16, 16)), "stride:1x2x2")
    assert METRICS["equivariance"](made).parts.keys() == {"rows", "columns"}


def test_a_grating_along_the_slices_is_nothing_to_what_keeps_them() -> None:
    made = volume_trial(GRATING, "stride:1x2x2")
    assert METRICS["alias"](made).value == METRICS["nyquist"](made).value == 0
    assert METRICS["equivariance"](made).value == pytest.approx(0, abs=1e-6)
    slow = np.roll(np.cos(2 * np.pi * 5 * np.arange(32) / 32), 3)[:, None, None] + np.zeros((4, 4))
    gain = np.cos(5 * np.pi / 32) ** 2
    assert value("passband", slow, "avg") == pytest.approx(gain, rel=1e-9)


def test_what_folds_is_split_by_direction() -> None:
    """Waves too fine across the slices, within them, and both, which fold to different places."""
    z, y, x = (2 * np.pi * np.arange(16) / 16 for _ in range(3))
    z, y, x = np.meshgrid(z, y, x, indexing="ij")
    waves = [
        (3.0, np.cos(7 * z + y)),
        (2.0, np.cos(2 * z + 6 * y)),
        (1.0, np.cos(6 * z + 7 * x)),
        (4.0, np.cos(z + 3 * x)),
    ]
    folds = METRICS["alias"](volume_trial(np.sum([a * w for a, w in waves], 0), "stride"))
    assert folds.value == pytest.approx((9 + 4 + 1) / (9 + 4 + 1 + 16))
    assert folds.parts == pytest.approx({"slices": 9 / 30, "in-plane": 4 / 30, "mixed": 1 / 30})


def test_where_samples_lie_is_known_in_mm() -> None:
    thick = SourceImage(np.zeros((1, 12, 8, 8)), 1.0, (3.0, 0.9, 0.9))
    deltas = METRICS["delta"](evaluate(thick, Chain.parse("avg")))
    assert deltas.value == 0.5
    assert deltas.parts == pytest.approx(
        dict.fromkeys(AXIS_NAMES, 0.5) | {"slices mm": 1.5, "rows mm": 0.45, "columns mm": 0.45}
    )
    in_plane = METRICS["delta"](evaluate(thick, Chain.parse("avg:k=1x2x2:s=1x2x2"))).parts
    assert [in_plane[f"{name} mm"] for name in AXIS_NAMES] == [0, 0.45, 0.45]


EVERY = [
    ("max", "max:k=1x2x2:s=1x2x2"),
    ("stride:3", "stride:1x3x3"),
    ("blur:k=5", "blur:k=1x5x5:s=1x2x2"),
    ("flc", "flc:f=1x2x2"),
    ("max+nearest:2", "max:k=1x2x2:s=1x2x2+nearest:1x2x2"),
]


@pytest.mark.parametrize(("chain", "in_plane"), EVERY)
def test_a_volume_of_one_slice_has_the_numbers_of_its_plane(chain: str, in_plane: str) -> None:
    x = np.random.default_rng(0).random((48, 45))
    (plane,), (volume,) = measure(x, chain), measure(x[None], in_plane, axes=3)
    assert volume.values == pytest.approx(plane.values, rel=1e-9, abs=1e-12)
    assert volume.undefined.keys() == plane.undefined.keys()
    for name, parts in plane.parts.items():
        same = {part: volume.parts[name][part] for part in parts}
        assert same == pytest.approx(parts, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("step", ["max:k={0}:s={0}", "avg:k={0}:s={0}", "flc:f={0}"])
@pytest.mark.parametrize(
    ("order", "factors"),
    [((1, 2, 0), (2, 2, 2)), ((2, 1, 0), (1, 2, 2)), ((0, 2, 1), (3, 1, 1))],
)
def test_the_thick_axis_may_be_any(
    order: tuple[int, ...], step: str, factors: tuple[int, ...]
) -> None:
    x = np.random.default_rng(0).random((18, 12, 16))
    turned_factors = [factors[axis] for axis in order]
    chains = [step.format("x".join(map(str, each))) for each in (factors, turned_factors)]
    (upright,) = measure(x, chains[0], axes=3)
    (turned,) = measure(x.transpose(order), chains[1], axes=3)
    assert turned.undefined.keys() == upright.undefined.keys()
    for row in (upright, turned):  # of no error at all there is no number of decibels
        if "psnr" in row.values:
            row.values["psnr"] = min(row.values["psnr"], 200)  # type: ignore[index]
    assert turned.values == pytest.approx(upright.values, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("chain", ["flc", "flc:f=2x1x1"])
def test_the_ideal_is_a_box_of_frequencies(chain: str) -> None:
    assert value("residual", noise(16, 12, 20), chain) < 1e-25


def test_channels_are_summed_and_not_their_ratios() -> None:
    x = noise(2, 16, 16, 16)
    x[1] *= 3
    energies = [(e.alias**2).sum() for e in (volume_trial(c, "blur") for c in x)]
    whole = [e.variation for e in (volume_trial(c, "blur") for c in x)]
    assert value("alias", x, "blur") == pytest.approx(sum(energies) / sum(whole), rel=1e-12)


@pytest.mark.parametrize(("chain", "overshoot"), [("flc", 0.0688), ("asap", 0.0568), ("avg", 0)])
def test_edges_of_a_volume_ring_as_those_of_a_plane(chain: str, overshoot: float) -> None:
    parts = METRICS["ringing"](volume_trial(np.zeros((64, 64, 64)), chain)).parts
    assert list(parts.values()) == pytest.approx([overshoot] * 3, abs=5e-5)


@pytest.mark.parametrize("chain", ["flc", "blur:k=7+max", "max:k=3:s=2+bilinear:2"])
def test_edges_may_be_tried_on_a_part_of_a_volume(
    chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape, positions = (2, 30, 80, 70), (2, 1, 2)
    part = edges.overshoot.__wrapped__(Chain.parse(chain), shape, "d", positions)
    monkeypatch.setattr(edges, "_SAMPLES", 1000)
    whole = edges.overshoot.__wrapped__(Chain.parse(chain), shape, "d", positions)
    assert part == pytest.approx(whole, abs=1e-12)


def test_edges_of_a_volume_do_not_take_the_memory_of_the_volume() -> None:
    shape = (1, 12, 256, 200)
    tracemalloc.start()
    edges.overshoot.__wrapped__(Chain.parse("stride"), shape, "d", (1, 1, 1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * np.prod(shape)


def test_where_a_chain_does_not_take_a_part_the_whole_volume_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shape, positions = (1, 12, 14, 13), (1, 1, 1)
    monkeypatch.setattr(edges, "_SAMPLES", 2)  # fewer than a window has
    part = edges.overshoot.__wrapped__(Chain.parse("max:k=7:s=1"), shape, "d", positions)
    monkeypatch.setattr(edges, "_SAMPLES", 1000)
    whole = edges.overshoot.__wrapped__(Chain.parse("max:k=7:s=1"), shape, "d", positions)
    assert part == whole


def test_similarity_says_along_which_axis_it_has_no_window() -> None:
    x = np.random.default_rng(0).random((8, 32, 32))
    (row,) = measure(x, "stride", axes=3, measures="ssim,msssim")
    assert row.notes == {"ssim": "no window along slices, of which the output has fewer than 11"}
    assert row.undefined == {"msssim": "the output has fewer than 176 samples along two axes"}
    (row,) = measure(x[:, :20], "stride", axes=3, measures="ssim")
    assert row.undefined == {"ssim": "the output has fewer than 11 samples along two axes"}


def test_a_kernel_that_is_too_large_for_a_fit_is_refused() -> None:
    with pytest.raises(UndefinedError, match="a kernel of 4096 taps is too large"):
        value("fitalias", np.random.default_rng(0).random((16, 16, 16)), "max:times=3")
