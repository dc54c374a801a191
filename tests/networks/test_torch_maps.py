"""The maps that enter layers are those that torch has there."""

from typing import Any

import numpy as np
import pytest

import sampviz
from tests.networks.models import onnx
from tests.networks.torch_unet import FILE, exported

pytest.importorskip("onnxruntime")


def check(stored: dict[str, Any]) -> None:
    model = onnx.load_model_from_string(stored["model"].tobytes())
    net = sampviz.network(model, stored["image"])
    maps = {name: x for name, x in stored.items() if name not in ("model", "image")}
    assert [layer.op.partition(":")[0] for layer in net.layers[1:]] == [
        "max", "conv", "avg", "bilinear", "transpose", "transpose",
    ]  # fmt: skip
    for layer, (name, expected) in zip(net.layers[1:], maps.items(), strict=True):
        assert np.abs(net.maps(layer.number) - expected).max() < 1e-4 * np.abs(expected).max(), name


@pytest.mark.slow
def test_maps_that_enter_layers_are_those_that_torch_had() -> None:
    with np.load(FILE) as stored:
        check(dict(stored))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # torch says that it has another exporter
def test_maps_that_enter_layers_are_those_that_torch_has_here() -> None:
    pytest.importorskip("torch")
    check(exported())
