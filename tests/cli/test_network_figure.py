"""`sampviz network MODEL INPUT` draws, and its figure is made again by its own record."""

import json
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from tests.conftest import Cli
from tests.networks.models import Builder

pytest.importorskip("onnxruntime")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a model of two layers and an image."""
    monkeypatch.chdir(tmp_path)
    b = Builder([1, 1, 32, 24])
    b.pool("MaxPool", b.conv(b.pool("MaxPool", "x"), 3, 1, 1))
    (tmp_path / "net.onnx").write_bytes(b.model().SerializeToString())
    np.save(tmp_path / "image.npy", np.random.default_rng(0).random((32, 24), np.float32))
    return tmp_path


def test_a_network_and_an_image_make_a_figure_that_is_made_again(cli: Cli, folder: Path) -> None:
    result = cli("network", "net.onnx", "image.npy", "--scale", "unit", "--json", "--layers", "2")
    assert result.code == 0
    assert [layer["op"] for layer in json.loads(result.out)["layers"]][1] == "max:k=2:s=2"
    assert result.err.splitlines()[-1] == "net-image_network.png"
    record = sampviz.inspect("net-image_network.png")
    assert record.recipe.kind == "network"
    assert record.recipe.inputs == ["net.onnx", "image.npy"]
    assert record.recipe.values["preparation"] == {"scale": "unit"}
    assert None not in record.digests
    assert "onnxruntime" in record.versions
    assert {"map that enters, layer 2", "result, layer 2"} <= set(record.windows)
    assert sampviz.rerun("net-image_network.png", check=True).identical


def test_a_recipe_draws_a_network_too(folder: Path) -> None:
    (folder / "figures.toml").write_text(
        '[[figure]]\nname = "net"\nkind = "network"\ninputs = ["net.onnx", "image.npy"]\n'
        'layers = "1"\ntitle = "ours"\npreparation = {scale = "unit", swap = "max=flc"}\n'
    )
    (figure,) = sampviz.figure("figures.toml", width=89)
    names = [line for block in figure.sheet.texts for line in block.lines]
    assert "FLC" in names
    assert "blur 3" not in names
    assert names[0] == "ours"
    assert {placed.panel.name[-1] for placed in figure.sheet.panels} == {"1"}


@pytest.mark.parametrize(
    ("inputs", "preparation", "what"),
    [
        (["net.onnx"], {}, "of a model and what enters it"),
        (["net.onnx", "image.npy"], {"sale": "unit"}, "preparation has no 'sale'"),
    ],
)
def test_recipes_of_networks_are_checked(
    folder: Path, inputs: list[str], preparation: dict[str, str], what: str
) -> None:
    table = {"kind": "network", "inputs": inputs, "preparation": preparation}
    with pytest.raises(UsageError, match=what):
        sampviz.draw_recipe(table)
