"""How large panels are drawn: whole zooms, the resolution, and the shape of a pixel.

A panel is never resampled, so its zoom is a whole number of figure pixels per sample. A figure of a
given width is reached by trying resolutions, pixels that are not square by two zooms in the ratio
of their sides.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, lcm

from sampviz.core.errors import UsageError, argument
from sampviz.core.text import counted
from sampviz.figures.layout.arrange import blocks
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Column, Zoom
from sampviz.figures.panels.scene import Scene
from sampviz.figures.style import TextSize
from sampviz.images.image import Image

MOST_DPI = 1200
_FINEST_PAGE = 600  # dpi
_DPI_STEP = 50
MM_PER_INCH = 25.4
PANEL_INCHES = 2  # the longer side of the original is at least this long
LARGE_PIXELS = 1024  # beyond this a panel is not made larger for the sake of a better ratio
_FINE_STEPS = 64  # zooms of large samples that differ by less are not tried
_WELL_FILLED = 0.9  # of a given width
_MOST_RATIO = 64  # of the sides of a pixel: beyond it, pixels are drawn square
_RATIO_TERMS = range(1, 9)
_ROUGH, _FINE = 0.05, 0.02  # relative errors of a drawn ratio


@dataclass(frozen=True)
class Zooms:
    """The sizes of a figure.

    Parameters
    ----------
    zooms : tuple of Zoom
        For each scene, figure pixels per pixel of its original, rows and columns.
    spacing : Spacing
        The sizes between the panels, at the chosen resolution.
    width : int or None
        Of the figure in pixels, if it was given.
    aspect_errors : tuple of float
        For each scene the true height to width of a pixel over the drawn one; 1 is exact.
    """

    zooms: tuple[Zoom, ...]
    spacing: Spacing
    width: int | None
    aspect_errors: tuple[float, ...]


@dataclass(frozen=True)
class _Content:
    """What is to be drawn: scenes, the ratio of each one's pixel sides, and the text around."""

    scenes: Sequence[Scene]
    aspects: Sequence[Zoom]
    edge_labels: bool
    tick_text: str
    look: Look
    columns: int | None
    beside: Callable[[TextSize], int] | None
    letters: bool = False
    # The zooms and the widths of the columns of each line, lines that are alike once: they are the
    # same at every resolution.
    _known: dict[int, tuple[tuple[Zoom, ...], set[tuple[int, ...]]]] = field(default_factory=dict)
    # What stands between the columns, by resolution: it is as wide at every zoom.
    _widths_beside: dict[float, int] = field(default_factory=dict)

    def spacing(self, dpi: int) -> Spacing:
        text_size = TextSize(self.look.points, dpi, self.look.family)
        are_slices = any(scene.cut and scene.label for scene in self.scenes)  # of low panels
        name_lines = 2 if self.letters and are_slices else 1
        return Spacing(text_size, self.edge_labels, self.tick_text, self.letters, name_lines)

    def zooms(self, least: int) -> tuple[Zoom, ...]:
        """Return the zooms with the largest scene at `least`; smaller ones are drawn as large."""
        return self._at(least)[0]

    def width(self, least: int, spacing: Spacing) -> int:
        """Return the width of the figure at `zooms(least)`, in pixels."""
        return self._beside(spacing) + max(map(spacing.total_width, self._at(least)[1]))

    def _beside(self, spacing: Spacing) -> int:
        dpi = spacing.text_size.dpi
        if dpi not in self._widths_beside:
            self._widths_beside[dpi] = self.beside(spacing.text_size) if self.beside else 0
        return self._widths_beside[dpi]

    def _at(self, least: int) -> tuple[tuple[Zoom, ...], set[tuple[int, ...]]]:
        if least not in self._known:
            longest = max(scene.longest_side for scene in self.scenes)
            zooms = tuple(
                _whole_zoom(scene.columns, aspect, least * (longest // scene.longest_side))
                for scene, aspect in zip(self.scenes, self.aspects, strict=True)
            )
            scene_widths = [
                [column.width(zoom) for column in scene.columns]
                for scene, zoom in zip(self.scenes, zooms, strict=True)
            ]
            widths = [max(column) for column in zip(*scene_widths, strict=True)]
            lines = blocks(len(widths), self.columns)
            self._known[least] = zooms, {tuple(widths[line.start : line.stop]) for line in lines}
        return self._known[least]


def choose_zoom(
    scenes: Sequence[Scene],
    *,
    edge_labels: bool,
    tick_text: str,
    look: Look,
    columns: int | None,
    beside: Callable[[TextSize], int] | None = None,
) -> Zooms:
    """Choose the zooms of a figure, and its resolution.

    Parameters
    ----------
    scenes : sequence of Scene
        Smaller inputs are drawn as large as the largest.
    edge_labels : bool
        Whether letters stand at the sides of a panel.
    tick_text : str
        As wide as the widest label of a colour bar's ticks; "" for none.
    look : Look
        Its width, without one for originals of at least two inches; the resolution, without one
        what fills the width best; the text.
    columns : int or None
        The most columns in one block; None for no limit.
    beside : callable, optional
        The width in pixels of what else stands between the columns of a block.

    Returns
    -------
    Zooms

    Raises
    ------
    UsageError
        If nothing fits into the width.
    """
    width = look.page_width
    aspects, errors = _scene_aspects(scenes)
    content = _Content(scenes, aspects, edge_labels, tick_text, look, columns, beside)
    if width is None:
        spacing = content.spacing(look.dpi or look.least_dpi)
        pairs = zip(scenes, aspects, strict=True)
        side = max(n * z for scene, a in pairs for n, z in zip(scene.image.size, a, strict=True))
        zooms = content.zooms(ceil(PANEL_INCHES * spacing.text_size.dpi / side))
        return Zooms(zooms, spacing, None, errors)
    zooms, spacing = _fill_width(content, width)
    return Zooms(zooms, spacing, round(width / MM_PER_INCH * spacing.text_size.dpi), errors)


def zooms_within(
    scenes: Sequence[Scene],
    *,
    edge_labels: bool,
    tick_text: str,
    letters: bool,
    look: Look,
    columns: int,
    beside: Callable[[TextSize], int] | None = None,
) -> Iterator[Iterator[Zooms]]:
    """Yield, for each resolution of a printed page, the zooms at which columns fit into a width.

    Parameters
    ----------
    scenes, edge_labels, tick_text, beside
        As for `choose_zoom`.
    letters : bool
        Whether rows are lettered.
    look : Look
        With a width; without a resolution all are tried from the least to 600 dpi.
    columns : int
        In a line.

    Yields
    ------
    iterator of Zooms
        Of one resolution, smaller ones first.
    """
    aspects, errors = _scene_aspects(scenes)
    content = _Content(scenes, aspects, edge_labels, tick_text, look, columns, beside, letters)
    assert look.page_width
    inches = look.page_width / MM_PER_INCH
    resolutions = range(look.least_dpi, _FINEST_PAGE + 1, _DPI_STEP)
    for resolution in [look.dpi] if look.dpi else resolutions:
        yield _zooms_of(content, content.spacing(resolution), round(inches * resolution), errors)


def _zooms_of(
    content: _Content, spacing: Spacing, available: int, errors: tuple[float, ...]
) -> Iterator[Zooms]:
    """Yield the zooms of one resolution at which the columns fit, smaller ones first."""
    previous: tuple[Zoom, ...] = ()
    least = 1
    while content.width(least, spacing) <= available:
        zooms = content.zooms(least)
        if zooms != previous:
            yield Zooms(zooms, spacing, available, errors)
        previous = zooms
        least += max(1, least // _FINE_STEPS)


def _fill_width(content: _Content, width: float) -> tuple[tuple[Zoom, ...], Spacing]:
    """Return the zooms and the resolution that fill a width (mm) best, or well enough."""
    dpi, least_dpi = content.look.dpi, content.look.least_dpi
    best: tuple[float, tuple[Zoom, ...], Spacing] | None = None
    needed = 0
    for resolution in [dpi] if dpi else range(least_dpi, MOST_DPI + 1, _DPI_STEP):
        spacing, available = content.spacing(resolution), width / MM_PER_INCH * resolution
        for least in range(1, int(available) + 2):
            needed = content.width(least, spacing)
            if needed > available:
                break
            if best is None or needed / available > best[0]:
                best = needed / available, content.zooms(least), spacing
        if best and best[0] >= _WELL_FILLED:
            break
    if best is None:
        where = f"{argument('width')} {width:g}"
        fix = "raise " + " or ".join(map(argument, ("dpi", "width") if dpi else ("width",)))
        fix += f", or lower {argument('font_size')}"
        count = len(content.scenes[0].columns)
        count = min(content.columns or count, count)
        fix += f" or {argument('columns')}" if count > 1 else ""  # which only a user chooses
        mm = needed / resolution * MM_PER_INCH
        what = counted(count, "column needs", "columns need")
        raise UsageError(f"{what} {mm:.0f} mm at {resolution} dpi", where, fix)
    return best[1:]


def _whole_zoom(columns: Sequence[Column], aspect: Zoom, least: int) -> Zoom:
    """Return the original's zoom, at least `least`, at which finer outputs have whole ones too.

    Where that would be enormous (factors such as 5 and 7 side by side), zooms are rounded and
    those panels are not quite as large as the original.
    """
    fine_steps = [grid.step for column in columns for grid in column.grids if grid.step < 1]
    if not fine_steps:
        return aspect[0] * least, aspect[1] * least
    multiple = lcm(*(step.denominator for step in fine_steps))
    factor = ceil(least / multiple) * multiple
    side = max(n * zoom for n, zoom in zip(columns[0].size, aspect, strict=True))
    if factor > 2 * least and factor * side > LARGE_PIXELS:
        factor = max(least, ceil(1 / min(fine_steps)))
    return aspect[0] * factor, aspect[1] * factor


def _scene_aspects(scenes: Sequence[Scene]) -> tuple[list[Zoom], tuple[float, ...]]:
    """Return the aspects of the pixels of scenes, those of one volume at one scale, and errors."""
    aspects, errors = zip(*(pixel_aspect(scene.image) for scene in scenes), strict=True)
    scales = [
        zoom[1] / scene.image.spacing[1] if scene.image.spacing and all(scene.image.spacing) else 1
        for scene, zoom in zip(scenes, aspects, strict=True)
    ]
    scaled = []
    for scene, aspect, scale in zip(scenes, aspects, scales, strict=True):
        volume = scene.cut and scene.cut.volume
        slices = (s for other, s in zip(scenes, scales, strict=True) if _volume(other) is volume)
        factor = max(1, round(max(slices) / scale)) if volume else 1
        scaled.append((aspect[0] * factor, aspect[1] * factor))
    return scaled, errors


def _volume(scene: Scene) -> object:
    return scene.cut and scene.cut.volume


def pixel_aspect(image: Image) -> tuple[Zoom, float]:
    """Return whole zooms in the ratio of a pixel's sides.

    Parameters
    ----------
    image : Image
        A plane; without a spacing its pixels are taken as square.

    Returns
    -------
    zoom : tuple of int
        Rows and columns: the smallest numbers within 5 % of the true ratio, or within 2 % where the
        picture stays below `LARGE_PIXELS`.
    error : float
        The true height to width over the drawn one; 1 is exact.

    Examples
    --------
    >>> import numpy as np
    >>> pixel_aspect(Image.of(np.zeros((4, 4)), spacing=(3.0, 1.5)))
    ((2, 1), 1.0)
    """
    if image.spacing is None or not all(image.spacing):
        return (1, 1), 1.0
    true = image.spacing[0] / image.spacing[1]
    ratio = 1 / true if true < 1 else true
    if ratio > _MOST_RATIO:
        return (1, 1), true
    candidates = [Fraction(ratio).limit_denominator(limit) for limit in _RATIO_TERMS]
    errors = [abs(candidate / Fraction(ratio) - 1) for candidate in candidates]
    rough = next((i for i, error in enumerate(errors) if error < _ROUGH), len(errors) - 1)
    exact_enough = next((i for i, error in enumerate(errors) if error < _FINE), rough)
    chosen = candidates[exact_enough]
    if max(image.size) * chosen.numerator > LARGE_PIXELS:
        chosen = candidates[rough]
    large, small = chosen.numerator, chosen.denominator
    zoom = (small, large) if true < 1 else (large, small)
    return zoom, true / (zoom[0] / zoom[1])
