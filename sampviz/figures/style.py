"""The look of every figure, whatever the user's own matplotlib settings are."""

import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache

import matplotlib as mpl
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties, findfont, get_font

from sampviz.core.text import escape_control

FONT = "DejaVu Sans"  # comes with matplotlib: the same glyphs on every machine
LINE_HEIGHT = 1.3  # of the font size
INK = "#222222"
MARK = "#00c8ff"  # boxes on pictures: seen on grey and on the map of spectra, also by colour-blind
POINTS_PER_INCH = 72
_KEPT = 4096  # widths of texts, which come again on every figure; one costs .3 ms
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


@cache
def font_files() -> tuple[str, str]:
    """Return the files of the font, normal and bold."""
    normal, bold = (
        findfont(FontProperties(family=[FONT], weight=weight)) for weight in ("normal", "bold")
    )
    return normal, bold


class TextSize:
    """A size of text on a figure of a certain resolution: how much room words take, in pixels."""

    def __init__(self, points: float, dpi: float) -> None:
        self.points, self.dpi = points, dpi
        self._files = font_files()

    @property
    def line(self) -> int:
        """The height of a line."""
        return round(self.points * self.dpi / POINTS_PER_INCH * LINE_HEIGHT)

    def width(self, text: str, *, bold: bool = False) -> int:
        """The width of a line of text."""
        return _width(self._files[bold], self.points, self.dpi, text)

    def wrap(self, text: str, room: int, *, bold: bool = False) -> list[str]:
        """Break the lines of a text that are wider than `room`: at spaces, before `:`, anywhere."""
        lines = map(escape_control, text.split("\n"))
        return [part for line in lines for part in self._wrap_line(line, room, bold)]

    def _wrap_line(self, text: str, room: int, bold: bool) -> list[str]:
        lines, left = [], _pieces(text)
        while left:
            count = self._fitting(left, room, bold)
            if not count and NO_BREAK in left[0]:  # better there than within a word
                left[:1] = _pieces(left[0].replace(NO_BREAK, " "))
                continue
            if not count:
                left[:1] = self._chopped(left[0], room, bold)
                count = 1
            lines.append("".join(left[:count]))
            left = left[count:]
        return [line.strip() for line in lines if line.strip()]

    def _fitting(self, pieces: Sequence[str], room: int, bold: bool) -> int:
        """Return how many of the first pieces fit: halving, for a long line takes 1 ms."""

        def width(count: int) -> int:
            return self.width("".join(pieces[:count]).strip(), bold=bold)

        counts = range(1, len(pieces) + 1)
        return len(pieces) if width(len(pieces)) <= room else bisect_right(counts, room, key=width)

    def _chopped(self, word: str, room: int, bold: bool) -> list[str]:
        parts = [""]
        for char in word:
            if parts[-1] and self.width(parts[-1] + char, bold=bold) > room:
                parts.append("")
            parts[-1] += char
        return parts

    def lacking(self, text: str) -> set[str]:
        """Return the characters of a text that the font cannot draw."""
        font = get_font(self._files[0])
        return {char for char in text if not font.get_char_index(ord(char))}


@lru_cache(_KEPT)
def _width(file: str, points: float, dpi: float, text: str) -> int:
    font = get_font(file)
    font.set_size(points, dpi)
    # Hinted as it will be drawn: lines come out up to a tenth wider otherwise.
    font.set_text(text, 0.0, get_hinting_flag())
    return int(font.get_width_height()[0] / 64) + 1


def _pieces(text: str) -> list[str]:
    """Split where a line may break; the pieces joined are the text."""
    pieces = [""]
    for before, char in zip(" " + text, text, strict=False):
        if (before == " " or char == ":") and pieces[-1]:
            pieces.append("")
        pieces[-1] += char
    return pieces
