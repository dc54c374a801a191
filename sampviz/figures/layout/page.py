"""How a comparison fits a page: rows, columns in a line, zooms and resolution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil

from sampviz.core.errors import UsageError, argument
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms, zooms_within
from sampviz.figures.options import Look
from sampviz.figures.panels.scene import Scene

PAGE_WIDTH = 183.0  # mm: two columns of a journal
PAGE_HEIGHT = 235.0  # mm
_LEGIBLE = 24.0  # mm, of a panel
_SMALL = 15.0  # mm, of a panel that is just legible
_LARGEST = 60.0  # mm, of a panel: a larger one shows no more
_AS_GOOD = 0.97  # of the width of the largest panel: then the lower resolution is taken
# Rows that are left out where a page would be too high, one after the other.
_LEFT_OUT = ("spectrum", "error")
SMALLEST_TYPE = 5.0  # points: journals take no smaller text, and only then charts are left out


@dataclass(frozen=True)
class PageFit:
    """How a page is filled.

    Parameters
    ----------
    zooms : Zooms
        Of the scenes.
    columns : int
        In a line.
    rows : tuple of str
        The names of the rows that there is room for.
    panel, height : float
        Width of a panel and height of the page, in mm.
    """

    zooms: Zooms
    columns: int
    rows: tuple[str, ...]
    panel: float
    height: float


def fit_page(
    scenes: Sequence[Scene],
    rows: Sequence[str],
    below: int,
    *,
    measures: int,
    edge_labels: bool,
    tick_text: Callable[[Sequence[str]], str],
    look: Look,
    columns: int | None,
    height: float,
    smallest: float = _SMALL,
) -> PageFit:
    """Choose rows, how many columns stand in a line, and the zooms.

    Parameters
    ----------
    scenes : sequence of Scene
        What is drawn, cropped as it is drawn.
    rows : sequence of str
        The names of the rows.
    below : int
        How many lines of text the charts are high.
    measures : int
        Lines of numbers under the images.
    edge_labels, look
        As for `choose_zoom`; the look has a width.
    tick_text : callable
        Gives that of `choose_zoom` for rows: without colour bars panels may be wider.
    columns : int or None
        As the user says; None to choose: the fewest lines in which panels are legible. Where the
        page would be too high, panels are narrower than its width allows.
    height : float
        In mm: of the page, at most.
    smallest : float
        In mm, of a panel: rows are left out where panels would be narrower.

    Returns
    -------
    PageFit

    Raises
    ------
    UsageError
        If not even one column fits into the width.
    """
    count, highest = len(scenes[0].columns), height
    choices = [columns] if columns else sorted({ceil(count / n) for n in range(1, count + 1)})[::-1]
    merit = partial(_merit, highest=highest, smallest=smallest)
    kept = tuple(rows)
    best: PageFit | None = None
    charts = ("summary",) if look.points <= SMALLEST_TYPE else ()
    for left_out in (None, *_LEFT_OUT, *charts):
        if left_out is not None and left_out not in kept:
            continue
        kept = tuple(row for row in kept if row != left_out)
        for choice in choices:
            text_lines = (below if "summary" in kept else 0, measures)
            fits = []
            for resolution in zooms_within(
                scenes,
                edge_labels=edge_labels,
                tick_text=tick_text(kept),
                letters=True,
                look=look,
                columns=choice,
            ):
                for zooms in resolution:
                    fits.append(_fit(scenes, kept, text_lines, zooms, choice))
                    if _is_too_large(fits[-1], highest, smallest):
                        break  # the larger ones of this resolution are no better
            fit = _best_of(fits, highest, smallest)
            if fit and fit.height <= highest and fit.panel >= _LEGIBLE:
                return fit
            if fit and (best is None or merit(fit) > merit(best)):
                best = fit
        if best and merit(best)[0]:
            return best
    if best is None:
        raise UsageError(
            "not even one column fits",
            f"{argument('width')} {look.page_width:g}",
            f"raise {argument('width')} or {argument('dpi')}, or lower {argument('font_size')}",
        )
    return best


def _is_too_large(fit: PageFit, highest: float, smallest: float) -> bool:
    """Return whether panels are legible, and larger than there is room or need for."""
    return fit.panel >= smallest and (fit.height > highest or fit.panel > _LARGEST)


def _best_of(fits: Sequence[PageFit], highest: float, smallest: float) -> PageFit | None:
    """Return the fit with the largest panel on a page of the right height, else the lowest."""
    low_enough = [
        fit for fit in fits if fit.height <= highest and smallest <= fit.panel <= _LARGEST
    ]
    if not low_enough:
        return min(fits, key=lambda fit: (fit.panel < smallest, fit.height), default=None)
    largest = max(fit.panel for fit in low_enough)
    return next(fit for fit in low_enough if fit.panel >= _AS_GOOD * largest)


def _merit(fit: PageFit, highest: float, smallest: float) -> tuple[bool, float, float]:
    """Return what makes a fit better than another: legible, not too high, large panels."""
    fits_page = fit.height <= highest
    return fits_page and fit.panel >= smallest, -max(fit.height, highest), fit.panel


def _fit(
    scenes: Sequence[Scene],
    rows: tuple[str, ...],
    text_lines: tuple[int, int],
    zooms: Zooms,
    columns: int,
) -> PageFit:
    """Estimate the width of a panel and the height of the page."""
    text_size = zooms.spacing.text_size
    line, mm = text_size.line, MM_PER_INCH / text_size.dpi
    lines = ceil(len(scenes[0].columns) / columns)
    below, measures = text_lines
    details = len({"detail", "error", "zoom"} & set(rows))
    others = {"detail", "error", "zoom", "spectrum", "summary", "lesion"}
    pictures = len(set(rows) - others)
    height, widest = 0.0, 0
    for scene, zoom in zip(scenes, zooms.zooms, strict=True):
        panel_height = scene.image.size[0] * zoom[0]
        panel_width = scene.columns[0].width(zoom)
        widest = max(widest, panel_width)
        height += pictures * (panel_height + (1.5 + bool(scene.cut)) * line) + measures * line
        height += details * (panel_width + 1.3 * line) * scene.has_detail
        height += (panel_width + 2.3 * line) * ("lesion" in rows)
        height += (0.6 * panel_height + 0.8 * line) * ("spectrum" in rows)
    total = lines * (height + 4 * line) + (below + 8) * line
    return PageFit(zooms, columns, rows, widest * mm, total * mm)
