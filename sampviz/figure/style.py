"""The look of every figure, whatever the user's own matplotlib settings are."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, get_font

FONT = "DejaVu Sans"  # comes with matplotlib: the same glyphs on every machine
LINE_HEIGHT = 1.3  # of the font size
INK = "#222222"
MARK = "#00c8ff"  # boxes on pictures: seen on grey and on the map of spectra, also by colour-blind
POINTS_PER_INCH = 72
_OWN = {
    "font.family": [FONT],
    "pdf.fonttype": 42,  # text stays text
    "svg.fonttype": "none",
    "svg.hashsalt": "sampviz",  # ids that do not change from run to run
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.parse_math": False,  # a $ in a file name is a $
}


@contextmanager
def own_style() -> Iterator[None]:
    """Draw and save with our settings; the user's come back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_OWN)  # type: ignore[arg-type]
        yield


class Type:
    """A size of text on a figure of a certain resolution: how much room words take, in pixels."""

    def __init__(self, points: float, dpi: float) -> None:
        self.points, self.dpi = points, dpi
        self._font = get_font(findfont(FontProperties(family=[FONT])))

    @property
    def line(self) -> int:
        """The height of a line."""
        return round(self.points * self.dpi / POINTS_PER_INCH * LINE_HEIGHT)

    def width(self, text: str) -> int:
        """The width of a line of text."""
        self._font.set_size(self.points, self.dpi)
        self._font.set_text(text)
        return int(self._font.get_width_height()[0] / 64) + 1

    def wrap(self, text: str, room: int) -> list[str]:
        """Break the lines of a text that are wider than `room`: at spaces, before `:`, anywhere."""
        return [part for line in text.split("\n") for part in self._wrap_line(line, room)]

    def _wrap_line(self, text: str, room: int) -> list[str]:
        lines = [""]
        for piece in _pieces(text):
            if self.width((lines[-1] + piece).strip()) <= room:
                lines[-1] += piece
                continue
            lines.append(piece.lstrip())
            while self.width(lines[-1]) > room and len(lines[-1]) > 1:
                fits = next(
                    n
                    for n in range(len(lines[-1]) - 1, 0, -1)
                    if n == 1 or self.width(lines[-1][:n]) <= room
                )
                lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
        return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    """Split where a line may break; the pieces joined are the text."""
    pieces = [""]
    for before, char in zip(" " + text, text, strict=False):
        if (before == " " or char == ":") and pieces[-1]:
            pieces.append("")
        pieces[-1] += char
    return pieces
