"""The functions of recipes, baselines and arrays do what the commands of their names do."""

import doctest
import importlib
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

import sampviz as package
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.testing.snapshots.compare import SnapshotResult
from tests.conftest import Cli, CliResult
from tests.recipes.batch.build import left_in, recipe
from tests.test_docstrings import WITH_EXAMPLES

pytestmark = pytest.mark.slow

ONE = '[[figure]]\nname = "one"\ninputs = "scan00.npy"\nops = ["max", "blur:k=5"]\nrows = "image"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with images and recipes."""
    monkeypatch.chdir(tmp_path)
    recipe(tmp_path, 3)
    Path("one.toml").write_text(ONE)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "recipes.apply",
        "recipes.batch.run",
        "recipes.draw",
        "recipes.figure",
        "recipes.rerun",
        "testing.snapshots.check",
    ],
)
def test_there_are_examples_which_run_with_those_of_all_modules(name: str) -> None:
    module = importlib.import_module(f"sampviz.{name}")
    assert sum(len(test.examples) for test in doctest.DocTestFinder().find(module)) > 1
    assert module.__name__ in WITH_EXAMPLES


def printed(result: CliResult) -> list[Path]:
    """The paths that a command printed."""
    assert result.code == 0, result.err
    return [Path(line) for line in result.out.splitlines()]


def test_batch_leaves_what_the_command_leaves(cli: Cli) -> None:
    (page,) = printed(cli("batch", "r.toml", "-j", 1, "-o", "command"))
    result = package.batch("r.toml", "python", jobs=1)
    assert left_in(Path("python")) == left_in(Path("command"))
    assert result.page == Path("python") / page.name
    assert [(figure.name, figure.state) for figure in result.figures] == [
        (f"f-scan0{i}", "drawn") for i in range(3)
    ]
    assert all(path.is_file() for figure in result.figures for path in figure.files)
    assert repr(result) == "<BatchResult 'python': 3 drawn>"


def test_batch_plans_and_chooses() -> None:
    planned = package.batch("r.toml", "out", only="*2", dry_run=True)
    assert [(figure.name, figure.state) for figure in planned.figures] == [("f-scan02", "planned")]
    assert not Path("out").exists()
    chosen = package.batch("r.toml", "out", only=["*2", "f-scan00"], jobs=1)
    assert chosen.count("drawn") == 2
    with pytest.raises(UsageError, match="no figure is named 'g'"):
        package.batch("r.toml", only="g")
    with pytest.raises(UsageError, match="0 processes"):
        package.batch("r.toml", jobs=0)


def test_batch_raises_a_failure_or_keeps_it() -> None:
    Path("scan01.npy").write_bytes(b"poison")
    with pytest.raises(InputError, match="no known kind"):
        package.batch("r.toml", "stops", jobs=1)
    seen: list[str] = []

    def progress(figures: Iterable[object], count: int) -> Iterator[object]:
        for figure in figures:
            seen.append(f"{len(seen) + 1} of {count}")
            yield figure

    result = package.batch("r.toml", "goes on", jobs=1, keep_going=True, progress=progress)  # type: ignore[arg-type]
    assert seen == ["1 of 3", "2 of 3", "3 of 3"]
    assert list(result.errors) == ["f-scan01"]
    assert isinstance(result.errors["f-scan01"], InputError)
    assert (result.count("drawn"), result.count("failed")) == (2, 1)


def test_check_gives_the_results_that_the_command_prints(cli: Cli) -> None:
    written = package.check("one.toml", "base", update=True)
    assert [(r.name, r.state) for r in written.results] == [("one", "written")]
    assert cli("check", "one.toml", "--baseline", "base").code == 0
    assert package.check("one.toml", "base").exit_code == 0
    Path("one.toml").write_text(ONE.replace("k=5", "k=3"))
    result = cli("check", "one.toml", "--baseline", "base", "--junit", "a.xml", "--html", "a")
    came: list[SnapshotResult] = []

    def progress(results: Iterable[SnapshotResult], count: int) -> Iterator[SnapshotResult]:
        assert count == 1
        for snapshot in results:
            came.append(snapshot)
            yield snapshot

    checked = package.check(["one.toml"], "base", junit="b.xml", html="b", progress=progress)
    assert tuple(came) == checked.results == checked.failed
    assert (checked.results[0].state, checked.exit_code) == ("differs", result.code)
    assert checked.results[0].reasons
    assert all(f"  {reason}\n" in result.out for reason in checked.results[0].reasons)
    assert Path("a.xml").read_bytes() == Path("b.xml").read_bytes()
    assert left_in(Path("a")) == left_in(Path("b"))
    assert repr(checked) == "<CheckResult: 0 of 1 are as they should be>"


def test_check_writes_no_baselines_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UsageError, match="CI=true"):
        package.check("one.toml", "base", update=True)
    with pytest.raises(UsageError, match="force"):
        package.check("one.toml", "base", force=True)
    assert package.check("one.toml", "base", update=True, force=True).exit_code == 0


