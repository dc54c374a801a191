"""Every public function that may warn warns at the line of its caller."""

import inspect
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz

pytestmark = pytest.mark.slow

PICTURE = np.random.default_rng(0).random((32, 48, 3)).astype(np.float32)
RECIPE = '[[figure]]\nname = "one"\ninputs = "p.npy"\nops = ["max"]\nrows = "image"\n'
TABLE = {"inputs": "p.npy", "ops": ["max"], "rows": "image"}
NO_SIGN = "\N{EGYPTIAN HIEROGLYPH A001}"  # the font has none
WITHOUT_WARNINGS = {
    "bids",  # needs a data set: beside its tests
    "doctor",
    "explain",
    "inspect",
    "limits",
    "network_report",  # of what `network` returned
    "output_shift_figure",
    "progress_bar",
    "save",
    "verify",
}


def half(plane: Any) -> Any:
    """An operation that does not say where its samples lie."""
    return plane[::2, ::2]


def model(side: int | None) -> Any:
    """A network, which may not say the size that it takes."""
    pytest.importorskip("onnx")
    from tests.networks.models import Builder

    b = Builder([1, 1, side, side])
    b.pool("MaxPool", "x", 2, 2)
    return b.model()


CALLS: dict[str, Callable[[], Any]] = {
    "apply": lambda: sampviz.apply("p.npy", "max", "o.npy"),
    "batch": lambda: sampviz.batch("r.toml", "out", jobs=1),
    "batch in processes": lambda: sampviz.batch("many.toml", "outs", jobs=2),
    "check": lambda: sampviz.check("r.toml", "base", update=True),
    "compare": lambda: sampviz.compare(PICTURE, "max", rows="image"),
    "compare a font": lambda: sampviz.compare("sample:t1", "max", rows="image", title=NO_SIGN),
    "detect": lambda: sampviz.detect(PICTURE[..., 0], [half], jobs=1, diameters="3"),
    "detect_labels": lambda: sampviz.detect_labels(np.eye(32, 48).astype(np.uint8), [half]),
    "draw_recipe": lambda: sampviz.draw_recipe(TABLE),
    "figure": lambda: sampviz.figure("r.toml"),
    "load": lambda: sampviz.load("p.npy"),
    "load scaled": lambda: sampviz.load("flat.npy", scale="unit"),
    "load_channel": lambda: sampviz.load_channel(PICTURE.transpose(2, 0, 1), "alias", "stride"),
    "measure": lambda: sampviz.measure(PICTURE, "max"),
    "measure a span": lambda: sampviz.measure(np.eye(32).astype(np.uint8), "max+nearest:2"),
    "measure in threads": lambda: sampviz.measure(
        np.zeros((1030, 1030)), "flc:mode=faithful,asap:mode=faithful", measures="bias", threads=2
    ),
    "measure_dataset": lambda: sampviz.measure_dataset(["p.npy"], "max", jobs=1),
    "network": lambda: sampviz.network(model(None)),
    "network_figure": lambda: sampviz.network_figure(
        sampviz.network(model(32), PICTURE[:, :32, 0]), title=NO_SIGN
    ),
    "report": lambda: sampviz.report("p.npy", "max"),
    "rerun": lambda: sampviz.rerun("one.png"),
    "response": lambda: sampviz.response([half]),
    "shape": lambda: sampviz.shape([half], (8, 8)),
    "shift": lambda: sampviz.shift(PICTURE, "max", range="0..1", step=0.5),
    "spectrum": lambda: sampviz.spectrum(PICTURE, "max"),
    "tradeoff": lambda: sampviz.tradeoff(["p.npy"], "max,avg", jobs=1),
    "an operation": lambda: sampviz.OPS["flc"](np.zeros((6, 6)), mode="faithful"),
    "a chain": lambda: sampviz.Chain.parse("flc:mode=faithful")(np.zeros((6, 6))),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture whose shape is said how it is read, and recipes of it."""
    folder = tmp_path_factory.mktemp("inputs")
    np.save(folder / "p.npy", PICTURE)
    np.save(folder / "flat.npy", np.ones((16, 16)))
    (folder / "r.toml").write_text(RECIPE)
    many = (RECIPE.replace('"one"', f'"{name}"') for name in "abcdef")
    (folder / "many.toml").write_text("\n".join(many))
    return folder


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize("name", CALLS)
def test_a_warning_points_at_the_line_that_called(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    if name == "rerun":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sampviz.save(sampviz.draw_recipe(TABLE), "one.png", overwrite=True)
    call = CALLS[name]
    with pytest.warns(sampviz.SampvizWarning) as told:
        call()
    assert {each.filename for each in told} == {__file__}
    lines, first = inspect.getsourcelines(call)
    assert {each.lineno for each in told} <= set(range(first, first + len(lines)))


def test_all_public_functions_are_tried() -> None:
    functions = {n for n in dir(sampviz) if inspect.isroutine(getattr(sampviz, n))}
    tried = {name.split()[0] for name in CALLS}
    assert functions - tried - WITHOUT_WARNINGS == set()
