"""The look of every figure, whatever the user's own matplotlib settings are."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties, findfont, get_font

from sampviz.text import visible

FONT = "DejaVu Sans"  # comes with matplotlib: the same glyphs on every machine
LINE_HEIGHT = 1.3  # of the font size
INK = "#222222"
MARK = "#00c8ff"  # boxes on pictures: seen on grey and on the map of spectra, also by colour-blind
POINTS_PER_INCH = 72
NO_BREAK = "\u00a0"  # a space at which a line does not end
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
    with mpl.rc_context(), warnings.catch_warnings():
        # Said once, in our own words, where the figure is made.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update(_OWN)  # type: ignore[arg-type]
        yield


def font_files() -> list[str]:
    """Return the files of the font, normal and bold."""
    faces = (FontProperties(family=[FONT], weight=weight) for weight in ("normal", "bold"))
    return [findfont(face) for face in faces]


class Type:
    """A size of text on a figure of a certain resolution: how much room words take, in pixels."""

    def __init__(self, points: float, dpi: float) -> None:
        self.points, self.dpi = points, dpi
        self._fonts = [get_font(file) for file in font_files()]

    @property
    def line(self) -> int:
        """The height of a line."""
        return round(self.points * self.dpi / POINTS_PER_INCH * LINE_HEIGHT)

    def width(self, text: str, *, bold: bool = False) -> int:
        """The width of a line of text."""
        font = self._fonts[bold]
        font.set_size(self.points, self.dpi)
        # Hinted as it will be drawn: lines come out up to a tenth wider otherwise.
        font.set_text(text, 0.0, get_hinting_flag())
        return int(font.get_width_height()[0] / 64) + 1

    def wrap(self, text: str, room: int, *, bold: bool = False) -> list[str]:
        """Break the lines of a text that are wider than `room`: at spaces, before `:`, anywhere."""
        lines = map(visible, text.split("\n"))
        return [part for line in lines for part in self._wrap_line(line, room, bold)]

    def _wrap_line(self, text: str, room: int, bold: bool) -> list[str]:
        lines = [""]
        for piece in _pieces(text):
            if self.width((lines[-1] + piece).strip(), bold=bold) <= room:
                lines[-1] += piece
            elif self.width(piece.strip(), bold=bold) <= room:
                lines.append(piece)
            elif NO_BREAK in piece:  # better there than within a word
                lines.extend(self._wrap_line(piece.replace(NO_BREAK, " "), room, bold))
            else:
                lines.extend(self._chopped(piece.strip(), room, bold))
        return [line.strip() for line in lines if line.strip()]

    def _chopped(self, word: str, room: int, bold: bool) -> list[str]:
        parts = [""]
        for char in word:
            if parts[-1] and self.width(parts[-1] + char, bold=bold) > room:
                parts.append("")
            parts[-1] += char
        return parts

    def lacking(self, text: str) -> set[str]:
        """Return the characters of a text that the font cannot draw."""
        return {char for char in text if not self._fonts[0].get_char_index(ord(char))}


def _pieces(text: str) -> list[str]:
    """Split where a line may break; the pieces joined are the text."""
    pieces = [""]
    for before, char in zip(" " + text, text, strict=False):
        if (before == " " or char == ":") and pieces[-1]:
            pieces.append("")
        pieces[-1] += char
    return pieces
