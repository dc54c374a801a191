"""Panels of a size at which a figure fits a width, in as few lines as it can."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import TypeVar

from sampviz.core.errors import UsageError, argument
from sampviz.figures.layout.page import PAGE_HEIGHT
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms, choose_zoom
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Scene

Layout = TypeVar("Layout")
_LARGEST, _SMALLEST = 3.0, 0.15  # inches that the longer side of a panel may have, about
_SHRINKING = 0.87  # from one try to the next
_LEGIBLE = 0.7  # inches: smaller panels stand in more lines
_FINER = (1.0, 1.5, 2.0)  # resolutions that are tried: zooms are whole


def fit_width(
    lay_out: Callable[[int, float, int], Layout],
    size_of: Callable[[Layout], tuple[int, int]],
    look: Look,
    count: int,
    columns: int | None,
) -> Layout:
    """Return the layout that fits the width of a look.

    Parameters
    ----------
    lay_out : callable
        Takes the resolution, the inches of a panel and the number of panels in a line.
    size_of : callable
        Returns how high and wide a layout is, in pixels.
    look : Look
        With a width.
    count : int
        Of the panels.
    columns : int or None
        Panels in a line, as the user says; None to choose.

    Returns
    -------
    Layout
        With legible panels in the fewest lines, or with the largest panels; not higher than a page
        if that can be.

    Raises
    ------
    UsageError
        If not even one panel fits.
    """
    assert look.page_width
    choices = [columns] if columns else dict.fromkeys(ceil(count / n) for n in range(1, count + 1))
    best: tuple[float, Layout] | None = None
    too_high: Layout | None = None
    for choice in choices:
        for finer in (1.0,) if look.dpi else _FINER:
            dpi = look.dpi or round(look.least_dpi * finer)
            available, inches = round(look.page_width * dpi / MM_PER_INCH), _LARGEST
            highest = (look.page_height or PAGE_HEIGHT) * dpi / MM_PER_INCH
            while inches > _SMALLEST and (best is None or inches > best[0]):
                layout = lay_out(dpi, inches, choice)
                height, width = size_of(layout)
                if width <= available:
                    too_high = too_high or layout
                    if height <= highest:
                        best = inches, layout
                        break
                inches *= _SHRINKING
        if best and best[0] >= _LEGIBLE:
            break
    if best is None and too_high is not None:
        return too_high
    if best is None:
        raise UsageError(
            f"the panels need more than {look.page_width:g} mm",
            f"{argument('width')} or {argument('journal')}",
            f"raise {argument('width')}, or lower {argument('font_size')}",
        )
    return best[1]


def fit_columns(
    scenes: Sequence[Scene],
    *,
    edge_labels: bool,
    tick_text: str,
    look: Look,
    columns: int | None,
) -> tuple[Zooms, int | None]:
    """Choose the zooms of rows of panels, and in a given width how many stand in a line.

    Parameters
    ----------
    scenes, edge_labels, tick_text, look
        As for `choose_zoom`.
    columns : int or None
        As the user says; None to choose: the fewest lines in which panels are legible.

    Returns
    -------
    zooms : Zooms
    columns : int or None
        None for all in one line.

    Raises
    ------
    UsageError
        If not even one column fits into the width.
    """

    def zooms_of(most: int | None) -> Zooms:
        return choose_zoom(
            scenes, edge_labels=edge_labels, tick_text=tick_text, look=look, columns=most
        )

    if columns or not look.page_width:
        return zooms_of(columns), columns
    best: tuple[float, Zooms, int] | None = None
    count, error = len(scenes[0].columns), None
    for choice in dict.fromkeys(ceil(count / n) for n in range(1, count + 1)):
        try:
            zooms = zooms_of(choice)
        except UsageError as err:
            error = err
            continue
        pixels = max(s.columns[0].width(z) for s, z in zip(scenes, zooms.zooms, strict=True))
        inches = pixels / zooms.spacing.text_size.dpi
        if best is None or inches > best[0]:
            best = inches, zooms, choice
        if inches >= _LEGIBLE:
            break
    if best is None:
        assert error
        raise error
    return best[1:]
