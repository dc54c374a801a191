"""How a step-by-step figure fits a page: zoom, and panels in a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import ceil

from sampviz.core.errors import UsageError
from sampviz.figures.grids.steps_layout import arrow_length, bar_width
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms, choose_zoom, zooms_within
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.scene import Scene
from sampviz.figures.style import TextSize
from sampviz.images.image import Image

_LEGIBLE = 24.0  # mm, of a panel
_LINES_AROUND = 6  # of text, above and below a panel


def fit_steps(
    image: Image,
    stages: Sequence[Column],
    cells: Sequence[tuple[str | None, bool]],
    look: Look,
    columns: int | None,
    highest: float,
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
    highest : float
        In mm, of the page.
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
    count = len(cells)
    choices = [columns] if columns else dict.fromkeys(ceil(count / n) for n in range(1, count + 1))
    fits: list[_Fit] = []
    error: UsageError | None = None
    for choice in choices:
        scene = Scene("", image, (*stages, *[stages[0]] * choice), max(image.size))
        beside = partial(_beside, cells, choice)
        edge_labels = image.geometry is not None
        try:
            zooms = choose_zoom(
                [scene],
                edge_labels=edge_labels,
                tick_text="",
                look=look,
                columns=choice,
                beside=beside,
            )
        except UsageError as err:
            error = err
            continue
        fit = _fit(image, stages[0], zooms, choice, count, details=details)
        if fit.height > highest:
            by_resolution = zooms_within(
                [scene],
                edge_labels=edge_labels,
                tick_text="",
                letters=False,
                look=look,
                columns=choice,
                beside=beside,
            )
            others = [
                _fit(image, stages[0], smaller, choice, count, details=details)
                for smaller in chain.from_iterable(by_resolution)
            ]
            low_enough = [other for other in others if other.height <= highest]
            fit = max(low_enough, key=lambda other: other.panel, default=fit)
        fits.append(fit)
        if fit.panel >= _LEGIBLE:
            break
    if not fits:
        assert error
        raise error
    best = max(fits, key=lambda fit: (fit.height <= highest, fit.panel))
    return best.zooms, best.columns


@dataclass(frozen=True)
class _Fit:
    """Zooms, panels in a line, the width of a panel and about the height of the page, in mm."""

    zooms: Zooms
    columns: int
    panel: float
    height: float


def _fit(
    image: Image, original: Column, zooms: Zooms, columns: int, count: int, *, details: bool
) -> _Fit:
    mm, line = MM_PER_INCH / zooms.spacing.text_size.dpi, zooms.spacing.text_size.line
    panel = original.width(zooms.zooms[0]) * mm
    tall = (image.size[0] * zooms.zooms[0][0] + _LINES_AROUND * line) * mm
    return _Fit(zooms, columns, panel, ceil(count / columns) * tall + panel * details)


def _beside(cells: Sequence[tuple[str | None, bool]], columns: int, text_size: TextSize) -> int:
    """Return the width of the arrows and colour bars of the widest line, in pixels."""
    spacing = Spacing(text_size, edge_labels=False, tick_text="")
    arrow = arrow_length([text for text, _ in cells], text_size) + 2 * text_size.line
    widths = [arrow * (text is not None) + bar_width(spacing) * bar for text, bar in cells]
    return max(sum(widths[i : i + columns]) for i in range(0, len(cells), columns))
