"""Write an animation, as GIF or as animated PNG: every pixel as it was painted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError
from sampviz.core.version import __version__

ENDINGS = (".gif", ".apng", ".png")
_PROGRAM = f"sampviz {__version__}"


def check_animation(path: Path, *, colour: bool) -> None:
    """Raise OutputError if an animation, grey or in colour, cannot be written under that name."""
    kind = path.suffix.lower()
    if kind not in ENDINGS:
        raise OutputError(
            f"an animation cannot be saved as {kind or 'a name without ending'}",
            str(path),
            "end the name in .gif, or in .apng or .png for an animated PNG",
        )
    if colour and kind == ".gif":
        raise OutputError(
            "a GIF holds 256 colours: a colour image would not be exact",
            str(path),
            "end the name in .apng or .png: an animated PNG holds them all",
        )


GREYS = np.arange(256, dtype=np.uint8).repeat(3).reshape(256, 3)


def save_animation(
    pages: Sequence[NDArray[np.uint8]],
    path: Path,
    delay: int,
    *,
    palette: NDArray[np.uint8] = GREYS,
    overwrite: bool = True,
) -> Path:
    """Write pages of one size, (H, W) grey or (H, W, 3), that follow each other for ever.

    In a GIF the numbers of a page (H, W) are rows of `palette`, (256, 3). Each page is shown for
    `delay` ms, in a GIF to 10 ms. Nothing is dithered. Returns the path.
    Without `overwrite` an older file that sampviz did not make is not replaced: OutputError.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    check_animation(path, colour=pages[0].ndim == 3)
    first, *others = map(Image.fromarray, pages)
    options: dict[str, Any]
    if path.suffix.lower() == ".gif":
        # A palette of our own is neither thinned out nor repeated in every page.
        options = {"format": "GIF", "palette": palette.tobytes(), "comment": _PROGRAM.encode()}
    else:
        told = PngInfo()
        told.add_text("Software", _PROGRAM)
        options = {"format": "PNG", "pnginfo": told, "compress_level": 6}
    with atomic_write(path, overwrite=overwrite) as temporary:
        first.save(
            temporary, save_all=True, append_images=others, duration=delay, loop=0, **options
        )
    return path
