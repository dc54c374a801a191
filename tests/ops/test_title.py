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


@pytest.mark.parametrize(
    ("chain", "times", "title"),
    [
        ("max+max", 1, "Max pooling ×2"),
        ("max", 3, "Max pooling ×3"),
        ("max+max", 2, "Max pooling ×4"),
        ("max+blur", 1, "Max pooling + BlurPool"),
        ("max+blur", 2, "(Max pooling + BlurPool) ×2"),
        ("max+max+blur", 2, "(Max pooling ×2 + BlurPool) ×2"),
    ],
)
def test_equal_steps_are_written_once(chain: str, times: int, title: str) -> None:
    assert title_of(Chain.parse(chain).steps, times) == title


@pytest.mark.parametrize(
    ("chain", "title"),
    [
        ("blur", "BlurPool"),
        ("blur:k=3", "BlurPool, 3 taps"),
        ("max:k=3:s=2", "Max pooling 3×3, step 2"),
        ("avg:k=2x3:countpad=false", "Average pooling 2×3, no countpad"),
        ("avg:ceil=true", "Average pooling, ceil"),
        ("asap:f=3", "ASAP pooling, factor 3"),
        ("transpose", "Transposed convolution, kernel 3, stride 2"),
        ("transpose:k=4:op=1", "Transposed convolution, kernel 4, stride 2, output padding 1"),
    ],
)
def test_a_title_says_what_differs_from_the_defaults(chain: str, title: str) -> None:
    assert title_of(Chain.parse(chain).steps).replace("\u00a0", " ") == title
