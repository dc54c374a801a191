"""The still figure of a sweep: the panels at the worst shift, and the curves of the errors."""

from collections.abc import Sequence
from dataclasses import replace

from sampviz.figures.captions.page_texts import footer, shared_facts
from sampviz.figures.charts.axes import FAINT, line_styles
from sampviz.figures.charts.shift_consistency import (
    ShiftCurve,
    curve_lines,
    describe,
    draw_shift_curves,
)
from sampviz.figures.grids.comparison import LARGEST_SHOWN
from sampviz.figures.grids.shift_content import ShiftContent, error_text
from sampviz.figures.grids.shift_fit import fit_shift
from sampviz.figures.layout.arrange import PageParts, arrange
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.options import PRINT_DPI, Look
from sampviz.figures.panels.auto_region import content_region, part_around
from sampviz.figures.panels.colormap import DIFFERENCE
from sampviz.figures.panels.detail_rows import Detail
from sampviz.figures.panels.shift_rows import ROWS
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import LINE_HEIGHT, POINTS_PER_INCH


def draw_worst_shift(
    content: ShiftContent,
    errors: Sequence[Sequence[float | None]],
    columns: int | None,
    look: Look,
) -> PanelFigure:
    """Draw a page of the worst shift.

    Parameters
    ----------
    content : ShiftContent
        The sweep and its columns.
    errors : sequence of sequence of float or None
        Those of all chains for each shift.
    columns : int or None
        The most in a line; None for as many as are legible.
    look : Look
        Without a width, the page is two columns of a journal wide, and no resolution is less than
        that of print.

    Returns
    -------
    PanelFigure
    """
    if not look.page_width:  # the resolution may be that of frames, for a screen
        dpi = look.dpi if look.dpi and look.dpi >= PRINT_DPI else None
        look = replace(look, width=PAGE_WIDTH, dpi=dpi)
    assert look.page_width
    content = _cropped(content)
    sweep, worst = content.sweep, content.worst
    styles = line_styles(len(sweep.chains))
    line_mm = look.points / POINTS_PER_INCH * MM_PER_INCH * LINE_HEIGHT
    chart_lines = curve_lines(len(styles), int(look.page_width / line_mm))
    fit = fit_shift(content, chart_lines, columns, look)
    spacing = fit.zooms.spacing
    texts = [content.shift_labels()[worst.shift], *map(error_text, worst.consistency)]
    rows = content.rows(worst, fit.zooms.zooms[0], DIFFERENCE, texts)
    data = content.panel_data(content.columns, (1, 1))
    pixel_facts = shared_facts([data])
    titles = [
        (title, *(size.partition(",")[0] if pixel_facts else size for size in rest))
        for title, *rest in content.titles
    ]
    facts = content.facts(*fit.zooms.aspect_errors)
    detail = Detail(content.scale.region, content.detail_limits, (1, 1))
    notes = [
        describe(sweep),
        footer([data], detail, ROWS[:2], facts, fit.zooms.aspect_errors),
        *([f"images: {content.crop.text}"] if content.crop else []),
        *(f"no room for the row {name}" for name in ROWS if name not in fit.rows),
    ]
    sheet = arrange(
        [row for row in rows if row.name in fit.rows],
        titles,
        content.header,
        ["; ".join(notes)],
        spacing,
        columns=fit.columns,
        width=fit.zooms.width,
        parts=PageParts(
            [FAINT, *(style.colour for style in styles)],
            [column.title for column in content.columns],
            letters=True,
            subheader=pixel_facts,
            chart_height=spacing.text_size.line * chart_lines,
        ),
    )
    figure = draw_sheet(sheet, spacing)
    curves = [
        ShiftCurve(title, style, [row[i] for row in errors])
        for i, ((title, *_), style) in enumerate(zip(titles[1:], styles, strict=True))
    ]
    draw_shift_curves(figure, sheet.chart_area, sweep, curves, worst.shift, spacing.text_size)
    return figure


def _cropped(content: ShiftContent) -> ShiftContent:
    """Return what is not background, or of a large image a part around the detail."""
    image, columns = content.sweep.image, content.columns
    if max(image.size) <= LARGEST_SHOWN:
        return replace(content, crop=content_region(image, columns))
    part = part_around(content.scale.region, columns, image.size, LARGEST_SHOWN)
    return replace(content, crop=part)
