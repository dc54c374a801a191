"""`sample:unet`: the network that comes with the package is that of its card."""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import InputError
from sampviz.images.samples import sample_network_path
from tests.networks.models import onnx

CARD = (Path(__file__).parents[2] / "docs" / "unet.md").read_text("utf-8")
T1_THRESHOLDS = (0.121, 0.296, 0.520)  # between the classes, as the script printed them


def test_it_has_three_ways_down_and_three_ways_up_that_meet_in_place() -> None:
    net = sampviz.network("sample:unet", size="256x192")
    assert [(layer.op, layer.size) for layer in net.layers[1:]] == [
        ("max:k=2:s=2", (128, 96)),
        ("conv:k=3:s=2:p=1", (64, 48)),
        ("avg:k=2:s=2", (32, 24)),
        ("transpose:k=2:s=2", (64, 48)),
        ("transpose:k=3:s=2:p=1:op=1", (128, 96)),
        ("bilinear:f=2", (256, 192)),
    ]
    assert net.layers[3].delta[0] == (Fraction(5, 2), Fraction(5, 2))
    assert [merge.apart for merge in net.merges] == [((0, 0), (0, 0))] * 3
    assert not net.ends


def test_it_is_as_large_as_its_card_says() -> None:
    model = onnx.load(sample_network_path("sample:unet"))
    (parameters,) = re.findall(r"([\d ]+) parameters", CARD)
    sizes = [np.prod(tensor.dims) for tensor in model.graph.initializer if len(tensor.dims) == 4]
    assert sum(sizes) < int(parameters.replace(" ", "")) < 1.02 * sum(sizes)
    assert model.opset_import[0].version == 17
    assert sample_network_path("sample:unet").stat().st_size < 300_000
    assert "not a medical model" in model.doc_string


def dice(predicted: Any, labels: Any) -> list[float]:
    pairs = [(predicted == k, labels == k) for k in range(4)]
    return [2 * (a & b).sum() / (a.sum() + b.sum()) for a, b in pairs]


def test_the_numbers_of_its_card_are_what_it_gives() -> None:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(
        sample_network_path("sample:unet"), providers=["CPUExecutionProvider"]
    )
    image = sampviz.load("sample:t1").array
    image = ((image - image.min()) / (image.max() - image.min())).astype(np.float32)
    noise = np.random.default_rng(1).standard_normal(image.shape).astype(np.float32)
    noisy, labels = image + 0.08 * noise, np.digitize(image, T1_THRESHOLDS)
    (logits,) = session.run(None, {"image": noisy[None, None]})
    (row,) = re.findall(r"^\| t1 \| (.* / .*) \|$", CARD, re.MULTILINE)
    cells = [tuple(map(float, cell.split(" / "))) for cell in row.split(" | ")[:4]]
    ours, theirs = zip(*cells, strict=True)
    assert dice(logits[0].argmax(0), labels) == pytest.approx(ours, abs=0.01)
    assert dice(np.digitize(noisy, T1_THRESHOLDS), labels) == pytest.approx(theirs, abs=0.01)


@pytest.mark.slow
def test_what_its_card_says_of_its_layers_is_what_is_measured() -> None:
    pytest.importorskip("onnxruntime")
    net = sampviz.network("sample:unet", "sample:t1", scale="unit")
    _, part = CARD.split("## What its layers do")
    rows = [line.strip("| ").split(" | ")[1:] for line in part.splitlines() if ", " in line[:60]]
    numbers = [[float(cell) for cell in row if cell != "–"] for row in rows if len(row) in (2, 5)]
    shrinking = ("nyquist", "alias", "fold", "fold_inner", "equivariance")
    measured = [layer.measures.values for layer in net.layers[1:] if layer.measures]
    assert len(numbers) == len(measured) == 6
    for row, values in zip(numbers, measured, strict=True):
        names = shrinking if len(row) > 2 else ("above", "checkerboard")
        assert row == pytest.approx([values[n] for n in names if n in values], abs=0.001)


def test_networks_and_images_are_not_taken_for_each_other() -> None:
    with pytest.raises(InputError, match="no network is named 't1'"):
        sampviz.network("sample:t1")
    with pytest.raises(InputError, match="sample 'unet' is a network and no image") as caught:
        sampviz.load("sample:unet")
    assert "sampviz network sample:unet" in caught.value.fix


def test_an_image_of_one_pixel_is_surrounded_as_others_are() -> None:
    net = sampviz.network("sample:unet", np.ones((1, 1), np.float32))
    assert net.entering is not None
    assert net.entering.size == (8, 8)
    assert net.layers[-1].size == (8, 8)
