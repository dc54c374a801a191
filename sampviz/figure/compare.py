"""The comparison: the original and what every chain makes of it, side by side."""

from collections.abc import Sequence
from math import ceil, floor, lcm, log10
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from sampviz.arrays.interpolate import Method
from sampviz.chain import Chain, parse_chains
from sampviz.errors import UsageError
from sampviz.figure.draw import draw_sheet
from sampviz.figure.layout import Around, Measures, Scale, arrange, blocks
from sampviz.figure.paint import GREY, check_map
from sampviz.figure.panel import (
    Pictures,
    Row,
    difference_row,
    grey_windows,
    image_row,
    parse_rows,
    spectrum_row,
    zoom_row,
)
from sampviz.figure.region import Region, check_inside, most_different, parse_region
from sampviz.figure.style import NO_BREAK, Type, own_style
from sampviz.figure.view import View, Zoom, pixel_aspect, views
from sampviz.figure.window import Scope, Window
from sampviz.image import OPPOSITE, Image

DPI = 150
MOST_DPI = 1200
MM_PER_INCH = 25.4
PANEL_INCHES = 2  # the longer side of the original is at least this long
# As wide as the numbers beside a colour bar of that row.
_TICKS = {"spectrum": "−80", "difference": "−10000"}
Convention = Literal["neurological", "radiological"]


def compare(
    image: Image,
    chains: str | Sequence[Chain | str],
    *,
    rows: str | None = None,
    levels: int = 1,
    zoom: str | None = None,
    up: Method = "nearest",
    window: str | None = None,
    window_scope: Scope = "shared",
    cmap: str = GREY,
    title: str | None = None,
    dpi: int | None = None,
    width: float | None = None,
    columns: int | None = None,
    font_size: float = 8.0,
    annotate: bool = True,
    convention: Convention = "neurological",
) -> Figure:
    """Draw the original and, beside it, what every chain makes of it.

    `chains` is a text with commas, or a sequence of chains or texts. `rows` are some of image,
    zoom, spectrum and difference; `levels` applies each chain so many times; `zoom` is
    `ROWxCOL+SIZE` or `auto`; `up` brings outputs onto the original's pixels for differences;
    `window` is `p1,p99` or `LO,HI`; `width` is in mm, `font_size` in points. Each panel is drawn
    at a whole zoom: nothing is resampled. Save it with `sampviz.save`.
    """
    parsed = _parsed(chains)
    named_rows = parse_rows(rows, zoomed=zoom is not None)
    grey = Window.parse(window)
    region = parse_region(zoom) if zoom else None
    if region:
        check_inside(region, image.size)
    check_map(cmap)
    with own_style():
        shown = tuple(views(image, parsed, levels))
        if "zoom" in named_rows and region is None:
            region = most_different(shown, image.size)
        aspect, missed = pixel_aspect(image)
        mirrored = convention == "radiological"
        around = _around(image, mirrored) if annotate and named_rows[0] == "image" else None
        ticks = max((_TICKS.get(name, "") for name in named_rows), key=len)
        fixed = None
        if width is None:
            measures = Measures(Type(font_size, dpi or DPI), around, ticks)
            original_zoom = _zoom(shown, aspect, _least(shown[0], aspect, measures.type.dpi))
        else:
            original_zoom, measures = _fit_width(
                shown, aspect, width, dpi, font_size, columns, around, ticks
            )
            fixed = round(width / MM_PER_INCH * measures.type.dpi)

        windows = grey_windows(image, shown, grey, window_scope)
        pictures = Pictures(
            image, shown, original_zoom, windows, cmap, convention == "radiological"
        )
        drawn = [_row(name, pictures, region, up, annotate=annotate) for name in named_rows]
        notes = _notes(pictures, named_rows, grey, window_scope, up, missed) if annotate else []
        titles = [_title(view, image) for view in shown]
        header = _header(image) if title is None else title
        sheet = arrange(drawn, titles, header, notes, measures, columns=columns, width=fixed)
        return draw_sheet(sheet, measures)


def _parsed(chains: str | Sequence[Chain | str]) -> list[Chain]:
    if isinstance(chains, str):
        return list(parse_chains(chains))
    found = [each if isinstance(each, Chain) else Chain.parse(each) for each in chains]
    if not found:
        raise UsageError("no chain to compare", "chains", "give at least one, e.g. 'max'")
    return found


def _least(original: View, aspect: Zoom, dpi: float) -> int:
    """Return the zoom at which the longer side of the original is long enough to look at."""
    side = max(n * zoom for n, zoom in zip(original.size, aspect, strict=True))
    return ceil(PANEL_INCHES * dpi / side)


