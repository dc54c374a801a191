"""Charts of responses: what folds is told apart, what is not linear is set apart."""

from functools import cache

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from sampviz.analysis import frequency_response
from sampviz.analysis.frequency_response import ResponseCurve, gain_map, response_curves
from sampviz.core.errors import UsageError
from sampviz.figures.charts.gain_map import draw_gain_maps
from sampviz.figures.charts.response import draw_response
from sampviz.figures.drawn_figure import figure_pixels
from sampviz.figures.looks import checked_look
from sampviz.ops.chain import Chain, parse_chains
from tests.figures.drawn import place_texts
from tests.figures.test_exact import panels, unzoomed

pytestmark = pytest.mark.slow


@cache
def curves(chain: Chain, least_side: int) -> list[ResponseCurve]:
    return response_curves(chain)


def drawn(text: str, *, db: bool = False) -> Figure:
    side = frequency_response.LEAST_SIDE
    return draw_response([c for chain in parse_chains(text) for c in curves(chain, side)], db=db)


def titles(figure: Figure) -> list[str]:
    return [axes.get_title(loc="left").partition(":")[0] for axes in figure.axes]


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize(
    ("text", "panels_"),
    [
        ("stride", [""]),  # the title of the figure is that of its one panel
        ("nearest", ["Frequency response", "Replicas (images) of the wave"]),
        ("max", ["Describing function, of what is not linear", "Harmonics of that cosine"]),
        (
            "max+nearest,stride",
            [
                "Frequency response",
                "Describing function, of what is not linear",
                "Harmonics of that cosine",
                "Replicas (images) of the wave",
            ],
        ),
    ],
)
def test_each_kind_of_curve_has_a_panel_and_no_panel_is_empty(
    text: str, panels_: list[str]
) -> None:
    figure = drawn(text)
    assert titles(figure) == panels_
    bold = " ".join(t.get_text() for t in figure.texts if t.get_fontweight() == "bold")
    assert bold.endswith("Frequency response: gain of a wave") is (text == "stride")
    assert all(axes.lines for axes in figure.axes)
    assert all(axes.get_ylabel() for axes in figure.axes)
    assert figure.axes[-1].get_xlabel() == "frequency of the wave (cycles per original px)"


@pytest.mark.usefixtures("few_waves")
def test_what_is_not_linear_is_not_called_a_frequency_response() -> None:
    words = [text.get_text() for text in drawn("max").texts]
    assert words[0] == "Describing function"
    assert not any("requency response" in line for line in words)


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize(
    ("text", "is_mean"),
    [("area:f=1.5", True), ("area", False), ("resize:f=0.5", False), ("flc:f=1.5", False)],
)
def test_of_a_factor_between_whole_numbers_the_note_says_what_the_gain_is(
    text: str, is_mean: bool
) -> None:
    words = " ".join(line.get_text() for line in drawn(text).texts).split()
    assert ("mean over phases" in " ".join(words)) == is_mean


@pytest.mark.usefixtures("few_waves")
def test_lines_are_solid_up_to_the_new_nyquist_frequency_and_dashed_beyond() -> None:
    (axes,) = drawn("blur").axes
    held, folded, *_ = axes.lines
    assert held.get_xdata()[-1] == folded.get_xdata()[0] == 0.25  # type: ignore[index]
    assert (held.get_linestyle(), folded.get_linestyle()) == ("-", "--")
    spans = [patch.get_extents().transformed(axes.transData.inverted()) for patch in axes.patches]
    assert [(span.x0, span.x1) for span in spans] == [pytest.approx((0.25, 0.5))]


@pytest.mark.usefixtures("few_waves")
def test_markers_are_hollow_and_lie_on_the_formula_where_one_is_known() -> None:
    (axes,) = drawn("blur:3,resize").axes
    blur, resize = (line for line in axes.lines if line.get_marker() not in ("None", None, ""))
    assert blur.get_markerfacecolor() == "white"
    v = np.asarray(blur.get_xdata())
    assert np.asarray(blur.get_ydata()) == pytest.approx(np.cos(np.pi * v) ** 2)
    assert resize.get_markerfacecolor() != "white"


