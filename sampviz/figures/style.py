"""The look of every figure, whatever the user's own matplotlib settings are.

Matplotlib has one table of settings, `rcParams`, for all threads; it is the user's. What sampviz
draws says its fonts, colours and lines itself wherever matplotlib lets it. The rest is read by
matplotlib from the table alone: while artists are made (defaults of patches and axes), while they
are painted (hinting, snapping), and while PDF, SVG and EPS are written (their kinds of text). For
that time only, `own_style` puts those settings that differ into the table and then the user's back;
one thread at a time. Of a user who has changed nothing, no setting changes for pictures in PNG.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import RLock
from typing import Any

import matplotlib as mpl
from matplotlib import ft2font
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties, findfont, get_font, get_font_names

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.text import escape_control
from sampviz.figures.options import FONT

FREETYPE = ft2font.__freetype_version__
LINE_HEIGHT = 1.3  # of the font size
INK = "#222222"
MARK = "#00c8ff"  # boxes on pictures: seen on grey and on the map of spectra, also by colour-blind
POINTS_PER_INCH = 72
_LEAST_BEFORE_HYPHEN = 4  # characters, the hyphen among them: k-space stays whole
NO_BREAK = "\u00a0"  # a space at which a line does not end
# Settings of windows and sessions, which change no figure; to read `backend` would choose one.
_NOT_DRAWN = (
    *("backend", "date.epoch", "docstring", "figure.max_open_warning", "figure.raise_window"),
    *("interactive", "keymap", "savefig.directory", "timezone", "tk.", "toolbar", "webagg"),
)
# Matplotlib's own defaults: all that panels need, which say everything else themselves.
PANELS: Mapping[str, Any] = {
    name: value
    for name, value in dict.items(mpl.rcParamsDefault)
    if not name.startswith(_NOT_DRAWN)
}
# Those of fonts: all that measuring a text needs, which is done a thousand times a page.
FONTS = {name: value for name, value in PANELS.items() if name.startswith(("font.", "text."))}
# Of axes, whose ticks and labels are made when they are painted, and of PDF, SVG and EPS.
CHARTS: Mapping[str, Any] = {
    **PANELS,
    "font.family": [FONT],
    "pdf.fonttype": 42,  # text stays text
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "sampviz",  # ids that do not change from run to run
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.parse_math": False,  # a $ in a file name is a $
}
_MOST_NAMES = 8  # of fonts, in an error
_settings_lock = RLock()


@contextmanager
def own_style(settings: Mapping[str, Any] = CHARTS) -> Iterator[None]:
    """Draw and save with these settings; the user's come back afterwards, whatever happens.

    Inside, other threads that draw with sampviz wait; those that draw with matplotlib alone see
    these settings. So nothing is computed inside that can be computed before.
    """
    # Characters that the font lacks are told once, in our own words, where the figure is made.
    with _settings_lock, ignored_warnings(UserWarning, "Glyph .* missing from font"):
        # As they are, for to set one is to check it, and to read some is to be warned.
        table: dict[Any, Any] = mpl.rcParams
        users = {
            name: dict.__getitem__(table, name)
            for name, value in settings.items()
            if dict.__getitem__(table, name) != value
        }
        try:
            dict.update(table, {name: settings[name] for name in users})
            yield
        finally:
            dict.update(table, users)


def families(font: str) -> list[str]:
    """Return a family and, for signs that it lacks, our own."""
    return list(dict.fromkeys((font, FONT)))


def with_font(settings: Mapping[str, Any], font: str) -> Mapping[str, Any]:
    """Return settings in which text is of a family."""
    return settings if font == FONT else {**settings, "font.family": families(font)}


def check_font(font: str) -> None:
    """Raise UsageError for a family that matplotlib does not find; it names some that it does."""
    try:
        font_files(font)
    except ValueError:
        names = sorted(get_font_names())
        some = f"write one of {', '.join(names[:_MOST_NAMES])}" + " .." * (len(names) > _MOST_NAMES)
        fix = did_you_mean(font, names, some)
        raise UsageError(f"no font is named {font[:40]!r}", argument("font"), fix) from None


@bounded_cache(2**14)
def font_files(font: str = FONT) -> tuple[str, str]:
    """Return the files of a family, normal and bold; ValueError if there is none."""
    with own_style(FONTS):
        normal, bold = (
            findfont(FontProperties(family=[font], weight=weight), fallback_to_default=False)
            for weight in ("normal", "bold")
        )
    return normal, bold


class TextSize:
    """A size of text on a figure of a certain resolution: how much room words take, in pixels."""

    def __init__(self, points: float, dpi: float, font: str = FONT) -> None:
        self.points, self.dpi, self.font = points, dpi, font
        both_weights = zip(*map(font_files, families(font)), strict=True)
        self._normal, self._bold = (tuple(map(str, files)) for files in both_weights)

    @cached_property
    def line(self) -> int:
        """The height of a line."""
        return round(self.points * self.dpi / POINTS_PER_INCH * LINE_HEIGHT)

    def width(self, text: str, *, bold: bool = False) -> int:
        """The width of a line of text."""
        return _width(self._bold if bold else self._normal, self.points, self.dpi, text)

    def wrap(self, text: str, available: int, *, bold: bool = False) -> list[str]:
        """Break lines wider than `available`: at spaces, hyphens, before `:`, after ×, anywhere."""
        lines = map(escape_control, text.split("\n"))
        return [part for line in lines for part in self._wrap_line(line, available, bold)]

    def _wrap_line(self, text: str, available: int, bold: bool) -> list[str]:
        lines, left = [], _pieces(text)
        while left:
            count = self._fitting(left, available, bold)
            if not count and NO_BREAK in left[0]:  # better there than within a word
                left[:1] = _pieces(left[0].replace(NO_BREAK, " "))
                continue
            if not count and "×" in left[0][:-1]:  # and after a factor than within a number
                left[:1] = re.findall("[^×]*×|[^×]+", left[0])
                continue
            if not count:
                left[:1] = self._chopped(left[0], available, bold)
                count = 1
            lines.append("".join(left[:count]))
            left = left[count:]
        return [line.strip() for line in lines if line.strip()]

    def _fitting(self, pieces: Sequence[str], available: int, bold: bool) -> int:
        """Return how many of the first pieces fit; a text of many lines is not measured whole."""

        def width(count: int) -> int:
            return self.width("".join(pieces[:count]).strip(), bold=bold)

        fitting, beyond = 0, min(8, len(pieces))
        while width(beyond) <= available:
            if beyond == len(pieces):
                return beyond
            fitting, beyond = beyond, min(2 * beyond, len(pieces))
        return fitting + bisect_right(range(fitting + 1, beyond), available, key=width)

    def _chopped(self, word: str, available: int, bold: bool) -> list[str]:
        parts = [""]
        for char in word:
            if parts[-1] and self.width(parts[-1] + char, bold=bold) > available:
                parts.append("")
            parts[-1] += char
        return parts

    def lacking(self, text: str) -> set[str]:
        """Return the characters of a text that the font cannot draw."""
        with own_style(FONTS):
            fonts = list(map(get_font, self._normal))
        return {char for char in text if not any(font.get_char_index(ord(char)) for font in fonts)}


@bounded_cache(2**21)  # widths come again on every figure; one costs .3 ms
def _width(files: tuple[str, ...], points: float, dpi: float, text: str) -> int:
    with own_style(FONTS):
        font = get_font(files)
        font.set_size(points, dpi)
        # Hinted as it will be drawn: lines come out up to a tenth wider otherwise.
        font.set_text(text, 0.0, get_hinting_flag())
    return int(font.get_width_height()[0] / 64) + 1


def _pieces(text: str) -> list[str]:
    """Split where a line may break; the pieces joined are the text."""
    pieces = [""]
    for previous, char, following in zip(" " + text, text, text[1:] + " ", strict=False):
        breaks = (
            previous == " "
            or (char == ":" and following != " ")
            or (previous == "-" and char.isalpha() and len(pieces[-1]) >= _LEAST_BEFORE_HYPHEN)
        )
        if breaks and pieces[-1]:
            pieces.append("")
        pieces[-1] += char
    return pieces
