"""Measures that are taken where they are named: reach, translation, equivalent rates and edges."""

import json
from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis.label_edges import edge_errors
from sampviz.analysis.measure import measure
from sampviz.analysis.metric import UndefinedError
from sampviz.analysis.metrics import METRICS
from sampviz.dsp.fractional_shift import moved_by_lanczos
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from tests.analysis.metrics.build import cosine, noise, trial, value

ORACLES = Path(__file__).parents[2] / "oracles"
CASES = [c for c in json.loads((ORACLES / "programs.json").read_text()) if "measure" in c]
ARRAYS = np.load(ORACLES / "programs.npz")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['measure']} {case['of']}")
def test_a_measure_is_what_the_program_gave(case: dict[str, object]) -> None:
    name, text, expected = str(case["measure"]), str(case["of"]), case.get("value")
    if name == "receptive":
        chain = Chain.parse(text)
        grid = chain.trace((64, 64))[-1][0]
        found: object = [value(name, noise(64), text), grid.step, grid.delta]
        assert found == expected
    elif name == "stepalias":
        assert value(name, ARRAYS[case["input"]], text) == pytest.approx(expected, abs=1e-6)
    elif "shift" in name:
        moved, inside = moved_by_lanczos(ARRAYS[case["input"]], (0.5, -1.25))
        assert np.abs(moved - ARRAYS[case["output"]]).max() < 2e-6
        assert np.array_equal(np.broadcast_to(inside, moved.shape), ARRAYS[case["mask"]] > 0)
    else:
        errors = edge_errors(ARRAYS["labels_predicted"], ARRAYS["labels_true"])
        number = ["FErr", "MErr", "DErr"].index(name)
        assert errors[number] == pytest.approx(expected, abs=1e-9)


def test_they_are_measured_where_they_are_named_only() -> None:
    on_request = {name for name, each in METRICS.items() if each.on_request}
    assert on_request == {
        *("receptive", "receptive50", "eqt", "eqtfrac", "aliasscore", "ferr", "merr", "derr")
    }
    usual = measure(Image.of(noise(32)), "max")[0]
    assert not on_request & {*usual.values, *usual.undefined}
    assert measure(Image.of(noise(32)), "max", measures="receptive")[0].values == {"receptive": 2}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("max+max", 4),
        ("max:s=1+blur:4+conv:k=3:s=1", 9),
        ("stride", 1),
        ("avg:k=3:s=2:p=1+relu", 3),
        ("conv:gauss:d=2:p=2:s=1", 5),
        ("bilinear", 2),
        ("flc", 32),
        ("max+unpool", 2),
        ("s3pool:k=3", 5),
        ("s3pool:k=3:mode=train", 3),
    ],
)
def test_the_receptive_field_adds_up_windows(text: str, field: int) -> None:
    assert value("receptive", noise(32), text) == field


@pytest.mark.parametrize(
    ("text", "width"),
    [("stride", 1), ("avg", 2), ("avg:times=3", 4), ("blur:k=3", 1), ("avg:k=8x2:s=1", 4)],
)
def test_half_of_the_weights_lie_in_the_middle(text: str, width: int) -> None:
    assert value("receptive50", noise(32), text) == width


def test_half_of_a_wide_binomial_is_what_its_squares_add_up_to() -> None:
    taps = np.array([1.0])
    for _ in range(4):  # four blurs with three taps each
        taps = np.convolve(taps, [0.25, 0.5, 0.25])
    squares = taps**2 / (taps**2).sum()
    reach = next(r for r in range(5) if squares[4 - r : 5 + r].sum() >= 0.5)
    assert value("receptive50", noise(32), "conv:gauss:k=3:s=1:times=4") == 2 * reach + 1
    assert value("receptive", noise(32), "conv:gauss:k=3:s=1:times=4") == 9
    with pytest.raises(UndefinedError, match="the chain is not linear; see receptive"):
        value("receptive50", noise(32), "max")


@pytest.mark.parametrize(
    ("frequency", "decibels"), [(1 / 64, 121.8), (1 / 32, 97.8), (1 / 16, 74.1), (1 / 8, 52.1)]
)
def test_the_ceiling_of_fractions_is_the_error_of_six_taps(
    frequency: float, decibels: float
) -> None:
    """Half a pixel of a cosine of amplitude 1, whose range is 2."""
    n = np.arange(256)
    wave, exact = (
        np.cos(2 * np.pi * frequency * (n - shift)) * np.ones((8, 1)) for shift in (0, 0.5)
    )
    moved, inside = moved_by_lanczos(wave, (0, 0.5))
    error = np.mean((moved - exact)[np.broadcast_to(inside, moved.shape)] ** 2)
    assert 10 * np.log10(4 / error) == pytest.approx(decibels, abs=0.15)


def test_whole_moves_are_followed_by_strides_and_fractions_are_not() -> None:
    with pytest.raises(UndefinedError, match="no difference"):
        value("eqt", noise(64), "max")
    with pytest.raises(UndefinedError, match="no difference"):
        # The squares of the range are next to 0, and what is left of it is 0.
        value("eqt", np.where(noise(32) > 0, -7e-139, np.nextafter(-7e-139, 0)), "relu")
    identity = METRICS["eqtfrac"](trial(noise(64), "identity"))
    assert identity.value == pytest.approx(identity.parts["ceiling"])
    assert value("eqtfrac", noise(64), "stride") < value("eqtfrac", noise(64), "blur:5:pad=wrap")


def test_the_alias_score_of_noise_is_what_lies_above_the_rate() -> None:
    assert value("aliasscore", noise(), "stride") == pytest.approx(0.75, abs=0.01)
    assert value("aliasscore", noise(), "unshuffle") == pytest.approx(0, abs=1e-12)
    score = METRICS["aliasscore"](trial(cosine(20), "max"))
    assert score.value == pytest.approx(1 / 3)  # the mean has twice the energy of the wave
    assert score.parts["less mean"] == pytest.approx(1)
    with pytest.raises(UndefinedError, match="no layer"):
        value("aliasscore", noise(32), "relu")


def test_edges_of_labels_far_from_a_blob_are_not_merged() -> None:
    true = np.zeros((60, 60), int)
    true[:, :20] = 1
    predicted = true.copy()
    predicted[40:44, 50:54] = 1
    errors = edge_errors(predicted, true)
    assert errors.false_responses > 0
    assert (errors.merging, errors.displacement) == (0, 0)
    assert edge_errors(true, true) == (0, 0, 0)
    row = np.repeat([[0, 0, 1, 2, 2]], 5, axis=0)  # 0 - 2 + 2 = 0 in the middle
    hidden, seen = (edge_errors(row, row.T, width=1, edges=e) for e in ("laplacian", "any"))
    assert hidden != seen


def test_edges_of_a_label_map_through_a_chain() -> None:
    labels = (np.hypot(*(np.indices((40, 40)) - 19.5)) < 12) * 3.0
    values = [value(name, labels, "majority") for name in ("ferr", "merr", "derr")]
    assert all(0 < share < 0.2 for share in values)
    assert value("ferr", labels, "identity") == 0
    with pytest.raises(UndefinedError, match="no labels of the image"):
        value("ferr", labels, "avg")
    for image, chain in ((labels, "onehot"), (np.stack([labels, labels]), "max")):
        with pytest.raises(UndefinedError, match="a label map is one plane"):
            value("ferr", image, chain)
