"""Commands are functions with the same words, which give the same bytes and numbers."""

import doctest
import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz as package
from sampviz.analysis.components.options import LABEL_OPTIONS
from sampviz.figures.detect_options import DETECT_OPTIONS
from sampviz.figures.options import LOOK_OPTIONS
from sampviz.images.selection import Selection
from sampviz.networks.preparation_options import PREPARATION_OPTIONS
from sampviz.testing.parity.deviations import DEVIATIONS
from tests.conftest import Cli
from tests.test_docstrings import WITH_EXAMPLES

pytestmark = pytest.mark.slow

# Of each function where it lives, and the words of its command that it does not have: what is
# printed, where files go, or, of those that take an image, which picture of a file is read.
PRINTED = {"json", "quiet", "list_", "preview"}
READING = {"plane", "slice", "frame", "channel", "mosaic", "kspace", "volume", "nan", "max_pixels",
           "scale", "as_", "layout", "palette", "dataset"}  # fmt: skip
FUNCTIONS: dict[str, tuple[str, set[str]]] = {
    "bids": ("report.bids.app", {"more_labels", "old_label"}),
    "detect": ("recipes.detect", {"out", "overwrite", "labels", *LABEL_OPTIONS}),
    "detect_labels": (
        "recipes.detect_labels",
        {"out", "overwrite", "jobs", "title", "mask", *DETECT_OPTIONS, *LOOK_OPTIONS},
    ),
    "explain": (
        "analysis.explain.explanation",
        {"out", "frames", "overwrite", *LOOK_OPTIONS},
    ),
    "measure": (
        "analysis.measure",
        {"explain", "jobs", "scheduler", "keep_going", "out", "overwrite"} | READING,
    ),
    "measure_dataset": ("analysis.measure_dataset", {"explain"}),
    "network": (  # what is drawn: network_figure
        "networks.network",
        {"layers", "title", "caption", *LOOK_OPTIONS},
    ),
    "report": ("report.build", set()),
    "response": ("figures.charts.response", {"out", "overwrite"}),
    "shape": ("analysis.shape_trace", set()),
    "shift": ("figures.grids.shift_animation", {"out", "curve", "overwrite"} | READING),
    "spectrum": ("figures.grids.spectrum", {"out", "overwrite"} | READING),
    "tradeoff": ("figures.charts.tradeoff", {"out", "overwrite"}),
    "verify": ("testing.parity.compare", set()),
}
RENAMED = {"ops": "chains", "source": "image", "input_": "input", "extent": "range", "out": "path"}
# Of one at a time; others take many.
INPUTS = dict.fromkeys(("detect", "detect_labels", "measure", "spectrum"), "image")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def inputs() -> list[str]:
    """Three files, of which the second cannot be read."""
    rng = np.random.default_rng(0)
    for number in range(3):
        np.save(f"{number}.npy", rng.random((24, 20)).astype(np.float32))
    Path("1.npy").write_bytes(b"poison")
    return [f"{number}.npy" for number in range(3)]


