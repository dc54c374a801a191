"""The figure of a network: exact panels, columns in register, pages that can be read."""

from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.figures.grids.ladder_content import title_of_layer
from sampviz.figures.grids.network_figure import network_figure
from sampviz.figures.layout.page import PAGE_HEIGHT
from sampviz.figures.layout.sheet import PlacedPanel
from sampviz.figures.panels.layer_panels import map_limits
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import figure_pixels
from sampviz.networks.ladder import Network
from tests.figures.drawn import place_texts
from tests.figures.grids.ladders import network
from tests.figures.readable import assert_page, texts_of

pytestmark = pytest.mark.slow

TWICE = (2, 2)


def drawn(net: Network, **options: Any) -> PanelFigure:
    figure = network_figure(net, **options)
    place_texts(figure)
    return figure


def panel_of(figure: PanelFigure, name: str) -> PlacedPanel:
    return next(placed for placed in figure.sheet.panels if placed.panel.name == name)


@pytest.fixture(scope="module")
def three() -> tuple[Network, PanelFigure]:
    net = network((48, 30), [TWICE, TWICE, TWICE], (0.9, 0.9))
    return net, drawn(net)


def test_a_page_can_be_read(three: tuple[Network, PanelFigure]) -> None:
    assert_page(three[1], 183, PAGE_HEIGHT)


def test_every_sample_is_a_block_of_whole_pixels(three: tuple[Network, PanelFigure]) -> None:
    net, figure = three
    pixels = figure_pixels(figure)
    for layer in net.layers[1:]:
        assert layer.measures is not None
        shown = layer.measures.shown
        assert shown is not None
        for row, array in (("map that enters", shown.entering), ("result", shown.result)):
            placed = panel_of(figure, f"{row}, layer {layer.number}")
            down, along = placed.panel.zoom
            height, width = placed.panel.size
            part = pixels[placed.y : placed.y + height, placed.x : placed.x + width]
            low, high = map_limits(array)
            levels = np.clip(np.floor(256 * (array - low) / (high - low)), 0, 255)
            blocks = levels.astype(np.uint8).repeat(down, 0).repeat(along, 1)
            assert np.array_equal(part, np.repeat(blocks[..., None], 3, axis=2))


def test_results_lie_on_what_enters(three: tuple[Network, PanelFigure]) -> None:
    _, figure = three
    for number in (1, 2, 3):
        entering = panel_of(figure, f"map that enters, layer {number}").panel
        result = panel_of(figure, f"result, layer {number}").panel
        assert result.zoom == (2 * entering.zoom[0], 2 * entering.zoom[1])


def test_what_folds_is_drawn_in_standard_deviations(three: tuple[Network, PanelFigure]) -> None:
    net, figure = three
    assert net.layers[2].measures
    shown = net.layers[2].measures.shown
    assert shown
    assert shown.folded is not None
    panel = panel_of(figure, "from outside the box, layer 2").panel
    assert panel.array is not None
    assert np.allclose(panel.array, shown.folded / shown.result.std())
    assert panel.limits == (-1, 1)
    assert panel.text_below == "folded: 2.0\xa0%*"


def test_the_box_holds_the_new_nyquist_frequency() -> None:
    figure = network_figure(network((48, 30), [(2, 1)]))
    panel = panel_of(figure, "spectrum, layer 1").panel
    (box,) = panel.boxes
    # DC is the middle of row 24; 12 rows away lies half of the old Nyquist frequency.
    assert (box.top, box.height) == (12.5, 24)
    assert (box.left, box.width) == (0, 30)
    assert panel.array is not None
    assert panel.array[24, 15] == -60  # the mean is removed


def test_spectra_are_of_the_layer_at_stride_1() -> None:
    net = network((32, 32), [TWICE])
    assert net.layers[1].measures
    shown = net.layers[1].measures.shown
    assert shown
    dense = shown.undecimated
    assert dense is not None
    panel = panel_of(network_figure(net), "spectrum, layer 1").panel
    power = np.abs(np.fft.fftshift(np.fft.fft2(dense - dense.mean())))
    expected = np.maximum(20 * np.log10(power / power.max() + 1e-9), -60)
    assert panel.array is not None
    assert np.allclose(panel.array, expected, atol=1e-2)


