"""Maps of gains over the frequencies of rows and columns: every value a block of whole pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from sampviz.analysis.frequency_response import GainMap
from sampviz.core.errors import UsageError, argument
from sampviz.dsp.spectrum import decibels
from sampviz.figures.charts.axes import (
    MM_PER_INCH,
    add_title_and_legend,
    chart_style,
    new_chart,
    style_axes,
)
from sampviz.figures.charts.decibel_axis import lowest_level
from sampviz.figures.charts.response_titles import chain_title, response_title
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.panels.colormap import SPECTRUM, Pixels, apply_colormap, color_table
from sampviz.figures.render.panel_artist import PanelArtist
from sampviz.figures.style import MARK, TextSize

COLUMNS = 4
_SIDES = {1: 78, 2: 56}  # mm that a map may have, where there are so many columns
_SMALL_SIDE = 45
_LEAST_SIDE = 20  # mm, of a map in a figure of a given width
_SMALLEST_SIDE = 5  # mm, of a single map
_LEFT, _BELOW = 5, 3  # lines of text beside the first map and below each, for its labels
_GAP = 2  # lines between maps
_BAR, _BAR_LABELS = 1, 4  # in lines: the width of the colour bar and of what stands beside it
_AROUND = _LEFT - 1 + _BAR + _BAR_LABELS + 1
_TITLE_LINES = 4  # lines for the title, and room
_TICKS = (-0.5, 0, 0.5)


def draw_gain_maps(
    maps: Sequence[GainMap], *, db: bool = False, look: Look = DEFAULT_LOOK
) -> DrawnFigure:
    """Draw the gain of waves in all directions, with a box around what the samples can hold.

    UsageError if not even one map fits into the width.
    """
    gain_values = [decibels(gains.gain, 1) if db else gains.gain for gains in maps]
    top = max(float(gain.max()) for gain in gain_values)
    lowest = min(lowest_level(gain) for gain in gain_values) if db else 0.0
    limits = lowest, max(top, 0.0 if db else 1.0)
    points, dpi = look.points, look.dpi or look.least_dpi
    with chart_style(look):
        text_size = TextSize(points, dpi, look.family)
        line = text_size.line
        columns, side = _grid(len(maps), look, line)
        titles = [text_size.wrap(chain_title(gains.chain), side + line) for gains in maps]
        above = line * (max(map(len, titles)) + 1)
        across, down = side + _GAP * line, above + side + _BELOW * line
        maps_height = down * -(-len(maps) // columns)
        width = columns * across + _AROUND * line
        if look.page_width:
            width = round(look.page_width * dpi / MM_PER_INCH)
        notes = _notes(maps)
        height = maps_height + (_TITLE_LINES + len(text_size.wrap(notes, width - 2 * line))) * line
        pixel_look = replace(look, width=None, journal=None, dpi=dpi)
        figure = new_chart(pixel_look, width * MM_PER_INCH / dpi, height * MM_PER_INCH / dpi)
        add_title_and_legend(figure, response_title(gains.chain for gains in maps), notes, points)
        figure.set_layout_engine("none")
        pixel_figure = _PixelFigure(width, round(figure.get_figheight() * dpi), figure)
        start = 2 * line  # below the title
        for i, (gains, gain, title) in enumerate(zip(maps, gain_values, titles, strict=True)):
            zoom = max(1, side // len(gain))
            gap = (side - zoom * len(gain)) // 2
            axes = pixel_figure.axes(
                i % columns * across + _LEFT * line + gap,
                start + i // columns * down + above + gap,
                zoom * len(gain),
                zoom * len(gain),
            )
            _draw(axes, gains, apply_colormap(gain, limits, SPECTRUM), points, i % columns == 0)
            axes.set_title("\n".join(title), fontsize=points)
        x = (_LEFT - 1) * line + columns * across
        bar = pixel_figure.axes(x, start + above, _BAR * line, side)
        bar.add_artist(PanelArtist(color_table(SPECTRUM)[::-1, None], Bbox.unit(), bar.transAxes))
        bar.yaxis.tick_right()
        bar.yaxis.set_label_position("right")
        bar.tick_params(labelsize=points, width=0.5)
        bar.set(xticks=[], ylim=limits)
        bar.set_ylabel("gain (dB)" if db else "gain", size=points)
    return figure


def _grid(count: int, look: Look, line: int) -> tuple[int, int]:
    """Return how many maps stand in a line, and the side that each may have, in pixels."""
    mm = (look.dpi or look.least_dpi) / MM_PER_INCH
    columns = min(count, COLUMNS)
    if not look.page_width:
        return columns, round(_SIDES.get(columns, _SMALL_SIDE) * mm)
    available = look.page_width * mm - _AROUND * line
    while columns > 1 and available / columns - _GAP * line < _LEAST_SIDE * mm:
        columns -= 1
    if available - _GAP * line < _SMALLEST_SIDE * mm:
        raise UsageError(
            f"a map needs {_SMALLEST_SIDE + (_AROUND + _GAP) * line / mm:.0f} mm",
            f"{argument('width')} {look.page_width:g}",
            f"raise it, or lower {argument('font_size')}",
        )
    return columns, round(min(available / columns - _GAP * line, _SIDES[1] * mm))


@dataclass(frozen=True)
class _PixelFigure:
    """A figure in whole pixels, from its top left corner."""

    width: int
    height: int
    figure: Figure

    def axes(self, x: int, y: int, width: int, height: int) -> Axes:
        bottom = self.height - y - height
        w, h = self.width, self.height
        return self.figure.add_axes((x / w, bottom / h, width / w, height / h))


def _draw(axes: Axes, gains: GainMap, pixels: Pixels, points: float, is_first: bool) -> None:
    style_axes(axes, "columns (cycles/px)", "rows (cycles/px)" if is_first else "", points)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)  # a frame would cover half a pixel of the map
    half = float(gains.frequency[-1] + (gains.frequency[-1] - gains.frequency[-2]) / 2)
    axes.add_artist(PanelArtist(pixels, Bbox.unit(), axes.transAxes))
    axes.set(xlim=(-half, half), ylim=(half, -half), xticks=_TICKS, yticks=_TICKS)
    if not is_first:
        axes.set_yticklabels([])
    down, along = gains.nyquist
    if min(down, along) < 0.5:
        corner = -along, -down
        axes.add_patch(Rectangle(corner, 2 * along, 2 * down, fill=False, edgecolor=MARK))


def _notes(maps: Sequence[GainMap]) -> str:
    notes = ["Gain of waves over their frequency along rows and columns, per original px."]
    if any(min(gains.nyquist) < 0.5 for gains in maps):
        notes.append(
            "Box: the new Nyquist frequency; a wave outside comes out with this gain at the"
            " frequency that it folds to, inside."
        )
    if not all(gains.chain.linear for gains in maps):
        notes.append(
            "Not linear: the describing function, the gain of a cosine of amplitude 1/2 on 1/2"
            " without its harmonics."
        )
    return " ".join(notes)
