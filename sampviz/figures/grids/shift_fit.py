"""How the rows of a moved image fit a page of a given width."""

from sampviz.figures.grids.comparison_layout import cropped_scene
from sampviz.figures.grids.shift_content import ShiftContent
from sampviz.figures.layout.page import PAGE_HEIGHT, PageFit, fit_page
from sampviz.figures.options import Look
from sampviz.figures.panels.scene import scenes_of
from sampviz.figures.panels.shift_rows import ROWS

_SMALLEST = 12.0  # mm, of a panel: smaller than elsewhere, so that the errors keep their room


def fit_shift(content: ShiftContent, below: int, columns: int | None, look: Look) -> PageFit:
    """Choose rows, how many columns stand in a line, and the zooms.

    Parameters
    ----------
    content : ShiftContent
        The sweep, cropped as it is drawn.
    below : int
        How many lines of text the charts are high; 0 for none.
    columns : int or None
        The most in a line; None for as many as are legible.
    look : Look
        Has a width.

    Returns
    -------
    PageFit
    """
    (scene,) = scenes_of(content.sweep.image, content.columns, with_names=False)
    return fit_page(
        [cropped_scene(scene, content.crop)],
        ROWS,
        below,
        measures=2,
        edge_labels=content.edge_labels is not None,
        tick_text=lambda rows: content.scale.tick_text if "error" in rows else "",
        look=look,
        columns=columns,
        height=look.page_height or PAGE_HEIGHT,
        smallest=_SMALLEST,
    )