def test_the_slice_of_a_volume_is_that_with_most_fold() -> None:
    net = network((8, 32, 32), [(2, 2, 2)])
    assert net.layers[1].measures
    shown = net.layers[1].measures.shown
    assert shown
    assert shown.folded is not None
    shown.folded[2] *= 9
    figure = network_figure(net)
    entering = panel_of(figure, "map that enters, layer 1").panel
    result = panel_of(figure, "result, layer 1").panel
    assert np.array_equal(np.asarray(entering.array), shown.entering[4])
    assert np.array_equal(np.asarray(result.array), shown.result[2])
    assert any("slice\xa02 of 0..3" in block.lines for block in figure.sheet.texts)


def test_the_spacing_of_a_volume_has_all_its_axes() -> None:
    figure = network_figure(network((8, 32, 32), [(2, 2, 2)], (3, 1, 1)))
    assert "8×32×32 px of 3×1×1 mm, scale unit, values 0..0" in figure.sheet.texts[1].lines
    assert any("16×16  6×2×2" in text.get_text() for text in figure.axes[0].texts)


def test_a_layer_that_drops_slices_alone_is_drawn_across_them() -> None:
    figure = network_figure(network((16, 24, 20), [(2, 1, 1)]))
    panel = panel_of(figure, "result, layer 1").panel
    assert panel.array is not None
    assert panel.array.shape == (8, 24)
    assert panel_of(figure, "spectrum, layer 1").panel.boxes[0].height == 8


def test_layers_that_enlarge_have_columns_of_their_own() -> None:
    figure = network_figure(network((64, 64), [TWICE], doubled=1))
    assert panel_of(figure, "from outside the box, layer 2").panel.text_below == (
        "above: 30\xa0%\ncheckerboard 20\xa0%"
    )
    entering = panel_of(figure, "map that enters, layer 2").panel
    assert entering.zoom[0] == 2 * panel_of(figure, "result, layer 2").panel.zoom[0]
    assert entering.text_below == "channel\xa00"  # and that of the result is 1


def test_the_staircase_has_the_nyquist_frequency_of_every_map() -> None:
    net = network((64, 64), [TWICE, TWICE], (0.5, 0.5), doubled=1)
    figure = drawn(net)
    axes = figure.axes[0]
    ends = [tuple(np.asarray(line.get_ydata())) for line in axes.lines]
    assert np.allclose([low for low, high in ends if low == high], [1, 0.5, 0.25, 0.5])
    drops = [pair for pair in ends if pair[0] != pair[1]]
    assert np.allclose(drops, [(1, 0.5), (0.5, 0.25), (0.25, 0.5)])
    assert {"64²  0.5\xa0mm", "16²  2\xa0mm"} <= {text.get_text() for text in axes.texts}


def test_bars_have_their_numbers(three: tuple[Network, PanelFigure]) -> None:
    _, figure = three
    folded, errors = figure.axes[1:3]
    assert [text.get_text() for text in folded.texts] == ["1", "0.12", "0.12", "0.12"]
    assert [text.get_text() for text in errors.texts] == ["0.50", "0.10", "0.10", "0.10"]
    bars = figure.axes[5].patches  # of the layer that folds most
    widths = [float(np.ptp(bar.get_extents().get_points()[:, 0])) for bar in bars]
    widths = list(np.divide(widths, widths[0]))
    assert np.allclose(widths, [1, 1 / 8, 1 / 8, 1 / 8])
    names = [line for block in figure.sheet.texts for line in block.lines]
    assert {"as trained", "blur 3", "blur 5", "FLC"} <= set(names)


def test_numbers_stand_behind_short_bars_and_on_long_ones(
    three: tuple[Network, PanelFigure],
) -> None:
    axes = three[1].axes[5]
    ends = [bar.get_window_extent().x1 for bar in axes.patches]
    lefts = [text.get_window_extent().x0 for text in axes.texts]
    assert lefts[0] < ends[0]  # behind the longest bar there is no room
    assert all(left > end for left, end in zip(lefts[1:], ends[1:], strict=True))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("width", [89, 183])