@pytest.mark.usefixtures("few_waves")
def test_decibels_of_nothing_stand_at_the_floor() -> None:
    (axes,) = drawn("flc", db=True).axes
    held, folded, *_ = axes.lines
    assert np.asarray(held.get_ydata())[:-1] == pytest.approx(0, abs=1e-9)
    assert np.asarray(folded.get_ydata())[1:] == pytest.approx(-80)
    assert axes.get_ylabel() == "gain (dB)"


def test_the_range_in_decibels_is_that_of_the_gains() -> None:
    """|cos(πv)|^n, the gain of n + 1 taps, is nothing at v = 1/2, and -19 n dB at 0.465."""
    for chain, lowest in (("stride", -20), ("blur:3", -40), ("blur:4", -60)):
        (axes,) = drawn(chain, db=True).axes
        assert axes.get_ylim()[0] == lowest
    (axes,) = drawn("blur:3", db=True).axes
    dots = axes.lines[-1].get_ydata()
    assert np.nanmin(np.asarray(dots)) >= -40


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize("text", ["blur", "max,stride,flc,nearest,bilinear", "blur:k=3x5:s=1x2"])
def test_maps_are_exact(text: str) -> None:
    maps = [gain_map(chain) for chain in parse_chains(text)]
    figure = draw_gain_maps(maps)
    table = np.rint(mpl.colormaps["magma"](np.arange(256))[:, :3] * 255).astype(np.uint8)
    for axes in figure.axes:
        for patch in axes.patches:
            patch.set_visible(False)  # the boxes
        axes.tick_params(length=0)
    top = max(1.0, *(each.gain.max() for each in maps))
    pictures = panels(figure, figure_pixels(figure))
    for each, picture in zip(maps, pictures, strict=True):
        level = np.clip(np.floor(256 * each.gain / top), 0, 255).astype(int)
        assert np.array_equal(unzoomed(picture, each.gain.shape), table[level])


@pytest.mark.usefixtures("few_waves")
def test_a_width_that_no_map_fits_into_is_refused() -> None:
    with pytest.raises(UsageError, match=r"a map needs 44 mm\n  in:  width 20"):
        draw_gain_maps([gain_map(chain) for chain in parse_chains("flc")], look=checked_look(20))


@pytest.mark.usefixtures("few_waves")
def test_the_box_of_a_map_is_the_new_nyquist_frequency_of_its_axes() -> None:
    figure = draw_gain_maps(
        [gain_map(Chain.parse("stride+blur:k=1:s=1x2")), gain_map(Chain.parse("sinc"))]
    )
    (box,) = figure.axes[0].patches
    assert (box.get_x(), box.get_y()) == (-0.125, -0.25)  # type: ignore[attr-defined]
    assert (box.get_width(), box.get_height()) == (0.25, 0.5)  # type: ignore[attr-defined]
    assert not figure.axes[1].patches  # nothing folds


@pytest.mark.usefixtures("few_waves")
def test_nothing_is_written_over_another_text() -> None:
    for figure in (
        drawn("avg:32,blur:times=2,flc:3,stride,max:times=3,lp,conv:sobelx"),
        draw_gain_maps(
            [gain_map(chain) for chain in parse_chains("stride,avg+conv:gauss:s=1+nearest")]
        ),
    ):
        place_texts(figure)
        boxes = [
            text.get_window_extent()
            for text in [*figure.texts, *(axes.title for axes in figure.axes)]
            if text.get_text()
        ]
        for i, one in enumerate(boxes):
            assert figure.bbox.fully_contains(*one.min)
            assert figure.bbox.fully_contains(*one.max)
            assert not any(one.overlaps(other) for other in boxes[:i])
