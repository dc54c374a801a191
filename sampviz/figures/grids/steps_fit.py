"""How a step-by-step figure fits a page: zoom, and panels in a line."""

from collections.abc import Sequence
from functools import partial
from math import ceil

from sampviz.core.errors import UsageError
from sampviz.figures.grids.steps_layout import arrow_length, bar_width
from sampviz.figures.layout.page import PAGE_HEIGHT
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms, choose_zoom
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Column, Scene
from sampviz.figures.style import TextSize
from sampviz.images.image import Image

_LEGIBLE = 24.0  # mm, of a panel
_LINES_AROUND = 8  # of text, above and below a panel


def fit_steps(
    image: Image,
    stages: Sequence[Column],
    cells: Sequence[tuple[str | None, bool]],
    look: Look,
    columns: int | None,
    *,
    details: bool,
) -> tuple[Zooms, int]:
    """Return the zoom and the number of panels in a line: the most in which they are legible.

    Parameters
    ----------
    image : Image
        The input.
    stages : sequence of Column
        The image, and what the steps make of it.
    cells : sequence of (str or None, bool)
        Of each the text of its arrow, None for no arrow, and whether it has a colour bar.
    look : Look
        With a width.
    columns : int or None
        Panels in a line, as the user says; None to choose.
    details : bool
        Whether enlarged parts stand below.

    Returns
    -------
    zooms : Zooms
    columns : int
        Panels in a line.

    Raises
    ------
    UsageError
        If not even one panel fits into the width.
    """
    count, highest = len(cells), look.page_height or PAGE_HEIGHT
    choices = [columns] if columns else dict.fromkeys(ceil(count / n) for n in range(1, count + 1))
    fits: list[tuple[bool, float, Zooms, int]] = []
    error: UsageError | None = None
    for choice in choices:
        try:
            zooms = choose_zoom(
                [Scene("", image, (*stages, *[stages[0]] * choice), max(image.size))],
                edge_labels=image.geometry is not None,
                tick_text="",
                look=look,
                columns=choice,
                beside=partial(_beside, cells, choice),
            )
        except UsageError as err:
            error = error or err
            continue
        mm = MM_PER_INCH / zooms.spacing.text_size.dpi
        panel = stages[0].width(zooms.zooms[0]) * mm
        tall = image.size[0] * zooms.zooms[0][0] * mm
        tall += _LINES_AROUND * zooms.spacing.text_size.line * mm
        page = ceil(count / choice) * tall + panel * details
        fits.append((page <= highest, panel, zooms, choice))
        if panel >= _LEGIBLE:
            break
    if not fits:
        assert error
        raise error
    _, _, zooms, choice = max(fits, key=lambda fit: fit[:2])
    return zooms, choice


def _beside(cells: Sequence[tuple[str | None, bool]], columns: int, text_size: TextSize) -> int:
    """Return the width of the arrows and colour bars of the widest line, in pixels."""
    spacing = Spacing(text_size, edge_labels=False, tick_text="")
    arrow = arrow_length([text for text, _ in cells], text_size) + 2 * text_size.line
    widths = [arrow * (text is not None) + bar_width(spacing) * bar for text, bar in cells]
    return max(sum(widths[i : i + columns]) for i in range(0, len(cells), columns))
