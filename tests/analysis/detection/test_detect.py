"""Lesions through chains: what stays the same, the shipped slice, odd images."""

import numpy as np
import pytest

from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.analysis.detection.detect import contrast_of, detect_lesions
from sampviz.analysis.detection.detection import Detection
from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.ops.chain import parse_chains


@pytest.fixture(scope="module")
def head() -> Array:
    """A disc of tissue with noise."""
    rows, columns = np.ogrid[-1:1:72j, -1:1:64j]
    inside = rows**2 + columns**2 < 0.8
    noise = np.random.default_rng(0).normal(0, 3, inside.shape)
    return (100 * inside + noise).astype(np.float32)


def detected(array: Array, chains: str, spacing: float | None = 1.0, **words: object) -> Detection:
    image = Image.of(array, "head", spacing=(spacing, 1.2 * spacing) if spacing else None)
    words = {"diameters": [2, 4], "lesions": 8, "jobs": 1, **words}
    return detect_lesions(image, parse_chains(chains), **words)  # type: ignore[arg-type]


def bytes_of(detection: Detection) -> bytes:
    arrays = [*detection.kept.values(), *detection.dprime.values(), detection.centres]
    return b"".join(array.tobytes() for array in arrays)


def test_spacing_doubles_every_mm_and_nothing_else(head: Array) -> None:
    once = detected(head, "max,avg", levels=2)
    twice = detected(head, "max,avg", 2.0, levels=2, diameters=[4, 8])
    assert bytes_of(once) == bytes_of(twice)
    for a, b in zip(once.limits, twice.limits, strict=True):
        assert (2 * a.d50.value, 2 * a.d50.low) == pytest.approx((b.d50.value, b.d50.low))
        assert 2 * a.detectable == pytest.approx(b.detectable)
    assert once.input_dprime == twice.input_dprime


def test_a_seed_gives_the_same_numbers_and_another_gives_others(head: Array) -> None:
    first, again = (detected(head, "max", seed=3) for _ in range(2))
    assert bytes_of(first) == bytes_of(again)
    assert bytes_of(first) != bytes_of(detected(head, "max", seed=4))


@pytest.mark.slow
def test_processes_do_not_change_a_number(head: Array) -> None:
    one, two = (detected(head, "max,median:k=3", jobs=jobs) for jobs in (1, 2))
    assert bytes_of(one) == bytes_of(two)


def test_linear_chains_take_both_polarities_alike_and_identity_takes_nothing(head: Array) -> None:
    detection = detected(head, "identity,stride")
    for chain in ("identity", "stride"):
        bright, dark = (detection.kept[chain, 1, name] for name in ("bright", "dark"))
        assert np.array_equal(bright, dark)
    rows = [row for row in detection.rows if row.chain == "identity"]
    assert [row.kept for row in rows] == pytest.approx([1] * 4, abs=1e-12)
    expected = pytest.approx(detection.input_dprime * 2, rel=1e-12)
    assert [row.dprime for row in rows] == expected


# d50 in mm with its interval, found by another program on the same slice with other places.
TABLE = {
    ("max", 1, "dark"): (3.15, 3.43),
    ("max", 2, "dark"): (9.06, 9.76),
    ("stride", 2, "bright"): (1.94, 3.56),
    ("avg", 1, "bright"): (1.48, 1.80),
    ("avg", 2, "bright"): (3.79, 4.43),
    ("blur", 1, "bright"): (2.21, 2.36),
    ("blur", 2, "bright"): (5.61, 5.74),
    ("flc", 1, "bright"): (1.67, 1.76),
    ("flc", 2, "bright"): (3.61, 3.90),
}


@pytest.mark.slow
def test_the_shipped_slice_loses_dark_lesions_to_max_pooling() -> None:
    chains = parse_chains("max,stride,avg,blur,flc")
    detection = detect_lesions(load("sample:t1"), chains, levels=2, noise=0, jobs=1)
    limits = {(at.chain, at.level, at.polarity): at.d50 for at in detection.limits}
    for key, (low, high) in TABLE.items():
        assert limits[key].low <= high, key  # type: ignore[index]
        assert low <= limits[key].high, key  # type: ignore[index]
    kept = {(r.chain, r.level, r.polarity, r.diameter): r.kept for r in detection.rows}
    assert kept["max", 2, "bright", 3.0] > 0.95
    assert kept["max", 2, "dark", 3.0] < 0.10
    assert limits["max", 2, "bright"].text == "< 1"
    assert "the noise of the image is 0: there is no d'" in detection.notes
    assert np.isnan(detection.rows[0].dprime)


