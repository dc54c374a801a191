"""Save a figure as PNG, PDF or SVG: the same figure gives the same bytes."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError
from sampviz.core.version import __version__
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.render.png_encoder import encode_png
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.style import CHARTS, PANELS, own_style

ENDINGS = (".png", ".pdf", ".svg")
_PROGRAM = f"sampviz {__version__}"
# No dates, and our name for matplotlib's, whose version need not change the bytes.
_METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": _PROGRAM},
    ".pdf": {"Creator": _PROGRAM, "Producer": None, "CreationDate": None},
    ".svg": {"Creator": _PROGRAM, "Date": None},
}
# Where the record of a figure stands: readers of PDF and SVG know no names of our own.
_RECORD = {".png": "sampviz", ".pdf": "Keywords", ".svg": "Description"}


def check_ending(path: Path) -> None:
    """Raise OutputError if a figure cannot be saved under that name."""
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f"a figure cannot be saved as {path.suffix or 'a name without ending'}",
            str(path),
            "end the name in .png, .pdf or .svg, or name a folder that is there",
        )


def save(figure: Figure, path: str | Path, *, overwrite: bool = True) -> Path:
    """Save as the ending of `path` says; return the path. Text stays text in PDF and SVG.

    Without `overwrite` an older file that is no figure of sampviz is not replaced: OutputError.
    """
    path = Path(path)
    check_ending(path)
    with atomic_write(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(encode_figure(figure, path.suffix.lower()))
    return path


def encode_figure(figure: Figure, kind: str = ".png") -> bytes:
    """Return the bytes of a figure in the format of an ending."""
    record = figure.record if isinstance(figure, PanelFigure) else ""
    metadata = {**_METADATA[kind], **({_RECORD[kind]: record} if record else {})}
    if kind == ".png":
        return encode_png(_rendered(figure), metadata, figure.dpi)
    # Not straight into a file: on a full disk matplotlib fails in ways of its own.
    held = BytesIO()
    with own_style():
        figure.savefig(held, format=kind[1:], metadata=metadata, dpi=figure.dpi)
    return held.getvalue()


def figure_pixels(figure: Figure) -> Pixels:
    """Return the pixels of a figure, (H, W, 3), as they stand in a PNG."""
    return _rendered(figure)[..., :3].copy()


def _rendered(figure: Figure) -> Pixels:
    """Return the pixels with alpha, (H, W, 4), as long as the figure is not drawn again."""
    canvas: Any = FigureCanvasAgg(figure)
    with own_style(PANELS if isinstance(figure, PanelFigure) else CHARTS):
        canvas.draw()
    return np.asarray(canvas.buffer_rgba(), np.uint8)
