"""The detail that a page chooses."""

import numpy as np

from sampviz.figures.panels.auto_region import detail_region
from sampviz.figures.panels.column import columns_of
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains


def test_the_detail_is_inside_what_saturates_everywhere_rather_than_in_the_background() -> None:
    rows, columns = np.mgrid[:64, :64]
    inside = (rows - 32) ** 2 + (columns - 32) ** 2 < 24**2
    array = np.where(inside, 100.0, 0.0)
    array[4::4, 4::4] *= 2  # bright spots within reach of every pixel of the disc
    original, output = columns_of(Image.of(array, spacing=(1, 1)), parse_chains("max"), 1, "real")
    errors = {output: np.ones((32, 32))}
    region = detail_region(Image.of(array, spacing=(1, 1)), [original, output], errors, 200.0)
    assert np.mean(region.crop(original).display_stack == 0) < 0.02
