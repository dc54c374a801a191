"""The options of figures: each is declared here, and nowhere else.

From this table come the options of `sampviz compare` (and of other commands that share some), the
fields of recipes, their JSON schema, the checks of values and docs/options.md. The parameters of
`sampviz.compare` are the same, by a test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal, TypedDict, get_args

from sampviz.core.option import Spec, join_words, options_of
from sampviz.figures.journals import JOURNALS, Journal

Kind = Literal["compare", "steps", "inputs", "detect", "network"]
FORMATS = ("png", "pdf", "svg", "tif", "eps")  # that a figure may be saved in
ENDINGS = tuple(f".{name}" for name in FORMATS)
KINDS: tuple[Kind, ...] = get_args(Kind)
Show = Literal["magnitude", "phase", "real"]
Scope = Literal["shared", "panel"]
Convention = Literal["neurological", "radiological"]
Up = Literal["cells", "bilinear"]

FONT = "DejaVu Sans"  # comes with matplotlib: the same glyphs on every machine
POINTS = 7.0  # the size of the text
LONGEST_TITLE = 500  # characters; the time to lay a text out grows with its square
SCREEN_DPI, PRINT_DPI = 150, 300

_COMPARE, _STEPS, _DETECT = ("compare",), ("steps",), ("detect",)
_OF_IMAGES = ("compare", "steps", "inputs")


@dataclass(frozen=True)
class Look:
    """How every figure looks, as it was written; None where the figure or the journal decides."""

    width: Annotated[
        float | None,
        Spec(
            "Width of the figure; 183 for the page of compare, for steps and inputs.",
            "width in mm",
            low=10,
            high=5000,
            unit="mm",
            metavar="MM",
        ),
    ] = None
    dpi: Annotated[
        int | None,
        Spec(
            "Resolution; 150, and at least 300 for a given width.",
            "resolution",
            low=30,
            high=2400,
            unit="dpi",
        ),
    ] = None
    font_size: Annotated[
        float | None,
        Spec(
            f"Size of the text; {POINTS:g} by default.",
            "size of the text in points",
            low=3,
            high=40,
            unit="pt",
            metavar="PT",
        ),
    ] = None
    font: Annotated[
        str | None,
        Spec(f"Family of the font; {FONT} by default.", "family of the font", metavar="FAMILY"),
    ] = None
    journal: Annotated[
        str | None,
        Spec(
            "Width, size of the text and resolution that a journal asks for;"
            " `sampviz figure --journal list`.",
            f"{join_words(tuple(JOURNALS))}: its width, size of the text and resolution",
            metavar="NAME",
            words=tuple(JOURNALS),
        ),
    ] = None

    @property
    def page_width(self) -> float | None:
        """The width of the figure in mm; None where nobody said it."""
        return self.width or (self._journal.width if self._journal else None)

    @property
    def page_height(self) -> float | None:
        """The most that the figure may be high, in mm; None for no limit."""
        return self._journal.height if self._journal else None

    @property
    def points(self) -> float:
        """The size of the text."""
        return self.font_size or (self._journal.font_size if self._journal else POINTS)

    @property
    def family(self) -> str:
        """The family of the font."""
        return self.font or FONT

    @property
    def least_dpi(self) -> int:
        """The resolution at least, where none was given."""
        return self._journal.dpi if self._journal else PRINT_DPI if self.width else SCREEN_DPI

    @property
    def _journal(self) -> Journal | None:
        return JOURNALS[self.journal] if self.journal else None

    def with_width(self, width: float) -> "Look":
        """Return the same with a width where none was said."""
        return self if self.page_width else replace(self, width=width)

    def with_points(self, points: float) -> "Look":
        """Return the same with another size of the text where none was said."""
        return self if self.font_size or self.journal else replace(self, font_size=points)


class LookValues(TypedDict, total=False):
    """The fields of `Look` as keywords of a function."""

    width: float | None
    dpi: int | None
    font_size: float | None
    font: str | None
    journal: str | None


DEFAULT_LOOK = Look()


@dataclass(frozen=True)
class FigureOptions(Look):
    """The options of figures, as they were written; None where the figure decides."""

    title: Annotated[
        str | None,
        Spec(
            "Title instead of the name and slice.",
            "the title, instead of name and slice",
            longest=LONGEST_TITLE,
        ),
    ] = None
    rows: Annotated[
        str | None,
        Spec(
            "Some of image, detail, error, spectrum, summary, zoom, difference, alias,"
            " foldspectrum, flat, lesion; the first five by default, on a page of two journal"
            " columns.",
            "the rows of compare",
            metavar="ROWS",
            kinds=_COMPARE,
        ),
    ] = None
    levels: Annotated[
        int,
        Spec(
            "Apply each chain so many times.",
            "each chain so many times",
            low=1,
            high=16,
            kinds=_COMPARE + _DETECT,
        ),
    ] = 1
    zoom: Annotated[
        str | None,
        Spec(
            "ROWxCOL+SIZE in pixels of the original, or auto: where the structure differs most.",
            "ROWxCOL+SIZE or auto",
            metavar="REGION",
            kinds=_COMPARE + _STEPS,
        ),
    ] = None
    crop: Annotated[
        bool | None,
        Spec(
            "Show what is not background alone; on the default page that is so.",
            "whether images are cropped to what is not background",
            kinds=_COMPARE,
        ),
    ] = None
    lesion: Annotated[
        str | None,
        Spec(
            "Put a disc into the image, and show what is left of it: 3mm:-30%@ROW,COLUMN.",
            "a disc that is put into the image: '3mm:-30%@120,80', or in px",
            metavar="LESION",
            kinds=_COMPARE,
        ),
    ] = None
    up: Annotated[
        Up,
        Spec(
            "How outputs come onto the original's pixels for differences: each pixel takes the"
            " cells that it overlaps, by their shares, or values between samples.",
            "cells or bilinear, for differences",
            kinds=_COMPARE,
        ),
    ] = "cells"
    in_panel: Annotated[
        str | None,
        Spec(
            "Numbers under the panels, e.g. alias,psnr; `sampviz measure --list`.",
            "measures under the panels",
            metavar="MEASURES",
            kinds=_COMPARE,
        ),
    ] = None
    show: Annotated[
        Show,
        Spec(
            "What is drawn of complex numbers.",
            "magnitude, phase or real, of complex numbers",
            kinds=_COMPARE,
        ),
    ] = "magnitude"
    cmap: Annotated[
        str,
        Spec(
            "Colour map of the images.",
            "colour map of the images",
            metavar="MAP",
            kinds=_COMPARE,
        ),
    ] = "gray"
    annotate: Annotated[
        bool,
        Spec(
            "Letters, scale bar, boxes and notes.",
            "letters, scale bar, boxes and notes",
            kinds=_COMPARE,
        ),
    ] = True
    window: Annotated[
        str | None,
        Spec(
            "Black and white: percentiles p1,p99, values 0,800, or header."
            " By default the range that format or header say, or p1,p99.",
            "p1,p99, LO,HI or header",
            metavar="WINDOW",
            kinds=_OF_IMAGES,
        ),
    ] = None
    window_scope: Annotated[
        Scope,
        Spec("One window for all, or one for each panel.", "shared or panel", kinds=_COMPARE),
    ] = "shared"
    panels: Annotated[
        Sequence[Mapping[str, object]],
        Spec(
            "Only in recipes: what is shown of which stage.",
            "what is shown of which stage",
            kinds=_STEPS,
            recipe_type="panels",
        ),
    ] = ()
    convention: Annotated[
        Convention,
        Spec(
            "Whether the patient's left is drawn left or right.",
            "neurological or radiological",
            kinds=_OF_IMAGES,
        ),
    ] = "neurological"
    columns: Annotated[
        int | None,
        Spec(
            "Start a new line after so many columns.",
            "a new line after so many columns",
            low=1,
            high=64,
            kinds=_COMPARE + _STEPS,
        ),
    ] = None


FIGURE_OPTIONS = options_of(FigureOptions)
LOOK_OPTIONS = tuple(field.name for field in fields(Look))
# The panels of the help of `sampviz compare`, in the order of their lines.
CONTENT, LOOK = "What is shown", "How it looks"
HELP_PANELS: Mapping[str, tuple[str, ...]] = {
    CONTENT: ("rows", "in_panel", "show", "levels", "zoom", "crop", "lesion", "annotate", "up"),
    LOOK: (
        *("window", "window_scope", "convention", "cmap", "title"),
        *("columns", *LOOK_OPTIONS),
    ),
}


def options_of_kind(kind: str) -> list[str]:
    """Return the names of the options that a kind of figure has."""
    return [name for name, o in FIGURE_OPTIONS.items() if kind in (o.spec.kinds or KINDS)]


def check_values(**values: object) -> None:
    """Raise UsageError for a word that is none of those it may be, or a number out of bounds."""
    for name, value in values.items():
        FIGURE_OPTIONS[name].check(value)
