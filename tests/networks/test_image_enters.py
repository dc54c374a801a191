"""The image as it enters a network, and what is printed and written of a run."""

import csv
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.networks.entering_image import EnteringImage
from sampviz.networks.preparation import prepared, read_image
from sampviz.networks.preparation_options import Preparation
from sampviz.networks.read_model import read_model
from tests.conftest import Cli
from tests.networks.models import Builder, onnx

pytestmark = pytest.mark.slow

pytest.importorskip("onnxruntime")

RAMP = np.arange(12.0).reshape(3, 4)


def enter(image: Any, shape: list[Any], size: Any = None, **options: Any) -> EnteringImage:
    """Return what enters a model whose input has a shape, and which pools twice."""
    b = Builder(shape)
    axes = len(shape) - 2
    b.pool("MaxPool", b.pool("MaxPool", "x", axes=axes), axes=axes)
    preparation = Preparation(**options)
    source = read_image(image, axes, preparation, {})
    positions = tuple(range(2, axes + 2))
    return prepared(source, read_model(b.model()), "x", positions, preparation, size)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("none", (0, 11)),
        ("unit", (0, 1)),
        ("255", (0, 255)),
        ("half", (-1, 1)),
        ("zscore", (-RAMP.mean() / RAMP.std(), (11 - RAMP.mean()) / RAMP.std())),
    ],
)
def test_the_values_are_brought_to_a_scale(scale: Any, expected: tuple[float, float]) -> None:
    assert enter(RAMP, [1, 1, 3, 4], scale=scale).range == pytest.approx(expected)


def test_a_window_is_the_range_of_the_scale() -> None:
    array = enter(RAMP, [1, 1, 3, 4], scale="unit", window="2,7").array
    assert np.allclose(array[0], np.clip((RAMP - 2) / 5, 0, 1))


def test_values_of_imagenet_are_those_of_each_colour() -> None:
    colours = np.stack([np.zeros((4, 4)), np.full((4, 4), 0.5), np.ones((4, 4))])
    array = enter(colours, [1, 3, 4, 4], scale="imagenet").array
    expected = [-0.485 / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    assert array[:, 0, 0] == pytest.approx(expected)
    with pytest.raises(sampviz.UsageError, match="three channels"):
        enter(RAMP, [1, 1, 3, 4], scale="imagenet")


def test_channels_are_repeated_made_grey_and_turned_round() -> None:
    colours = np.stack([np.full((4, 4), v) for v in (1.0, 2.0, 3.0)])
    assert enter(RAMP, [1, 3, 3, 4]).array.shape == (3, 3, 4)
    assert enter(colours, [1, 3, 4, 4], channels="bgr").array[:, 0, 0].tolist() == [3, 2, 1]
    grey = enter(colours, [1, 1, 4, 4], channels="gray").array
    assert grey[0, 0, 0] == pytest.approx(0.299 + 2 * 0.587 + 3 * 0.114)
    with pytest.raises(sampviz.UsageError, match="takes 1 channel, and the image has 3"):
        enter(colours, [1, 1, 4, 4])


def test_the_sides_are_those_of_the_model_or_a_multiple_of_its_step() -> None:
    cut = enter(RAMP, [1, 1, 5, 2])
    assert np.array_equal(cut.array[0], np.pad(RAMP[:, 1:3], ((1, 1), (0, 0))))
    assert cut.steps == ("cut and padded with zeros to 5x2 px, centred",)
    behind = enter(RAMP, [1, 1, "h", "w"])
    assert np.array_equal(behind.array[0], np.pad(RAMP, ((0, 1), (0, 0))))
    assert enter(RAMP, [1, 1, "h", "w"], multiple=6).size == (6, 6)
    assert enter(RAMP, [1, 1, "h", "w"], fit="2x2").array[0].tolist() == [[1, 2], [5, 6]]
    with pytest.raises(sampviz.UsageError, match=r"takes images of 5x2"):
        enter(RAMP, [1, 1, 5, 2], size="8x8")


def test_a_resampled_image_has_other_pixels_in_mm() -> None:
    entering = enter("sample:t1", [1, 1, "h", "w"], size="128x64")
    assert entering.size == (128, 64)
    assert entering.spacing == pytest.approx((0.9375 * 2, 0.9 * 3))
    expected = sampviz.Chain.parse("resize:size=128x64:filter=bilinear")
    assert np.array_equal(entering.array[0], expected(sampviz.load("sample:t1").array))


def test_neighbouring_slices_are_channels() -> None:
    b = Builder([1, 5, "h", "w"])
    b.pool("MaxPool", "x")
    preparation = Preparation(stack=True)
    reading = {"plane": "coronal", "slice": 1}
    source = read_image("sample:t1", 2, preparation, reading)
    entering = prepared(source, read_model(b.model()), "x", (2, 3), preparation)
    slices = [sampviz.load("sample:t1", plane="coronal", slice=s).array for s in (0, 0, 1, 2, 3)]
    assert np.array_equal(entering.array, np.stack(slices))


def model_file(tmp_path: Path) -> Path:
    b = Builder([1, 1, "h", "w"])
    x = b.transposed(b.pool("MaxPool", b.conv("x", 3, 1, 1)), 2)
    b.concat(x, "x")
    onnx.save(b.model(), tmp_path / "m.onnx")
    return tmp_path / "m.onnx"


def test_what_is_printed_and_written(cli: Cli, tmp_path: Path) -> None:
    path, out = model_file(tmp_path), tmp_path / "layers.json"
    words = ["network", path, "sample:zoneplate:32x32", "--swap", "max=blur:k=3"]
    result = cli(*words, "-o", out)
    assert result.code == 0, result.err
    first, *lines = result.out.splitlines()
    assert first.startswith("x is zoneplate")
    assert "1 x 32x32 px; its values are " in first
    assert "max:k=2:s=2" in result.out
    assert "blur:k=3 in its place" in result.out
    assert "What layers that enlarge add to the maps that enter them:" in lines
    data = json.loads(out.read_text())
    assert data["schema"] == 1
    assert data["model"] == {
        "name": "m.onnx",
        "sha256": sha256(path.read_bytes()).hexdigest(),
    }
    assert {"sampviz", "onnx", "onnxruntime", "numpy", "scipy"} == set(data["versions"])
    layer = data["layers"][1]
    assert layer["channels"]["fold"] == [layer["fold"]]
    assert layer["undefined"] == {"alias": "the layer is not linear"}
    assert layer["swaps"][0]["op"] == "blur:k=3"
    assert layer["swaps"][0]["fold"] < layer["fold"]
    printed = json.loads(cli(*words, "--json").out)
    assert "channels" not in printed["layers"][1]
    assert printed["layers"][1]["fold"] == layer["fold"]
    net = sampviz.network(path, "sample:zoneplate:32x32", out=tmp_path / "layers.csv")
    rows = list(csv.DictReader((tmp_path / "layers.csv").read_text().splitlines()))
    assert [row["channel"] for row in rows] == ["all", "0"] * 2
    assert float(rows[0]["fold"]) == layer["fold"]
    assert rows[2]["above"] == str(net.layers[2].measures.values["above"])  # type: ignore[union-attr]
    assert net.maps("MaxPool1").shape == (1, 32, 32)
    assert net.entering is not None
    assert net.maps("x") is net.entering.array
    with pytest.raises(sampviz.UsageError, match="no layer is"):
        net.maps("MaxPool9")


def test_other_inputs_are_zero_or_given(cli: Cli, tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8])
    numbers = onnx.TensorProto.FLOAT
    b.inputs.append(onnx.helper.make_tensor_value_info("t", numbers, [1]))
    b.pool("MaxPool", b.node("Add", "x", "t"))
    onnx.save(b.model(), tmp_path / "m.onnx")
    np.save(tmp_path / "x.npy", np.arange(64.0).reshape(8, 8))
    words = ["network", tmp_path / "m.onnx", tmp_path / "x.npy"]
    assert "the input 't' of the model is not given: it is 0" in cli(*words).err
    net = sampviz.network(b.model(), np.arange(64.0).reshape(8, 8), also={"t": [5]})
    assert net.maps(1)[0, 0, 0] == 5
    refused = cli(*words, "--also", "s=x.npy")
    assert (refused.code, len(refused.err.splitlines())) == (3, 3), refused.err
    b.inputs.append(onnx.helper.make_tensor_value_info("other", numbers, [4, 4]))
    with pytest.raises(sampviz.UsageError, match="another input, 'other' of 2 axes"):
        sampviz.network(b.model(), RAMP, also={"t": [5]})
    with pytest.raises(sampviz.UsageError, match="no other input 'z'"):
        sampviz.network(b.model(), RAMP, also={"z": [5]})


