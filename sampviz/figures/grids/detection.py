"""The figure of a detection: contrast kept over the diameter, and one lesion in pictures."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.patches import Ellipse

from sampviz.analysis.detection.curves import percentile
from sampviz.analysis.detection.detection import Detection, Polarity
from sampviz.analysis.detection.tables import shape_word
from sampviz.core.text import MINUS, axes_text, counted
from sampviz.dsp.dtypes import Array
from sampviz.figures.captions.annotations import header
from sampviz.figures.captions.caption import Caption, Sentence, build_caption
from sampviz.figures.captions.definitions import operation_sentences
from sampviz.figures.charts.axes import FAINT, check_chart_width, line_styles
from sampviz.figures.charts.contrast_curves import (
    LINES,
    ContrastCurve,
    band_of,
    draw_contrast_curves,
    legend_lines,
    polarity_title,
)
from sampviz.figures.grids.lesion_insets import LesionView, choose_lesion, circles, inset_rows
from sampviz.figures.layout.arrange import PageParts, arrange
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.layout.sheet import Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import MARK, NO_BREAK, TextSize
from sampviz.ops.title import title_of

_NARROWEST = 17.0  # mm, of a column of pictures
_WIDEST = 34.0
_TIMES = ("", "one level", "two levels", "three levels", "four levels")


def draw_detection(
    detection: Detection, *, title: str | None = None, look: Look = DEFAULT_LOOK
) -> PanelFigure:
    """Draw what chains keep of lesions after the last level.

    Parameters
    ----------
    detection : Detection
        The numbers.
    title : str, optional
        In place of name and slice of the image.
    look : Look
        Without a width 183 mm wide.

    Returns
    -------
    PanelFigure
    """
    check_chart_width(look)
    look = look.with_width(PAGE_WIDTH)
    assert look.page_width
    text_size = TextSize(look.points, look.dpi or look.least_dpi, look.family)
    width = round(look.page_width * text_size.dpi / MM_PER_INCH)
    styles = line_styles(len(detection.chains))
    titles = [title_of(chain.steps, detection.levels) for chain in detection.chains]
    view = choose_lesion(detection)
    charts = [
        (polarity_title(polarity, detection.contrast_text), _curves(detection, polarity))
        for polarity in detection.polarities
    ]
    notes = _notes(detection, _bands(detection, charts))
    spacing = Spacing(text_size, edge_labels=False, tick_text="")
    columns, side = _columns(len(titles) + 1, width, spacing)
    zoom = view.zoom(side)
    insets = arrange(
        inset_rows(view, zoom),
        [("Input",), *((text,) for text in titles)],
        f"One {shape_word(detection)[:-1]} of {view.diameter:g}{NO_BREAK}{detection.unit}",
        ["; ".join(notes)],
        spacing,
        columns=columns,
        width=width,
        parts=PageParts(
            [FAINT, *(style.colour for style in styles)],
            ["Input", *map(str, detection.chains)],
            subheader="at one of the calmest places; "
            + "the slice through its middle; " * (detection.image.axes == 3)
            + "one grey window for all; the numbers: contrast kept",
        ),
    )
    sheet = _with_charts_above(insets, detection, title, titles, text_size)
    figure = draw_sheet(sheet, spacing)
    draw_contrast_curves(
        figure,
        sheet.chart_area,
        detection.diameters,
        detection.unit,
        charts,
        view.diameter,
        text_size,
    )
    _draw_circles(figure, sheet, view, zoom)
    figure.caption = _caption(detection, titles, view, title, notes)
    return figure


def _columns(count: int, width: int, spacing: Spacing) -> tuple[int, int]:
    """Return how many pictures stand side by side, and how wide each may be, in pixels."""
    mm = spacing.text_size.dpi / MM_PER_INCH
    room = width - spacing.left_margin - spacing.right_margin + spacing.gap
    most = max(1, int(room // (_NARROWEST * mm + spacing.gap)))
    blocks = -(-count // most)
    columns = -(-count // blocks)
    return columns, min(room // columns - spacing.gap, round(_WIDEST * mm))


def _curves(detection: Detection, polarity: Polarity) -> list[ContrastCurve]:
    curves = []
    for chain, style in zip(detection.chains, line_styles(len(detection.chains)), strict=True):
        kept = 100 * detection.kept[str(chain), detection.levels, polarity]
        finite = np.isfinite(kept)
        with np.errstate(invalid="ignore"):
            mean = np.where(finite, kept, 0).sum(axis=0) / finite.sum(axis=0)
        low, high = (_percentiles(kept, share) for share in (0.1, 0.9))
        title = title_of(chain.steps, detection.levels)
        curves.append(ContrastCurve(title, style, mean, low, high))
    return curves


def _percentiles(kept: Array, share: float) -> Array:
    return np.array([percentile(column, share) for column in kept.T])


def _bands(detection: Detection, charts: Sequence[tuple[str, Sequence[ContrastCurve]]]) -> str:
    """Name the chain whose band is drawn; of each chart, where they are not the same."""
    titles = [band_of(curves).title for _, curves in charts]
    if len(set(titles)) == 1:
        return titles[0]
    pairs = zip(titles, detection.polarities, strict=True)
    return " and ".join(f"{title} ({polarity})" for title, polarity in pairs)


def _with_charts_above(
    sheet: Sheet,
    detection: Detection,
    title: str | None,
    titles: Sequence[str],
    text_size: TextSize,
) -> Sheet:
    """Return the sheet moved down, with a header and room for the charts above it."""
    line, margin = text_size.line, text_size.line // 2
    keep = "keep" if detection.levels > 1 else "keeps"
    times = f"{_levels_text(detection)} of each chain {keep}"
    what = f"Contrast of {shape_word(detection)} that {times}"
    texts, y = [], margin
    for text, bold in ((title or what, True), (_facts(detection), False)):
        lines = text_size.wrap(text, sheet.width - 2 * line, bold=bold)
        texts.append(TextBlock(sheet.width // 2, y, tuple(lines), "center", bold=bold))
        y += line * len(lines)
    y += margin
    height = line * (LINES + legend_lines(titles, sheet.width - 2 * line, text_size))
    area = line, y, sheet.width - 2 * line, height
    by = y + height + margin
    return Sheet(
        sheet.width,
        sheet.height + by,
        [*texts, *(replace(block, y=block.y + by) for block in sheet.texts)],
        [replace(panel, y=panel.y + by) for panel in sheet.panels],
        [],
        [],
        [replace(rule, y=rule.y + by) for rule in sheet.rules],
        area,
    )


def _levels_text(detection: Detection) -> str:
    levels = detection.levels
    return _TIMES[levels] if levels < len(_TIMES) else f"{levels} levels"


def _facts(detection: Detection) -> str:
    """Return the name of the image and the size of its pixels."""
    spacing = detection.image.spacing
    size = f"{axes_text(spacing)}{NO_BREAK}mm" if spacing else ""
    return ", ".join(part for part in (header([detection.image], "magnitude"), size) if part)


def _notes(detection: Detection, band: str) -> list[str]:
    """Return what a reader must know."""
    what = shape_word(detection)
    amount = f"±{detection.contrast_text.replace('%', NO_BREAK + '%')}"
    if detection.contrast_text.endswith("%"):
        amount += " of the median of the tissue"
    return [
        f"lines: mean of {len(detection.centres)} {what} at random places and phases of the"
        f" sampling (seed {detection.seed}); shaded: 10th to 90th percentile of {band}, where they"
        " differ most",
        f"contrast kept: the amplitude of the lesion in Op(x + s) {MINUS} Op(x), least squares on"
        f" the pixels of the input, over its own; s: {amount}; dashed: half",
        *detection.notes,
    ]


def _draw_circles(
    figure: PanelFigure, sheet: Sheet, view: LesionView, zoom: tuple[int, int]
) -> None:
    corners = [(placed.x, placed.y) for placed in sheet.panels]
    for x, y, rx, ry in circles(view, zoom, corners):
        circle = Ellipse(
            (x / sheet.width, 1 - y / sheet.height),
            2 * rx / sheet.width,
            2 * ry / sheet.height,
            fill=False,
            edgecolor=MARK,
            linewidth=0.8,
            transform=figure.transFigure,
        )
        figure.add_artist(circle)


def _caption(
    detection: Detection,
    titles: Sequence[str],
    view: LesionView,
    title: str | None,
    notes: Sequence[str],
) -> Caption:
    names = dict(zip(map(str, detection.chains), titles, strict=True))
    limits = [limit for limit in detection.limits if limit.level == detection.levels]
    halves = [f"{names[limit.chain]}, {limit.polarity}: {limit.d50.text}" for limit in limits]
    sentences = [
        Sentence(
            f"Input: {_facts(detection)}. Charts: the contrast kept over the diameter, for"
            f" {' and for '.join(detection.polarities)} lesions"
        ),
        Sentence(
            f"Diameter in {detection.unit} of which half the contrast is kept, with its 95 %"
            f" interval: {'; '.join(halves)}"
        ),
        Sentence(
            f"Pictures: one lesion of {view.diameter:g} {detection.unit} through each chain, at"
            " one of the calmest places, where the contrast kept is most like its mean"
        ),
        *operation_sentences(detection.chains),
    ]
    alt = [
        f"Charts of the contrast kept over the diameter, for {counted(len(titles), 'chain')}, and"
        " pictures of one lesion through each of them",
        *(f"Half of the contrast is kept at {half} {detection.unit}" for half in halves),
    ]
    what = f"Contrast of {shape_word(detection)} kept by {', '.join(titles)}"
    return build_caption(what, title, sentences, notes, alt)
