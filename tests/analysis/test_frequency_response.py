"""Frequency responses: what formulas say, found with waves, and what is refused."""

import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis import frequency_response, wave_probe
from sampviz.analysis.frequency_response import ResponseCurve, gain_map, response_curves
from sampviz.analysis.wave_probe import WaveProbe
from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation
from sampviz.ops.registry import OPS, OURS
from tests.every import every

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _expected_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)  # faithful modes warn of their fault
        yield


@pytest.fixture(autouse=True)
def _few_waves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller probe and a quarter of the waves: formulas that hold there hold between, too."""
    monkeypatch.setattr(frequency_response, "LEAST_SIDE", 64)
    monkeypatch.setattr(frequency_response, "_FREQUENCIES", {True: 16, False: 8})
    monkeypatch.setattr(frequency_response, "LEAST_SIDE_OF_MAP", 32)


def curve(text: str) -> ResponseCurve:
    (found,) = response_curves(Chain.parse(text))
    return found


def at(found: ResponseCurve, *frequencies: float) -> list[float]:
    return [float(found.gain[np.argmin(np.abs(found.frequency - v))]) for v in frequencies]


def test_average_pooling_is_a_cosine() -> None:
    eighths = [0, 1 / 8, 1 / 4, 3 / 8, 1 / 2]
    assert at(curve("avg"), *eighths) == pytest.approx([1, 0.924, 0.707, 0.383, 0], abs=5e-4)


@pytest.mark.parametrize(
    ("k", "gain"), [(2, 0.707), (3, 0.5), (4, 0.354), (5, 0.25), (6, 0.177), (7, 0.125)]
)
def test_blur_at_the_new_nyquist_frequency(k: int, gain: float) -> None:
    assert at(curve(f"blur:{k}"), 1 / 4) == pytest.approx([gain], abs=5e-4)


def test_striding_lets_all_through_and_folds_it_about_its_nyquist_frequency() -> None:
    found = curve("stride")
    assert found.gain == pytest.approx(1)
    assert found.nyquist == 0.25
    held = found.frequency <= 0.25
    assert np.isnan(found.folds_to[held]).all()
    assert found.folds_to[~held] == pytest.approx(0.5 - found.frequency[~held])
    # The cosine of 20 of 64 cycles comes out in bin 12 of 32: 12/64 cycles per original pixel.
    assert found.folds_to[np.argmin(np.abs(found.frequency - 20 / 64))] == pytest.approx(12 / 64)


def test_folding_by_three_goes_to_and_fro() -> None:
    found = curve("stride:3")
    period = np.abs(found.frequency - np.round(found.frequency * 3) / 3)
    folded = found.frequency > 1 / 6
    assert found.folds_to[folded] == pytest.approx(period[folded])


def test_flc_passes_what_can_be_held_and_a_half_at_the_limit() -> None:
    found = curve("flc")
    v = found.frequency
    assert found.gain[v < 0.25] == pytest.approx(1)
    assert found.gain[v == 0.25] == pytest.approx(0.5)
    assert found.gain[v > 0.25] == pytest.approx(0, abs=1e-12)


def test_asap_is_the_root_of_hammings_window_below_the_cut() -> None:
    found = curve("asap")
    v = found.frequency
    # Half of the root of .54 there: only one of the two signs is kept.
    assert at(found, 0.25) == pytest.approx([0.3674], abs=1e-4)
    window = np.sqrt(0.54 + 0.46 * np.cos(2 * np.pi * v))
    assert found.gain[v < 0.25] == pytest.approx(window[v < 0.25])


def test_nearest_is_a_cosine_of_half_the_frequency_and_its_replica_a_sine() -> None:
    found = curve("nearest")
    assert found.nyquist == 0.5
    assert found.gain == pytest.approx(np.cos(np.pi * found.frequency / 2))
    assert found.replica == pytest.approx(np.sin(np.pi * found.frequency / 2))


def test_zeros_between_samples_repeat_the_spectrum_as_strong_as_it_is() -> None:
    found = curve("zeros")
    assert found.gain == pytest.approx(1 / 4)  # the mean falls by f per axis, of both axes
    assert found.replica == pytest.approx(1 / 4)
    assert found.suppression == pytest.approx(0)


def test_sinc_has_no_replica_below_the_nyquist_frequency() -> None:
    found = curve("sinc")
    assert found.replica is not None
    assert found.replica[:-1] == pytest.approx(0, abs=1e-12)
    assert found.gain[:-1] == pytest.approx(1)


def test_down_and_up_again_the_fold_comes_out_below_and_its_replica_where_the_wave_was() -> None:
    found = curve("stride+nearest")
    v = found.frequency
    below = np.where(v > 0.25, 0.5 - v, v)
    assert found.gain == pytest.approx(np.cos(np.pi * below))
    assert found.replica == pytest.approx(np.sin(np.pi * below))


def test_rows_and_columns_that_differ_have_a_curve_each() -> None:
    rows, columns = response_curves(Chain.parse("blur:k=3x5:s=1x2"))
    assert (rows.axis, columns.axis) == ("rows", "columns")
    assert (rows.nyquist, columns.nyquist) == (0.5, 0.25)
    assert rows.gain == pytest.approx(np.cos(np.pi * rows.frequency) ** 2)
    assert columns.gain == pytest.approx(np.cos(np.pi * columns.frequency) ** 4)


# Parameters that change what waves of an operation become; of each that declares a response.
VARIED = {
    "area": ("", ":3", ":5"),
    "asap": ("", ":4"),
    "avg": ("", ":k=3:s=2", ":k=3:s=2:p=1:countpad=false", ":k=5:s=3:p=same", ":k=2x3:s=1x2"),
    "avgunpool": ("", ":3", ":k=2:mode=sum"),
    "bicubic": ("", ":3"),
    "bilinear": ("", ":3"),
    "blur": ("", ":5", ":6:s=3", ":1", ":k=4:off=1:pad=zero"),
    "conv": ("", ":laplacian", ":gauss:k=4:p=2", ":random:k=5:d=2", ":sobely:s=3", ":box:s=2x1"),
    "flc": ("", ":3", ":4", ":mode=faithful"),
    "identity": ("",),
    "kaiser": ("", ":3:taps=9:cutoff=0.3", ":taps=7:width=1"),
    "kaiserup": ("", ":3:taps=9:cutoff=0.3"),
    "kspace": ("", ":3", ":window=hann", ":window=hamming", ":3:window=tukey", ":window=kaiser"),
    "lanczos": ("", ":3"),
    "nearest": ("", ":3", ":4"),
    "pyrdown": ("",),
    "pyrup": ("",),
    "sinc": ("", ":3"),
    "spectral": ("", ":4", ":mode=faithful"),
    "stride": ("", ":3", ":s=4:o=3"),
    "transpose": ("", ":gauss:p=1:op=1", ":k=4:s=3", ":laplacian:d=2", ":random:k=5:s=2x1:op=0"),
    "wavelet": ("", ":db2"),
    "zeros": ("", ":3:o=2"),
    "crop": ("", ":p=2"),
    "hartley": ("", ":3"),
    "ideal": ("", ":3"),
    "iwavelet": ("", ":db2"),
    "localmean": ("", ":3"),
    "lps": ("", ":l01=1"),
    "pad": ("", ":2", ":mode=wrap"),
    "tips": ("",),
}


def test_every_declared_response_is_held_below() -> None:
    assert {op.name for op in OURS.values() if op.response} == set(VARIED)


@every("text", [name + args for name, all_ in VARIED.items() for args in all_])
def test_the_declared_response_is_what_waves_find(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frequency_response, "LEAST_SIDE", 64)  # every second wave does
    for found in response_curves(Chain.parse(text)):
        assert found.closed == pytest.approx(found.gain, abs=1e-9)


@pytest.mark.parametrize("text", ["asap:mode=faithful", "asap:3"])
def test_windows_of_asap_come_near_the_declared_one(text: str) -> None:
    found = curve(text)  # the authors' has its top half a bin beside DC; of 129 px it ends earlier
    assert found.closed == pytest.approx(found.gain, abs=0.01)


@pytest.mark.parametrize(
    "text", ["blur:times=2", "avg:3+flc", "stride:4+bilinear:2+nearest", "blur:pad=wrap+sinc"]
)
def test_closed_forms_multiply_along_the_way_of_a_wave(text: str) -> None:
    found = curve(text)
    assert found.closed == pytest.approx(found.gain, abs=1e-9)


def test_no_closed_form_where_replicas_fold_back() -> None:
    found = curve("zeros+stride")
    assert found.gain == pytest.approx(1)  # of both together; the product would be 1/4
    assert found.closed is None


def test_no_closed_form_where_a_step_declares_none() -> None:
    assert curve("stride+resize:f=2").closed is None


def test_an_operation_without_a_response_has_no_gain() -> None:
    assert OPS["resize"].gain([np.zeros(1)] * 2, OPS["resize"].bind({})) is None


def test_gain_of_an_operation_is_a_product_over_its_axes() -> None:
    blur: Operation = OPS["blur"]
    v = np.array([0.1, 0.3])
    found = blur.gain([v, v / 2], blur.bind({"k": (3, 5)}))
    assert found == pytest.approx(np.cos(np.pi * v) ** 2 * np.cos(np.pi * v / 2) ** 4)


@pytest.mark.parametrize("text", ["stride", "flc:3", "stride+nearest", "nearest:3", "resize:f=0.3"])
def test_energy_of_a_wave_is_that_of_what_comes_out(text: str) -> None:
    # Parseval over a period: the mean power of the output is the sum over all waves in it.
    probe = WaveProbe.of(Chain.parse(text), 64)
    wave = np.exp(2j * np.pi * 7 * np.arange(probe.side) / probe.side)
    plane = np.repeat(wave[None], probe.side, 0)
    out = probe.chain(plane.real) + 1j * probe.chain(plane.imag)
    middle = out[out.shape[0] // 2]
    replicas = probe.replicas[1]
    inner = middle[len(middle) // 4 :][: len(middle) // 2 // replicas * replicas]
    gains = probe.answers([(0, 7)]).gains[0, 0]
    assert (np.abs(inner) ** 2).mean() == pytest.approx((gains**2).sum(), abs=1e-9)


def test_a_map_of_a_separable_chain_is_an_outer_product() -> None:
    found = gain_map(Chain.parse("blur:3"))
    v = found.frequency
    assert v[0] == -0.5
    assert v[-1] == 0.5
    along = np.cos(np.pi * v) ** 2
    assert found.gain == pytest.approx(np.outer(along, along), abs=1e-12)


def test_a_map_tells_rows_from_columns() -> None:
    found = gain_map(Chain.parse("conv:sobelx"))
    down, along = np.meshgrid(found.frequency, found.frequency, indexing="ij")
    formula = np.abs(2 * np.sin(2 * np.pi * along)) * (2 + 2 * np.cos(2 * np.pi * down))
    assert found.gain == pytest.approx(formula, abs=1e-9)
    assert gain_map(Chain.parse("blur:k=3x1:s=2x1")).nyquist == (0.25, 0.5)


def test_waves_of_both_diagonals_are_told_apart(tmp_path: Path) -> None:
    # The mean along one diagonal lets waves along the other pass.
    np.save(tmp_path / "kernel.npy", np.eye(2) / 2)
    found = gain_map(Chain.parse(f"conv:file={tmp_path / 'kernel.npy'}"))
    down, along = np.meshgrid(found.frequency, found.frequency, indexing="ij")
    assert found.gain == pytest.approx(np.abs(np.cos(np.pi * (down + along))), abs=1e-9)


def test_the_describing_function_of_a_chain_that_acts_linearly_is_its_response() -> None:
    # On values from 0 to 1 relu changes nothing, though it is not linear.
    found, linear = curve("relu+blur"), curve("blur")
    assert found.gain == pytest.approx(linear.gain[::2], abs=1e-9)
    assert found.harmonics is not None
    assert found.harmonics[:-1] == pytest.approx(0, abs=1e-6)


def test_max_pooling_has_the_fundamental_of_the_mean_and_harmonics_beside_it() -> None:
    # max(a, b) = (a + b)/2 + |a - b|/2, and |cos| has even harmonics only: those of the mean are
    # (1/2) cos(pi v) about 1/2, those of |a - b|/2 = (1/2) sin(pi v) |cos| have 1/2 - 4/pi^2 of
    # its square as variance.
    found = curve("max")
    mean, rest = np.cos(np.pi * found.frequency), np.sin(np.pi * found.frequency)
    assert found.gain == pytest.approx(mean, abs=2e-3)
    harmonics = rest**2 * (0.5 - 4 / np.pi**2)
    # Where phases and pixels meet few angles |cos| is not seen finely.
    assert found.harmonics == pytest.approx(harmonics / (harmonics + mean**2 / 2), abs=0.01)


def test_a_window_as_wide_as_the_wave_leaves_harmonics_only() -> None:
    found = curve("max:times=4")
    assert found.harmonics is not None
    assert found.harmonics[found.frequency == 1 / 16] == pytest.approx(1, abs=1e-3)


def test_harmonics_of_a_constant_are_not_a_number() -> None:
    found = curve("relu+avg")
    assert found.harmonics is not None
    assert np.isnan(found.harmonics[-1])  # of the fastest wave only the mean is left
    assert found.harmonics[:-1] == pytest.approx(0, abs=1e-6)


def test_waves_that_an_operation_compares_with_each_other_are_sent_alone() -> None:
    # aps takes one phase for all channels; together a wave would choose for another.
    probe = WaveProbe.of(Chain.parse("aps"), 64)
    together, alone = probe.answers([(0, 3), (0, 20)]), probe.answers([(0, 20)])
    assert np.array_equal(together.gains[1:], alone.gains)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("unshuffle", "unshuffle makes other channels, and a response is that of one channel"),
        ("unshuffle+shuffle", "unshuffle makes other channels"),
        ("shuffle", "shuffle:f=2 wants a multiple of 4 channels, not 1"),
        ("area:size=20x20", "it does not repeat itself within a plane of 1024 px"),
        ("bilinear:corners=true", "it does not repeat itself within a plane of 1024 px"),
        ("asap:pad=large", "it does not repeat itself within a plane of 1024 px"),
        ("stride:64:times=2", "it does not repeat itself within a plane of 1024 px"),
        ("zeros:64:times=2", "it does not repeat itself within a plane of 1024 px"),
        ("blur:k=auto", "k=auto needs the size of the pixels in mm"),
    ],
)
def test_what_waves_cannot_tell_is_refused_in_three_lines(text: str, what: str) -> None:
    with pytest.raises(ChainError) as caught:
        response_curves(Chain.parse(text))
    assert str(caught.value).startswith(what)
    assert str(caught.value).count("\n") == 2


def test_borders_that_reach_into_the_middle_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave_probe, "SIDES", wave_probe.SIDES[:4])
    with pytest.raises(ChainError, match="its borders reach into the middle of a plane of 64 px"):
        response_curves(Chain.parse("avg:k=31:s=1:p=15+sinc"))


def test_a_probe_is_as_large_as_its_borders_ask_for() -> None:
    assert WaveProbe.of(Chain.parse("blur"), 32).side == 32
    wide = WaveProbe.of(Chain.parse("conv:box:d=10:p=10:s=1"), 32)
    assert wide.side == 64
    assert wide.answers([(0, 1)]).unsteady < 1e-9


def test_a_scale_that_only_seems_to_divide_is_not_taken() -> None:
    # 64 // 15 = 4 would be a factor of 16.
    assert WaveProbe.of(Chain.parse("kspace:15"), 64).coarsest == (Fraction(15), Fraction(15))


def test_a_probe_of_a_chain_that_enlarges_much_is_as_large_as_it_may_be() -> None:
    assert WaveProbe.of(Chain.parse("zeros:32"), 64).side == 32  # 1024 px come out
