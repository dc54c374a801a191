"""Networks in torch: code that is run on demand, weights that are tensors alone, exported."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning
from tests.conftest import Cli
from tests.networks.models import onnx

CODE = Path(__file__).parent.parent / "example_code"
LADDER = ("--torch", "mypkg.nets:Ladder", "--allow-code")

assert onnx


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder has a package `mypkg`."""
    monkeypatch.chdir(CODE)
    monkeypatch.setattr(sys, "path", [*sys.path])


@pytest.fixture
def torch(code: None) -> Any:
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture
def nets(torch: Any) -> Any:
    sys.path.insert(0, "")
    import mypkg.nets  # type: ignore[import-not-found]

    return mypkg.nets


@pytest.mark.usefixtures("code")
@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        (["--torch", "never.here:f"], "code is not run unasked", "--allow-code to run code from"),
        (["--torch", "net.py", "--allow-code"], "names no code", "write package.module:name"),
        (["--torch", "a:b", "m.onnx", "t1.png"], "there are two models", "give an ONNX model"),
        (["m.onnx", "--weights", "w.pt"], "no code that the weights are for", "add --torch"),
    ],
)
def test_code_is_named_and_run_on_demand(cli: Cli, words: list[str], first: str, last: str) -> None:
    result = cli("network", *words)
    lines = result.err.splitlines()
    assert (result.code, len(lines)) == (2, 3)
    assert first in lines[0]
    assert last in lines[2]


@pytest.mark.usefixtures("code")
def test_without_torch_the_error_says_how_to_install_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    result = cli("network", *LADDER)
    assert result.code == 2
    assert result.err.startswith("error: torch is not installed\n")
    assert "[torch]" in result.err.splitlines()[2]


def test_a_named_module_with_its_weights_gives_a_ladder(
    torch: Any, nets: Any, cli: Cli, tmp_path: Path
) -> None:
    torch.save({"epoch": 3, "state_dict": nets.Ladder().state_dict()}, tmp_path / "w.pt")
    result = cli("network", *LADDER, "--weights", tmp_path / "w.pt", "--size", "32x48")
    assert result.err == (
        "warning: Ladder was exported for an image of 1x3x32x48 by torch.onnx.export,"
        " dynamo=False, opset 17\n"
    )
    lines = [line.split() for line in result.out.splitlines()]
    assert [line[1:3] for line in lines[2:5]] == [
        ["conv:k=3:s=2:p=1", "16x24"],
        ["max:k=2:s=2", "8x12"],
        ["transpose:k=2:s=2", "16x24"],
    ]


def test_a_module_is_copied_and_runs_in_eval_mode(torch: Any, nets: Any) -> None:
    net = nets.Ladder().train().double()
    with pytest.warns(SampvizWarning, match="1x3x16x16"):
        layers = sampviz.network(net, size=(16, 16), spacing=0.5).layers
    assert [layer.size for layer in layers] == [(16, 16), (8, 8), (4, 4), (8, 8)]
    assert net.training
    assert net.down.weight.dtype == torch.float64


def test_a_size_that_was_not_given_is_said(nets: Any) -> None:
    with pytest.warns(SampvizWarning, match=r"1x1x64x64x64 by .*; size chooses"):
        assert sampviz.network(nets.Volumes()).layers[1].size == (32, 32, 32)


def test_a_module_may_be_run_on_an_image(nets: Any) -> None:
    image = np.random.default_rng(0).random((3, 20, 24)).astype(np.float32)
    with pytest.warns(SampvizWarning, match="1x3x16x16"):
        net = sampviz.network(nets.Ladder(), image, fit="16x16")
    assert net.maps(1).shape == (3, 16, 16)
    assert net.layers[1].measures is not None


def test_of_code_numbers_are_given_and_no_figure(nets: Any, cli: Cli, tmp_path: Path) -> None:
    assert nets
    words = ["network", *LADDER, "sample:chelsea", "--fit", "32x32"]
    printed = cli(*words)
    assert printed.code == 0, printed.err
    assert "warning: no figure is drawn of code" in printed.err
    assert "What layers that shrink do" in printed.out
    written = cli(*words, "-o", tmp_path / "layers.csv", "-q")
    assert (written.code, (tmp_path / "layers.csv").exists()) == (0, True)
    assert cli(*words, "-o", tmp_path / "layers.png").code == 4


@pytest.mark.slow
def test_what_tracing_cannot_do_the_other_exporter_does(
    torch: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnxscript")

    class Smoothed(torch.nn.Conv2d):
        def forward(self, x: Any) -> Any:
            y = super().forward(x)
            return torch.nn.functional.interpolate(y, size=(4, 4), mode="bilinear", antialias=True)

    with pytest.warns(SampvizWarning, match="dynamo=True"):
        net = sampviz.network(Smoothed(1, 1, 3, padding=1), size="8x8")
    assert net.layers[-1].size == (4, 4)
    assert capfd.readouterr() == ("", "")


FILES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a whole module": (lambda nets: nets.Ladder(), "or other things than tensors"),
    "another module": (lambda nets: nets.Ladder(1).state_dict(), "are not those of Ladder"),
    "no tensors": (lambda nets: {"epoch": 3}, "holds no state dict"),
}


@pytest.mark.parametrize(("content", "what"), FILES.values(), ids=FILES)
def test_weights_that_are_none_of_the_module_are_refused(
    torch: Any, nets: Any, cli: Cli, tmp_path: Path, content: Callable[[Any], Any], what: str
) -> None:
    torch.save(content(nets), tmp_path / "w.pt")
    result = cli("network", *LADDER, "--weights", tmp_path / "w.pt")
    assert (result.code, len(result.err.splitlines())) == (3, 3)
    assert what in result.err


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize(
    ("name", "size", "what"),
    [
        ("Refusing", "8x8", "cannot be run on zeros of 1x3x8x8: ValueError: of two lines"),
        ("ladder", "8x8x8", "Ladder takes images of 2 axes"),
        ("ladder.nothing", "8x8", "has no 'nothing'"),
        ("torch", "8x8", "cannot be made without arguments"),
    ],
)
def test_code_that_makes_no_network_is_told(cli: Cli, name: str, size: str, what: str) -> None:
    result = cli("network", "--torch", f"mypkg.nets:{name}", "--allow-code", "--size", size)
    assert (result.code, len(result.err.splitlines())) == (2, 3)
    assert what in result.err


def test_nothing_but_torch_modules_needs_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(FileNotFoundError):
        sampviz.network("nowhere.onnx")
