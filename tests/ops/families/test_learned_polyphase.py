"""Polyphase sampling by logits: at its ends stride and average pooling."""

from math import log

import numpy as np
import pytest

from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

VARIANTS = (
    "lps:l01=1",
    "lps:l00=0.2:l01=-1:l10=0.4:l11=-0.8:mode=soft:tau=0.5",
    "tips:l00=0.5:l10=-1:l11=-1.5",
)
x = np.random.default_rng(0).normal(size=(2, 8, 10))


@pytest.mark.parametrize("name", ["lps:mode=soft", "tips"])
def test_equal_logits_are_average_pooling(name: str) -> None:
    assert np.allclose(Chain.parse(name)(x), OPS["avg"](x))


def test_tips_lies_where_its_phases_do_and_on_odd_axes_a_pixel_earlier() -> None:
    """As its mirrored row is before the first; three quarters of the weight are on odd columns."""
    chain = Chain.parse(f"tips:l01={log(3)}:l11={log(3)}")
    for n, earlier in ((8, 0), (9, 1)):
        assert [float(grid.delta) for grid in chain.trace((n, n))[-1]] == pytest.approx(
            [0.5 - earlier, 0.75 - earlier]
        )


@pytest.mark.parametrize(("i", "j"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_largest_logit_names_row_and_column(i: int, j: int) -> None:
    chain = Chain.parse(f"lps:l{i}{j}=1")
    assert np.array_equal(chain(x), x[:, i::2, j::2])
    assert [grid.delta for grid in chain.trace((8, 10))[-1]] == [i, j]


def test_polyphase_unpooling_puts_the_pixels_back() -> None:
    out = Chain.parse("aps+apsunpool")(x)
    kept = out != 0
    assert kept.mean() == 0.25
    assert np.array_equal(out[kept], x[kept])
    odd = Chain.parse("aps+apsunpool")(x[:, :7, :9])
    assert odd.shape == (2, 7, 9)
