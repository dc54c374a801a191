"""The shipped figures: each is drawn, with nothing cut and nothing on top of another."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

import sampviz
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.figures.grids.contact_sheet import contact_sheet
from sampviz.figures.render.render import PanelFigure
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.gallery import recipe_text, shipped
from sampviz.recipes.provenance import parse_record
from sampviz.recipes.read import parse_recipe
from sampviz.recipes.recipe import Recipe
from tests.figures.drawn import digits, extents, of_kind, pictures, place_texts

# Collected here too, and run on the fixture of this file.
from tests.figures.layout.test_layout import (  # noqa: F401
    test_no_panels_overlap,
    test_no_text_lies_on_a_panel,
    test_no_text_overlaps_another,
    test_nothing_is_cut_at_the_edge,
)


def recipe_of(name: str, **values: object) -> Recipe:
    (recipe,) = parse_recipe(recipe_text(name), name)
    return replace(recipe, values={**recipe.values, **values})


@cache
def as_shipped(name: str) -> PanelFigure:
    return draw_recipe(recipe_of(name))


Case = tuple[str, dict[str, Any], Sequence[str]]  # a recipe, its values, its inputs if not its own
CASES: dict[str, Case] = {name: (name, {}, []) for name in shipped()} | {
    "two lines": ("blurpool", {"columns": 3}, ["sample:dwi"]),
    "one a line": ("asap", {"columns": 1}, ["sample:dwi"]),
    "large type": ("dpp", {"font_size": 16.0}, ["sample:dwi"]),
    "small type": ("asap", {"font_size": 4.0, "dpi": 90}, ["sample:dwi"]),
    "colour": ("blurpool", {}, ["sample:chelsea"]),
    "few pixels": ("blurpool", {}, ["sample:noise:7x9"]),
    "flat": ("flc", {}, ["sample:noise:8x64"]),
    "tall": ("asap", {}, ["sample:noise:64x8"]),
    "long title": ("flc", {"title": "wide words win " * 12}, ["sample:dwi"]),
    "long arrows": (
        "flc",
        {"panels": [{"show": "image", "stage": 0}, {"show": "image", "stage": 1,
                     "arrow": "the words over an arrow make it longer"}]},
        ["sample:dwi"],
    ),
    "one input": ("contrasts", {"title": "one", "dpi": 120}, ["sample:dwi"]),
    "same twice": ("contrasts", {"font_size": 12.0, "dpi": 120}, ["sample:dwi"] * 2),
    "anisotropic": (
        "contrasts", {"plane": "sagittal", "dpi": 120}, ["sample:t1", "sample:pd"]
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def figure(request: pytest.FixtureRequest) -> PanelFigure:
    name, values, inputs = CASES[request.param]
    made = draw_recipe(recipe_of(name, **values), inputs) if inputs else as_shipped(name)
    place_texts(made)
    return made


pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning"),
]


def test_arrows_lie_between_the_panels(figure: Figure) -> None:
    panels = extents(figure)
    for arrow in of_kind(figure, FancyArrowPatch):
        box = arrow.get_window_extent()
        assert box.width > 10
        for panel in panels:
            assert min(box.x1, panel.x1) <= max(box.x0, panel.x0) + 0.5 or not (
                panel.y0 <= (box.y0 + box.y1) / 2 <= panel.y1
            )
        for text in figure.texts:
            words = text.get_window_extent()
            wide = min(box.x1, words.x1) - max(box.x0, words.x0)
            high = min(box.y1, words.y1) - max(box.y0, words.y0)
            assert wide < 1 or high < 1, text.get_text()


def test_digits_have_room_in_their_cells(figure: Figure) -> None:
    boxes = [text.get_window_extent() for text in digits(figure) if text.get_text()]
    for picture in pictures(figure):
        panel = picture.get_window_extent()
        cell = panel.width / picture.pixels.shape[1]
        assert all(box.width < cell for box in boxes if panel.contains(box.x0, box.y0))


def test_a_figure_without_inputs_or_ops_says_so() -> None:
    for text, what in (
        ('[[figure]]\nname = "a"\nops = "max"\n', "figure 'a' has no inputs"),
        ('[[figure]]\nname = "a"\ninputs = "sample:dwi"\n', "figure 'a' has no ops"),
    ):
        (recipe,) = parse_recipe(text, "mine.toml")
        with pytest.raises(UsageError) as caught:
            draw_recipe(recipe)
        assert caught.value.what == what
        assert caught.value.where == "mine.toml"


def test_steps_are_of_one_image() -> None:
    with pytest.raises(UsageError) as caught:
        draw_recipe(recipe_of("flc", inputs=["sample:dwi"] * 2, panels=[]))
    assert caught.value.what == "figure 'flc' shows the steps of a chain on one image"
    assert caught.value.fix == "write one input"


def test_every_input_has_its_slice() -> None:
    recipe = recipe_of("contrasts", inputs=["sample:t1"] * 2, slices=[2, "3"], dpi=120)
    titles = " ".join(text.get_text() for text in draw_recipe(recipe).texts)
    assert "axial slice 2 of 0..7" in titles
    assert "axial slice 3 of 0..7" in titles
    with pytest.raises(UsageError) as caught:
        draw_recipe(recipe_of("contrasts", slices=[1]))
    assert caught.value.what == "1 slice for 4 inputs"


def test_inputs_side_by_side_need_pixels_of_known_size() -> None:
    with pytest.raises(UsageError) as caught:
        draw_recipe(recipe_of("contrasts"), ["sample:brick"])
    assert caught.value.what == "brick has no pixels of known size"


def test_scale_unit_divides_by_the_largest_value() -> None:
    figure = draw_recipe(recipe_of("dpp", inputs=["sample:dwi"]))
    most = sampviz.load("sample:dwi").array.max()
    assert any(f"values divided by {most:g}" in text.get_text() for text in figure.texts)


def test_what_a_reader_should_know_of_an_input_is_written() -> None:
    with pytest.warns(SampvizWarning, match="pd: oblique"):
        figure = draw_recipe(recipe_of("contrasts", dpi=120), ["sample:pd"])
    assert figure.caption
    words = " ".join(sentence.text for sentence in figure.caption.sentences)
    assert "pd: oblique by 7.9 degrees" in words


def test_slices_are_chosen_as_the_command_line_does() -> None:
    for written in (3, "3", "mm=22.1"):
        figure = draw_recipe(recipe_of("flc", slice=written))
        assert "axial slice 3 of 0..7" in " ".join(text.get_text() for text in figure.texts)


def test_its_caption_is_whole(figure: PanelFigure) -> None:
    assert figure.caption
    sentences = [sentence.text for sentence in figure.caption.sentences]
    assert 150 < len(figure.caption.alt) <= 500
    assert not any("None" in text or " ()" in text for text in sentences)
    assert sentences == [text.strip(" .;,") for text in sentences]


@pytest.mark.parametrize("name", shipped())
def test_the_record_of_a_shipped_figure_is_its_recipe(name: str) -> None:
    written, figure = recipe_of(name), as_shipped(name)
    found = parse_record(figure.record, name).recipe
    assert (found.name, found.kind, found.inputs) == (written.name, written.kind, written.inputs)
    if name in ("contrasts", "dpp", "flc"):  # one of each kind
        assert draw_recipe(found).record == figure.record


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_figure_fits_a_page_of_two_columns(name: str) -> None:
    figure = as_shipped(name)
    width, height = (25.4 * inches for inches in figure.get_size_inches())
    assert width == pytest.approx(183, abs=25.4 / figure.dpi)
    assert height <= 235
    assert figure.dpi >= 300
    footer = max(figure.sheet.texts, key=lambda block: block.y * block.upright)
    assert len(" ".join(footer.lines)) <= 120


def test_the_detail_of_a_head_lies_inside_it() -> None:
    figure = draw_recipe(recipe_of("pitfalls"))
    (detail,) = (p.panel for p in figure.sheet.panels if p.panel.name == "detail, original")
    assert detail.array is not None
    brightest = sampviz.load("sample:t1").array.max()
    assert (detail.array < 0.02 * brightest).mean() < 0.02


def test_a_contact_sheet_has_all_figures_in_their_order_and_packed() -> None:
    figures = dict.fromkeys("abcde", draw_recipe(recipe_of("dpp", dpi=120), ["sample:dwi"]))
    # The first is higher than the others.
    figures["a"] = draw_recipe(recipe_of("blurpool", dpi=120), ["sample:dwi"])
    sheet = contact_sheet(figures, dict.fromkeys(figures, "what it shows"))
    assert isinstance(sheet, PanelFigure)
    placed = sheet.sheet.panels
    assert [each.panel.name for each in placed] == list(figures)
    assert [each.y for each in placed] == sorted(each.y for each in placed)
    for x in {each.x for each in placed}:
        column = [each for each in placed if each.x == x]
        for above, below in pairwise(column):
            assert 0 < below.y - above.y - above.panel.size[0] < 120  # the texts alone
