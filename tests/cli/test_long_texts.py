"""Texts of strangers are read in linear time, and what is laid out is bounded.

Each case took from seconds to ages before: a test that hangs here has found such a text again.
"""

from pathlib import Path

import pytest

from sampviz.core.errors import UsageError
from sampviz.figures.options import LONGEST_TITLE
from sampviz.images.embedded_text import LONGEST, embedded_text
from sampviz.images.intensity_window import Window
from sampviz.recipes.read import parse_document
from sampviz.testing.snapshots.compare import Tolerance
from tests.conftest import Cli

FIGURE = '[[figure]]\nname = "a{}"\ninputs = "sample:t1"\nops = "max"\n'


@pytest.mark.parametrize(
    ("start", "again", "ending"),
    [
        (b"<svg>", b"<dc:description>{", ".svg"),
        (b"<svg>", b"<dc:description>{}", ".svg"),
        (b"%PDF-1.4\n", b"/Keywords({", ".pdf"),
        (b"%PDF-1.4\n/Keywords ", b" ", ".pdf"),
        (b"%PDF-1.4\n/Keywords({", b"\\(", ".pdf"),
        (b"%!PS\n", b"%sampviz:\n", ".eps"),
    ],
    ids=["svg", "svg, closed", "pdf", "pdf, spaces", "pdf, escaped", "eps"],
)
def test_a_file_made_to_be_slow_holds_no_record(
    start: bytes, again: bytes, ending: str, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(start + again * ((LONGEST - len(start)) // len(again)))
    assert embedded_text(path) == (ending, "")


@pytest.mark.parametrize("comment", [b"<!---->", b"<!-- a --> ", b"<!--"])
def test_comments_without_end_are_no_page(comment: bytes, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(comment * 800)
    result = cli("info", tmp_path / "a.png")
    assert (result.code, result.err.count("\n")) == (3, 3)


def test_digits_without_end_are_no_window_and_no_tolerance() -> None:
    with pytest.raises(UsageError):
        Window.parse("9" * 100_000)
    with pytest.raises(UsageError):
        Tolerance.parse("9" * 100_000)


@pytest.mark.slow
def test_many_figures_keep_their_lines() -> None:
    text = "".join(map(FIGURE.format, range(4000)))
    entries = parse_document(text, "r.toml")
    assert [entry.at("name") for entry in entries[::1000]] == [
        f"r.toml, line {line}" for line in (2, 4002, 8002, 12002)
    ]
    with pytest.raises(UsageError) as caught:
        parse_document(text + FIGURE.format(5000) + " " * 19_000 + "tilte = 1\n", "r.toml")
    assert caught.value.texts[1] == "r.toml, line 16005"


@pytest.mark.parametrize("length", [LONGEST_TITLE, LONGEST_TITLE + 1, 80_000])
def test_a_title_is_bounded(length: int, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    result = cli("compare", "sample:zoneplate:16x16", "--ops", "max", "--rows", "image",
                 "--title", "m" * length, "-o", path)  # fmt: skip
    assert path.exists() == (length == LONGEST_TITLE) == (result.code == 0)
    if length > LONGEST_TITLE:
        assert result.err.splitlines()[0] == f"error: a text of {length} characters"
        assert result.err.count("\n") == 3


def test_titles_of_panels_are_bounded(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    panel = f'{{show = "image", stage = 1, title = "{"m" * (LONGEST_TITLE + 1)}"}}'
    steps = f'kind = "steps"\npanels = [{panel}]\n'
    path.write_text(FIGURE.format(1).replace("sample:t1", "sample:zoneplate:16x16") + steps)
    result = cli("figure", path, "-o", tmp_path / "a.png")
    assert (result.code, result.err.count("\n")) == (2, 3)
    assert result.err.startswith(f"error: a text of {LONGEST_TITLE + 1} characters")
