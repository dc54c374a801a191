"""Maps of gains over the frequencies of rows and columns: every value a block of whole pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from sampviz.analysis.frequency_response import GainMap
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.charts.axes import (
    DPI,
    MM_PER_INCH,
    add_title_and_legend,
    new_chart,
    style_axes,
)
from sampviz.figures.charts.response_titles import chain_title, response_title
from sampviz.figures.panels.colormap import SPECTRUM, Pixels, apply_colormap, color_table
from sampviz.figures.render.panel_artist import PanelArtist
from sampviz.figures.style import MARK, TextSize, own_style

POINTS = 8.0
COLUMNS = 4
_SIDES = {1: 460, 2: 330}  # px that a map may have, where there are so many columns
_SMALL_SIDE = 265
_LEFT, _BELOW = 5, 3  # lines of text beside a map and below it, for its labels
_BAR, _BAR_LABELS = 1, 4  # in lines: the width of the colour bar and of what stands beside it
_TITLE_LINES = 4  # lines for the title, and room
_TICKS = (-0.5, 0, 0.5)


def draw_gain_maps(maps: Sequence[GainMap], *, db: bool = False) -> Figure:
    """Draw the gain of waves in all directions, with a box around what the samples can hold."""
    gain_values = [decibels(gains.gain, 1) if db else gains.gain for gains in maps]
    top = max(float(gain.max()) for gain in gain_values)
    limits = (FLOOR_DB, max(top, 0.0)) if db else (0.0, max(top, 1.0))
    columns = min(len(maps), COLUMNS)
    side = _SIDES.get(columns, _SMALL_SIDE)
    with own_style():
        text_size = TextSize(POINTS, DPI)
        line = text_size.line
        titles = [text_size.wrap(chain_title(gains.chain), side + 2 * line) for gains in maps]
        above = line * (max(map(len, titles)) + 1)
        cell = side + _LEFT * line, above + side + _BELOW * line  # width, height
        maps_height = cell[1] * -(-len(maps) // columns)
        width = columns * cell[0] + (_BAR + _BAR_LABELS + 2) * line
        notes = _notes(maps)
        height = maps_height + (_TITLE_LINES + len(text_size.wrap(notes, width - 2 * line))) * line
        figure = new_chart(width * MM_PER_INCH / DPI, height * MM_PER_INCH / DPI)
        add_title_and_legend(figure, response_title(gains.chain for gains in maps), notes, POINTS)
        figure.set_layout_engine("none")
        pixel_figure = _PixelFigure(width, round(figure.get_figheight() * DPI), figure)
        start = 2 * line  # below the title
        for i, (gains, gain, title) in enumerate(zip(maps, gain_values, titles, strict=True)):
            zoom = max(1, side // len(gain))
            gap = (side - zoom * len(gain)) // 2
            axes = pixel_figure.axes(
                i % columns * cell[0] + _LEFT * line + gap,
                start + i // columns * cell[1] + above + gap,
                zoom * len(gain),
                zoom * len(gain),
            )
            _draw(axes, gains, apply_colormap(gain, limits, SPECTRUM))
            axes.set_title("\n".join(title), fontsize=POINTS)
        bar = pixel_figure.axes(columns * cell[0] + line, start + above, _BAR * line, side)
        bar.add_artist(PanelArtist(color_table(SPECTRUM)[::-1, None], Bbox.unit(), bar.transAxes))
        bar.yaxis.tick_right()
        bar.yaxis.set_label_position("right")
        bar.tick_params(labelsize=POINTS, width=0.5)
        bar.set(xticks=[], ylim=limits)
        bar.set_ylabel("gain (dB)" if db else "gain", size=POINTS)
    return figure


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


def _draw(axes: Axes, gains: GainMap, pixels: Pixels) -> None:
    style_axes(axes, "columns (cycles/px)", "rows (cycles/px)", POINTS)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)  # a frame would cover half a pixel of the map
    half = float(gains.frequency[-1] + (gains.frequency[-1] - gains.frequency[-2]) / 2)
    axes.add_artist(PanelArtist(pixels, Bbox.unit(), axes.transAxes))
    axes.set(xlim=(-half, half), ylim=(half, -half), xticks=_TICKS, yticks=_TICKS)
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
