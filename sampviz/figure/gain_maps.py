"""Maps of gains over the frequencies of rows and columns: every value a block of whole pixels."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sampviz.figure.chart import MM_PER_INCH, dress, frame, new_chart
from sampviz.figure.paint import SPECTRUM, paint
from sampviz.figure.style import MARK, Type, own_style
from sampviz.response import Map
from sampviz.spectrum import FLOOR_DB, decibels

POINTS = 8.0
COLUMNS = 4
_CELL = {1: 100, 2: 78}  # mm across a map with its labels, of so many columns
_SMALL_CELL = 58
_AROUND, _BAR, _LINE = 24, 22, 4  # mm: title and notes, colour bar, a line of text


def draw_maps(maps: Sequence[Map], *, db: bool = False) -> Figure:
    """Draw the gain of waves in all directions, with a box around what the samples can hold."""
    columns = min(len(maps), COLUMNS)
    rows = -(-len(maps) // columns)
    cell = _CELL.get(columns, _SMALL_CELL)
    drawn = [decibels(each.gain, 1) if db else each.gain for each in maps]
    top = max(float(gain.max()) for gain in drawn)
    limits = (FLOOR_DB, max(top, 0.0)) if db else (0.0, max(top, 1.0))
    with own_style():
        size = columns * cell + _BAR, rows * (cell + 2 * _LINE) + _AROUND
        figure = new_chart(*size)
        kind = Type(POINTS, figure.dpi)
        room = round(cell / MM_PER_INCH * figure.dpi) - 2 * kind.line
        cells = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in cells[len(maps) :]:
            axes.remove()
        for i, (axes, each, gain) in enumerate(zip(cells, maps, drawn, strict=False)):
            first, last = i % columns == 0, i + columns >= len(maps)
            dress(axes, "columns (cycles/px)" * last, "rows (cycles/px)" * first, POINTS)
            title = each.chain.label + ("" if each.chain.linear else " (not linear)")
            axes.set_title("\n".join(kind.wrap(title, room)), fontsize=POINTS)
            edge = -float(each.frequency[0]) + float(each.frequency[-1] - each.frequency[-2]) / 2
            axes.imshow(
                paint(gain, limits, SPECTRUM),
                interpolation="none",
                aspect="auto",
                extent=(-edge, edge, edge, -edge),
            )
            axes.grid(visible=False)
            axes.set_xticks(_TICKS)
            axes.set_yticks(_TICKS)
            down, along = each.nyquist
            if min(down, along) < 0.5:
                box = Rectangle((-along, -down), 2 * along, 2 * down, fill=False, edgecolor=MARK)
                axes.add_patch(box)
        shown = list(cells[: len(maps)])
        mapped = ScalarMappable(Normalize(*limits), SPECTRUM)
        bar = figure.colorbar(mapped, ax=shown, fraction=0.05, aspect=30)
        bar.ax.tick_params(labelsize=POINTS, width=0.5)
        bar.set_label("gain (dB)" if db else "gain", size=POINTS)
        frame(figure, _title(maps), _notes(maps), POINTS)
        _on_whole_pixels(figure, shown, maps)
    return figure


_TICKS = (-0.5, -0.25, 0, 0.25, 0.5)


def _on_whole_pixels(figure: Figure, cells: Sequence[Axes], maps: Sequence[Map]) -> None:
    """Make each map a square of whole pixels that its values divide, where it has been laid out."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    wide, high = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    for axes, each in zip(cells, maps, strict=True):
        place = axes.get_position()
        count = len(each.frequency)
        room = min(place.width * wide, place.height * high)
        side = count * max(1, int(room / count))
        left = round((place.x0 + place.x1) / 2 * wide - side / 2)
        bottom = round((place.y0 + place.y1) / 2 * high - side / 2)
        axes.set_position((left / wide, bottom / high, side / wide, side / high))


def _title(maps: Sequence[Map]) -> str:
    linear = {each.chain.linear for each in maps}
    if linear == {False}:
        return "Describing function"
    return "Frequency response" + (" and describing function" if False in linear else "")


def _notes(maps: Sequence[Map]) -> str:
    notes = ["Gain of waves over their frequency along rows and columns, per original px."]
    if any(min(each.nyquist) < 0.5 for each in maps):
        notes.append(
            "Box: the new Nyquist frequency; a wave outside comes out with this gain at the"
            " frequency that it folds to, inside."
        )
    if not all(each.chain.linear for each in maps):
        notes.append(
            "Not linear: the describing function, the gain of a cosine of amplitude 1/2 on 1/2"
            " without its harmonics."
        )
    return " ".join(notes)
