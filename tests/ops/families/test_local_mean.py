"""Local means, by the definition."""

import numpy as np

from sampviz.ops.registry import OPS

VARIANTS = ("localmean:3", "localmean:f=2x3")


def test_the_zeros_of_the_last_cells_count() -> None:
    out = OPS["localmean"](np.ones((5, 4)), f=2)
    assert out.tolist() == [[1, 1], [1, 1], [0.5, 0.5]]
