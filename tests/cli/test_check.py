"""`sampviz check`: each change gives the verdict that one expects, and no other."""

import io
import json
import os
import warnings
import xml.etree.ElementTree as ET
from contextlib import chdir, redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from sampviz.cli.app import run
from sampviz.core.errors import SampvizWarning
from sampviz.images.load import load
from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow

RECIPE = """[[figure]]
name = "one"
inputs = "brain.npy"
ops = ["max", "blur:k=5"]
rows = "image,spectrum,alias"
"""


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recipe, its input and its baseline."""
    folder = tmp_path_factory.mktemp("pinned")
    with chdir(folder):
        rng = np.random.default_rng(0)
        np.save("brain.npy", rng.random((24, 20)))
        Path("r.toml").write_text(RECIPE)
        assert run(["check", "r.toml", "--baseline", "base", "--update", "-q"]) == 0
    return folder


@pytest.fixture(autouse=True)
def folder(pinned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the current folder."""
    copytree(pinned, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(cli: Cli, *words: str) -> CliResult:
    return cli("check", "r.toml", "--baseline", "base", *words)


def rewrite(old: str, new: str) -> None:
    assert old in RECIPE
    Path("r.toml").write_text(RECIPE.replace(old, new))


def reasons(result: CliResult) -> list[str]:
    """The lines below the table, without the counts at its end."""
    return [line.strip() for line in result.out.splitlines() if line.startswith("  ")]


def verdict(result: CliResult) -> list[str]:
    """The row of the table: name, verdict, and the rest: arrays and picture."""
    name, word, rest = result.out.splitlines()[1].split(maxsplit=2)
    return [name, word, " ".join(rest.split())]


@pytest.mark.parametrize("ending", ["npz", "json", "png"])
def test_no_baseline_is_written_through_a_link(cli: Cli, tmp_path: Path, ending: str) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    link = Path("base") / f"one.{ending}"
    link.unlink()
    link.symlink_to(outside)
    result = checked(cli, "--update")
    assert "this is a link that leads out of the folder" in result.err
    assert result.code == 4
    assert outside.read_bytes() == b"mine"


def test_one_voxel_of_a_volume_is_seen(cli: Cli) -> None:
    x = np.random.default_rng(1).random((8, 10, 12)).astype(np.float32)
    text = '[[figure]]\nname = "v"\ninputs = "v.npy"\nops = "max"\nvolume = true\n'
    Path("v.toml").write_text(text + 'rows = "image"\n')
    words = "check", "v.toml", "--baseline", "of volumes"
    np.save("v.npy", x)
    assert cli(*words, "--update").code == 0
    assert cli(*words).code == 0
    x[4, 5, 6] += 5
    np.save("v.npy", x)
    result = cli(*words)
    assert result.code == 1
    assert verdict(result)[:2] == ["v", "DIFFERS"]


def test_nothing_changed_is_fine(cli: Cli) -> None:
    result = checked(cli)
    assert result.code == 0
    assert verdict(result) == ["one", "ok", "7 of 7 RMS 0"]
    assert result.out.endswith("\n1 of 1 are as they should be\n")


def test_a_parameter_changes_the_arrays_of_its_column_only(cli: Cli) -> None:
    rewrite("blur:k=5", "blur:k=3")
    result = checked(cli)
    lines = reasons(result)
    assert (result.code, verdict(result)[:2]) == (1, ["one", "DIFFERS"])
    assert verdict(result)[2].startswith("4 of 7")
    values = [line.split(": values differ")[0] for line in lines if ": values differ" in line]
    assert values == ["image, blur:k=3", "spectrum, blur:k=3", "alias, blur:k=3"]
    assert any(line.startswith("words: ") for line in lines)
    assert lines[-1] == "changed: option ops: max,blur:k=5 then, max,blur:k=3 now"


def test_a_voxel_changes_arrays_and_names_the_input(cli: Cli) -> None:
    array = np.load("brain.npy")
    array[5, 6] += 0.01
    np.save("brain.npy", array)
    result = checked(cli)
    lines = reasons(result)
    assert result.code == 1
    assert any(
        line.startswith("image, original: values differ by up to 0.01,")
        and line.endswith("1 of 480")
        for line in lines
    )
    assert not any(line.startswith("words: ") for line in lines)
    assert [line for line in lines if line.startswith("changed: ")] == [
        line for line in lines if line.startswith("changed: input brain.npy: other bytes")
    ]


def test_a_voxel_within_the_tolerance_is_fine(cli: Cli) -> None:
    array = np.load("brain.npy")
    array[5, 6] += 1e-9
    np.save("brain.npy", array)
    assert checked(cli).code == 0
    assert checked(cli, "--tolerance", "0abs").code == 1


def test_a_window_changes_no_array_but_the_windows_and_the_picture(cli: Cli) -> None:
    rewrite('ops = ["max"', 'window = "0.1,0.7"\nops = ["max"')
    result = checked(cli)
    assert result.code == 1
    assert verdict(result)[2].startswith("7 of 7")
    windows = [
        line.split(": window")[0] for line in reasons(result) if ": window 0.1..0.7, was" in line
    ]
    assert windows == ["image, original", "image, max", "image, blur:k=5"]
    assert any(line.startswith("picture: ") for line in reasons(result))
    assert reasons(result)[-1] == "changed: option window: the default then, 0.1,0.7 now"


def test_a_resolution_changes_the_picture_only(cli: Cli) -> None:
    rewrite("rows =", "dpi = 151\nrows =")
    result = checked(cli)
    assert result.code == 1
    assert verdict(result)[2].startswith("7 of 7")
    assert reasons(result) == [
        "picture: 151 dpi, was 150",
        "changed: option dpi: the default then, 151 now",
    ]


def test_a_size_of_text_changes_the_picture_only(cli: Cli) -> None:
    rewrite("rows =", "font_size = 11\nrows =")
    result = checked(cli)
    assert result.code == 1
    assert verdict(result)[2].startswith("7 of 7")
    assert [line.split(":")[0] for line in reasons(result)] == ["picture", "changed"]


def test_a_font_changes_no_array_and_no_words(cli: Cli) -> None:
    rewrite("rows =", 'font = "STIXGeneral"\nrows =')
    result = checked(cli)
    assert verdict(result)[2].startswith("7 of 7")
    assert {line.split(":")[0] for line in reasons(result)} <= {"picture", "changed"}


def test_under_another_freetype_the_picture_is_not_judged_but_told(cli: Cli) -> None:
    table = json.loads(Path("base/one.json").read_text())
    now = table["versions"]["FreeType"]
    table["versions"]["FreeType"] = "2.6.1"
    Path("base/one.json").write_text(json.dumps(table))
    rewrite("rows =", "font_size = 11\nrows =")
    result = checked(cli)
    assert result.code == 0
    assert f"not judged: FreeType {now}, stored with 2.6.1" in result.out
    rewrite("blur:k=5", "blur:k=3")
    assert checked(cli).code == 1


def test_a_figure_without_a_baseline_is_named_and_fails(cli: Cli) -> None:
    Path("r.toml").write_text(RECIPE + RECIPE.replace('"one"', '"two"'))
    result = checked(cli)
    assert result.code == 1
    assert "two MISSING" in " ".join(result.out.split())
    assert reasons(result) == ["there is no baseline base/two.json; --update writes it"]


def test_a_baseline_without_a_figure_is_named_and_fails(cli: Cli) -> None:
    rewrite('"one"', '"two"')
    assert cli("check", "r.toml", "--baseline", "base", "--update").code == 0
    result = checked(cli)
    assert result.code == 1
    assert "one STRAY" in " ".join(result.out.split())
    assert reasons(result) == [
        "no figure has the name of this baseline; remove base/one.*, or draw it"
    ]


def test_an_input_that_cannot_be_read_is_3_and_the_others_are_checked(cli: Cli) -> None:
    lost = RECIPE.replace('"one"', '"two"').replace("brain.npy", "lost.npy")
    Path("lost.npy").write_bytes(b"cut off")
    Path("r.toml").write_text(lost + RECIPE)
    result = checked(cli, "--junit", "j.xml")
    assert result.code == 3
    assert "two ERROR" in " ".join(result.out.split())
    assert "one ok" in " ".join(result.out.split())
    assert reasons(result)[0] == "the file is of no known kind"
    assert ET.parse("j.xml").getroot().get("errors") == "1"


def test_a_damaged_baseline_is_3(cli: Cli) -> None:
    Path("base/one.json").write_text("{}")
    assert checked(cli).code == 3


def test_baselines_are_not_written_in_ci_unless_forced(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    rewrite("blur:k=5", "blur:k=3")
    kept = Path("base/one.json").read_bytes()
    assert checked(cli, "--update") == CliResult(
        2,
        "",
        "error: baselines are not written where CI=true: nobody would look at them\n"
        "  in:  --update\n  fix: update them on your machine, or add --force\n",
    )
    assert Path("base/one.json").read_bytes() == kept
    assert checked(cli, "--update", "--force").code == 0
    assert checked(cli).code == 0


def test_force_without_update_is_wrong(cli: Cli) -> None:
    assert checked(cli, "--force").code == 2


HOSTILE = '"100 % <script>alert(1)</script> | `x` \\u001b[31m & \\u0000"'


@pytest.fixture(scope="module")
def hostile_check(pinned: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CliResult]:
    """A check of a figure whose words try to be something else, with all reports, in a folder."""
    folder = tmp_path_factory.mktemp("hostile")
    copytree(pinned, folder, dirs_exist_ok=True)
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        rewrite("rows =", f"title = {HOSTILE}\nrows =")
        reports = ["--junit", "j.xml", "--html", "page", "--github"]
        code = run(["check", "r.toml", "--baseline", "base", *reports])
    return folder, CliResult(code, out.getvalue(), err.getvalue())


@pytest.fixture
def hostile(hostile_check: tuple[Path, CliResult], monkeypatch: pytest.MonkeyPatch) -> CliResult:
    """What it printed; its folder is the current one, to be read."""
    folder, result = hostile_check
    monkeypatch.chdir(folder)
    return result


def test_nothing_of_a_figure_is_obeyed_by_a_terminal(hostile: CliResult) -> None:
    assert hostile.code == 1
    assert "\x1b" not in hostile.out
    assert "\0" not in hostile.out
    lines = [line for line in hostile.out.splitlines() if line.startswith("::")]
    assert len(lines) == 1
    assert lines[0].startswith("::error title=one differs::words: ")
    assert "100 %25" in lines[0]


def test_the_junit_file_is_valid_and_counts(hostile: CliResult) -> None:
    root = ET.parse("j.xml").getroot()
    (suite,) = root
    counts = {"tests": "1", "failures": "1", "errors": "0"}
    assert [root.tag, suite.tag] == ["testsuites", "testsuite"]
    for each in (root, suite):
        assert {name: each.get(name) for name in counts} == counts
        assert each.get("name") == "sampviz check"
    (case,) = suite
    assert (case.tag, case.get("name"), case.get("classname")) == (
        "testcase",
        "one",
        "sampviz.check",
    )
    failure, out = case
    assert (failure.tag, out.tag) == ("failure", "system-out")
    assert failure.get("type") == "differs"
    assert failure.text is not None
    assert "<script>" in failure.text  # quoted in the file, itself when it is read
    assert failure.get("message") == failure.text.splitlines()[0]
    assert out.text is not None
    assert out.text.startswith("changed: option title: the default then, 100 % <script>")


def test_a_junit_parser_reads_the_file(hostile: CliResult) -> None:
    junitparser = pytest.importorskip("junitparser")
    (suite,) = junitparser.JUnitXml.fromfile("j.xml")
    (case,) = suite
    (result,) = case.result
    assert (suite.tests, suite.failures, suite.errors) == (1, 1, 0)
    assert isinstance(result, junitparser.Failure)
    assert "picture" not in result.message
    assert case.name == "one"


class Seen(HTMLParser):
    """Collects the elements and the text of a page, and fails on one that is not closed."""

    EMPTY = ("meta", "img", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page() -> Seen:
    seen = Seen()
    seen.feed(Path("page/index.html").read_text("utf-8"))
    seen.close()
    assert seen.open == []
    return seen


def test_the_page_is_whole_and_escapes_what_it_shows(hostile: CliResult) -> None:
    seen = page()
    tags = [tag for tag, _ in seen.found]
    assert "script" not in tags
    assert "<script>alert(1)</script>" in "".join(seen.text.split())
    assert "\x1b" not in seen.text
    # Nothing comes from elsewhere: it opens from disk.
    for tag, attributes in seen.found:
        for name in ("src", "href"):
            if name in attributes:
                address = attributes[name]
                assert tag in ("img", "a")
                assert address
                assert (Path("page") / address).is_file()
        handlers = [name for name in attributes if name.startswith("on")]
        assert handlers == (["oninput"] if tag == "input" else [])


def test_the_page_shows_expected_actual_and_difference(cli: Cli) -> None:
    rewrite("blur:k=5", "blur:k=3")
    assert checked(cli, "--html", "page").code == 1
    seen = page()
    sources = [attributes["src"] for tag, attributes in seen.found if tag == "img"]
    assert sources[:5] == [
        "one_expected.png",
        "one_actual.png",
        "one_difference.png",
        "one_expected.png",
        "one_actual.png",
    ]
    (slider,) = (attributes for tag, attributes in seen.found if tag == "input")
    assert (slider["type"], slider["min"], slider["max"]) == ("range", "0", "100")
    assert "image, blur:k=3" in seen.text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)  # of transparency
        kept = load("base/one.png").array
    assert np.array_equal(load("page/one_expected.png").array, kept[:3])
    now = load("page/one_actual.png").array
    apart = np.abs(now - kept[:3]).max(axis=0)
    shown = load("page/one_difference.png").array
    shown = shown if shown.ndim == 2 else shown[0]
    assert np.array_equal(shown > 0, apart > 0)


def test_a_page_of_a_figure_that_is_fine_shows_no_pictures(cli: Cli) -> None:
    assert checked(cli, "--html", "page").code == 0
    assert not [tag for tag, _ in page().found if tag == "img"]
    assert [path.name for path in Path("page").iterdir()] == ["index.html"]


def test_the_summary_of_a_step_is_a_table(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", os.fspath(Path("summary.md").absolute()))
    Path("summary.md").write_text("before\n")
    rewrite("rows =", f"title = {HOSTILE}\nrows =")
    assert checked(cli, "--github").code == 1
    before, heading, empty, head, rule, row = Path("summary.md").read_text().splitlines()
    assert (before, heading, empty) == ("before", "### sampviz check", "")
    assert head.count("|") == rule.count("|") == row.count("|") == 6
    assert "<script>" not in row
    assert row.startswith("| one | differs | 7 of 7 | ")


def test_all_is_quiet_on_github_if_all_is_fine(cli: Cli) -> None:
    assert "::" not in checked(cli, "--github").out
