"""How a comparison fits its figure: zooms, resolution, columns in a line."""

from collections.abc import Sequence
from dataclasses import replace

from sampviz.figures.charts.fold_summary import are_stacked
from sampviz.figures.grids.comparison import Comparison
from sampviz.figures.layout.page import PageRows, fit_page
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms, choose_zoom
from sampviz.figures.panels.column import Scene
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.style import LINE_HEIGHT, POINTS_PER_INCH
from sampviz.images.image import Image

# As wide as the numbers beside a colour bar of that row.
_TICKS = {
    **dict.fromkeys(("difference", "alias", "error"), "−10000"),
    "spectrum": "−80",
    "foldspectrum": "0.25",
}
_CHART_LINES = 14  # the height of the charts, in lines of text; more for many chains


def cropped_image(image: Image, crop: Region | None) -> Image:
    """Return the part of an image that is shown; where it lies in space is not looked at.

    Parameters
    ----------
    image : Image
        A plane.
    crop : Region or None
        None for all of it.

    Returns
    -------
    Image
    """
    if crop is None:
        return image
    rows = slice(crop.row, crop.row + crop.height)
    columns = slice(crop.column, crop.column + crop.width)
    return replace(image, array=image.array[..., rows, columns])


def fit_comparison(
    scenes: Sequence[Scene],
    crops: Sequence[Region | None],
    comparison: Comparison,
    rows: Sequence[str],
    edge_labels: bool,
) -> tuple[Zooms, int | None]:
    """Return the zooms, and the number of columns in a line.

    Parameters
    ----------
    scenes : sequence of Scene
        What is drawn.
    crops : sequence of (Region or None)
        What of each is shown.
    comparison : Comparison
        Width, resolution and size of the text.
    rows : sequence of str
        The names of the rows.
    edge_labels : bool
        Whether letters stand at the sides of a panel.

    Returns
    -------
    zooms : Zooms
    columns : int or None
        None for all in one line.
    """
    options = comparison.options
    cropped_scenes = [
        scene
        if crop is None
        else replace(
            scene,
            image=cropped_image(scene.image, crop),
            columns=tuple(map(crop.crop, scene.columns)),
        )
        for scene, crop in zip(scenes, crops, strict=True)
    ]
    tick_text = _tick_text(rows, [scene.image for scene in scenes])
    if comparison.look.page_width:
        points = comparison.look.page_width / MM_PER_INCH * POINTS_PER_INCH
        stacked = are_stacked(points / (comparison.look.points * LINE_HEIGHT))
        charts = chart_lines(len(scenes[0].columns) - 1, stacked) if "summary" in rows else 0
        others = set(rows) - {"image", "summary", *(["spectrum"] if comparison.is_page else [])}
        has_small_spectra = comparison.is_page and "spectrum" in rows
        page_rows = PageRows(len(others), has_small_spectra, charts)
        return fit_page(
            cropped_scenes,
            page_rows,
            edge_labels=edge_labels,
            tick_text=tick_text,
            look=comparison.look,
            columns=options.columns,
        )
    zooms = choose_zoom(
        cropped_scenes,
        edge_labels=edge_labels,
        tick_text=tick_text,
        look=comparison.look,
        columns=options.columns,
    )
    return zooms, options.columns


def chart_lines(chains: int, stacked: bool) -> int:
    """Return the height of the charts in lines of text.

    Parameters
    ----------
    chains : int
        How many there are.
    stacked : bool
        Whether the bars stand below the curves.

    Returns
    -------
    int
    """
    lines = max(_CHART_LINES, round(1.3 * chains) + 4)
    return 2 * lines if stacked else lines


def _tick_text(rows: Sequence[str], images: Sequence[Image]) -> str:
    """Return a text as wide as the widest label of a colour bar's ticks; "" without a bar."""
    texts = [_TICKS.get(name, "") for name in rows]
    texts += [str(label) for image in images if image.labels for label in image.labels.ids]
    return max(texts, key=len)
