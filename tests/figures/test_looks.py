"""Width, resolution, size of the text, font and journal: the same words for everything drawn."""

import re
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image as Pillow

import sampviz
from sampviz.analysis import frequency_response
from sampviz.analysis.detection.detect import detect_lesions
from sampviz.analysis.detection.detection import Detection
from sampviz.core.errors import SampvizError, UsageError
from sampviz.figures.grids.detection import draw_detection
from sampviz.figures.grids.inputs import draw_inputs
from sampviz.figures.grids.steps import draw_steps
from sampviz.figures.grids.worked_example import draw_worked_example
from sampviz.figures.journals import JOURNALS, journal_table
from sampviz.figures.looks import checked_look
from sampviz.figures.options import FONT
from sampviz.figures.style import TextSize
from sampviz.ops.chain import parse_chains
from tests.conftest import Cli
from tests.figures.drawn import overlapping, pictures, place_texts
from tests.figures.readable import assert_readable, texts_of

pytestmark = pytest.mark.slow

FOUR = "max,stride,blur,flc"
SERIF = "DejaVu Serif"
SMALL = "sample:noise:24x32"


def _contrasts(**look: Any) -> Figure:
    names = ("t1", "pd", "dwi", "bold")
    return draw_inputs([sampviz.load(f"sample:{name}") for name in names], **look)


def _steps(**look: Any) -> Figure:
    return draw_steps(
        sampviz.load("sample:dwi"), sampviz.Chain.parse("blur+stride+nearest"), **look
    )


def _moved(**look: Any) -> Figure:
    image = sampviz.load("sample:dwi")
    return sampviz.shift(image, "max,stride", step=1, range="0..2", **look).curve


@cache
def _found() -> Detection:
    image = sampviz.load("sample:t1")
    return detect_lesions(image, parse_chains("max,stride"), diameters=[2.0, 4.0, 8.0])


CHARTS: dict[str, Callable[..., Figure]] = {
    "spectrum": lambda **look: sampviz.spectrum("sample:dwi", FOUR, **look),
    "response": lambda **look: sampviz.response("max,blur,stride:3,blur+bilinear", **look),
    "maps": lambda **look: sampviz.response("max,blur,stride,flc,avg", two_d=True, **look),
    "tradeoff": lambda **look: sampviz.tradeoff("sample:dwi", FOUR, jobs=1, **look).figure,
    "curve": lambda **look: _moved(**look),
}
GRIDS: dict[str, Callable[..., Figure]] = {
    "compare": lambda **look: sampviz.compare("sample:t1", FOUR, **look),
    "rows": lambda **look: sampviz.compare("sample:t1", FOUR, rows="image,spectrum", **look),
    "two_d": lambda **look: sampviz.spectrum("sample:dwi", FOUR, two_d=True, **look),
    "steps": _steps,
    "inputs": _contrasts,
    "explain": lambda **look: draw_worked_example(sampviz.explain("conv"), checked_look(**look)),
}
ALL = {**CHARTS, **GRIDS}
# One column of a journal is what does not fit; of two, a figure of each layout.
WIDTHS = [(name, 89) for name in ALL] + [(name, 183) for name in ("response", "maps", "compare")]


def mm(figure: Figure) -> float:
    return float(figure.get_figwidth() * 25.4)


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text()]


_curves, _map = cache(frequency_response.response_curves), cache(frequency_response.gain_map)


