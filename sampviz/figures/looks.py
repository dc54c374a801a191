"""The look of a figure, checked, and whether the figure is as its journal and its font allow."""

from collections.abc import Iterable

from matplotlib.figure import Figure

from sampviz.core.warn import warn
from sampviz.figures.options import Look, check_values
from sampviz.figures.style import TextSize, check_font

_MM_PER_INCH = 25.4
_SLACK = 0.5  # mm
_MOST_LACKING = 8  # characters without a sign in the font that are named


def checked_look(
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
) -> Look:
    """Return the look of a figure.

    Parameters
    ----------
    width, dpi, font_size, font, journal
        As they are declared in `figures.options`.

    Returns
    -------
    Look

    Raises
    ------
    UsageError
        For a value that cannot be meant, and a font that is not there.
    """
    look = Look(width, dpi, font_size, font, journal)
    check_values(**vars(look))
    check_font(look.family)
    return look


def warn_of_height(figure: Figure, look: Look) -> None:
    """Warn of a figure that is higher than its journal takes.

    Parameters
    ----------
    figure : Figure
        As it is drawn.
    look : Look
        May name a journal.
    """
    height = figure.get_figheight() * _MM_PER_INCH
    if look.page_height and height > look.page_height + _SLACK:
        warn(
            f"the figure is {height:.0f} mm high, and {look.journal} takes at most"
            f" {look.page_height:g}: draw less, or smaller text"
        )


def warn_of_missing_glyphs(lines: Iterable[str], text_size: TextSize) -> None:
    """Warn of the characters for which the font has no sign.

    Parameters
    ----------
    lines : iterable of str
        All that is written.
    text_size : TextSize
        Knows the font.
    """
    lacking = sorted(text_size.lacking("".join(lines)))
    if lacking:
        missing_text = " ".join(lacking[:_MOST_LACKING]) + " .." * (len(lacking) > _MOST_LACKING)
        warn(f"{text_size.font} has no sign for {missing_text}: a box is drawn instead")
