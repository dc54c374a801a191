"""Layers that drop samples, on the maps that enter them: known filters, and the layer at stride 1.

The oracle is the same filter as a chain, measured by `sampviz.measure` on the same planes.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.networks.layer_measures import LayerMeasures
from sampviz.networks.read_model import read_model
from sampviz.networks.runtime import Runtime
from sampviz.networks.strided_layer import StridedLayer
from sampviz.networks.swaps import parse_swaps
from sampviz.networks.walk import Walk, start
from tests.networks.models import Builder

pytestmark = pytest.mark.slow

pytest.importorskip("onnxruntime")

PLANES = np.stack([sampviz.load("sample:t1", slice=s).array[:96, :64] for s in (3, 4, 5)])


def depthwise(b: Builder, x: str, kernel: Any, pads: Sequence[int], **more: Any) -> str:
    weights = b.constant(np.stack([kernel] * 3)[:, None], np.float32)
    return b.node("Conv", x, weights, strides=[2, 2], pads=pads, group=3, **more)


def identity(b: Builder) -> None:
    kernel = np.zeros((3, 3))
    kernel[1, 1] = 1
    depthwise(b, "x", kernel, [1] * 4)


def blur(b: Builder, taps: Sequence[float]) -> None:
    before, behind = (len(taps) - 1) // 2, len(taps) // 2
    pads = b.constant([0, 0, before, before, 0, 0, behind, behind])
    padded = b.node("Pad", "x", pads, mode="reflect")
    depthwise(b, padded, np.outer(taps, taps) / sum(taps) ** 2, [0] * 4)


KNOWN: dict[str, Callable[[Builder], Any]] = {
    "stride": identity,
    "blur:k=3": lambda b: blur(b, [1, 2, 1]),
    "blur:k=4": lambda b: blur(b, [1, 3, 3, 1]),
    "blur:k=5": lambda b: blur(b, [1, 4, 6, 4, 1]),
    "avg": lambda b: b.pool("AveragePool", "x"),
    "max": lambda b: b.pool("MaxPool", "x"),
    "stride:o=0": lambda b: b.node(
        "Slice", "x", b.constant([0, 0]), b.constant([96, 64]), b.constant([2, 3]),
        b.constant([2, 2]),
    ),
}  # fmt: skip


def measured(build: Any, **arguments: Any) -> LayerMeasures:
    """Return the measures of the only layer of a model."""
    b = Builder([1, 3, *PLANES.shape[1:]], opset=19)
    build(b)
    measures = sampviz.network(b.model(), PLANES, **arguments).layers[1].measures
    assert measures is not None
    return measures


@pytest.fixture(scope="module")
def known() -> dict[str, LayerMeasures]:
    """Return the measures of all known filters side by side."""
    b = Builder([1, 3, *PLANES.shape[1:]])
    for build in KNOWN.values():
        build(b)
    swaps = "max=maxblur:k=5,stride=blur:k=3,stride=flc,stride=kaiser"
    layers = sampviz.network(b.model(), PLANES, swap=swaps).layers[1:]
    return {
        name: layer.measures
        for name, layer in zip(KNOWN, layers, strict=True)
        if layer.measures is not None
    }


@pytest.mark.parametrize("chain", KNOWN)
def test_known_filters_have_the_numbers_of_their_chains(
    chain: str, known: dict[str, LayerMeasures]
) -> None:
    measures = known[chain]
    (row,) = sampviz.measure(PLANES, chain, measures="nyquist,alias,equivariance")
    for name, value in row.values.items():
        assert measures.values[name] == pytest.approx(value, rel=1e-5, abs=1e-6)
    assert set(row.undefined) == ({"alias"} if chain == "max" else set())
    assert ("alias" in measures.undefined) == (chain == "max")


def test_each_channel_has_the_numbers_of_its_plane(known: dict[str, LayerMeasures]) -> None:
    measures = known["stride"]
    rows = [sampviz.measure(plane, "stride", measures="alias,equivariance")[0] for plane in PLANES]
    for name in ("alias", "equivariance"):
        values = [row.values[name] for row in rows]
        assert np.allclose(measures.channels[name], values, rtol=1e-5)


def test_the_channel_to_look_at_folds_most_of_those_that_vary(
    known: dict[str, LayerMeasures],
) -> None:
    for measures in known.values():
        shown, shares = measures.shown, measures.channels["fold_inner"]
        assert shown is not None
        assert np.array_equal(shown.entering, PLANES[shown.channel])
        assert shown.entering_channel == shown.channel
        assert shown.undecimated is not None
        assert shown.folded is not None
        every = shown.undecimated[::2, ::2]
        assert np.array_equal(every[:47, :32], shown.result[:47, :32])
        inside = (slice(6, -6), slice(4, -4))
        assert shown.folded.shape == shown.result.shape
        share = (shown.folded[inside] ** 2).sum() / (
            (shown.result[inside] - shown.result[inside].mean()) ** 2
        ).sum()
        assert share == pytest.approx(shares[shown.channel], rel=1e-4)


def test_of_a_layer_with_circular_borders_all_that_folds_is_alias() -> None:
    def wrapped(b: Builder) -> None:
        pads = b.constant([0, 0, 1, 1, 0, 0, 1, 1])
        rng = np.random.default_rng(0)
        weights = b.constant(rng.standard_normal((5, 3, 3, 3)), np.float32)
        padded = b.node("Pad", "x", pads, mode="wrap")
        b.node("Conv", padded, weights, b.constant(range(5), np.float32), strides=[2, 2])

    measures = measured(wrapped)
    assert measures.values["alias"] == pytest.approx(measures.values["fold"], rel=1e-5)
    assert np.allclose(measures.channels["alias"], measures.channels["fold"], rtol=1e-4)


def test_filters_in_place_of_slicing_have_the_numbers_of_their_chains(
    known: dict[str, LayerMeasures],
) -> None:
    swaps = {swap.op: swap.values for swap in known["stride:o=0"].swaps}
    for row in sampviz.measure(PLANES, "blur:k=3,flc,kaiser", measures="alias,equivariance"):
        values = swaps[row.chain]
        assert values["fold"] == pytest.approx(row.values["alias"], rel=1e-5, abs=1e-9)
        assert values["equivariance"] == pytest.approx(row.values["equivariance"], rel=1e-5)


def test_a_maximum_with_a_blur_behind_is_that_chain(known: dict[str, LayerMeasures]) -> None:
    (swapped,) = known["max"].swaps
    # The chain has one sample less at stride 1, at the border.
    (row,) = sampviz.measure(PLANES, "max:s=1+blur:k=5", measures="equivariance")
    assert swapped.op == "blur:k=5"
    assert swapped.values["equivariance"] == pytest.approx(row.values["equivariance"], rel=5e-2)
    assert 0 < swapped.values["variation"] < 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("pool=blur", "no filter for a kind of layer"),
        ("max=", "no filter for a kind of layer"),
        ("max=median", "a linear filter that keeps every s-th sample is wanted"),
        ("max=nearest", "a linear filter that keeps every s-th sample is wanted"),
        ("max=blur+blur", "a linear filter that keeps every s-th sample is wanted"),
        (",".join(["max=blur"] * 13), "13 filters"),
    ],
)
def test_what_is_no_filter_in_place_of_a_layer(text: str, what: str) -> None:
    with pytest.raises(sampviz.SampvizError, match=what):
        parse_swaps(text)


LAYERS: dict[str, dict[str, Any]] = {
    "max 2": {"op": "MaxPool", "kernel_shape": [2, 2]},
    "max 3, padded": {"op": "MaxPool", "kernel_shape": [3, 3], "pads": [1] * 4},
    "max 3, ceil": {"op": "MaxPool", "kernel_shape": [3, 3], "ceil_mode": 1},
    "max 2, dilated": {"op": "MaxPool", "kernel_shape": [2, 2], "dilations": [3, 3]},
    "max, same": {"op": "MaxPool", "kernel_shape": [3, 3], "auto_pad": "SAME_UPPER"},
    "max, step 3x1": {"op": "MaxPool", "kernel_shape": [2, 3], "strides": [3, 1]},
    "average 2": {"op": "AveragePool", "kernel_shape": [2, 2]},
    "average 3, padded": {"op": "AveragePool", "kernel_shape": [3, 3], "pads": [1] * 4},
    "average 3, with its padding": {
        "op": "AveragePool",
        "kernel_shape": [3, 3],
        "pads": [1] * 4,
        "count_include_pad": 1,
    },
    "average, ceil": {"op": "AveragePool", "kernel_shape": [2, 2], "ceil_mode": 1},
    "lp": {"op": "LpPool", "kernel_shape": [3, 3], "p": 2, "pads": [1] * 4},
    "conv 1": {"op": "Conv", "k": 1},
    "conv 3": {"op": "Conv", "k": 3, "pads": [1] * 4},
    "conv 3, dilated": {"op": "Conv", "k": 3, "dilations": [2, 2], "pads": [2] * 4},
    "conv 7": {"op": "Conv", "k": 7, "pads": [3] * 4},
    "conv 3, same": {"op": "Conv", "k": 3, "auto_pad": "SAME_LOWER"},
    "conv, groups": {"op": "Conv", "k": 3, "group": 2, "pads": [1, 0, 0, 1]},
}


def test_every_s_th_sample_of_a_layer_at_stride_1_is_its_result() -> None:
    n = 17  # rows, an odd number; that of columns is even
    rng = np.random.default_rng(0)
    b = Builder([1, 4, n, 20])
    for attributes in LAYERS.values():
        node = {"strides": [2, 2], **attributes}
        op, k, inputs = node.pop("op"), node.pop("k", 0), ["x"]
        if k:
            shape = (6, 4 // attributes.get("group", 1), k, k)
            inputs.append(b.constant(rng.standard_normal(shape), np.float32))
            inputs.append(b.constant(rng.standard_normal(6), np.float32))
        b.node(op, *inputs, **node)
    model, x = b.model(), rng.standard_normal((4, n, 20)).astype(np.float32)
    with Runtime(model, read_model(model)) as runtime:
        graph = runtime.simplified({"x": (1, *x.shape)})
        rungs = Walk(graph, "x", start(x.shape[1:], (2, 3), 4)).rungs.values()
        results = runtime.maps({"x": x[None]}, [rung.node.outputs[0] for rung in rungs])
        assert len(rungs) == len(LAYERS)
        for name, rung in zip(LAYERS, rungs, strict=True):
            layer = StridedLayer(runtime, graph, rung, (1, *x.shape))
            undecimated = layer.undecimated(x)
            kept = layer.decimated(undecimated)
            result = results[rung.node.outputs[0]][0]
            # Convolutions of other sizes are summed in another order.
            least = 2e-5 if rung.node.op == "Conv" else 0
            assert np.abs(kept - result).max() <= least, name
            whole = zip(undecimated.shape[1:], layer.size, layer.steps, strict=True)
            assert all((m - 1) * s < count <= m * s for count, m, s in whole), name
            if layer.chunk_of(3) != (3, 4) or name == "conv 3":
                chunks = dict.fromkeys(layer.chunk_of(c) for c in range(len(kept)))
                parts = [layer.undecimated(x, chunk) for chunk in chunks]
                assert np.allclose(np.concatenate(parts), undecimated, rtol=1e-4, atol=1e-5), name