def test_layers_that_an_output_is_not_made_of_are_left_out() -> None:
    b = Builder([1, 1, 8, 8])
    one, _ = b.pool("MaxPool", "x"), b.pool("AveragePool", "x")
    net = sampviz.network(b.model(), RAMP, output=one)
    assert [layer.measures is not None for layer in net.layers] == [False, True, False]
    with pytest.raises(sampviz.UsageError, match="was not kept"):
        net.maps(2)
    with pytest.raises(sampviz.UsageError, match="makes no tensor 'z'"):
        sampviz.network(b.model(), RAMP, output="z")


@pytest.mark.filterwarnings("ignore::sampviz.SampvizWarning")
def test_values_that_are_not_finite_are_refused() -> None:
    image = RAMP.copy()
    image[0, 0] = np.nan
    with pytest.raises(sampviz.InputError, match="1 value is not finite"):
        enter(image, [1, 1, 3, 4])


def test_a_layer_that_cannot_be_measured_says_why(cli: Cli, tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8])
    b.pool("MaxPool", b.node("Log", "x"))
    onnx.save(b.model(), tmp_path / "m.onnx")
    np.save(tmp_path / "x.npy", RAMP - 5)
    result = cli("network", tmp_path / "m.onnx", tmp_path / "x.npy", "-o", tmp_path / "m.csv")
    assert result.code == 0, result.err
    line = "Layer 1 is not measured: the map that enters has values that are not finite."
    assert line in result.out.splitlines()


def test_options_out_of_bounds_end_in_three_lines(cli: Cli, tmp_path: Path) -> None:
    path = model_file(tmp_path)
    for words in (["-o", tmp_path / "a.txt"], ["--swap", "max"], ["--fit", "3"], ["--size", "axb"]):
        result = cli("network", path, "sample:zoneplate:32x32", *words)
        assert (result.code, len(result.err.splitlines())) in {(2, 3), (4, 3)}, result.err
    with pytest.raises(sampviz.UsageError, match="not one of the words"):
        sampviz.network(path, RAMP, scale="loud")  # type: ignore[arg-type]
