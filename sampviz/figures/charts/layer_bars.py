"""Bars of a layer of a network: what folds, and the shift error, as trained and with filters."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sampviz.figures.charts.axes import paler
from sampviz.figures.charts.fold_summary import axes_in_box, percent_text
from sampviz.figures.panels.layer_panels import LayerBar
from sampviz.figures.style import CHARTS, INK, TextSize, own_style, with_font

FOLDED, SHIFT = "#d55e00", "#0072b2"
_SMALLEST = 0.01  # percent, in digits
_UNDEFINED = "–"
_THICK, _PALE = 0.85, 0.5  # of a line; of the colour


def draw_layer_bars(
    figure: Figure,
    box: tuple[int, int, int, int],
    bars: Sequence[LayerBar],
    largest: tuple[float, float],
    text_size: TextSize,
) -> None:
    """Draw a line for each way of sampling into a box of a figure: what folds, and the error.

    Parameters
    ----------
    figure : Figure
        Is added to.
    box : tuple of int
        Left, top, width and height, in figure pixels from the top left corner.
    bars : sequence of LayerBar
        From top to bottom.
    largest : tuple of float
        The folded part and the shift error that the longest bars of all layers stand for.
    text_size : TextSize
        The size of the text.
    """
    left, top, width, height = box
    half = (width - text_size.line // 2) // 2
    folded = [
        (bar.folded, _UNDEFINED if bar.folded is None else _short(100 * bar.folded)) for bar in bars
    ]
    errors = [(bar.shift_error, error_text(bar.shift_error)) for bar in bars]
    with own_style(with_font(CHARTS, text_size.font)):
        for x, values, most, colour in (
            (left, folded, largest[0], FOLDED),
            (left + width - half, errors, largest[1], SHIFT),
        ):
            axes = axes_in_box(figure, (x, top, half, height))
            _draw_bars(axes, values, most, half, colour, text_size)


def _draw_bars(
    axes: Axes,
    values: Sequence[tuple[float | None, str]],
    most: float,
    width: int,
    colour: str,
    text_size: TextSize,
) -> None:
    """Draw pale bars; a number stands behind its bar where there is room, else on it."""
    points = text_size.points
    lengths = [value / most if value and most else 0.0 for value, _ in values]
    pale = paler(colour, _PALE)
    axes.barh(range(len(lengths)), lengths, height=_THICK, color=pale, linewidth=0)
    for row, ((_, text), length) in enumerate(zip(values, lengths, strict=True)):
        free = width * (1 - length) - text_size.line // 4
        axes.annotate(
            text,
            (length if text_size.width(text) <= free else 0, row),
            (points / 4, 0),
            textcoords="offset points",
            va="center",
            fontsize=points,
            color=INK,
            parse_math=False,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["left"].set_color(colour)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)


def _short(percent: float) -> str:
    """Return a percentage in four characters at most."""
    return f"{percent:.2g}" if _SMALLEST <= percent < 1 else percent_text(percent)


def error_text(error: float | None) -> str:
    """Return a shift error in two decimals; a dash where it is not defined."""
    return _UNDEFINED if error is None else f"{error:.2f}"
