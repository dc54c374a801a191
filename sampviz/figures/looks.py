"""The look of a figure, checked, and whether the figure is as its journal asks."""

import warnings

from matplotlib.figure import Figure

from sampviz.core.errors import SampvizWarning
from sampviz.figures.options import Look, check_values
from sampviz.figures.style import check_font

_MM_PER_INCH = 25.4
_SLACK = 0.5  # mm


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
        warnings.warn(
            f"the figure is {height:.0f} mm high, and {look.journal} takes at most"
            f" {look.page_height:g}: draw less, or smaller text",
            SampvizWarning,
            stacklevel=3,
        )
