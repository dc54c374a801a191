"""How far branches lie apart in networks that everybody uses; channels are not counted here."""

from fractions import Fraction
from typing import Any

import pytest

import sampviz
from sampviz.networks.ladder import Network
from tests.networks.models import Builder

F = Fraction
NEAREST: dict[str, Any] = {
    "mode": "nearest",
    "coordinate_transformation_mode": "asymmetric",
    "nearest_mode": "floor",
}


def of(builder: Builder) -> Network:
    return sampviz.network(builder.model())


def most_px(net: Network, axis: int = -1) -> list[Fraction]:
    """Of each merge how far its branches lie apart, by the path that moves most."""
    return [merge.apart_px[axis][1] for merge in net.merges]


def unet(down: str, up: str, stages: int, axes: int = 2) -> Builder:
    """Return a U-Net of max poolings or strided convolutions, and of one kind of upsampling."""
    b = Builder([1, 1] + [2**stages] * axes)
    x, skips = b.conv("x", 3, 1, 1, axes=axes), []
    for _ in range(stages - 1):
        skips.append(x)
        x = b.pool("MaxPool", x, axes=axes) if down == "max" else b.conv(x, 3, 2, 1, axes=axes)
    for skip in reversed(skips):
        if up == "nearest":
            x = b.doubled(x, axes, **NEAREST)
        elif up == "transposed 2":
            x = b.transposed(x, 2, axes=axes)
        else:
            x = b.transposed(x, 3, p=1, op=1, axes=axes)
        x = b.concat(x, skip)
    return b


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize(("down", "up"), [("max", "transposed 2"), ("conv", "transposed 3")])
def test_decoders_that_undo_the_encoder_are_aligned(down: str, up: str, axes: int) -> None:
    net = of(unet(down, up, 4, axes))
    assert [layer.op.partition(":")[0] for layer in net.layers[1:]] == [down] * 3 + [
        "transpose"
    ] * 3
    assert [merge.apart for merge in net.merges] == [((0, 0),) * axes] * 3


def test_a_decoder_of_blocks_behind_centred_convolutions_is_half_a_sample_off_at_every_merge() -> (
    None
):
    net = of(unet("conv", "transposed 2", 7))
    assert [merge.apart[0][0] for merge in net.merges] == [F(-1, 2)] * 6  # samples, shortest path
    assert most_px(net) == [-(64 - step) / F(2) for step in (32, 16, 8, 4, 2, 1)]
    assert most_px(net)[-1] == F(-63, 2)


def test_nearest_neighbours_behind_a_residual_encoder() -> None:
    b = Builder([1, 1, 64, 64])
    skips = [b.conv("x", 7, 2, 3)]
    skips.append(b.pool("MaxPool", skips[0], 3, 2, pads=[1] * 4))
    for _ in range(3):
        skips.append(b.node("Add", b.conv(skips[-1], 3, 2, 1), b.conv(skips[-1], 1, 2)))
    x = skips.pop()
    for skip in reversed(skips):
        x = b.concat(b.doubled(x, **NEAREST), skip)
    net = of(b)
    decoder = [merge for merge in net.merges if merge.op == "Concat"]
    assert [merge.step[0] for merge in decoder] == [16, 8, 4, 2]
    assert [merge.apart_px[0][1] for merge in decoder] == [-8, -12, -14, -15]
    residual = [merge for merge in net.merges if merge.op == "Add"]
    assert [merge.apart for merge in residual] == [((0, 0), (0, 0))] * 3


def test_mean_shortcuts_lie_behind_strided_convolutions() -> None:
    b = Builder([1, 1, 64, 64])
    x = "x"
    for _ in range(3):
        x = b.node("Add", b.conv(x, 3, 2, 1), b.pool("AveragePool", x))
    net = of(b)
    assert most_px(net) == [F(-1, 2), -1, -2]


