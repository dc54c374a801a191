"""Chains in words."""

import pytest

from sampviz.ops.chain import Chain
from sampviz.ops.title import title_of


@pytest.mark.parametrize(
    ("chain", "title"),
    [
        ("conv:box", "Strided convolution, box kernel"),
        ("conv:box:s=1", "Convolution, box kernel"),
        (
            "nearest+conv:box:s=1:pad=edge",
            "Nearest neighbour + Convolution, box kernel, edge border",
        ),
        ("max:s=1", "Max pooling, step 1"),
        ("conv:box:s=3", "Strided convolution, box kernel, step 3"),
    ],
)
def test_a_step_of_one_is_no_strided_convolution(chain: str, title: str) -> None:
    assert title_of(Chain.parse(chain).steps) == title
