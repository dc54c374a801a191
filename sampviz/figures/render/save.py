"""Save figures as PNG, PDF, SVG, TIFF or EPS: the same figure gives the same bytes.

So there are no dates in a file, and no versions but our own.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError
from sampviz.core.option import join_words
from sampviz.core.version import __version__
from sampviz.figures.options import ENDINGS
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.render.eps import encode_eps
from sampviz.figures.render.png_encoder import encode_png
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.tiff_encoder import encode_tiff
from sampviz.figures.style import CHARTS, PANELS, own_style

_PROGRAM = f"sampviz {__version__}"
# matplotlib would write a date, and its own name with its version.
_METADATA: dict[str, dict[str, Any]] = {
    ".pdf": {"Creator": _PROGRAM, "Producer": None, "CreationDate": None},
    ".svg": {"Creator": _PROGRAM, "Date": None},
}
# The key of a figure's record: readers of PDF and SVG know only standard ones.
_RECORD = {".pdf": "Keywords", ".svg": "Description"}


def check_ending(path: Path) -> None:
    """Check that a figure can be saved under a name.

    Parameters
    ----------
    path : Path
        Its ending says the format.

    Raises
    ------
    OutputError
        For an ending that is none of `ENDINGS`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f"a figure cannot be saved as {path.suffix or 'a name without ending'}",
            str(path),
            f"end the name in {join_words(ENDINGS)}, or name a folder that is there",
        )


def save(figure: Figure, path: str | Path, *, overwrite: bool = True) -> Path:
    """Save a figure in the format that the ending of its name says.

    Parameters
    ----------
    figure : Figure
        A figure of sampviz, or any of matplotlib.
    path : str or Path
        Ends in .png, .pdf, .svg, .tif or .eps. Text stays text in PDF, SVG and EPS.
    overwrite : bool
        If false, an older file that is no figure of sampviz is not replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        For another ending, and if the file cannot be written; it is written whole or not at all.

    Examples
    --------
    >>> import sampviz, tempfile
    >>> figure = sampviz.compare(sampviz.load("sample:zoneplate:32x32"), "max")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(figure, f"{folder}/max.png").name
    'max.png'
    """
    path = Path(path)
    check_ending(path)
    with atomic_write(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(encode_figure(figure, path.suffix.lower()))
    return path


def encode_figure(figure: Figure, kind: str = ".png") -> bytes:
    """Return the bytes of a figure as a file.

    Parameters
    ----------
    figure : Figure
        A figure of sampviz, or any of matplotlib.
    kind : {".png", ".pdf", ".svg", ".tif", ".eps"}
        The format.

    Returns
    -------
    bytes
    """
    record = figure.record if isinstance(figure, PanelFigure) else ""
    if kind == ".png":
        texts = {"Software": _PROGRAM, **({"sampviz": record} if record else {})}
        return encode_png(_render(figure), texts, figure.dpi)
    if kind == ".tif":
        return encode_tiff(_render(figure), _PROGRAM, record, figure.dpi)
    if kind == ".eps":
        with own_style():
            return encode_eps(figure, _PROGRAM, record)
    metadata = {**_METADATA[kind], **({_RECORD[kind]: record} if record else {})}
    # Not straight into a file: on a full disk matplotlib fails in ways of its own.
    buffer = BytesIO()
    with own_style():
        figure.savefig(buffer, format=kind[1:], metadata=metadata, dpi=figure.dpi)
    return buffer.getvalue()


def figure_pixels(figure: Figure) -> Pixels:
    """Return the pixels of a figure, as they stand in a PNG.

    Parameters
    ----------
    figure : Figure
        A figure of sampviz, or any of matplotlib.

    Returns
    -------
    ndarray of uint8
        (H, W, 3), a copy.
    """
    return _render(figure)[..., :3].copy()


def _render(figure: Figure) -> Pixels:
    """Return the pixels with alpha, (H, W, 4): a view, valid until the figure is drawn again."""
    canvas: Any = FigureCanvasAgg(figure)
    with own_style(PANELS if isinstance(figure, PanelFigure) else CHARTS):
        canvas.draw()
    return np.asarray(canvas.buffer_rgba(), np.uint8)
