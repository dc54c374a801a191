"""The comparison: the original and what every chain makes of it, side by side."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from sampviz.analysis.evaluation import check_plane
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.core.text import escape_control
from sampviz.dsp.dtypes import Array
from sampviz.dsp.interpolate import Method
from sampviz.figures.captions import annotations
from sampviz.figures.captions.grid_captions import compare_caption
from sampviz.figures.captions.metric_labels import label_row, metric_notes, metric_values
from sampviz.figures.layout.arrange import arrange
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import Zooms, choose_zoom
from sampviz.figures.panels.alias_rows import alias_row, foldspectrum_row
from sampviz.figures.panels.colormap import GREY, check_map
from sampviz.figures.panels.column import Show, columns_of, scenes_of
from sampviz.figures.panels.flat_field_row import flat_field_row
from sampviz.figures.panels.intensity_window import Scope, Window, panel_windows
from sampviz.figures.panels.panel import EdgeLabels, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import (
    MEASURED,
    difference_row,
    image_row,
    parse_rows,
    spectrum_row,
    zoom_row,
)
from sampviz.figures.panels.zoom_region import (
    Region,
    check_inside,
    most_different_region,
    parse_region,
)
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import FONT, own_style
from sampviz.images.image import Image
from sampviz.ops.chain import Chain, parse_chains

# As wide as the numbers beside a colour bar of that row.
_TICKS = {"spectrum": "−80", "difference": "−10000", "alias": "−10000", "foldspectrum": "0.25"}
_MOST_LACKING = 8  # characters without a sign in the font that are named
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
    image: Image | Array | Sequence[Image | Array],
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
    in_panel: str | None = None,
    allow_code: bool = False,
) -> PanelFigure:
    """Draw the original and, beside it, what every chain makes of it.

    `image` comes from `load`, or is an array of H x W; of several in a list, each has its rows.
    `chains` is a text with commas, a chain, or a sequence of chains or texts. `rows` are some of
    image, zoom, spectrum, difference, alias, foldspectrum and flat; `levels` applies each chain
    so many times; `zoom` is `ROWxCOL+SIZE` or `auto`; `up` brings outputs onto the original's
    pixels for differences; `window` is `p1,p99` or `LO,HI`; `width` is in mm, `font_size` in
    points; `show` says what is drawn of complex numbers; `in_panel` are measures, such as
    `alias,psnr`, that are written under the panels of the first row. With `allow_code` a step may
    be `package.module:name`: code, which is run. Each panel is drawn at a whole zoom: nothing is
    resampled. Save it with `sampviz.save`; its `caption` says what it shows, in words.
    """
    given: Sequence[Any] = image if isinstance(image, (list, tuple)) else [image]
    images = [each if isinstance(each, Image) else Image.of(each) for each in given]
    images = [replace(each, name=escape_control(each.name)) for each in images]
    check_options(
        rows=rows,
        zoom=zoom,
        window=window,
        cmap=cmap,
        levels=levels,
        up=up,
        window_scope=window_scope,
        dpi=dpi,
        width=width,
        columns=columns,
        font_size=font_size,
        convention=convention,
        show=show,
        in_panel=in_panel,
    )
    parsed = _parsed(chains, allow_code)
    named_rows = parse_rows(rows, zoomed=zoom is not None)
    measures = parse_metrics(in_panel, "--in-panel") if in_panel is not None else ()
    for each in images if measures or MEASURED & set(named_rows) else []:
        check_plane(each)
    grey = Window.parse(window)
    region = parse_region(zoom) if zoom else None
    for each in images if region else []:
        assert region
        check_inside(region, each)
    with own_style():
        ran = [(each, columns_of(each, parsed, levels, show)) for each in images]
        scenes, windows = [], []
        for each, shown in ran:
            found = panel_windows(each, shown, grey, window_scope)
            for scene in scenes_of(each, shown, several=len(ran) > 1):
                scenes.append(scene)
                windows.append(found)
        mirrors = [convention == "radiological" and s.image.runs_left_to_right for s in scenes]
        edges = [
            annotations.edge_labels(scene.image, mirrored=mirrored) if annotate else None
            for scene, mirrored in zip(scenes, mirrors, strict=True)
        ]
        settled = choose_zoom(
            scenes,
            edge_labels=any(edges),
            tick_text=max((_TICKS.get(name, "") for name in named_rows), key=len),
            dpi=dpi,
            width=width,
            points=font_size,
            columns=columns,
        )
        pictures = [
            PanelData(scene.image, scene.columns, zoomed, found, cmap, mirrored)
            for scene, zoomed, found, mirrored in zip(
                scenes, settled.zooms, windows, mirrors, strict=True
            )
        ]
        numbers = [metric_values(picture, measures) for picture in pictures] if measures else []
        drawn = []
        for i, (scene, picture, edge) in enumerate(zip(scenes, pictures, edges, strict=True)):
            made = _rows(picture, named_rows, region, zoom, up, edge, settled, annotate)
            if numbers:
                names = [each.name for each in measures]
                made[0] = label_row(made[0], picture.columns, numbers[i], names)
            drawn += [replace(row, name=f"{scene.label} {row.name}".strip()) for row in made]
        facts = annotations.describe(
            images,
            pictures,
            named_rows,
            grey,
            window_scope,
            settled.aspect_errors,
            annotate=annotate,
        )
        notes = annotations.notes(facts)
        notes += ["; ".join(metric_notes(numbers, measures))] if numbers else []
        titles = annotations.titles(ran)
        sheet = arrange(
            drawn,
            titles,
            annotations.header(images, show) if title is None else title,
            notes if annotate else [],
            settled.spacing,
            columns=columns,
            width=settled.width,
        )
        _warn_of_boxes(sheet, settled.spacing)
        figure = draw_sheet(sheet, settled.spacing)
        figure.caption = compare_caption(pictures, titles, drawn, facts, measures, numbers, title)
        return figure


def check_options(
    *,
    rows: str | None,
    zoom: str | None,
    window: str | None,
    cmap: str,
    in_panel: str | None,
    **given: Any,
) -> None:
    """Raise UsageError for an option that cannot be what was meant, whatever the image is."""
    parse_rows(rows, zoomed=zoom is not None)
    Window.parse(window)
    if zoom:
        parse_region(zoom)
    check_map(cmap)
    if in_panel is not None:
        parse_metrics(in_panel, "--in-panel")
    check_words(**given)


def check_words(**given: Any) -> None:
    """Raise UsageError for a word that is none of those it may be, or a number out of bounds."""
    for name, value in given.items():
        option = "--" + name.replace("_", "-")
        if name in _WORDS:
            if value not in _WORDS[name]:
                words = " or ".join(_WORDS[name])
                raise UsageError(f"{value!r} is not one of the words", option, words)
        elif value is not None:
            low, high = _BOUNDS[name]
            if not (isinstance(value, (int, float)) and low <= value <= high):
                raise UsageError(f"{value!r} is out of bounds", option, f"wanted {low}..{high}")


def _warn_of_boxes(sheet: Sheet, spacing: Spacing) -> None:
    text = "".join(line for words in sheet.texts for line in words.lines)
    lacking = sorted(spacing.text_size.lacking(text))
    if lacking:
        shown = " ".join(lacking[:_MOST_LACKING]) + " .." * (len(lacking) > _MOST_LACKING)
        warnings.warn(
            f"{FONT} has no sign for {shown}: a box is drawn instead",
            SampvizWarning,
            stacklevel=3,
        )


def _parsed(chains: str | Chain | Sequence[Chain | str], allow_code: bool) -> list[Chain]:
    if isinstance(chains, str):
        return list(parse_chains(chains, allow_code=allow_code))
    if isinstance(chains, Chain):
        return [chains]
    found = [
        each if isinstance(each, Chain) else Chain.parse(each, allow_code=allow_code)
        for each in chains
    ]
    if not found:
        raise UsageError("no chain to compare", "chains", "give at least one, e.g. 'max'")
    return found


def _rows(
    pictures: PanelData,
    names: Sequence[str],
    region: Region | None,
    zoom: str | None,
    up: Method,
    around: EdgeLabels | None,
    settled: Zooms,
    annotate: bool,
) -> list[PanelRow]:
    """Return the rows of one picture."""
    if region is None and (zoom or "zoom" in names):
        region = most_different_region(pictures.columns, pictures.image.size)
    made = []
    for name in names:
        if name == "image":
            row = image_row(pictures, region if annotate else None, around)
        elif name == "zoom":
            assert region
            row = zoom_row(pictures, region, _room(pictures, settled))
        elif name == "spectrum":
            row = spectrum_row(pictures, boxes=annotate)
        elif name == "difference":
            row = difference_row(pictures, up)
        elif name == "alias":
            row = alias_row(pictures)
        elif name == "foldspectrum":
            row = foldspectrum_row(pictures, boxes=annotate)
        else:
            row = flat_field_row(pictures)
        made.append(row)
    return made


def _room(pictures: PanelData, settled: Zooms) -> tuple[int, int]:
    """Return the height and width, in figure pixels, that a zoom may have."""
    high, wide = (n * z for n, z in zip(pictures.image.size, pictures.zoom, strict=True))
    # A narrow picture may have a wider zoom, unless the width of the figure is given.
    return max(high, wide), settled.spacing.column_width(wide) if settled.width else max(high, wide)
