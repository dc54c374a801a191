"""`sampviz network MODEL INPUT` draws, and its figure is made again by its own record."""

import json
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import InputError, UsageError
from sampviz.networks.runtime import Runtime
from sampviz.recipes.provenance import parse_record
from tests.conftest import Cli
from tests.networks.models import Builder, onnx

pytestmark = pytest.mark.slow

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
    result = cli(
        "network",
        "net.onnx",
        "image.npy",
        "--scale",
        "unit",
        "--json",
        "--layers",
        "2",
        "--dpi",
        "60",
    )
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
        'dpi = 120\nformats = ["pdf"]\n'
    )
    (figure,) = sampviz.figure("figures.toml", width=89)
    names = [line for block in figure.sheet.texts for line in block.lines]
    assert "FLC" in names
    assert "blur 3" not in names
    assert names[0] == "ours"
    assert {placed.panel.name[-1] for placed in figure.sheet.panels} == {"1"}
    written = parse_record(figure.record, "net").recipe.values
    assert "formats" not in written
    assert (written["dpi"], written["layers"], written["title"]) == (120, "1", "ours")


@pytest.mark.usefixtures("unpainted")
def test_the_shift_of_the_output_is_drawn_and_printed(cli: Cli, folder: Path) -> None:
    result = cli("network", "net.onnx", "image.npy", "--shift", 3, "--json")
    assert result.code == 0
    shift = json.loads(result.out)["shift"]
    assert shift["shifts"] == [0, 1, 2, 3]
    assert shift["errors"][0] == 0
    assert shift["errors"][1] > 0.1
    assert (folder / "net-image_shift.png").is_file()


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


def test_maps_of_a_layer_are_written_and_compared(cli: Cli, folder: Path) -> None:
    image = np.load("image.npy")
    result = cli("network", "net.onnx", "image.npy", "--maps", "2", "-o", "maps.npy", "-q")
    assert (result.code, result.out) == (0, "maps.npy\n")
    # Pooled, then the sums of 3 x 3 samples with zeros around.
    pooled = np.pad(image.reshape(16, 2, 12, 2).max((1, 3)), 1)
    sums = sum(pooled[i : i + 16, j : j + 12] for i in range(3) for j in range(3))
    assert np.allclose(np.load("maps.npy"), sums, atol=1e-5)
    assert cli("compare", "maps.npy", "--ops", "max", "--rows", "image").code == 0
    net = sampviz.network("net.onnx", "image.npy", maps=1, out="first.npy")
    assert np.array_equal(np.load("first.npy"), net.maps("1"))


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["image.npy", "--maps", "1"], "no file is named"),
        (["image.npy", "--maps", "1", "-o", "a.csv"], "maps cannot be written as .csv"),
        (["image.npy", "--maps", "7", "-o", "a.npy"], "no layer is 7"),
        (["image.npy", "-o", "a.npy"], "which maps to write is not said"),
        (["-o", "a.csv"], "without an image nothing is written"),
    ],
)
def test_maps_that_cannot_be_written(cli: Cli, folder: Path, words: list[str], first: str) -> None:
    result = cli("network", "net.onnx", *words)
    assert result.code in (2, 4)
    assert result.err.splitlines()[0] == f"error: {first}"
    assert len(result.err.splitlines()) == 3


@pytest.mark.usefixtures("folder")
def test_the_image_that_is_missing_is_named_as_the_help_names_it(cli: Cli) -> None:
    assert cli("network", "net.onnx", "-o", "a.csv").err.splitlines()[2] == "  fix: give INPUT"
    assert "INPUT" in cli("network", "--help").out
    with pytest.raises(UsageError, match=r"fix: give image$"):
        sampviz.network("net.onnx", out="a.csv")


@pytest.mark.usefixtures("folder", "unpainted")
def test_of_code_a_figure_is_drawn_without_a_record(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    proto = onnx.load("net.onnx")
    monkeypatch.setattr(
        "sampviz.networks.model_source.named_module", lambda *_, **__: proto
    )  # in place of a module that torch exports
    result = cli("network", "--torch", "nets:make", "--allow-code", "image.npy")
    assert result.code == 0
    assert "`sampviz rerun` cannot make it again" in result.err
    assert result.out.splitlines()[-1] == "nets-make-image_network.png"
    with pytest.raises(InputError, match="no record"):
        sampviz.inspect("nets-make-image_network.png")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "code", "fix"),
    [
        (["nowhere/net.onnx"], 3, "check the path, or try sample:unet"),
        (["net.onnx", "image.npy", "--swap", "max"], 2, "write max=maxblur: a kind of layer"),
        (["sample:unet", "image.npy", "--fit", "20x20"], 3, "multiples of its largest step"),
    ],
)
def test_fixes_are_those_of_networks(cli: Cli, words: list[str], code: int, fix: str) -> None:
    result = cli("network", *words)
    assert result.code == code
    assert fix in result.err.splitlines()[-1]
    assert "did you mean 'max'" not in result.err


def test_a_layer_that_there_is_not_is_refused_before_the_run(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[object] = []
    monkeypatch.setattr(Runtime, "maps", lambda *_: run.append(_))
    for words in (["--layers", "9"], ["--maps", "9", "-o", "maps.npy"]):
        result = cli("network", "net.onnx", "image.npy", *words)
        assert (result.code, result.err[:18]) == (2, "error: no layer is")
        assert f"  in:  {words[0]}" in result.err
    assert run == []