def _zoom(shown: Sequence[View], aspect: Zoom, least: int) -> Zoom:
    """Return the original's zoom, at least `least`, at which finer outputs have whole ones too."""
    finer = [grid.step.denominator for view in shown for grid in view.grids if grid.step < 1]
    whole = lcm(*finer) if finer else 1
    times = least if whole > 64 else ceil(least / whole) * whole
    return aspect[0] * times, aspect[1] * times


def _fit_width(
    shown: Sequence[View],
    aspect: Zoom,
    width: float,
    dpi: int | None,
    points: float,
    columns: int | None,
    around: Around | None,
    ticks: str,
) -> tuple[Zoom, Measures]:
    """Return the largest zoom that fits, and the resolution: raised where it was left open."""

    def needed(zoom: Zoom, measures: Measures) -> int:
        widths = [view.size[1] * view.zoom(zoom)[1] for view in shown]
        return max(
            measures.total([widths[c] for c in line]) for line in blocks(len(widths), columns)
        )

    for tried in [dpi] if dpi else range(DPI, MOST_DPI + 1, 50):
        measures = Measures(Type(points, tried), around, ticks)
        room = width / MM_PER_INCH * tried
        best = None
        for least in range(1, int(room) + 2):
            zoom = _zoom(shown, aspect, least)
            if needed(zoom, measures) > room:
                break
            best = zoom
        if best:
            return best, measures
    pixels = needed(_zoom(shown, aspect, 1), measures)
    raise UsageError(
        f"{len(shown)} columns need {pixels} px at {tried} dpi",
        f"--width {width:g}",
        "raise --dpi or --width, lower --font-size, or break the line with --columns",
    )


def _row(
    name: str, pictures: Pictures, region: Region | None, up: Method, *, annotate: bool
) -> Row:
    if name == "image":
        return image_row(pictures, region if annotate else None)
    if name == "zoom":
        assert region
        rows, columns = pictures.image.size
        wide = columns * pictures.zoom[1]
        return zoom_row(pictures, region, (max(rows * pictures.zoom[0], wide), wide))
    if name == "spectrum":
        return spectrum_row(pictures, boxes=annotate)
    return difference_row(pictures, up)


def _title(view: View, image: Image) -> tuple[str, str]:
    size = f"{view.size[0]}x{view.size[1]}"
    if image.geometry:
        size += f", {_millimetres(image.geometry.after(view.grids).spacing)}"
    return view.title, size


def _millimetres(spacing: tuple[float, float]) -> str:
    rows, columns = f"{spacing[0]:.3g}", f"{spacing[1]:.3g}"
    return (rows if rows == columns else f"{rows}x{columns}") + f"{NO_BREAK}mm"


def _around(image: Image, mirrored: bool) -> Around | None:
    """Return the directions and the scale bar of an image that knows them."""
    if image.geometry is None:
        return None
    mm = image.geometry.spacing[1]
    length = nice_length(image.size[1] * mm / 3)
    scale = Scale(length / mm, f"{length:g} mm")
    if image.geometry.axes is None:
        return Around(scale=scale)
    down, along = image.geometry.axes
    along = OPPOSITE[along] if mirrored else along
    return Around(OPPOSITE[along], along, OPPOSITE[down], down, scale)


def nice_length(most: float) -> float:
    """Return the largest of .. .5, 1, 2, 5, 10, 20, 50 .. that is not above `most`."""
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))


def _header(image: Image) -> str:
    return ", ".join(part for part in (image.name, image.taken) if part)


def _notes(
    pictures: Pictures, rows: Sequence[str], window: Window, scope: Scope, up: Method, missed: float
) -> list[str]:
    """Return what a reader must know to read the figure."""
    image = pictures.image
    parts = []
    if {"image", "zoom"} & set(rows):
        shared = window.describe(pictures.windows[0].limits, image) + ", in all panels"
        parts.append(shared if scope == "shared" else "each panel has its own window")
    if image.geometry and image.geometry.axes:
        parts.append(
            "radiological: the patient's left is on the right"
            if pictures.mirrored
            else "neurological: left is left"
        )
    if "spectrum" in rows:
        grey = " of the luminance" if image.array.ndim == 3 else ""
        parts.append(
            f"spectra{grey} less the mean, DC in the middle; boxes: the new Nyquist frequencies"
        )
    if abs(missed - 1) > 0.01:
        parts.append(
            f"pixels are drawn {1 / missed:.2f} times as high as they should be for their width"
        )
    odd = int(np.count_nonzero(~np.isfinite(image.array)))
    if odd:
        parts.append(f"{odd} values are NaN or infinite (magenta)")
    return ["; ".join([*parts, *image.notes])] if parts or image.notes else []
