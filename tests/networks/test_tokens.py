"""Transformers: maps whose axes of space are one, and patches merged where channels stand last."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

import sampviz
from sampviz.networks.ladder import Network
from tests.networks.models import Builder

pytest.importorskip("onnxruntime")


def patches(opset: int = 17) -> tuple[Builder, str]:
    """Return a network whose patches are 6 channels of 4 x 6 samples."""
    b = Builder([1, 6, 16, 24], opset)
    return b, b.conv("x", 4, 4, c=6)


def reshaped(b: Builder, x: str, *sides: int) -> str:
    return b.node("Reshape", x, b.constant(sides))


def finished(b: Builder, x: str) -> Network:
    """Return the ladder of a network that ends in a strided convolution of maps."""
    b.conv(x, 2, 2, c=6)
    return sampviz.network(b.model())


def is_whole(net: Network) -> bool:
    return not net.ends and [layer.size for layer in net.layers] == [(16, 24), (4, 6), (2, 3)]


@pytest.mark.parametrize("sides", [(1, 6, 24), (1, 6, -1), (0, 0, 24)])
def test_tokens_become_a_map_again(sides: tuple[int, ...]) -> None:
    b, x = patches()
    tokens = b.node("Transpose", reshaped(b, x, *sides), perm=[0, 2, 1])
    tokens = b.node("LayerNormalization", tokens, b.constant(np.ones(6), np.float32))
    moved = b.node("MatMul", tokens, b.constant(np.ones((6, 6)), np.float32))
    mixed = reshaped(b, reshaped(b, moved, 2, 12, 6), 1, 24, 6)  # as attention mixes them
    tokens = b.node("Add", tokens, b.node("MatMul", mixed, b.constant(np.ones((6, 6)), "f4")))
    x = b.node("Transpose", reshaped(b, tokens, 1, 4, 6, 6), perm=[0, 3, 1, 2])
    assert is_whole(finished(b, x))


def test_tokens_may_lose_the_axis_of_the_batch() -> None:
    b, x = patches()
    tokens = reshaped(b, b.node("Transpose", x, perm=[0, 2, 3, 1]), 24, 6)
    tokens = b.node("Gemm", tokens, b.constant(np.ones((6, 6)), np.float32))
    x = b.node("Transpose", reshaped(b, tokens, 1, 4, 6, 6), perm=[0, 3, 1, 2])
    assert is_whole(finished(b, x))


def lost_by_other_sides(b: Builder, x: str) -> str:
    return reshaped(b, b.node("Transpose", reshaped(b, x, 1, 6, 24), perm=[0, 2, 1]), 1, 6, 4, 6)


def lost_by_channels(b: Builder, x: str) -> str:
    return reshaped(b, b.node("Transpose", reshaped(b, x, 1, 3, -1), perm=[0, 2, 1]), 1, 6, 4, 6)


def lost_by_a_class_token(b: Builder, x: str) -> str:
    first = b.constant(np.ones((1, 6, 1)), np.float32)
    return reshaped(b, b.concat(first, reshaped(b, x, 1, 6, 24), axis=2), 1, 6, 5, 5)


def lost_by_a_slice(b: Builder, x: str) -> str:
    tokens = reshaped(b, x, 1, 6, 24)
    bounds = (b.constant([value]) for value in (0, 12, 2))
    return reshaped(b, b.node("Slice", tokens, *bounds), 1, 6, 2, 6)


@pytest.mark.parametrize(
    "lose", [lost_by_other_sides, lost_by_channels, lost_by_a_class_token, lost_by_a_slice]
)
def test_what_mixes_tokens_ends_the_ladder_in_words(lose: Callable[[Builder, str], str]) -> None:
    b, x = patches()
    net = finished(b, lose(b, x))
    assert len(net.layers) == 2
    assert list(net.ends.values()) == [(f"Conv{len(b.nodes) - 1}",)]


@pytest.mark.parametrize(
    ("order", "joined", "is_merged"),
    [
        ((0, 1, 3, 4, 2, 5), (1, 2, 3, 24), True),
        ((0, 1, 3, 2, 4, 5), (1, 2, 3, -1), True),
        ((0, 1, 2, 3, 4, 5), (1, 2, 3, 24), False),
        ((0, 1, 3, 4, 2, 5), (1, 3, 2, 24), False),
    ],
)
def test_patches_are_merged_where_channels_stand_last(
    order: Sequence[int], joined: Sequence[int], is_merged: bool
) -> None:
    b, x = patches()
    split = reshaped(b, b.node("Transpose", x, perm=[0, 2, 3, 1]), 1, 2, 2, 3, 2, 6)
    x = reshaped(b, b.node("Transpose", split, perm=order), *joined)
    b.node("MatMul", x, b.constant(np.ones((24, 12)), np.float32))
    layers = sampviz.network(b.model()).layers
    assert [layer.op for layer in layers[2:]] == ["unshuffle:f=2"] * is_merged
    if is_merged:
        assert (layers[2].size, layers[2].delta[0]) == ((2, 3), (3.5, 3.5))
