"""What is left of components: known answers, and a sum over pixels written out."""

from itertools import product
from math import pi
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from sampviz.analysis.components.components import Components, find_components
from sampviz.analysis.components.survival import Survival, survival
from sampviz.ops.chain import Chain

Mask = NDArray[np.bool_]


def after(
    mask: Mask, chain: str, spacing: tuple[float, ...] | None = None
) -> tuple[Components, Survival]:
    parsed = Chain.parse(chain)
    output = parsed(mask.astype(float), axes=mask.ndim)
    components = find_components(mask, spacing or (1.0,) * mask.ndim)
    return components, survival(components, output > 0.5, parsed.trace(mask.shape)[-1])


def lone_pixels(step: int, axes: int) -> Mask:
    """A pixel at every phase of a stride, far from each other."""
    mask = np.zeros((step * 5 * step,) * axes, bool)
    for phase in product(range(step), repeat=axes):
        mask[tuple(5 * step * at + at for at in phase)] = True
    return mask


@pytest.mark.parametrize(("step", "axes"), [(2, 2), (3, 2), (2, 3)])
def test_a_pixel_is_found_at_one_phase_of_a_stride(step: int, axes: int) -> None:
    components, left = after(lone_pixels(step, axes), f"stride:{step}")
    assert components.count == step**axes
    assert left.found.mean() == step**-axes


def test_a_disc_smaller_than_the_step_is_found_by_its_area() -> None:
    radius, step, far, rng = 0.9, 4, 12, np.random.default_rng(0)
    mask = np.zeros((40 * far, 40 * far), bool)
    at = np.arange(far)
    for row, column in product(range(0, 40 * far, far), repeat=2):
        y, x = 3 + step * rng.random(2)
        disc = (at[:, None] - y) ** 2 + (at - x) ** 2 <= radius**2
        mask[row : row + far, column : column + far] = disc
    components, left = after(mask, f"stride:{step}")
    assert components.count == 1600
    share = pi * radius**2 / step**2
    assert left.found.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 1600))


def test_max_finds_all_and_merges_the_more_the_coarser() -> None:
    mask = np.random.default_rng(1).random((96, 96)) < 0.01
    shares = []
    for times in (1, 2, 3):
        _, left = after(mask, f"max:times={times}")
        assert left.found.all()
        np.testing.assert_allclose(left.kept, 1)
        shares.append(left.merged.mean())
    assert 0 < shares[0] < shares[1] < shares[2] == 1


def test_a_lone_pixel_has_no_majority() -> None:
    _, left = after(lone_pixels(2, 2), "majority")
    assert not left.found.any()
    assert (left.dice == 0).all()
    assert (left.volume_bias == -1).all()
    assert np.isnan(left.drift).all()
    assert left.set_area == 0


def test_a_half_plane_along_cell_edges_stays_itself() -> None:
    mask = np.zeros((16, 16), bool)
    mask[:, :6] = True
    for chain in ("avg", "max", "majority"):
        _, left = after(mask, chain)
        assert left.dice == pytest.approx([1.0])
        assert left.volume_bias == pytest.approx([0.0])
        assert left.drift == pytest.approx([0.0])


def test_the_volume_of_a_stride_is_right_over_its_phases() -> None:
    areas = []
    for phase in product(range(4), repeat=2):
        mask = np.zeros((32, 32), bool)
        mask[12 + phase[0] : 15 + phase[0], 12 + phase[1] : 17 + phase[1]] = True
        _, left = after(mask, "stride:4")
        areas.append(left.output_volume[0])
    assert np.mean(areas) == pytest.approx(1)


def test_nothing_moves_that_lies_evenly_about_its_sample() -> None:
    mask = np.zeros((17, 17), bool)
    mask[7:10, 7:10] = True  # about pixel 8, which is kept
    _, left = after(mask, "stride:2", (2.0, 0.5))
    assert left.drift == pytest.approx([0.0])
    mask = np.zeros((17, 17), bool)
    mask[7:10, 8:11] = True  # one to the right: columns 8 and 10 are kept, their middle is 9
    _, left = after(mask, "stride:2", (2.0, 0.5))
    assert left.drift == pytest.approx([0.0])


def by_pixels(mask: Mask, is_set: Mask, step: int, structure: Any) -> list[tuple[float, ...]]:
    """Kept, Dice and merged of blocks of `step` pixels, by arrays as large as the map."""
    numbers, count = ndimage.label(mask, structure)
    blobs, _ = ndimage.label(is_set, structure)
    large = blobs.repeat(step, 0).repeat(step, 1)[: mask.shape[0], : mask.shape[1]]
    rows: list[tuple[float, ...]] = []
    for number in range(1, count + 1):
        inside = numbers == number
        touched = set(large[inside]) - {0}
        union = np.isin(large, list(touched))
        both = (inside & (large > 0)).sum()
        merged = bool(set(numbers[union]) - {0, number})
        dice = 2 * both / (inside.sum() + union.sum())
        rows.append((both / inside.sum(), dice, union.sum() / inside.sum(), merged))
    return rows


@pytest.mark.parametrize("chain", ["max:k=3:s=3", "avg:k=3:s=3", "majority:k=3:s=3"])
def test_all_is_as_counted_pixel_by_pixel(chain: str) -> None:
    mask = ndimage.gaussian_filter(np.random.default_rng(2).normal(size=(63, 60)), 1.2) > 0.25
    parsed = Chain.parse(chain)
    is_set = parsed(mask.astype(float)) > 0.5
    components, left = after(mask, chain)
    expected = by_pixels(mask, is_set, 3, components.structure)
    actual = np.stack([left.kept, left.dice, left.output_volume, left.merged], axis=1)
    np.testing.assert_allclose(actual, expected, atol=1e-12)
    assert components.count > 20
    assert left.merged.any()


def test_the_spacing_scales_lengths_and_nothing_else() -> None:
    mask = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=(40, 40)), 1.5) > 0.3
    one, two = after(mask, "stride", (1.0, 1.5)), after(mask, "stride", (2.0, 3.0))
    np.testing.assert_allclose(two[0].diameters, 2 * one[0].diameters)
    np.testing.assert_allclose(two[1].drift, 2 * one[1].drift)
    np.testing.assert_array_equal(two[1].dice, one[1].dice)


def test_an_empty_map_and_an_empty_output_are_no_error() -> None:
    _, left = after(np.zeros((8, 8), bool), "max")
    assert (left.kept.size, left.set_area) == (0, 0)
    _, left = after(np.zeros((8, 8, 8), bool), "stride")
    assert left.kept.size == 0
