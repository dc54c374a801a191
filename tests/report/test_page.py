"""The page as a file: its policy, its size, what is escaped, that it can be made again."""

import json
import re
import shlex
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis.metrics import METRICS
from sampviz.core.installation import install_command
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.read import parse_recipe
from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.random.default_rng(0).random((16, 24)).astype(np.float32))
    return "x.npy"


class Parts(HTMLParser):
    """The elements of a page, with their attributes and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def named(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def parts_of(path: str) -> Parts:
    return Parts(Path(path).read_text("utf-8"))


def test_the_path_is_printed_and_nothing_else(cli: Cli, image: str) -> None:
    assert cli("report", image, "--ops", "max") == CliResult(0, "report.html\n", "")


def test_the_same_command_gives_the_same_bytes(cli: Cli, image: str) -> None:
    pages = []
    for _ in range(2):
        assert cli("report", image, "--ops", "max,avg", "--levels", 2).code == 0
        pages.append(Path("report.html").read_bytes())
    assert pages[0] == pages[1]


def test_the_command_on_the_page_makes_the_page_and_its_recipe_draws_the_figure(
    cli: Cli, image: str
) -> None:
    words = ["--ops", "max, avg:k=3", "--levels", "2", "--window", "0,0.5", "--measures", "psnr"]
    assert cli("report", image, *words, "--nan", "error").code == 0
    page = Path("report.html").read_bytes()
    texts = {a.get("id"): text for a, text in parts_of("report.html").named("pre")}
    program, *again = shlex.split(texts["command"])
    assert program == "sampviz"
    assert cli(*again, "-o", "again.html").code == 0
    assert Path("again.html").read_bytes() == page
    (recipe,) = parse_recipe(texts["recipe"], "the page")
    drawn = {placed.panel.name for placed in draw_recipe(recipe).sheet.panels}
    assert {"image, original", "image, max ×2", "error, avg:k=3 ×2"} <= drawn


def test_a_recipe_of_several_slices_and_inputs_stands_for_a_figure_of_each(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["sample:t1", "sample:dwi", "--ops", "max", "--slice", "40%,60%", "--measures", "psnr"]
    assert cli("report", *words).code == 0
    parts = parts_of("report.html")
    labels = [text for _, text in parts.named("option")][:4]
    assert [label.split(",")[0] for label in labels] == ["t1", "t1", "dwi", "dwi"]
    assert len(set(labels)) == 4
    (recipe,) = (text for a, text in parts.named("pre") if a.get("id") == "recipe")
    found = parse_recipe(recipe, "the page")
    assert [(each.inputs, each.values["slice"]) for each in found] == [
        ([source], part) for source in ("sample:t1", "sample:dwi") for part in ("40%", "60%")
    ]


def test_inputs_are_told_by_their_bytes_and_without_their_folders(
    cli: Cli, image: str, tmp_path: Path
) -> None:
    assert cli("report", tmp_path / image, "sample:siemens", "--ops", "max").code == 0
    text = Path("report.html").read_text("utf-8")
    assert sha256((tmp_path / image).read_bytes()).hexdigest() in text
    assert "sample:siemens: made by a formula" in text
    assert str(tmp_path) not in text


def test_the_policy_allows_our_style_and_script_by_their_hashes_and_nothing_else(
    cli: Cli, image: str
) -> None:
    assert cli("report", image, "--ops", "max").code == 0
    parts = parts_of("report.html")
    (policy,) = (
        a["content"]
        for a, _ in parts.named("meta")
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    ((_, style),) = parts.named("style")
    ((_, script),) = (each for each in parts.named("script") if each[0]["type"] == "module")

    def hashed(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "script-src": hashed(script),
        "style-src": hashed(style),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    for tag, attributes, _ in parts.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert tag == "a" or not {"src", "href"} & set(attributes) or tag == "img"
        assert (attributes.get("src") or "data:").startswith("data:")


def test_every_measure_is_defined_on_the_page(cli: Cli, image: str) -> None:
    assert cli("report", image, "--ops", "max").code == 0
    text = re.sub(r"\s+", " ", "".join(text for *_, text in parts_of("report.html").found))
    for measure in (each for each in METRICS.values() if not each.on_request):
        assert measure.summary in text
        assert measure.sections["Formula"] in text


def test_why_a_measure_is_undefined_stands_in_its_cell(cli: Cli, image: str) -> None:
    assert cli("report", image, "--ops", "max", "--measures", "alias").code == 0
    ((cell, text),) = parts_of("report.html").named("td")
    assert text == "not defined"
    assert cell["title"] == "the chain is not linear; see residual, fitalias, interaction"


@pytest.mark.parametrize("name", ["</script><b>", "<!--<script>", "a&lt;\"'`{{ 7*7 }}{% x %}"])
def test_a_name_is_text_wherever_it_stands(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = name.replace("/", "\u2215") + ".npy"
    np.save(file, np.eye(8, dtype=np.float32))
    assert cli("report", file, "--ops", "max").code == 0
    parts = parts_of("report.html")
    ((_, title),) = parts.named("h1")
    assert title == file.removesuffix(".npy")
    assert len(parts.named("script")) == 3
    blocks = [t for a, t in parts.named("script") if a["type"] == "application/json"]
    assert [json.loads(block).keys() & {"panels", "arrays"} for block in blocks] == [
        {"panels"},
        {"arrays"},
    ]
    assert not any(sign in block for block in blocks for sign in "<>&")


def test_a_page_that_would_be_too_large_has_a_folder_beside_it(cli: Cli, image: str) -> None:
    words = ["report", image, "--ops", "max,avg", "-o", "a b.html"]
    assert cli(*words).err == ""
    whole = Path("a b.html").stat().st_size
    result = cli(*words, "--max-size", "20kB")
    assert result == CliResult(
        0, "a b.html\n", "larger than 20kB: mail the folder a b_files with the page\n"
    )
    assert Path("a b.html").stat().st_size < whole
    files = sorted(Path("a b_files").iterdir())
    assert {file.suffix for file in files} == {".png", ".js"}
    assert all(file.stem == sha256(file.read_bytes()).hexdigest()[:16] for file in files)
    pictures = [a["src"] for a, _ in parts_of("a b.html").named("img")]
    assert set(pictures) == {f"a%20b_files/{f.name}" for f in files if f.suffix == ".png"}
    assert cli(*words, "--max-size", "1MB").err == ""


@pytest.mark.parametrize(
    ("words", "code", "lines"),
    [
        (
            ["--max-size", "big"],
            2,
            ["'big' is no size", "--max-size", "write 15MB, 1GB, or bytes: 4e9"],
        ),
        (
            ["-o", "page.pdf"],
            4,
            ["a page is HTML", "page.pdf", "end the name in .html"],
        ),
        (
            ["--volume", "--ops", "nearest:3,nearest:3,bilinear:3,bilinear:3"],
            2,
            [
                "42909696 voxels or more, 343 MB, in all volumes; a page holds 268 MB",
                "sampviz report",
                "take fewer chains, or slices alone: leave --volume out",
            ],
        ),
        (
            ["--slice", "40%,x"],
            2,
            [
                "'x' is not a slice",
                "--slice",
                "write an index (90), a percentage (60%) or a place (mm=-12)",
            ],
        ),
        (
            ["--window", "3"],
            2,
            [
                "'3' is not a window",
                "--window",
                "write percentiles as p1,p99, values as 0,800, the smaller first, or header",
            ],
        ),
        (
            ["--ops", "bilinear:16,nearest:16,sinc:16"],
            2,
            [
                "37810176 px or more in all pictures; a page holds 33554432",
                "sampviz report",
                "take fewer chains, or a smaller image",
            ],
        ),
    ],
)
def test_what_cannot_be_is_said_in_three_lines(
    cli: Cli, image: str, words: list[str], code: int, lines: list[str]
) -> None:
    result = cli("report", "sample:t1", "--ops", "max", *words)
    assert result.code == code
    what, where, fix = lines
    assert result.err == f"error: {what}\n  in:  {where}\n  fix: {fix}\n"
    assert sorted(path.name for path in Path().iterdir()) == [image]


def test_the_input_is_named_among_several(cli: Cli, image: str) -> None:
    result = cli("report", image, "sample:t1", "--ops", "max:64")
    assert result.code == 2
    assert result.err.splitlines()[1].endswith("for x.npy")


def test_without_jinja2_it_is_said_how_to_get_it(
    cli: Cli, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = cli("report", image, "--ops", "max")
    assert result == CliResult(
        2,
        "",
        "error: Jinja2 is not installed\n"
        "  in:  sampviz report\n"
        f"  fix: {install_command('report')}\n",
    )


def test_a_folder_that_cannot_be_made_is_said(cli: Cli, image: str) -> None:
    Path("report_files").write_text("mine")
    result = cli("report", image, "--ops", "max", "--max-size", "1kB")
    assert result == CliResult(
        4,
        "",
        "error: the folder of the page cannot be made: File exists\n"
        "  in:  report_files\n"
        "  fix: choose another name with -o\n",
    )
    assert not Path("report.html").exists()


def test_a_file_of_others_stays(cli: Cli, image: str) -> None:
    Path("report.html").write_text("<!DOCTYPE html>mine")
    result = cli("report", image, "--ops", "max")
    assert result.code == 4
    assert result.err.startswith("error: the file is there already")
    assert Path("report.html").read_text() == "<!DOCTYPE html>mine"
    assert cli("report", image, "--ops", "max", "--overwrite").code == 0
    assert cli("report", image, "--ops", "avg").code == 0  # an older page of ours may go
