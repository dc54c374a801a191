"""Upright lines in a chart with their names at the top, where no name runs into anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sampviz.figures.charts.axes import FAINT, freeze_layout
from sampviz.figures.style import POINTS_PER_INCH, TextSize


@dataclass(frozen=True)
class ReferenceLine:
    """Lines at these places on the x axis, in rising order, with one name right of the last."""

    places: tuple[float, ...]
    name: str


def label_lanes(spans: Sequence[tuple[float, float, float]]) -> list[int]:
    """Return the lane, 0 the lowest, of each name: spans of its first line, its start, its end.

    Starts rise. Lines end at the top of their name's lane, so a name may lie above the lines of
    others, not on them.
    """
    found: list[int] = []
    for number, (_, _, end) in reversed(list(enumerate(spans))):
        later = zip(spans[number + 1 :], reversed(found), strict=True)
        found.append(max((lane for (first, _, _), lane in later if first < end), default=-1) + 1)
    return found[::-1]


def draw_reference_lines(
    figure: Figure, axes: Axes, uprights: Sequence[ReferenceLine], points: float
) -> None:
    """Draw the lines in the axes of a framed figure, and make room for their names above the data.

    The x axis begins at 0 and may grow to the right, the y axis upwards.
    """
    kind = TextSize(points, figure.dpi)
    gap = kind.line / 4
    uprights = sorted(uprights, key=lambda upright: upright.places[-1])
    names = [kind.width(upright.name) + 2 * gap for upright in uprights]
    wide, high = freeze_layout(figure, axes)
    last = [upright.places[-1] for upright in uprights]
    reach = [x / (1 - width / wide) for x, width in zip(last, names, strict=True) if width < wide]
    right = max([axes.get_xlim()[1], *reach])
    axes.set_xlim(0, right)

    # A name starts at the last of its lines; those before it end where it does.
    scale = wide / right
    taken = label_lanes(
        [
            (upright.places[0] * scale, x * scale, x * scale + name)
            for upright, x, name in zip(uprights, last, names, strict=True)
        ]
    )
    strip = kind.line * (max(taken, default=-1) + 1.5)
    low, top = axes.get_ylim()
    axes.set_ylim(low, top + (top - low) * strip / (high - strip))
    for upright, lane in zip(uprights, taken, strict=True):
        end = 1 - strip / high + (lane + 1) * kind.line / high
        for x in upright.places:
            axes.axvline(x, 0, end, color=FAINT, linewidth=0.8, zorder=1)
        axes.annotate(
            upright.name,
            (upright.places[-1], end),
            xycoords=axes.get_xaxis_transform(),
            xytext=(gap * POINTS_PER_INCH / figure.dpi, 0),
            textcoords="offset points",
            fontsize=points,
            va="top",
        )