@pytest.mark.parametrize(
    ("size", "strides", "doubled"),
    [
        ((60, 44), [TWICE] * 2, 2),
        ((48, 320), [TWICE, (2, 1), (1, 2), (2, 1)], 0),
        ((12, 40, 40), [(1, 2, 2), (2, 2, 2)], 0),
        ((96, 96), [TWICE] * 4, 0),
    ],
)
def test_pages_can_be_read(
    size: tuple[int, ...], strides: list[Any], doubled: int, width: float
) -> None:
    figure = drawn(network(size, strides, [1.5] * len(size), doubled), width=width)
    assert_page(figure, width, PAGE_HEIGHT)


def test_of_many_layers_those_that_fold_most_are_drawn() -> None:
    net = network((96, 96), [TWICE, TWICE, (1, 2), (2, 1)], doubled=2)
    with pytest.warns(SampvizWarning, match="room for . of 6 layers: those that fold most"):
        figure = drawn(net, width=89, font_size=9)
    assert figure.get_figheight() * 25.4 <= PAGE_HEIGHT + 0.5
    numbers = sorted({int(placed.panel.name[-1]) for placed in figure.sheet.panels})
    # Layer k folds k percent; those that enlarge come last.
    assert numbers == list(range(4 - len(numbers) + 1, 5))
    assert f"{len(numbers)} of 6 layers: those that fold most" in " ".join(
        figure.sheet.texts[-1].lines
    )


@pytest.mark.slow
def test_deep_networks_stand_in_several_lines() -> None:
    figure = drawn(network((64, 64), [TWICE, (1, 2), (2, 1)] * 2, doubled=2))
    assert figure.get_figheight() * 25.4 <= PAGE_HEIGHT + 0.5
    assert len(figure.sheet.panels) == 4 * 8
    assert len({placed.y for placed in figure.sheet.panels[::4]}) > 1
    assert min(float(text.get_fontsize()) for text in texts_of(figure)) >= 5


def test_layers_are_chosen_by_number_range_and_name(three: tuple[Network, PanelFigure]) -> None:
    net, _ = three
    for text, numbers in (("1,3", "13"), ("2-3", "23"), ("layer2", "2")):
        figure = network_figure(net, layers=text)
        assert {p.panel.name[-1] for p in figure.sheet.panels} == set(numbers)


@pytest.mark.parametrize("text", ["0", "4", "2-1", "1-9", "x", "", "1,,2", "-1"])
def test_layers_that_there_are_not_are_refused(
    text: str, three: tuple[Network, PanelFigure]
) -> None:
    with pytest.raises(UsageError, match="no layer is"):
        network_figure(three[0], layers=text)


def test_a_network_that_was_not_run_has_no_figure() -> None:
    with pytest.raises(UsageError, match="not run on an image"):
        network_figure(Network((), ()))


def test_caption_and_alternative_say_what_is_drawn(three: tuple[Network, PanelFigure]) -> None:
    caption = three[1].caption
    assert caption
    assert caption.title == "net.onnx: noise"
    assert "Layer 3, Max pooling 2×2: 3.0 % folded in channel 3, 3.0 % in all" in caption.alt
    text = " ".join(sentence.text for sentence in caption.sentences)
    assert "not trained again" in text


@pytest.mark.parametrize(
    ("op", "axes", "title"),
    [
        ("max:k=3:s=2:p=1", 2, "Max pooling 3×3"),
        ("max:k=2x1:s=2x1", 2, "Max pooling 2×1"),
        ("conv:k=3:s=2", 3, "Strided convolution 3×3×3"),
        ("transpose:k=2:s=2", 2, "Transposed convolution 2×2"),
        ("nearest:f=8 (asymmetric)", 2, "Nearest neighbour, factor 8"),
        ("odd:k=1", 2, "odd:k=1"),
    ],
)
def test_layers_are_named_in_words(op: str, axes: int, title: str) -> None:
    assert title_of_layer(op, axes) == title