def test_figure_draws_what_the_command_saves(cli: Cli) -> None:
    paths = printed(cli("figure", "r.toml", "-o", "figures"))
    figures = package.figure(Path("r.toml"))
    assert len(figures) == len(paths) == 3
    for path, figure in zip(paths, figures, strict=True):
        assert package.save(figure, "again.png").read_bytes() == path.read_bytes()


def test_figure_takes_other_inputs_and_options(cli: Cli) -> None:
    words = ("figure", "pitfalls", "scan00.npy", "--set", "kernel=laplacian", "-o", "k.png")
    (path,) = printed(cli(*words))
    (figure,) = package.figure("pitfalls", "scan00.npy", options={"kernel": "laplacian"})
    assert package.save(figure, "again.png").read_bytes() == path.read_bytes()
    with pytest.raises(UsageError, match="no option 'kernels'"):
        package.figure("pitfalls", options={"kernels": "laplacian"})
    with pytest.raises(InputError, match="no such file"):
        package.figure("pitfalls", ["gone.npy"])


def test_a_table_is_drawn_as_its_recipe_is(cli: Cli) -> None:
    (path,) = printed(cli("figure", "one.toml"))
    chains = {"ops": ["max", "blur:k=5"], "rows": "image"}
    table = {"name": "one", "options": {"i": "0"}, "inputs": "scan0{i}.npy", **chains}
    figure = package.draw_recipe(table)
    assert package.save(figure, "again.png").read_bytes() == path.read_bytes()
    other = package.draw_recipe(chains, "scan01.npy")
    assert package.save(other, "other.png").read_bytes() != path.read_bytes()


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"ops": "max"}, "no inputs"),
        ({"inputs": "scan00.npy"}, "no ops"),
        ({"inputs": "scan00.npy", "ops": "max", "colour": "red"}, "unknown key 'colour'"),
        ({"ops": "max", "matrix": {"inputs": "scan*.npy"}}, "stands for 3 figures"),
    ],
)
def test_a_table_is_checked_as_a_recipe_is(table: dict[str, object], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        package.draw_recipe(table)


def test_rerun_writes_and_compares_as_the_command_does(cli: Cli) -> None:
    (path,) = printed(cli("figure", "one.toml"))
    again = package.rerun(path)
    assert (again.identical, again.differences, again.path) == (True, (), Path("one_again.png"))
    assert Path("one_again.png").read_bytes() == path.read_bytes()
    Path("other").mkdir()
    np.save("other/scan00.npy", np.load("scan01.npy"))
    result = cli("rerun", path, "--input", "other/scan00.npy", "--check")
    compared = package.rerun(path, "other/scan00.npy", check=True)
    assert (compared.identical, compared.path, result.code) == (False, None, 1)
    assert result.out.splitlines()[1:] == [f"  {line}" for line in compared.differences]
    with pytest.raises(UsageError, match="writes nothing"):
        package.rerun(path, check=True, out="a.png")


def test_inspect_returns_the_record(cli: Cli) -> None:
    (path,) = printed(cli("figure", "one.toml"))
    record = package.inspect(path)
    assert (record.recipe.inputs, record.recipe.ops) == (["scan00.npy"], ["max", "blur:k=5"])
    assert repr(record) == "<Record of a figure: scan00.npy, max, blur:k=5>"
    with pytest.raises(InputError, match="no record"):
        package.inspect("scan00.npy")


@pytest.mark.parametrize("ending", ["npy", "nii.gz", "png"])
def test_apply_writes_what_the_command_writes(cli: Cli, ending: str) -> None:
    words = ("apply", "scan00.npy", "max+bilinear:2", "--stages", "--record", "-q")
    paths = printed(cli(*words, "-o", f"command.{ending}"))
    applied = package.apply(
        "scan00.npy", "max+bilinear:2", f"python.{ending}", stages=True, record=True
    )
    assert len(paths) == 8
    for theirs, ours in zip(paths, applied.paths, strict=True):
        assert ours.name == theirs.name.replace("command", "python")
        assert ours.read_bytes() == theirs.read_bytes()
    assert (applied.bits is None) == (applied.limits is None) == (ending != "png")
    assert applied.image.size == (24, 24)


def test_apply_takes_an_image_and_a_chain() -> None:
    array = np.arange(16, dtype=np.float32).reshape(4, 4)
    image, chain = package.Image.of(array), package.Chain.parse("max")
    applied = package.apply(image, chain, "small.npy")
    assert np.array_equal(np.load("small.npy"), [[5, 7], [13, 15]])
    assert np.array_equal(applied.image.array, np.load("small.npy"))
    assert repr(applied) == "<Applied 2x2 float32: small.npy>"
    with pytest.raises(UsageError, match="in memory"):
        package.apply(image, chain, "small.npy", record=True)


def test_apply_reads_the_picture_that_is_chosen_and_warns() -> None:
    applied = package.apply("sample:t1", "max", "slice.nii", slice="60%")
    assert package.inspect("slice.nii").recipe.values["slice"] == "60%"
    assert applied.image.taken == package.load("sample:t1", slice="60%").taken
    with pytest.warns(SampvizWarning, match="oblique"):
        package.apply("sample:pd", "max", "pd.npy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        package.apply("sample:t1", "max", "t1.npy")
