"""Where lesions are put: tissue, its noise, and phases."""

import numpy as np
import pytest

from sampviz.analysis.detection.places import (
    depth_note,
    lesion_centres,
    noise_of,
    otsu,
    phases,
    tissue_of,
)
from sampviz.core.errors import UsageError


def test_the_threshold_parts_two_heaps_with_the_most_variance_between() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(10, 3, 4000), rng.normal(60, 8, 2500)])
    threshold = otsu(values)

    def between(t: float) -> float:
        low, high = values[values <= t], values[values > t]
        return float(len(low) * len(high) * (low.mean() - high.mean()) ** 2)

    best = max(between(t) for t in np.linspace(values.min() + 1, values.max() - 1, 400))
    assert between(threshold) > 0.999 * best


def test_padding_below_the_air_of_a_ct_does_not_make_tissue_of_air() -> None:
    rows, columns = np.mgrid[:64, :64]
    radius = np.hypot(rows - 31.5, columns - 31.5)
    ct = np.where(radius < 20, 40.0, -1000.0)
    ct[radius > 31] = -3024
    np.testing.assert_array_equal(tissue_of(ct, None, "ct").mask, radius < 20)


def test_noise_is_that_which_was_added() -> None:
    rng = np.random.default_rng(0)
    ramp = np.add.outer(np.arange(129.0), 2 * np.arange(96.0))
    noisy = ramp + rng.normal(0, 5, ramp.shape)
    assert noise_of(noisy, np.ones(ramp.shape, bool)) == pytest.approx(5, rel=0.05)
    assert noise_of(ramp, np.ones(ramp.shape, bool)) == 0


@pytest.mark.parametrize("axes", [2, 3])
def test_any_first_phases_fill_a_step(axes: int) -> None:
    points = phases(64, axes, np.random.default_rng(3))
    for count, cells in (16, 2), (64, 4 if axes == 2 else 3):
        filled = np.unique((points[:count] * cells).astype(int), axis=0)
        assert len(filled) >= 0.8 * cells**axes


def test_centres_lie_in_tissue_within_half_a_step() -> None:
    image = np.zeros((60, 50), np.float32)
    image[10:50, 12:44] = 100 + np.random.default_rng(0).random((40, 32))
    tissue = tissue_of(image, None, "square")
    assert (tissue.inner.sum(), tissue.depth, depth_note(tissue)) == (30 * 22, 5, "")
    centres = lesion_centres(tissue, 60, (4.0, 8.0), np.random.default_rng(0))
    assert (centres >= (10 + 5 - 2, 12 + 5 - 4)).all()
    assert (centres < (50 - 5 + 2, 44 - 5 + 4)).all()
    assert len(np.unique((((centres + 0.5) % (4, 8)) / (1, 2)).astype(int), axis=0)) >= 14


def test_thin_tissue_and_none_are_said() -> None:
    thin = np.zeros((20, 20))
    thin[8:11] = 1
    tissue = tissue_of(thin, None, "thin")
    assert tissue.depth == 1
    assert "1 px inside the tissue, not 5" in depth_note(tissue)
    for empty, mask in (
        (np.ones((9, 9)), None),
        (np.full((9, 9), np.nan), None),
        (thin, np.zeros((20, 20), bool)),
    ):
        with pytest.raises(UsageError):
            tissue_of(empty, mask, "empty")
