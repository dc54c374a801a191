"""Components of label maps: how many and how large, by another program and by geometry."""

from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray

from sampviz.analysis.components.components import find_components
from sampviz.analysis.components.options import Connect
from sampviz.core.errors import UsageError

# Of a random mask how many components connected-components-3d 4.1.1 finds, and its three largest.
BY_CC3D: dict[tuple[int, Connect], tuple[int, list[int]]] = {
    (3, "faces"): (1586, [10, 10, 12]),
    (3, "18"): (554, [62, 65, 74]),
    (3, "full"): (216, [59, 115, 1541]),
    (2, "faces"): (270, [12, 15, 22]),
    (2, "full"): (112, [23, 48, 53]),
}


def noise(axes: int) -> NDArray[np.bool_]:
    rng = np.random.default_rng(0)
    return rng.random((24, 30, 28)) < 0.12 if axes == 3 else rng.random((40, 50)) < 0.3


@pytest.mark.parametrize(("axes", "connect"), BY_CC3D)
def test_counts_and_sizes_are_those_of_another_program(axes: int, connect: Connect) -> None:
    components = find_components(noise(axes), (1.0,) * axes, connect=connect)
    assert (components.count, sorted(components.pixels)[-3:]) == BY_CC3D[axes, connect]
    assert components.pixels.sum() == noise(axes).sum()


def test_sizes_are_in_the_unit_of_the_spacing() -> None:
    mask = np.zeros((6, 9), bool)
    mask[1:3, 2:6] = True
    block = find_components(mask, (2.0, 0.5))
    assert block.volumes == [8]
    assert block.diameters == pytest.approx([2 * np.sqrt(8 / pi)])
    ball = find_components(np.ones((2, 3, 4), bool), (2.0, 1.0, 0.5))
    assert ball.diameters == pytest.approx([(6 * 24 / pi) ** (1 / 3)])
    np.testing.assert_allclose(ball.centroids, [[0.5, 1, 1.5]])


def test_what_is_near_is_one_component_after_a_dilation_and_no_pixel_more() -> None:
    mask = np.zeros((3, 9), bool)
    mask[1, [1, 3, 7]] = True
    assert find_components(mask, (1.0, 1.0)).count == 3
    near = find_components(mask, (1.0, 1.0), dilate=1)
    np.testing.assert_array_equal(near.pixels, [2, 1])


def test_an_empty_map_has_no_component() -> None:
    empty = find_components(np.zeros((4, 4), bool), (1.0, 1.0), dilate=2)
    assert (empty.count, empty.diameters.size, empty.centroids.shape) == (0, 0, (0, 2))


def test_a_pixel_has_no_18_neighbours() -> None:
    with pytest.raises(UsageError, match="18 neighbours are of a voxel"):
        find_components(np.ones((3, 3), bool), (1.0, 1.0), connect="18")