def test_pixels_are_the_unit_where_nothing_is_known_of_mm(head: Array) -> None:
    detection = detected(head, "avg", None)
    assert detection.unit == "px"
    assert any("in pixels" in note for note in detection.notes)


def test_values_that_are_not_finite_leave_out_lesions_on_them(head: Array) -> None:
    holed = head.copy()
    holed[:, :24] = np.nan
    detection = detected(holed, "max,avg,flc", levels=2)
    local = [row for row in detection.rows if row.chain != "flc"]
    assert all(0 <= row.kept <= 1.5 and row.lesions >= 2 for row in local)
    # An operation of the whole image has nothing finite left; one of few pixels has beside NaN.
    assert not any(row.lesions for row in detection.rows if row.chain == "flc")
    assert all(np.isnan(row.dprime) for row in detection.rows if row.chain == "flc")
    for chain in ("max", "avg"):
        outputs = ChainLevels.of(parse_chains(chain)[0], 1, (72, 64), None).run(holed)[0]
        for place, values in zip(detection.centres, detection.kept[chain, 1, "dark"], strict=True):
            row, column = (np.floor((place + 0.5) / 2)).astype(int)
            assert np.isfinite(outputs[row, column]) or np.isnan(values).all()
    notes = [note for note in detection.notes if "not finite" in note]
    assert notes[-1] == "8 lesions lie where the output of flc is not finite: they do not count"
    assert len(notes) <= 3


def test_nothing_left_of_a_dark_lesion_is_no_negative_zero(head: Array) -> None:
    rows = detected(np.round(head), "max", levels=3, diameters=[0.5]).rows
    values = np.array([(row.kept, row.p10, row.p90) for row in rows])
    assert (values == 0).any()
    assert not np.signbit(values[values == 0]).any()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"diameters": [2, 90]}, "a lesion of 90 mm is larger than the image, 72 mm"),
        ({"diameters": [0]}, "a number above 0"),
        ({"diameters": [0.05, 2]}, "a lesion of 0.05 mm is less than a tenth of a pixel"),
        ({"diameters": []}, "a number above 0"),
        ({"contrast": "lots"}, "'lots' is no contrast"),
        ({"contrast": "0%"}, "'0%' is no contrast"),
        ({"mask": np.zeros((72, 64), bool)}, "the mask holds no pixel"),
    ],
)
def test_what_cannot_be_meant_is_said(head: Array, words: dict[str, object], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        detected(head, "max", 1.0, **words)


def test_other_channels_and_too_small_images_are_said(head: Array) -> None:
    with pytest.raises(UsageError, match="it makes 4 channels of one"):
        detected(head, "unshuffle")
    with pytest.raises(UsageError, match="an axis of channels still"):
        detected(head, "unshuffle+shuffle")
    with pytest.raises(UsageError, match="smaller than any"):
        detected(head, "max", 0.01, diameters=None)


def test_contrast_is_of_the_median_or_in_units_of_the_image() -> None:
    assert contrast_of("30%", 200.0) == 60
    assert contrast_of(12, 200.0) == contrast_of("12", 0.0) == 12
    assert contrast_of(0.1 + 0.2, 1.0) == 0.1 + 0.2
    assert contrast_of("1e-10", 8e-10) == contrast_of(1e-10, 8e-10) == 1e-10
    assert contrast_of(".5 %", 200.0) == contrast_of("1", 200.0) == 1
    for amount, median in (("1e-4", 200.0), (1e31, 200.0), ("1" + "0" * 20 + "e99", 0.0)):
        with pytest.raises(UsageError, match="is lost in rounding, or beyond numbers"):
            contrast_of(amount, median)


def test_volumes_hold_balls() -> None:
    array = np.random.default_rng(0).normal(50, 2, (24, 26, 28)).astype(np.float32)
    array[:2] = 0
    chains = parse_chains("avg,max")
    volume = as_image(array, volume=True)
    detection = detect_lesions(volume, chains, diameters=[3, 6], lesions=5, noise=0, jobs=1)
    rows = {(row.chain, row.polarity, row.diameter): row.kept for row in detection.rows}
    assert 0 < rows["avg", "dark", 3.0] < rows["avg", "dark", 6.0] < 1
    assert rows["max", "dark", 3.0] < rows["avg", "dark", 3.0] < rows["max", "bright", 3.0]
