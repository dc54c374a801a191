"""The still figure of a moving image: the panels of the worst shift, and the curves."""

import warnings
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.figures.grids.shift_animation import shift
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains
from tests.figures.grids.test_shift_animation import made, noise

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unpainted")]


def test_the_curve_has_a_line_for_each_chain_over_the_shifts() -> None:
    one = made(noise(64, 64), "stride,flc", range="0..4", levels=2)
    (axes,) = one.curve.axes
    assert axes.get_ylabel() == "shift error E (%)"
    mark, *lines = axes.lines
    assert np.unique(mark.get_xdata()) == float(one.sweep.shifts[one.worst])
    for i, line in enumerate(lines):
        assert np.array_equal(line.get_xdata(), np.arange(9) / 2)
        assert np.array_equal(line.get_ydata(), 100 * np.array([row[i] for row in one.errors]))


def test_the_still_figure_shows_the_worst_shift_and_says_that_of_each_chain() -> None:
    one = made(noise(64, 64), "stride,max", range="0..3")
    still = one.curve
    assert isinstance(still, PanelFigure)
    names = [placed.panel.name for placed in still.sheet.panels]
    titles = ("original", "stride", "max")
    assert names == [
        *(f"{row}, {title}" for row in ("image", "detail") for title in titles),
        "error, stride",
        "error, max",
    ]
    array = still.sheet.panels[0].panel.array
    shift_px = one.sweep.shifts[one.worst]
    assert array is not None
    assert np.array_equal(array[0], one.sweep.at(shift_px).array)
    for i, text in enumerate(still.legends[0].get_texts()):
        curve = [row[i] for row in one.errors]
        largest = max(error for error in curve if error is not None)
        at = float(one.sweep.shifts[curve.index(largest)])
        assert text.get_text().endswith(f": {100 * largest:.1f} at {at:g}")


@pytest.mark.parametrize("look", [{"journal": "nature1"}, {"dpi": 30}])
def test_frames_and_the_still_figure_fit_their_page(look: dict[str, Any]) -> None:
    image = sampviz.load("sample:t1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a page that is too high
        one = shift(image, parse_chains("max,stride,blur,flc"), step=1, **look)
    mm = 89 if look.get("journal") == "nature1" else 183
    assert one.curve.get_figwidth() * 25.4 == pytest.approx(mm, abs=0.1)
    assert {p.panel.name.partition(",")[0] for p in one.curve.sheet.panels} == {  # type: ignore[attr-defined]
        "image",
        "detail",
        "error",
    }
    original = one.curve.sheet.panels[0].panel.array  # type: ignore[attr-defined]
    assert np.less(original.shape[1:], image.size).all()  # without background
    height, width = one.frames[0].shape[:2]
    assert height / width * mm < 247


def test_the_curve_has_a_second_axis_in_mm_where_the_spacing_is_known() -> None:
    image = Image.of(noise(), spacing=(3.0, 0.5))
    (axes,) = shift(image, parse_chains("stride"), step=1).curve.axes
    (other,) = axes.child_axes
    assert other.get_xlabel() == "shift (mm)"
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    assert np.allclose(other.get_xlim(), np.multiply(0.5, axes.get_xlim()))


@pytest.mark.parametrize("width", [50, 60, 70])
def test_every_width_that_holds_one_panel_is_drawn(width: float) -> None:
    """Frames take fewer panels in a line than the page, where those of the page are too wide."""
    one = sampviz.shift("sample:t1", "max,blur", range="0..1", step=1, width=width)
    assert one.curve.get_figwidth() * 25.4 == pytest.approx(width, abs=0.1)
    assert len(one.frames) == len(one.sweep.shifts)
