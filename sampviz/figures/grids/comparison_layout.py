"""How a comparison fits its figure: zooms, resolution, columns in a line."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sampviz.core.text import MINUS
from sampviz.figures.charts.fold_summary import NARROW, NARROW_LINES
from sampviz.figures.grids.comparison import Comparison
from sampviz.figures.layout.fit_columns import fit_columns
from sampviz.figures.layout.page import fit_page
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms
from sampviz.figures.options import Look
from sampviz.figures.panels.scene import Scene
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.style import LINE_HEIGHT, POINTS_PER_INCH
from sampviz.images.image import Image, magnitude

# As wide as the numbers beside a colour bar of that row.
_TICKS = {
    **dict.fromkeys(("difference", "alias", "error"), "−10000"),
    "spectrum": "−80",
    **dict.fromkeys(("foldspectrum", "flat"), "0.25"),
}
_WIDE_RANGE = 100  # from which on ticks are whole numbers, no longer than the range
# The height of the charts, in lines of text; more for many chains.
_CHART_LINES = 14
_LOW_LINES = 9  # on a page that is wider than high


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


def cropped_scene(scene: Scene, crop: Region | None) -> Scene:
    """Return the part of a scene that is shown; all of it without a crop."""
    if crop is None:
        return scene
    columns = tuple(map(crop.crop, scene.columns))
    return replace(scene, image=cropped_image(scene.image, crop), columns=columns)


def fit_comparison(
    scenes: Sequence[Scene],
    crops: Sequence[Region | None],
    comparison: Comparison,
    rows: Sequence[str],
    edge_labels: bool,
    height: float,
) -> tuple[Zooms, int | None, tuple[str, ...]]:
    """Return the zooms, the number of columns in a line, and the rows that there is room for.

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
    height : float
        In mm: of a page, at most.

    Returns
    -------
    zooms : Zooms
    columns : int or None
        None for all in one line.
    rows : tuple of str
        The names of the rows that there is room for.
    """
    options = comparison.options
    cropped_scenes = [cropped_scene(scene, crop) for scene, crop in zip(scenes, crops, strict=True)]
    images = [scene.image for scene in scenes]
    if comparison.is_page:
        is_narrow = _is_narrow(comparison.look)
        fit = fit_page(
            cropped_scenes,
            rows,
            chart_lines(len(scenes[0].columns) - 1, comparison.look) if "summary" in rows else 0,
            measures=len(comparison.metrics),
            edge_labels=edge_labels,
            tick_text=lambda kept: _tick_text(kept, images, within_range=is_narrow),
            look=comparison.look,
            columns=options.columns,
            height=height,
        )
        return fit.zooms, fit.columns, fit.rows
    zooms, columns = fit_columns(
        cropped_scenes,
        edge_labels=edge_labels,
        tick_text=_tick_text(rows, images),
        look=comparison.look,
        columns=options.columns,
    )
    return zooms, columns, tuple(rows)


def chart_lines(chains: int, look: Look) -> int:
    """Return the height of the charts in lines of text.

    Parameters
    ----------
    chains : int
        How many there are.
    look : Look
        The width of the figure, and the size of the text.

    Returns
    -------
    int
    """
    assert look.page_width
    bars = round(1.3 * chains)
    if _is_narrow(look):
        return NARROW_LINES + max(NARROW_LINES, bars + 4)
    if look.page_height and look.page_height < look.page_width:
        return max(_LOW_LINES, bars + 4)
    return max(_CHART_LINES, bars + 4)


def _is_narrow(look: Look) -> bool:
    """Whether a page is as narrow as one column of a journal, in lines of text side by side."""
    assert look.page_width
    line_mm = look.points / POINTS_PER_INCH * MM_PER_INCH * LINE_HEIGHT
    return look.page_width / line_mm < NARROW + 2


def _tick_text(rows: Sequence[str], images: Sequence[Image], *, within_range: bool = False) -> str:
    """Return a text as wide as the widest label of a colour bar's ticks; "" without a bar.

    Errors are within the range of the images: on a narrow page there is no room for longer numbers.
    """
    ticks = dict(_TICKS)
    if within_range:
        ticks["error"] = max((_error_tick(image) for image in images), key=len)
    texts = [ticks.get(name, "") for name in rows]
    texts += [str(label) for image in images if image.labels for label in image.labels.ids]
    return max(texts, key=len)


def _error_tick(image: Image) -> str:
    finite = magnitude(image.array[np.isfinite(image.array)])
    largest = float(finite.max()) - float(finite.min()) if finite.size else 0.0
    own = f"{MINUS}{largest:.0f}"
    return own if largest >= _WIDE_RANGE and len(own) < len(_TICKS["error"]) else _TICKS["error"]
