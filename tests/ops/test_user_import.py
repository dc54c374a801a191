"""Code of the user that a step names: found in the current folder, by any path, in words."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from tests.conftest import Cli

pytestmark = pytest.mark.filterwarnings("ignore:.*does not say where its samples lie")

NET = """
import numpy as np

def down(x, k: int = 2):
    return x[::k, ::k]

class Net:
    class stem:
        @staticmethod
        def pool(x):
            return x[1::2, 1::2]

    @property
    def broken(self):
        raise RuntimeError("not built yet")

net = Net()
value = 3
"""
WARNING = "does not say where its samples lie: they are taken as centred\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    Path("netcode.py").write_text(NET)
    Path("netpkg").mkdir()
    Path("netpkg/__init__.py").write_text("")
    Path("netpkg/deep.py").write_text(NET)
    yield
    for name in ("netcode", "netpkg", "netpkg.deep"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("step", "first"),
    [
        ("netcode:down", 0),
        ("netcode:net.stem.pool", 17),
        ("netcode:Net.stem.pool", 17),
        ("netpkg.deep:down", 0),
        ("netpkg.deep:net.stem.pool", 17),
    ],
)
def test_a_step_names_code_in_the_current_folder(cli: Cli, step: str, first: int) -> None:
    np.save("x.npy", np.arange(256.0).reshape(16, 16))
    path = list(sys.path)
    result = cli("apply", "x.npy", f"{step}+identity", "--allow-code", "-o", "y.npy")
    assert (result.code, result.err) == (0, f"warning: {step} {WARNING}")
    assert np.load("y.npy")[0, 0] == first
    assert sys.path == path
    assert str(Chain.parse(step, allow_code=True)) == step


def test_code_takes_values_with_and_without_a_dot_in_its_name() -> None:
    x = np.arange(256.0).reshape(16, 16)
    for step in ("netcode:down:4", "netcode:down:k=4", "netpkg.deep:down:4"):
        assert Chain.parse(step, allow_code=True)(x).shape == (4, 4)


@pytest.mark.parametrize(
    ("step", "what", "fix"),
    [
        ("netcode:dwn", "netcode has no 'dwn'", "did you mean 'down'?"),
        ("netcode:net.stm.pool", "netcode.net has no 'stm'", "did you mean 'stem'?"),
        ("netcode:net.broken", "netcode.net.broken raised RuntimeError: not built yet", "--debug"),
        ("netcode:value", "netcode:value is of type int", "name an operation made with @op"),
        ("nocode:down", "no operation is named 'nocode'", ""),
        ("transpse:gauss", "no operation is named 'transpse'", "did you mean 'transpose'?"),
        ("netpkg.none:down", "there is no module 'netpkg.none'", "work in the folder"),
    ],
)
def test_what_cannot_be_used_is_said_in_words(cli: Cli, step: str, what: str, fix: str) -> None:
    result = cli("measure", "sample:impulse:8x8", "--ops", step, "--allow-code")
    assert result.code == 2
    lines = result.err.splitlines()
    assert lines[0].startswith(f"error: {what}")
    assert fix in lines[2]


@pytest.mark.parametrize("step", ["netcode:down", "netpkg.deep:net.stem.pool"])
def test_code_is_not_run_unasked(cli: Cli, step: str) -> None:
    result = cli("shape", step, "--size", "8x8")
    assert result.code == 2
    assert result.err.startswith(f"error: {step!r} is code, and code is not run unasked\n")
    assert step.partition(":")[0] not in sys.modules


def test_a_misspelt_operation_is_no_code(cli: Cli) -> None:
    Path("transpse").mkdir()  # a folder of that name is no module
    result = cli("shape", "transpse:gauss", "--size", "8x8")
    assert result.err.splitlines()[0] == "error: no operation is named 'transpse'"


class Stub:
    """As much of a torch module as is asked of one: 1 x C x H x W in, 1 x K x h x w out."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        self.in_channels, self.out_channels = in_channels, out_channels

    def to(self, *_: Any) -> "Stub":
        return self

    def eval(self) -> "Stub":
        return self

    def modules(self) -> list["Stub"]:
        return [self]

    def state_dict(self) -> dict[str, Any]:
        return {}

    def __call__(self, x: Any) -> Any:
        if x.shape[1] != self.in_channels:
            raise RuntimeError(f"expected {self.in_channels} channels")
        return np.repeat(x[:, :1, ::2, ::2], self.out_channels, axis=1).view(type(x))


@contextmanager
def _no_grad() -> Iterator[None]:
    yield


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tensor(np.ndarray):
        pass

    module = ModuleType("torch")
    names: dict[str, Any] = {
        "Tensor": Tensor,
        "nn": SimpleNamespace(Module=Stub),
        "no_grad": _no_grad,
        "from_numpy": lambda array: array.view(Tensor),
        "float32": np.float32,
    }
    module.__dict__.update(names)
    monkeypatch.setitem(sys.modules, "torch", module)


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("out_channels", [2, 3, 8])
def test_a_module_of_other_channels_is_measured_in_words(channels: int, out_channels: int) -> None:
    x = np.random.default_rng(0).random((channels, 32, 32), dtype=np.float32)
    rows = sampviz.measure(x, ["max", Stub(1, out_channels)])
    assert {"psnr", "shift", "ssim"} <= rows[0].values.keys()
    assert "shift" in rows[1].values
    assert rows[1].undefined["psnr"] == "the output has other channels than the image"


@pytest.mark.usefixtures("torch")
def test_a_module_of_other_channels_is_drawn_with_every_row(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    chains = ["max", Stub(1, 8)]
    rows = "image,spectrum,difference,alias,foldspectrum"
    sampviz.compare("sample:phantom:32x32", chains, rows=rows, in_panel="psnr,shift")
    page = sampviz.report("sample:phantom:32x32", chains, tmp_path / "page.html")
    assert "other channels than the image" in page.read_text("utf-8")


@pytest.mark.usefixtures("torch")
def test_a_module_that_wants_other_channels_says_so() -> None:
    with pytest.raises(ChainError, match="Stub wants 3 channels, not 1"):
        sampviz.measure(np.eye(16), Stub(3, 1))


def test_code_is_run_only_where_it_is_said() -> None:
    """No function runs code of the user by default, wherever it is in the package."""
    files = Path(sampviz.__file__).parent.rglob("*.py")
    declared = re.findall(
        r"allow_code: .* = (\S+?)[,)]", "".join(file.read_text("utf-8") for file in files)
    )
    assert len(declared) > 20
    assert set(declared) == {"False"}
