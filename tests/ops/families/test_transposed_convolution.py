"""Transposed convolution: the slides' numbers, overlaps, the adjoint of convolution."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from tests.every import every

VARIANTS = (
    "zeros:3:o=1",
    "transpose:gauss:p=1:op=1",
    "transpose:gauss:k=4:s=3:p=same",
    "transpose:k=2:s=3",
    "transpose:laplacian:d=2:s=1",
)

transpose, conv = OPS["transpose"], OPS["conv"]
# A picture of zeros and ones with the edges of the worked example; all others that have them share
# its middle, and differ in the corners and in which of two neighbours is lit.
PICTURE = np.array(
    [[0, 1, 0, 1, 0], [0, 0, 1, 1, 0], [1, 1, 0, 1, 0], [0, 1, 0, 0, 1], [0, 0, 1, 1, 0.0]]
)
EDGES = np.array([[3, -3, -1], [-2, 3, -3], [-3, 2, 3.0]])


@pytest.fixture
def small(tmp_path: Path) -> str:
    np.save(tmp_path / "k.npy", np.array([[0, 1], [2, 3.0]]))
    return str(tmp_path / "k.npy")


def test_worked_example_with_stride_1(small: str) -> None:
    out = transpose([[0, 1], [2, 3]], file=small, s=1)
    assert out.tolist() == [[0, 0, 1], [0, 4, 6], [4, 12, 9]]


def test_worked_example_with_stride_2(small: str) -> None:
    out = transpose([[0, 1], [2, 3]], file=small, s=2)
    assert out.tolist() == [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]


def test_worked_example_of_an_edge_detector() -> None:
    assert np.array_equal(conv(PICTURE, kernel="laplacian", s=1, p=0), EDGES)
    assert not np.array_equal(transpose(EDGES, kernel="laplacian", s=1), PICTURE)


def test_transposing_a_convolution_gives_back_the_size_and_not_the_values() -> None:
    """A slide claims that the 5x5 image comes back; this is what comes out."""
    out = transpose(EDGES, kernel="laplacian", s=1)
    assert out.tolist() == [
        [0, 3, -3, -1, 0],
        [3, -17, 17, -2, -1],
        [-2, 11, -18, 17, -3],
        [-3, 12, -5, -13, 3],
        [0, -3, 2, 3, 0],
    ]


@pytest.mark.parametrize(("s", "p", "n"), [(1, 0, 9), (2, 1, 9), (3, 1, 10), (2, 0, 11)])
def test_is_the_adjoint_of_convolution(s: int, p: int, n: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, n))
    forward = conv(x, kernel="sobelx", s=s, p=p)
    y = rng.normal(size=forward.shape)
    back = transpose(y, kernel="sobelx", s=s, p=p, op=n - ((forward.shape[0] - 1) * s - 2 * p + 3))
    assert (forward * y).sum() == pytest.approx((x * back).sum())


@every("k", range(1, 7))
@every("s, d", [(1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
def test_the_rule_of_keras_is_the_adjoint_of_its_convolution(k: int, s: int, d: int) -> None:
    """As a layer of Keras is the gradient of a convolution with `padding="same"`."""
    rng = np.random.default_rng(0)
    options: dict[str, Any] = {"kernel": "random", "k": k, "s": s, "d": d, "p": "same"}
    x, y = rng.normal(size=(5 * s, 7 * s)), rng.normal(size=(5, 7))
    forward, back = conv(x, **options), transpose(y, **options)
    assert back.shape == x.shape
    assert np.isclose((forward * y).sum(), (x * back).sum())


@pytest.mark.parametrize(
    ("k", "counts"), [(2, [1, 1]), (3, [2, 1]), (4, [2, 2]), (5, [3, 2]), (6, [3, 3]), (7, [4, 3])]
)
def test_overlaps_are_even_only_where_the_stride_divides_the_side(
    k: int, counts: list[int]
) -> None:
    line = transpose(np.ones((20, 20)), k=k)[20]
    inner = line[10:-10] / line[10:-10].min() * min(counts)
    assert sorted(set(inner.round(9))) == sorted(set(map(float, counts)))


def test_output_padding_holds_real_sums_after_a_crop() -> None:
    out = transpose(np.ones((4, 4)), kernel="gauss", p=1, op=1)
    assert out.shape == (8, 8)
    assert (out > 0).all()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("op=2", "op=2: wanted less than s=2 or d=1"),
        ("op=3:s=1:d=3", "op=3: wanted less than s=1 or d=3"),
        ("s=2:d=2:p=same", "d=2: wanted s=1, and op not 0, with p=same"),
        ("d=2:p=same", "d=2: wanted s=1, and op not 0, with p=same"),
        ("d=2:s=1:op=0:p=same", "d=2: wanted s=1, and op not 0, with p=same"),
        ("kernel=sobelx:k=5", "kernel=sobelx is 3x3, not 5x5; box, gauss and random take any k"),
    ],
)
def test_what_cannot_be_is_refused(words: str, what: str) -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse(f"transpose:{words}")
    assert caught.value.what == what


@pytest.mark.parametrize(
    ("words", "side"), [("op=1", 10), ("op=2:s=1:d=3", 12), ("d=2:s=1:op=1:p=same", 5)]
)
def test_output_padding_below_stride_or_dilation_is_taken(words: str, side: int) -> None:
    assert Chain.parse(f"transpose:{words}").shape((4, 4)) == (side, side)


def test_keras_same_is_stride_times_the_size() -> None:
    for k, s in ((3, 2), (2, 3), (4, 2), (5, 2)):
        assert Chain.parse(f"transpose:k={k}:s={s}:p=same").shape((7, 9)) == (7 * s, 9 * s)
