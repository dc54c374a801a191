"""How a comparison fits a page: columns in a line, zooms and resolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sampviz.core.errors import UsageError
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms, choose_zoom
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Scene

PAGE_WIDTH = 183.0  # mm: two columns of a journal
PAGE_HEIGHT = 235.0  # mm
_LEGIBLE = 24.0  # mm, of a panel
_NARROW, _LEGIBLE_NARROW = 120.0, 20.0  # mm: on one column of a journal it is smaller


@dataclass(frozen=True)
class PageRows:
    """Which rows a line of columns has, and the height of what stands below all lines.

    Parameters
    ----------
    details : int
        The number of rows of the enlarged region.
    spectra : bool
        Whether there are spectra, at about half of the size of the images.
    below : int
        Lines of text that charts and footer are high.
    """

    details: int
    spectra: bool
    below: int


@dataclass(frozen=True)
class _Fit:
    zooms: Zooms
    columns: int
    panel: float  # mm
    height: float  # mm


def fit_page(
    scenes: Sequence[Scene],
    rows: PageRows,
    *,
    edge_labels: bool,
    tick_text: str,
    look: Look,
    columns: int | None,
) -> tuple[Zooms, int]:
    """Choose how many columns stand in a line, and the zooms.

    Parameters
    ----------
    scenes : sequence of Scene
        What is drawn, cropped as it is drawn.
    rows : PageRows
        What stands below the images.
    edge_labels, tick_text, look
        As for `choose_zoom`; the look has a width.
    columns : int or None
        As the user says; None to choose: the fewest lines in which panels are legible and the
        page is not too high.

    Returns
    -------
    zooms : Zooms
    columns : int
        In a line.

    Raises
    ------
    UsageError
        If not even one column fits into the width.
    """
    legible = _LEGIBLE if (look.page_width or _NARROW) >= _NARROW else _LEGIBLE_NARROW
    highest = look.page_height or PAGE_HEIGHT
    count = len(scenes[0].columns)
    lines = range(1, count + 1)
    choices = [columns] if columns else list(dict.fromkeys(ceil(count / n) for n in lines))
    fits: list[_Fit] = []
    error: UsageError | None = None
    for choice in choices:
        try:
            zooms = choose_zoom(
                scenes,
                edge_labels=edge_labels,
                tick_text=tick_text,
                look=look,
                columns=choice,
            )
        except UsageError as err:
            error = err
            continue
        fit = _fit(scenes, rows, zooms, choice)
        if fit.panel >= legible and fit.height <= highest:
            return fit.zooms, fit.columns
        fits.append(fit)
    if not fits:
        assert error
        raise error
    low_enough = [fit for fit in fits if fit.height <= highest]
    best = (
        max(low_enough, key=lambda fit: fit.panel)
        if low_enough
        else min(fits, key=lambda fit: fit.height)
    )
    return best.zooms, best.columns


def _fit(scenes: Sequence[Scene], rows: PageRows, zooms: Zooms, columns: int) -> _Fit:
    """Estimate the width of a panel and the height of the page."""
    text_size = zooms.spacing.text_size
    mm = MM_PER_INCH / text_size.dpi
    lines = ceil(len(scenes[0].columns) / columns)
    height, widest = 0.0, 0
    for scene, zoom in zip(scenes, zooms.zooms, strict=True):
        panel_height = scene.image.size[0] * zoom[0]
        panel_width = scene.columns[0].width(zoom)
        widest = max(widest, panel_width)
        height += panel_height + rows.details * (panel_width + 1.5 * text_size.line)
        height += (panel_height / 2 + 2.5 * text_size.line) * rows.spectra + 3 * text_size.line
    titles = 3.5 * text_size.line
    total = lines * (height + titles) + (rows.below + 4) * text_size.line
    return _Fit(zooms, columns, widest * mm, total * mm)