@pytest.fixture(autouse=True)
def _waves_once(few_waves: None, unpainted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the gains of a chain once, and paint nothing: what is written is judged."""
    monkeypatch.setattr(frequency_response, "response_curves", _curves)
    monkeypatch.setattr(frequency_response, "gain_map", _map)


@cache
def drawn(name: str, width: int) -> Figure:
    """Of one column in another font, and larger type than by default: that fits less easily."""
    if width == 89:
        return ALL[name](width=width, dpi=310, font=SERIF, font_size=7.5)
    return ALL[name](width=width)


@pytest.mark.parametrize(("name", "width"), WIDTHS)
def test_a_figure_is_as_wide_as_it_is_told_and_its_text_is_read(name: str, width: int) -> None:
    figure = drawn(name, width)
    assert mm(figure) == pytest.approx(width, abs=0.1)
    assert figure.dpi == 310 if width == 89 else figure.dpi >= 300
    assert min(float(text.get_fontsize()) for text in texts(figure)) >= 5


@pytest.mark.parametrize(("name", "width"), [pair for pair in WIDTHS if pair[0] in CHARTS])
def test_nothing_on_a_chart_overlaps_or_is_cut(name: str, width: int) -> None:
    figure = drawn(name, width)
    place_texts(figure)
    assert_readable(figure)


NARROW: dict[str, Callable[..., Figure]] = {
    "spectrum": CHARTS["spectrum"],
    "pixels that are not square": lambda **look: sampviz.spectrum("sample:t1", FOUR, **look),
    "a volume": lambda **look: sampviz.spectrum("sample:bold", "max,stride", axes=3, **look),
    "thick slices": lambda **look: sampviz.spectrum("sample:dwi", "max,stride", axes=3, **look),
    "response": CHARTS["response"],
    "in dB": lambda **look: sampviz.response("blur,avg", db=True, **look),
    "tradeoff": CHARTS["tradeoff"],
    "curve": CHARTS["curve"],
    "detect": lambda **look: draw_detection(_found(), look=checked_look(**look)),
}


@cache
def narrow(name: str, width: int) -> Figure:
    return NARROW[name](width=width)


@pytest.mark.parametrize("width", [50, 65])
@pytest.mark.parametrize("name", NARROW)
def test_nothing_on_a_narrow_chart_overlaps_or_is_cut(name: str, width: int) -> None:
    figure = narrow(name, width)
    place_texts(figure)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
    beyond = [
        text
        for text, box in boxes
        if min(box.x0, box.y0) < -1 or box.x1 > figure.bbox.x1 + 1 or box.y1 > figure.bbox.y1 + 1
    ]
    assert beyond == []
    assert overlapping(boxes, boxes) == []


def test_no_word_on_a_narrow_chart_is_broken() -> None:
    figures = narrow("response", 50), drawn("response", 183)
    words, whole = ([axes.get_ylabel().split() for axes in figure.axes] for figure in figures)
    assert words == whole


@pytest.mark.parametrize("name", [*CHARTS, "detect"])
def test_a_width_without_room_for_the_words_of_a_chart_is_refused(name: str) -> None:
    draw = {**CHARTS, **NARROW}[name]
    with pytest.raises(UsageError) as caught:
        draw(width=40)
    assert "width 40" in caught.value.where
    assert re.search(r"[45]\d mm", caught.value.what)  # the least width


@pytest.mark.parametrize("width", [50, 65, 70])
def test_names_of_nyquist_frequencies_leave_the_spectra_half_of_a_narrow_chart(width: int) -> None:
    axes = narrow("spectrum", width).axes[0]
    reach = max(np.asarray(line.get_xdata()).max() for line in axes.lines)
    assert axes.get_xlim()[1] <= 2 * reach


@pytest.mark.parametrize(
    ("name", "width"), [pair for pair in WIDTHS if pair[0] in GRIDS and pair[0] != "explain"]
)
def test_nothing_on_a_grid_of_panels_overlaps_or_is_cut(name: str, width: int) -> None:
    figure = drawn(name, width)
    place_texts(figure)
    lines = [text for text in figure.texts if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in lines]
    assert all(box.x0 >= -0.5 and box.x1 <= figure.bbox.x1 + 0.5 for _, box in boxes)
    panels = [("a panel", picture.get_window_extent()) for picture in pictures(figure)]
    assert overlapping(boxes, boxes) == []
    assert overlapping(boxes, panels) == []


@pytest.mark.parametrize("name", ALL)
def test_resolution_font_and_size_of_the_text_are_those_that_are_told(
    name: str, tmp_path: Path
) -> None:
    figure = drawn(name, 89)
    assert figure.dpi == pytest.approx(310)
    assert 7.5 in {float(text.get_fontsize()) for text in texts(figure)}
    svg = sampviz.save(figure, tmp_path / "figure.svg").read_text()
    assert set(re.findall('font-family: ([^;"]*)', svg)) == {"'DejaVu Serif', 'DejaVu Sans'"}


@pytest.mark.parametrize("name", ["spectrum", "rows"])
def test_another_font_is_in_the_file(name: str, tmp_path: Path) -> None:
    data = sampviz.save(drawn(name, 89), tmp_path / "figure.pdf").read_bytes()
    assert b"DejaVuSerif" in data
    assert b"DejaVuSans" not in data


@pytest.mark.parametrize("name", ["spectrum", "rows"])
def test_the_resolution_is_that_of_the_file(name: str, tmp_path: Path) -> None:
    path = sampviz.save(ALL[name](dpi=110), tmp_path / "figure.png")
    with Pillow.open(path) as picture:
        assert picture.info["dpi"] == pytest.approx((110, 110), abs=0.02)


def test_widths_are_those_of_the_font() -> None:
    serif, sans = TextSize(10, 200, "DejaVu Serif"), TextSize(10, 200)
    assert sans.font == FONT
    assert serif.width("Frequency") != sans.width("Frequency")
    assert TextSize(10, 200, "STIXGeneral").lacking("a脑") == {"脑"}


@pytest.mark.parametrize("name", ["compare", "spectrum", "steps", "inputs", "explain", "maps"])
def test_a_font_that_is_not_there_is_an_error_that_names_some(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        ALL[name](font="DejaVu Serf")
    assert str(caught.value).startswith(
        "no font is named 'DejaVu Serf'\n  in:  font\n  fix: did you mean 'DejaVu Serif'?"
        " write one of DejaVu "
    )


@pytest.mark.parametrize("name", JOURNALS)
def test_a_journal_sets_width_text_and_resolution(name: str) -> None:
    journal = JOURNALS[name]
    assert journal.font_size >= 5
    with warnings.catch_warnings():
        warnings.simplefilter("error", sampviz.SampvizWarning)
        figure = sampviz.compare("sample:dwi", FOUR, rows="image", journal=name)
    assert mm(figure) == pytest.approx(journal.width, abs=0.1)
    assert figure.get_figheight() * 25.4 <= journal.height + 0.5
    assert figure.dpi >= journal.dpi
    assert {text.get_fontsize() for text in texts(figure)} >= {journal.font_size}
    assert min(float(text.get_fontsize()) for text in texts(figure)) >= 5


def test_what_is_said_wins_over_the_journal() -> None:
    figure = sampviz.spectrum(SMALL, "max", journal="slide", width=100, dpi=120, font_size=9)
    assert mm(figure) == pytest.approx(100, abs=0.2)
    assert figure.dpi == 120
    assert {text.get_fontsize() for text in texts(figure)} >= {9}


@pytest.mark.parametrize("rows", [None, "image,spectrum"])
@pytest.mark.parametrize("journal", ["nature1", "ieee1", "elsevier1"])
def test_five_columns_wrap_on_one_column_of_a_journal(journal: str, rows: str | None) -> None:
    figure = sampviz.compare("sample:t1", FOUR, journal=journal, rows=rows)
    images = pictures(figure)
    tops = {round(picture.get_window_extent().y1) for picture in images}
    assert len(tops) > len({placed.panel.name.split(",")[0] for placed in figure.sheet.panels})
    width = max(picture.get_window_extent().width for picture in images) / figure.dpi * 25.4
    assert width >= 15


def test_a_figure_that_is_too_high_is_told() -> None:
    with pytest.warns(sampviz.SampvizWarning, match="mm high, and nature1 takes at most 247"):
        sampviz.compare("sample:t1", FOUR, rows="image,spectrum", journal="nature1")


def test_a_journal_that_is_not_known_is_an_error() -> None:
    with pytest.raises(SampvizError, match="'science' is not one of the words"):
        sampviz.compare(np.eye(16), "max", journal="science")


def test_the_table_of_journals_is_printed(cli: Cli) -> None:
    result = cli("figure", "--journal", "list")
    assert result.code == 0
    head, rows = journal_table()
    lines = [line.split() for line in result.out.splitlines()]
    assert lines[0] == " ".join(head).split()
    assert [line[0] for line in lines[1:]] == list(JOURNALS) == [row[0] for row in rows]
    assert cli("compare", "sample:dwi", "--ops", "max", "--journal", "list").code == 2


def test_a_recipe_a_command_and_a_batch_have_a_look(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = {"name": "a", "inputs": SMALL, "ops": "max", "rows": "image", "journal": "nature1"}
    lines = "".join(f'{key} = "{value}"\n' for key, value in table.items())
    Path("a.toml").write_text(f"[[figure]]\n{lines}")
    assert mm(sampviz.draw_recipe(table)) == pytest.approx(89, abs=0.1)
    assert mm(sampviz.figure("a.toml", width=120)[0]) == pytest.approx(120, abs=0.1)
    assert cli("figure", "a.toml", "--width", 120, "-q").code == 0
    assert sampviz.inspect("a.png").recipe.values["width"] == 120
    assert sampviz.rerun("a.png", check=True).identical
    assert cli("batch", "a.toml", "-o", "out", "--dpi", 400, "-q").code == 0
    with Pillow.open("out/a.png") as picture:
        assert picture.info["dpi"][0] == pytest.approx(400, abs=0.02)
        assert picture.width / 400 * 25.4 == pytest.approx(89, abs=0.2)