def function_of(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(import_module(f"sampviz.{FUNCTIONS[name][0]}"), name)
    return function


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_examples_which_run_with_those_of_all_modules(name: str) -> None:
    function = function_of(name)
    (example,) = doctest.DocTestFinder(recurse=False).find(function, name, globs={})
    assert example.examples
    assert function.__module__ in WITH_EXAMPLES


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_words_of_its_command(name: str) -> None:
    command = name.partition("_")[0]
    module = import_module(f"sampviz.cli.commands.{command}")
    options = set(inspect.signature(getattr(module, command)).parameters)
    parameters = set(inspect.signature(function_of(name)).parameters)
    renamed = RENAMED | {"inputs": INPUTS.get(name, "sources")}
    if "reading" not in parameters:  # no file is read: arrays have axes
        renamed |= {"volume": "axes"}
    # What a function calls as its command does keeps that name.
    names = {word: word if word in parameters else renamed.get(word, word) for word in options}
    words = {names[word] for word in options - PRINTED - FUNCTIONS[name][1]}
    if "reading" in parameters:
        parameters |= READING
    if "preparation" in parameters:
        parameters |= set(PREPARATION_OPTIONS)
    assert words <= parameters


def test_readings_are_the_fields_of_a_selection() -> None:
    from sampviz.analysis.arguments import Reading

    assert set(Reading.__annotations__) == READING
    assert set(Selection.__dataclass_fields__) - {"series"} == READING


def test_measure_dataset_gives_the_rows_and_the_table_of_the_command(
    cli: Cli, inputs: list[str]
) -> None:
    words = ["--ops", "max,flc", "--levels", 2, "--measures", "bias,psnr", "--keep-going"]
    printed = json.loads(cli("measure", *inputs, *words, "-o", "a.csv", "--json").out)
    failed: list[str] = []
    result = package.measure_dataset(
        inputs, "max,flc", levels=2, measures=["bias", "psnr"], keep_going=True, out="b.csv",
        on_failure=lambda source, error: failed.append(source),
    )  # fmt: skip
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert [row.json(["bias", "psnr"]) for row in result.rows] == printed["rows"]
    assert [line.chain for line in result.summary] == [line["chain"] for line in printed["summary"]]
    assert list(result.failures) == failed == ["1.npy"]
    assert isinstance(result.failures["1.npy"], package.SampvizError)
    assert result.sources == tuple(inputs)


def test_a_failure_is_raised_unless_it_is_to_go_on(inputs: list[str]) -> None:
    for function in (package.measure_dataset, package.tradeoff):
        with pytest.raises(package.SampvizError, match="the file is of no known kind"):
            function(inputs, "max", on_failure=lambda *_: pytest.fail("it does not go on"))


def test_rows_that_are_taken_are_not_kept(inputs: list[str]) -> None:
    taken: list[str] = []
    result = package.measure_dataset(
        "[02].npy", "max", measures="bias", on_rows=lambda rows: taken.extend(r.input for r in rows)
    )
    assert taken == ["0.npy", "2.npy"]
    assert result.rows == ()
    assert result.statistics.inputs == 2


@pytest.mark.usefixtures("few_waves")
def test_progress_goes_through_the_inputs(inputs: list[str]) -> None:
    counted = []

    def progress(work: Iterable[Any], count: int) -> Iterator[Any]:
        for piece in work:
            counted.append(count)
            yield piece

    package.measure_dataset(["0.npy", "2.npy"], "max", measures="bias", progress=progress)
    package.response("max,stride,blur", progress=progress)
    package.shift("0.npy", "max", step=1, progress=progress)
    assert counted == [2] * 2 + [3] * 3 + [3] * 6  # all errors first, then all frames


def test_tradeoff_draws_and_tells_what_the_command_does(cli: Cli, inputs: list[str]) -> None:
    assert cli("tradeoff", *inputs[::2], "--ops", "max,stride,flc", "-o", "a.png").code == 0
    result = package.tradeoff([inputs[0], inputs[2]], "max,stride,flc")
    assert package.save(result.figure, "b.png").read_bytes() == Path("a.png").read_bytes()
    lines = Path("a.csv").read_text().splitlines()[1:]
    assert [line.split(",")[:2] for line in lines] == [[r.input, r.chain] for r in result.rows]
    assert [point.label for point in result.points] == [line.chain for line in result.summary]


@pytest.mark.parametrize(
    ("source", "words", "options"),
    [
        (
            "sample:dwi",
            ["--levels", 2, "--of", "sum", "--unit", "mm"],
            {"levels": 2, "of": "sum", "unit": "mm"},
        ),
        ("sample:noise:24x24", ["--two-d"], {"two_d": True}),
    ],
)
def test_spectrum_draws_the_figure_of_the_command(
    cli: Cli, source: str, words: list[object], options: dict[str, Any]
) -> None:
    assert cli("spectrum", source, "--ops", "max,flc", "-o", "a.png", *words).code == 0
    figure = package.spectrum(source, ["max", "flc"], **options)
    assert package.save(figure, "b.png").read_bytes() == Path("a.png").read_bytes()


@pytest.mark.parametrize("options", [{"levels": 0}, {"of": "median"}, {"unit": "inch"}])
def test_spectrum_refuses_what_the_command_line_would(options: dict[str, Any]) -> None:
    with pytest.raises(package.SampvizError):
        package.spectrum(np.eye(16), "max", **options)


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize("options", [{}, {"two_d": True, "db": True}])
def test_response_draws_the_figure_of_the_command(cli: Cli, options: dict[str, Any]) -> None:
    words = ["--" + name.replace("_", "-") for name in options]
    assert cli("response", "--ops", "blur:3,max", "-o", "a.svg", *words).code == 0
    figure = package.response("blur:3,max", **options)
    assert package.save(figure, "b.svg").read_bytes() == Path("a.svg").read_bytes()


def test_shift_saves_what_the_command_writes(cli: Cli) -> None:
    words = ["--range", "-1..1", "--step", 1, "--axis", "rows", "--delay", 400, "--font-size", 9]
    result = cli("shift", "sample:noise:32x32", "--ops", "max,flc", *words, "-o", "a.gif")
    assert result.code == 0
    animation = package.shift(
        package.load("sample:noise:32x32"), "max,flc",
        range="-1..1", step=1, axis="rows", delay=400, font_size=9,
    )  # fmt: skip
    assert animation.save("b.gif") == (Path("b.gif"), Path("b_curve.png"))
    for name in ("{}.gif", "{}_curve.png"):
        assert Path(name.format("b")).read_bytes() == Path(name.format("a")).read_bytes()
    with pytest.raises(package.SampvizError, match="cannot be one file"):
        animation.save("b.png", "b.png")
    with pytest.raises(package.SampvizError, match="19 is out of bounds"):
        package.shift("sample:noise:32x32", "max", delay=19)


def test_explain_gives_the_numbers_of_the_command(cli: Cli) -> None:
    words = ["conv", "--input", "0 1 2;3 4 5;6 7 8", "--kernel", "0 1;2 3", "-s", "2", "--json"]
    printed = json.loads(cli("explain", *words).out)
    matrix = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    for kernel in ("0 1;2 3", np.array([[0, 1], [2, 3]])):
        explanation = package.explain("conv", matrix, kernel=kernel, s=2)
        assert explanation.chain == printed["chain"]
        assert explanation.output.tolist() == printed["output"]
        windows = explanation.traces[0].window_steps
        assert [window.text for window in windows] == [step["text"] for step in printed["steps"]]


@pytest.mark.parametrize(
    ("matrix", "what"),
    [
        ([[0, 1], [2]], "these are no rows of numbers"),
        ([0, 1], "an array of shape (2,)"),
        (np.zeros((17, 2)), "an array of shape (17, 2)"),
        (np.zeros((0, 2)), "an array of shape (0, 2)"),
        ([[np.nan]], "numbers beyond ±1e6 or not finite"),
        ([[-2e6]], "numbers beyond ±1e6 or not finite"),
    ],
)
def test_explain_refuses_an_array_that_is_no_small_matrix(matrix: Any, what: str) -> None:
    with pytest.raises(package.SampvizError) as caught:
        package.explain("max", matrix)
    assert caught.value.what == what


def test_shape_gives_the_stages_of_the_command(cli: Cli) -> None:
    words = ["avg:k=auto+max", "--size", "64x32", "--spacing", "1x2", "--json"]
    printed = json.loads(cli("shape", *words).out)
    for size, spacing in (((64, 32), (1, 2)), ("64x32", "1x2"), (np.array([64, 32]), [1.0, 2])):
        stages = package.shape("avg:k=auto+max", size, spacing=spacing)  # type: ignore[arg-type]
        assert [list(stage.size) for stage in stages] == [s["size"] for s in printed["stages"]]
        assert [stage.step for stage in stages] == [s["step"] for s in printed["stages"]]
        assert [list(stage.spacing or ()) for stage in stages] == [
            s["spacing"] for s in printed["stages"]
        ]
        names = [axis.name for stage in stages for axis in stage.formulas]
        assert names == [formula["name"] for formula in printed["formulas"]]


def test_verify_gives_the_object_of_the_command(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    # All of them are measured in their own tests.
    monkeypatch.setattr("sampviz.testing.parity.compare.DEVIATIONS", DEVIATIONS[:4])
    printed = json.loads(cli("verify", "--against", "pillow", "--json").out)
    for programs in ("pillow", ("pillow", "pillow")):
        parity = package.verify(programs)
        assert parity.agrees is printed["agrees"] is True
        assert [row.chain for row in parity.rows] == [case["chain"] for case in printed["cases"]]
        assert dict(parity.versions) == printed["versions"]
        assert [d["what"] for d in parity.deviations] == [d["what"] for d in printed["deviations"]]


def test_report_writes_the_page_of_the_command(cli: Cli) -> None:
    pytest.importorskip("jinja2", reason="the page is filled in by it")
    words = ["--ops", "max,flc", "--measures", "psnr", "--slice", "40%,60%", "-o", "a.html"]
    assert cli("report", "sample:t1", *words).code == 0
    page = package.report("sample:t1", "max,flc", "b.html", measures="psnr", slice="40%,60%")
    assert page == Path("b.html")
    assert page.read_bytes() == Path("a.html").read_bytes()


IMPORTS = {
    "nothing": "import sampviz",
    "a module of the room": "import sampviz.report.build, sampviz",
    "the room": "import sampviz.report",
    "the name": "import sampviz; from sampviz import report; sampviz.report = report",
}


def test_report_can_be_called_whatever_was_imported_before() -> None:
    """In one process, which forgets the package but not the libraries that it imports."""
    pytest.importorskip("jinja2", reason="the page is filled in by it")
    code = f"""
import sys
for imports in {[*IMPORTS.values()]}:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sampviz"]:
        del sys.modules[name]
    exec(imports + USE, dict())
"""
    use = """
import inspect
try:
    sampviz.report("sample:nothing", "max", "page.html")
except sampviz.InputError as error:
    assert error.what == "no sample is named 'nothing'", error
else:
    raise AssertionError("it was not called")
assert list(inspect.signature(sampviz.report).parameters)[:3] == ["sources", "chains", "path"]
assert "Parameters\\n----------" in inspect.getdoc(sampviz.report)
from sampviz.report.build import report
"""
    words = [sys.executable, "-c", f"USE = {use!r}{code}"]
    assert subprocess.run(words, check=False).returncode == 0
