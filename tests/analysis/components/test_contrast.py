"""Contrast to what lies around components: rings by hand, contrast by closed forms."""

import numpy as np
import pytest

from sampviz.analysis.components.components import find_components
from sampviz.analysis.components.contrast import (
    FAINT,
    NOT_FINITE,
    SMALL_RING,
    contrast_kept,
    contrast_reasons,
    rings_of,
)
from sampviz.dsp.dtypes import Array


def two_squares() -> Array:
    mask = np.zeros((24, 40), bool)
    mask[10:13, 10:13] = mask[10:13, 18:21] = True
    return mask


def test_a_ring_begins_a_pixel_away_and_leaves_other_components_out() -> None:
    rings = rings_of(find_components(two_squares(), (1.0, 1.0)))
    ring = np.zeros((24, 40), int)
    np.add.at(ring, tuple(at[rings.owner == 0] for at in rings.places), 1)
    assert not ring[9:14, 9:14].any()  # the component and what touches it
    assert ring[11, 7:9].all()
    assert not ring[11, 6]  # more than 1 + 2 px from it
    assert ring.max() == 1
    near = two_squares()
    near[11, 15] = True  # a component in the ring of both others
    held = rings_of(find_components(near, (1.0, 1.0)))
    assert not ((held.places[0] == 11) & (held.places[1] == 15)).any()


def test_a_ring_is_two_mm_wide_and_at_least_two_pixels() -> None:
    mask = np.zeros((60, 60), bool)
    mask[30, 30] = True
    for spacing, reach in (((0.25, 0.25), 9), ((5.0, 5.0), 3)):
        rings = rings_of(find_components(mask, spacing))
        assert rings.places[1].max() - 30 == reach


def test_contrast_is_the_difference_of_the_means_over_the_deviation_around() -> None:
    components = find_components(two_squares(), (1.0, 1.0))
    rings, noise = rings_of(components), np.random.default_rng(0).normal(size=(24, 40))
    image = 100 + noise + 7 * two_squares()
    kept = contrast_kept(rings, rings.levels(image), rings.levels(40 + 0.5 * image))
    np.testing.assert_allclose(kept.kept, 0.5)
    np.testing.assert_allclose(kept.after, kept.before)
    for number in (0, 1):
        around = image[tuple(at[rings.owner == number] for at in rings.places)]
        inside = image[components.numbers == number + 1]
        by_hand = (inside.mean() - around.mean()) / around.std(ddof=1)
        assert kept.before[number] == pytest.approx(by_hand)


def test_a_contrast_that_is_none_is_empty_and_says_why() -> None:
    image = 100 + np.random.default_rng(0).normal(size=(24, 40)) + 7 * two_squares()
    image[11, 11] = np.nan
    faint = 100 + np.random.default_rng(0).normal(size=(24, 40)) * 9
    rings = rings_of(find_components(two_squares(), (1.0, 1.0)))
    assert contrast_reasons(rings, rings.levels(image)) == [NOT_FINITE, ""]
    assert contrast_reasons(rings, rings.levels(faint)) == [FAINT, FAINT]
    assert np.isnan(contrast_kept(rings, rings.levels(faint), rings.levels(faint)).kept).all()
    everywhere = np.ones((5, 5), bool)
    rings = rings_of(find_components(everywhere, (1.0, 1.0)))
    assert contrast_reasons(rings, rings.levels(np.ones((5, 5)))) == [SMALL_RING]


def test_a_component_on_a_constant_has_a_contrast_and_no_noise() -> None:
    rings = rings_of(find_components(two_squares(), (1.0, 1.0)))
    image = 5.0 * two_squares()
    kept = contrast_kept(rings, rings.levels(image), rings.levels(image / 4))
    np.testing.assert_array_equal(kept.kept, [0.25, 0.25])
    assert np.isnan(kept.before).all()
    assert contrast_reasons(rings, rings.levels(np.zeros((24, 40)))) == [FAINT, FAINT]


def test_components_of_nothing_have_no_ring() -> None:
    rings = rings_of(find_components(np.zeros((6, 6), bool), (1.0, 1.0)))
    assert contrast_reasons(rings, rings.levels(np.ones((6, 6)))) == []
