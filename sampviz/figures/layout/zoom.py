"""How large everything is drawn: whole zooms, resolution, and the true shape of a pixel."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

from sampviz.core.errors import UsageError, argument
from sampviz.figures.layout.sheet import Spacing, blocks
from sampviz.figures.panels.view import Column, Scene, Zoom
from sampviz.figures.style import TextSize
from sampviz.images.image import Image

DPI = 150
MOST_DPI = 1200
MM_PER_INCH = 25.4
PANEL_INCHES = 2  # the longer side of the original is at least this long
LARGE_PIXELS = 1024  # beyond this a panel is not made larger for the sake of a better ratio
_WELL_FILLED = 0.9  # of a given width


@dataclass(frozen=True)
class Zooms:
    """The zoom of each original, the sizes around them, the width if it was given, what is missed.

    `missed` is, for each, the true aspect of a pixel over the drawn one.
    """

    zooms: tuple[Zoom, ...]
    measures: Spacing
    width: int | None
    missed: tuple[float, ...]


def choose_zoom(
    scenes: Sequence[Scene],
    *,
    letters: bool,
    ticks: str,
    dpi: int | None,
    width: float | None,
    points: float,
    columns: int | None,
) -> Zooms:
    """Choose zooms and resolution; `width` is in mm, UsageError if nothing fits into it."""
    aspects, missed = zip(*(pixel_aspect(scene.image) for scene in scenes), strict=True)

    largest = max(scene.largest for scene in scenes)  # smaller inputs are drawn as large

    def measured(resolution: int) -> Spacing:
        return Spacing(TextSize(points, resolution), letters, ticks)

    def zooms(least: int) -> tuple[Zoom, ...]:
        pairs = zip(scenes, aspects, strict=True)
        return tuple(
            _whole_zoom(scene.columns, aspect, least * (largest // scene.largest))
            for scene, aspect in pairs
        )

    if width is None:
        measures = measured(dpi or DPI)
        pairs = zip(scenes, aspects, strict=True)
        side = max(n * z for each, a in pairs for n, z in zip(each.image.size, a, strict=True))
        return Zooms(zooms(ceil(PANEL_INCHES * measures.type.dpi / side)), measures, None, missed)

    best: tuple[float, tuple[Zoom, ...], Spacing] | None = None
    needs = 0
    for resolution in [dpi] if dpi else range(DPI, MOST_DPI + 1, 50):
        measures, room = measured(resolution), width / MM_PER_INCH * resolution
        for least in range(1, int(room) + 2):
            tried = zooms(least)
            needs = _needed(scenes, tried, measures, columns)
            if needs > room:
                break
            if best is None or needs / room > best[0]:
                best = needs / room, tried, measures
        if best and best[0] >= _WELL_FILLED:
            break
    if best is None:
        fix = (
            f"raise {argument('dpi')} or {argument('width')}"
            if dpi
            else f"raise {argument('width')}"
        )
        mm = needs / resolution * MM_PER_INCH
        raise UsageError(
            f"{len(scenes[0].columns)} columns need {mm:.0f} mm at {resolution} dpi",
            f"{argument('width')} {width:g}",
            f"{fix}, lower {argument('font_size')}, or break the line with {argument('columns')}",
        )
    _, tried, measures = best
    return Zooms(tried, measures, round(width / MM_PER_INCH * measures.type.dpi), missed)


def _needed(
    scenes: Sequence[Scene], zooms: Sequence[Zoom], measures: Spacing, columns: int | None
) -> int:
    """Return the width of the figure with the originals at these zooms."""
    each = [
        [view.width(zoom) for view in scene.columns]
        for scene, zoom in zip(scenes, zooms, strict=True)
    ]
    widths = [max(column) for column in zip(*each, strict=True)]
    return max(measures.total([widths[c] for c in line]) for line in blocks(len(widths), columns))


def _whole_zoom(shown: Sequence[Column], aspect: Zoom, least: int) -> Zoom:
    """Return the original's zoom, at least `least`, at which finer outputs have whole ones too.

    Where that would be enormous (factors such as 5 and 7 side by side), zooms are rounded and
    those panels are not quite as large as the original.
    """
    finer = [grid.step for view in shown for grid in view.grids if grid.step < 1]
    if not finer:
        return aspect[0] * least, aspect[1] * least
    whole = lcm(*(step.denominator for step in finer))
    times = ceil(least / whole) * whole
    side = max(n * zoom for n, zoom in zip(shown[0].size, aspect, strict=True))
    if times > 2 * least and times * side > LARGE_PIXELS:
        times = max(least, ceil(1 / min(finer)))
    return aspect[0] * times, aspect[1] * times


def pixel_aspect(image: Image, most: int = 64) -> tuple[Zoom, float]:
    """Return whole zooms for rows and columns in the ratio of a pixel's sides, and what is missed.

    The smallest numbers within 5 % of the true ratio are taken, or within 2 % where the picture
    stays below `LARGE_PIXELS`. The second value is true aspect over drawn aspect.
    """
    if image.spacing is None or not all(image.spacing):
        return (1, 1), 1.0
    true = image.spacing[0] / image.spacing[1]
    wanted = 1 / true if true < 1 else true
    if wanted > most:
        return (1, 1), true
    ratios = [Fraction(wanted).limit_denominator(limit) for limit in range(1, 9)]
    off = [abs(ratio / Fraction(wanted) - 1) for ratio in ratios]
    usable = next((i for i, error in enumerate(off) if error < 0.05), len(off) - 1)
    finer = next((i for i, error in enumerate(off) if error < 0.02), usable)
    chosen = ratios[finer]
    if max(image.size) * chosen.numerator > LARGE_PIXELS:
        chosen = ratios[usable]
    large, small = chosen.numerator, chosen.denominator
    zoom = (small, large) if true < 1 else (large, small)
    return zoom, true / (zoom[0] / zoom[1])
