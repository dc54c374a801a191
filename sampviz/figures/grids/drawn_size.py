"""The size of a figure from its images and chains alone: what cannot be drawn is not computed."""

from collections.abc import Sequence

from sampviz.core.errors import UsageError, argument
from sampviz.core.names import fewer
from sampviz.dsp.grid import Grid
from sampviz.figures.grids.comparison import Comparison
from sampviz.figures.panels.column import Column
from sampviz.figures.render.render import MOST_PIXELS
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

_WHOLE = frozenset({"image", "spectrum", "difference"})  # rows with a whole panel of each output


def check_drawn_size(
    images: Sequence[Image], chains: Sequence[Chain], comparison: Comparison, rows: Sequence[str]
) -> None:
    """Raise UsageError, before any work, for planes whose panels alone are too large.

    Parameters
    ----------
    images : sequence of Image
        Those of volumes, and those of which a part is drawn, are left out: what is drawn of them
        depends on what the chains make.
    chains : sequence of Chain
        As they are written.
    comparison : Comparison
        Its levels count.
    rows : sequence of str
        The names of the rows.

    Raises
    ------
    UsageError
        If the panels, each sample of the finest drawn as one pixel, have more pixels than are
        drawn.
    """
    if comparison.is_page or comparison.crops:
        return
    lines = sum(row in _WHOLE for row in rows)
    pixels = lines * sum(_pixels(image, chains, comparison.options.levels) for image in images)
    if pixels > MOST_PIXELS:
        advice = "; ".join([*fewer({"chains": len(chains), "rows": len(rows)}), ""])
        raise UsageError(
            f"the panels alone would have {pixels} px; at most {MOST_PIXELS} are drawn",
            argument("rows"),
            f"{advice}without {argument('rows')} a part is drawn",
        )


def _pixels(image: Image, chains: Sequence[Chain], levels: int) -> int:
    """Return how many pixels the original and the outputs have at the smallest zoom."""
    if image.axes != 2:
        return 0
    size = image.size
    outputs = [
        chain.repeat(levels).resolve(size, image.spacing).trace(size)[-1] for chain in chains
    ]
    tiles = 1 if image.colour else image.array.size // (size[0] * size[1])
    pixels = 0
    for grids in (tuple(map(Grid, size)), *outputs):
        column = Column(image.array, grids, "", size)
        zoom = column.zoom((1, 1))
        pixels += tiles * column.size[0] * zoom[0] * column.size[1] * zoom[1]
    return pixels
