"""How many columns of panels stand in a line of a given width: as many as are legible."""

from collections.abc import Sequence
from math import ceil

from sampviz.core.errors import UsageError
from sampviz.figures.layout.zoom import Zooms, choose_zoom
from sampviz.figures.options import Look
from sampviz.figures.panels.scene import Scene

_LEGIBLE = 0.7  # inches: smaller panels stand in more lines


def fit_columns(
    scenes: Sequence[Scene],
    *,
    edge_labels: bool,
    tick_text: str,
    look: Look,
    columns: int | None,
    at_most: int | None = None,
) -> tuple[Zooms, int | None]:
    """Choose the zooms of rows of panels, and in a given width how many stand in a line.

    Parameters
    ----------
    scenes, edge_labels, tick_text, look
        As for `choose_zoom`.
    columns : int or None
        As the user says; None to choose: the fewest lines in which panels are legible.
    at_most : int, optional
        As another layout of the same panels has: so many, or the most below that fit.

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
        if at_most and choice > at_most:
            continue
        try:
            zooms = zooms_of(choice)
        except UsageError as err:
            error = err
            continue
        pixels = max(s.columns[0].width(z) for s, z in zip(scenes, zooms.zooms, strict=True))
        inches = pixels / zooms.spacing.text_size.dpi
        if best is None or inches > best[0]:
            best = inches, zooms, choice
        if at_most or inches >= _LEGIBLE:
            break
    if best is None:
        assert error
        raise error
    return best[1:]
