"""Measures of installed packages are like ours; what they do wrong is said in words."""

import json
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.analysis import metrics
from sampviz.analysis.metric_plugins import GROUP, plugin_metrics
from sampviz.analysis.metrics import METRICS, OURS, families
from sampviz.cli import source_names
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.core.plugins import plugin_entries
from sampviz.figures.captions.definitions import metric_sentences
from sampviz.recipes.versions import versions
from tests.conftest import Cli

EXAMPLE = Path(__file__).parents[1] / "example_plugin"
DOC = "A number.\n\nFormula: a\nRange: b\nUndefined: c\nKnown: d\nSource: e"


@pytest.fixture(autouse=True)
def _fresh_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(METRICS, "_all", None)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example package is installed, with the entry points of its own pyproject.toml."""
    values = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    ((name, value),) = values["entry-points"][GROUP].items()
    offer(tmp_path, name, value, values["name"])
    monkeypatch.syspath_prepend(EXAMPLE)
    monkeypatch.syspath_prepend(tmp_path)


def offer(folder: Path, name: str, value: str, package: str = "bad-numbers") -> None:
    """Write what an installed package leaves behind that offers one measure."""
    home = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    home.mkdir()
    (home / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (home / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")


@pytest.mark.usefixtures("installed")
def test_an_installed_measure_is_like_ours(cli: Cli) -> None:
    x = np.random.default_rng(0).random((16, 16))
    np.save("x.npy", x)
    expected = {"max": 0.0, "avg": x.reshape(8, 2, 8, 2).mean((1, 3)).max() - x.max()}
    result = json.loads(cli("measure", "x.npy", "--ops", "max,avg", "--json", "-o", "x.csv").out)
    for row in result["rows"]:  # all measures: it is among them
        assert row["brightest"] == pytest.approx(expected[row["chain"]], abs=1e-6)
        assert "psnr" in row
    assert "brightest" in Path("x.csv").read_text("utf-8").partition("\n")[0].split(",")
    assert "Measures of sampviz-example:\n" in cli("measure", "x.npy", "--ops", "max").out
    assert "\nbrightest " in cli("measure", "--list").out
    assert "max(y) - max(x)" in cli("measure", "--explain", "brightest").out
    assert "brightest" in source_names.measures()
    assert "brightest" in METRICS._repr_html_()  # type: ignore[attr-defined]
    assert families()[-1] == ("Measures of sampviz-example", (METRICS["brightest"],))
    assert list(METRICS) == [*OURS, "brightest"]
    (sentence,) = metric_sentences([METRICS["brightest"]])
    assert sentence.text.startswith("Measure brightest (of the image's values; nearer 0")


@pytest.mark.usefixtures("installed")
def test_its_version_stands_in_records() -> None:
    assert versions.__wrapped__()["sampviz-example"] == "1.0"


def test_ours_need_no_import_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loud_numbers.py").write_text("raise SystemExit('imported')")
    offer(tmp_path, "loud", "loud_numbers:measure")
    monkeypatch.syspath_prepend(tmp_path)
    assert METRICS["psnr"] is OURS["psnr"]
    with pytest.warns(SampvizWarning, match="it cannot be imported: SystemExit: imported"):
        assert list(METRICS) == list(OURS)


CASES = {
    "thing = 3": "it is not made with @metric, but of type int",
    "make('psnr')": "something else is named 'psnr'",
    "make('rows')": "something else is named 'rows'",
    "make('Not_A')": "its name 'Not_A' has more than the letters a-z and digits",
    "make('fine', doc='A number.')": "its docstring has no paragraph 'Formula: '",
    "make('fine', better='more')": "better='more' is none of lower, higher,",
    "make('fine', label='folded energy')": "another measure has the label 'folded energy'",
}


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, body: str = "0.0") -> None:
    """Install a measure whose module ends with a line, in which `make` makes one with a body."""
    number = len(list(folder.parent.glob("*")))
    (folder / f"numbers{number}.py").write_text(
        "from sampviz.analysis.metric import MetricValue, metric\n"
        f"def make(name, doc={DOC!r}, better='lower', **more):\n"
        f"    def thing(evaluation): return {body}\n"
        "    thing.__doc__ = doc\n"
        "    globals()['thing'] = metric(name, better=better, **more)(thing)\n"
        f"{line}\n"
    )
    offer(folder, "mine", f"numbers{number}:thing")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, f"numbers{number}", raising=False)


@pytest.mark.parametrize(("line", "why"), CASES.items(), ids=CASES.values())
def test_one_that_cannot_be_used_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, why: str
) -> None:
    install(tmp_path, monkeypatch, line)
    with pytest.warns(SampvizWarning) as caught:
        assert plugin_metrics(OURS, plugin_entries(GROUP)) == OURS
    start = f"the measure 'mine' of bad-numbers is left out: {why}"
    assert [str(warning.message)[: len(start)] for warning in caught] == [start]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("1 / 0", "raised ZeroDivisionError: division by zero"),
        ("'high'", "returned a str"),
        ("1j", "returned a complex"),
        ("MetricValue([1.0])", "returned a list"),
        ("MetricValue(1.0, {'top': 1.0, 'odd': 2.0})", "returned the part 'odd'"),
        ("MetricValue(1.0, {'top': '2'})", "returned a part that is no number"),
    ],
)
def test_what_goes_wrong_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, what: str
) -> None:
    install(tmp_path, monkeypatch, "make('mine', parts=('top',))", body)
    with pytest.raises(UsageError, match=f"the measure mine of bad-numbers {what}"):
        sampviz.measure(np.eye(8), "max", measures="mine")


def test_nan_is_a_number_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "make('mine')", "float('nan')")
    (row,) = sampviz.measure(np.eye(8), "max", measures="mine,psnr")
    assert row.undefined == {"mine": "it is NaN"}
    assert "psnr" in row.values


def test_a_package_that_uses_the_registry_while_it_is_imported_finds_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "from sampviz.analysis.metrics import METRICS\nmake('n' + str(len(METRICS)))"
    install(tmp_path, monkeypatch, line)
    assert f"n{len(OURS)}" in metrics.METRICS
