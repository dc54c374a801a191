"""The comparison: the original and what every chain makes of it, side by side."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from matplotlib.figure import Figure

from sampviz.arrays import Array
from sampviz.arrays.interpolate import Method
from sampviz.chain import Chain, parse_chains
from sampviz.errors import UsageError
from sampviz.figure import wording
from sampviz.figure.draw import draw_sheet
from sampviz.figure.layout import arrange
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
from sampviz.figure.scale import Settled, settle
from sampviz.figure.style import own_style
from sampviz.figure.view import Show, views
from sampviz.figure.window import Scope, Window
from sampviz.image import Image

# As wide as the numbers beside a colour bar of that row.
_TICKS = {"spectrum": "−80", "difference": "−10000"}
Convention = Literal["neurological", "radiological"]
_WORDS = {
    "up": get_args(Method),
    "window_scope": get_args(Scope),
    "convention": get_args(Convention),
    "show": get_args(Show),
}
_BOUNDS = {
    "levels": (1, 16),
    "dpi": (30, 2400),
    "width": (10, 5000),
    "columns": (1, 64),
    "font_size": (3, 40),
}


def compare(
    image: Image | Array,
    chains: str | Chain | Sequence[Chain | str],
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
    show: Show = "magnitude",
) -> Figure:
    """Draw the original and, beside it, what every chain makes of it.

    `image` comes from `load`, or is an array of H x W. `chains` is a text with commas, a chain, or
    a sequence of chains or texts. `rows` are some of image, zoom, spectrum and difference;
    `levels` applies each chain so many times; `zoom` is `ROWxCOL+SIZE` or `auto`; `up` brings
    outputs onto the original's pixels for differences; `window` is `p1,p99` or `LO,HI`; `width`
    is in mm, `font_size` in points; `show` says what is drawn of complex numbers. Each panel is
    drawn at a whole zoom: nothing is resampled. Save it with `sampviz.save`.
    """
    image = image if isinstance(image, Image) else Image.of(image)
    check_options(
        levels=levels,
        up=up,
        window_scope=window_scope,
        dpi=dpi,
        width=width,
        columns=columns,
        font_size=font_size,
        convention=convention,
        show=show,
    )
    parsed = _parsed(chains)
    named_rows = parse_rows(rows, zoomed=zoom is not None)
    grey = Window.parse(window)
    region = parse_region(zoom) if zoom else None
    if region:
        check_inside(region, image.size)
    check_map(cmap)
    with own_style():
        shown = tuple(views(image, parsed, levels, show))
        if region is None and (zoom or "zoom" in named_rows):
            region = most_different(shown, image.size)
        mirrored = convention == "radiological" and image.runs_left_to_right
        settled = settle(
            image,
            shown,
            around=wording.around(image, mirrored=mirrored) if annotate else None,
            ticks=max((_TICKS.get(name, "") for name in named_rows), key=len),
            dpi=dpi,
            width=width,
            points=font_size,
            columns=columns,
        )
        windows = grey_windows(image, shown, grey, window_scope)
        pictures = Pictures(image, shown, settled.zoom, windows, cmap, mirrored)
        drawn = [_row(name, pictures, region, up, settled, annotate) for name in named_rows]
        notes = wording.notes(pictures, named_rows, grey, window_scope, settled.missed)
        sheet = arrange(
            drawn,
            [wording.title(view, image) for view in shown],
            wording.header(image, show) if title is None else title,
            notes if annotate else [],
            settled.measures,
            columns=columns,
            width=settled.width,
        )
        return draw_sheet(sheet, settled.measures)


def check_options(**given: Any) -> None:
    """Raise UsageError for an option that cannot be what was meant."""
    for name, words in _WORDS.items():
        if given[name] not in words:
            option = "--" + name.replace("_", "-")
            raise UsageError(f"{given[name]!r} is not one of the words", option, " or ".join(words))
    for name, (low, high) in _BOUNDS.items():
        value = given[name]
        if value is not None and not (isinstance(value, (int, float)) and low <= value <= high):
            option = "--" + name.replace("_", "-")
            raise UsageError(f"{value!r} is out of bounds", option, f"wanted {low}..{high}")


def _parsed(chains: str | Chain | Sequence[Chain | str]) -> list[Chain]:
    if isinstance(chains, str):
        return list(parse_chains(chains))
    if isinstance(chains, Chain):
        return [chains]
    found = [each if isinstance(each, Chain) else Chain.parse(each) for each in chains]
    if not found:
        raise UsageError("no chain to compare", "chains", "give at least one, e.g. 'max'")
    return found


def _row(
    name: str,
    pictures: Pictures,
    region: Region | None,
    up: Method,
    settled: Settled,
    annotate: bool,
) -> Row:
    if name == "image":
        return image_row(pictures, region if annotate else None)
    if name == "zoom":
        assert region
        high, wide = (n * zoom for n, zoom in zip(pictures.image.size, settled.zoom, strict=True))
        # A narrow picture may have a wider zoom, unless the width of the figure is given.
        room = settled.measures.cell(wide) if settled.width else max(high, wide)
        return zoom_row(pictures, region, (max(high, wide), room))
    if name == "spectrum":
        return spectrum_row(pictures, boxes=annotate)
    return difference_row(pictures, up)
