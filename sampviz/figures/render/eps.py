"""Figures as EPS: matplotlib's, without a date, and with panels as blocks, deflated.

Matplotlib writes the pixels of a picture as they are, six digits each: a page of blocks would take
a hundred megabytes. So they are enlarged and deflated in the text of the file.

To write the bounding box of a font it draws all its glyphs, 6000 of each weight in 3 seconds. The
header of the font has it.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.backends import backend_ps
from matplotlib.figure import Figure

from sampviz.figures.render.panel_artist import block_size
from sampviz.figures.style import POINTS_PER_INCH

RECORD = "%sampviz: "  # starts each line of a record: comments are of 255 characters at most
_LINE = 200
# What `RendererPS.draw_image` writes: the matrix, in points, and the samples.
_PICTURE = re.compile(
    r"(\[(\S+) \S+ \S+ (\S+) \S+ \S+\] concat\n)1 1 scale\n/DataString \d+ string def\n"
    r"(\d+) (\d+) 8 \[[^]]*\]\n\{\ncurrentfile DataString readhexstring pop\n\}"
    r" bind false 3 colorimage\n([0-9a-f\n]*)\n"
)


def encode_eps(figure: Figure, program: str, record: str) -> bytes:
    """Return the bytes of a figure as EPS.

    Parameters
    ----------
    figure : Figure
        Without transparency, which PostScript has not.
    program : str
        What made it.
    record : str
        How it was made, in ASCII; "" for nothing.

    Returns
    -------
    bytes
    """
    buffer = BytesIO()
    with _font_bounds_of_header():
        figure.savefig(buffer, format="eps", metadata={"Creator": program}, dpi=figure.dpi)
    text = buffer.getvalue().decode("latin-1")
    lines = "".join(f"{RECORD}{line}\n" for line in _lines(record))
    text = re.sub(r"%%CreationDate: .*\n", lambda _: lines, text, count=1)
    return _PICTURE.sub(_deflated, text).encode("latin-1")


@contextmanager
def _font_bounds_of_header() -> Iterator[None]:
    """Let matplotlib take the bounds of fonts from their headers, if it is a version that can."""
    drawn_bounds = getattr(backend_ps, "_bounds", None)
    try:
        if drawn_bounds:
            backend_ps._bounds = _header_bounds
        yield
    finally:
        if drawn_bounds:
            backend_ps._bounds = drawn_bounds


def _header_bounds(font: Any) -> tuple[int, int, int, int]:
    """Return the bounds of all glyphs of a font of fontTools: xMin, yMin, xMax, yMax."""
    head = font["head"]
    return head.xMin, head.yMin, head.xMax, head.yMax


def _lines(record: str) -> list[str]:
    return [record[start : start + _LINE] for start in range(0, len(record), _LINE)]


def _deflated(match: re.Match[str]) -> str:
    """Return a picture in blocks, deflated, as an image dictionary of PostScript 3."""
    width, height = (abs(float(match[n])) / POINTS_PER_INCH for n in (2, 3))
    columns, rows = int(match[4]), int(match[5])
    pixels = np.frombuffer(bytes.fromhex(match[6]), np.uint8).reshape(rows, columns, 3)
    down, across = block_size((rows, columns), (height / rows, width / columns))
    blocks = pixels.repeat(down, axis=0).repeat(across, axis=1)
    data = zlib.compress(blocks.tobytes(), 6).hex("\n", -_LINE // 4)
    rows, columns = blocks.shape[:2]
    return (
        f"{match[1]}/DeviceRGB setcolorspace\n"
        f"<< /ImageType 1 /Width {columns} /Height {rows} /BitsPerComponent 8\n"
        f"/ImageMatrix [{columns} 0 0 -{rows} 0 {rows}] /Decode [0 1 0 1 0 1] /Interpolate false\n"
        "/DataSource currentfile /ASCIIHexDecode filter /FlateDecode filter >> image\n"
        f"{data}>\n"
    )
