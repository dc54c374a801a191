"""A mask lies on the grid of its image, or it is said how far they differ."""

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.images.image import Image

IMAGE = Image.of(np.random.default_rng(0).random((24, 20)), "head", spacing=(1.0, 1.2))


@pytest.mark.parametrize(
    ("size", "spacing", "what"),
    [
        ((20, 24), (1.0, 1.2), "the mask has 20x24 px, the image 24x20"),
        ((24, 20), (2.0, 3.0), "the mask has voxels of 2 x 3 mm, the image 1 x 1.2"),
    ],
)
def test_a_mask_of_another_grid_is_refused(
    size: tuple[int, int], spacing: tuple[float, float], what: str
) -> None:
    mask = Image.of(np.ones(size), spacing=spacing)
    with pytest.raises(UsageError, match=what):
        sampviz.detect(IMAGE, "max", diameters=[2], mask=mask)