def test_a_pyramid_of_four_maps_that_meet_at_once() -> None:
    b = Builder([1, 1, 64, 64])
    maps = [b.conv(b.conv("x", 3, 2, 1), 3, 2, 1)]
    for _ in range(3):
        maps.append(b.conv(maps[-1], 3, 2, 1))
    summed = [maps[-1]]
    for lateral in reversed(maps[:-1]):
        summed.append(b.node("Add", lateral, b.doubled(summed[-1], **NEAREST)))
    enlarged = []
    for times, x in zip((3, 2, 1, 0), summed, strict=True):
        if times:
            scales = b.constant([1, 1, 2**times, 2**times], "float32")
            x = b.node("Resize", x, "", scales, **NEAREST)
        enlarged.append(x)
    b.concat(*enlarged)
    last = [merge for merge in of(b).merges if merge.op == "Concat"]
    assert {merge.step for merge in last} == {(4, 4)}
    assert [merge.apart[0][1] for merge in last] == [2, 3, F(7, 2)]  # samples


def merged_patches(b: Builder, x: str) -> str:
    """Add four slices with every second sample, as channels: the patch merging of Swin."""
    parts = []
    for row in (0, 1):
        for column in (0, 1):
            starts, ends = b.constant([row, column]), b.constant([2**40] * 2)
            parts.append(b.node("Slice", x, starts, ends, b.constant([2, 3]), b.constant([2, 2])))
    return b.concat(*parts)


def test_patch_merging_is_one_layer_with_its_samples_at_the_centre() -> None:
    b = Builder([1, 1, 32, 32])
    skips = [b.conv("x", 2, 2)]
    for _ in range(2):
        skips.append(merged_patches(b, skips[-1]))
    x = skips.pop()
    for skip in reversed(skips):
        x = b.concat(b.transposed(x, 2), skip)
    net = of(b)
    assert [layer.op for layer in net.layers[1:]] == [
        "conv:k=2:s=2",
        "unshuffle:f=2",
        "unshuffle:f=2",
        "transpose:k=2:s=2",
        "transpose:k=2:s=2",
    ]
    assert [layer.delta[0][0] for layer in net.layers] == [
        0,
        F(1, 2),
        F(3, 2),
        F(7, 2),
        F(3, 2),
        F(1, 2),
    ]
    assert most_px(net) == [0, 0]


def test_slices_that_lack_a_phase_stay_slices() -> None:
    b = Builder([1, 1, 8, 8])
    parts = []
    for start in ([0, 0], [0, 1], [1, 0]):
        bounds = b.constant(start), b.constant([8, 8]), b.constant([2, 3]), b.constant([2, 2])
        parts.append(b.node("Slice", "x", *bounds))
    b.concat(*parts)
    assert [layer.op for layer in of(b).layers[1:]] == [
        "stride:s=2",
        "stride:s=2:o=0x1",
        "stride:s=2:o=1x0",
    ]


def test_slices_of_one_axis_after_another_are_one_layer() -> None:
    b = Builder([1, 1, 8, 8])
    x = "x"
    for axis in (2, 3):
        bounds = b.constant([axis - 2]), b.constant([8]), b.constant([axis]), b.constant([2])
        x = b.node("Slice", x, *bounds)
    b.conv(x, 3, 2, 1)
    net = of(b)
    assert [layer.op for layer in net.layers[1:]] == ["stride:s=2:o=0x1", "conv:k=3:s=2:p=1"]
    assert [layer.entering for layer in net.layers[1:]] == [(8, 8), (4, 4)]


def test_branches_through_the_same_layers_are_no_merge() -> None:
    b = Builder([1, 1, 16, 16])
    x = b.pool("MaxPool", "x")
    b.node("Add", x, b.node("Relu", b.conv(x, 3, 1, 1)))
    assert of(b).merges == ()


def test_maps_of_different_steps_are_named_and_in_no_table() -> None:
    b = Builder([1, 1, 16, 16])
    x = b.conv("x", 3, 1, 1)
    up = b.doubled(b.pool("MaxPool", x), mode="linear",
                   coordinate_transformation_mode="align_corners")  # fmt: skip
    b.concat(x, up)
    net = of(b)
    assert net.merges == ()
    # 8 samples of step 2, whose first and last are those of 16: 14/15 px.
    (steps,) = net.different_steps.values()
    assert steps == ((1, 1), (F(14, 15),) * 2)
    assert of(unet("max", "transposed 2", 3)).different_steps == {}
