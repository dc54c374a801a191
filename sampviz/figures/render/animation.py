"""Write animations, as GIF or as animated PNG: every pixel as it was painted, nothing dithered.

A GIF has a palette of 256 colours, which all its frames share here: greys, or the exact palette of
`figures.render.palette`. An animated PNG holds every colour.
"""

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
    """Check that an animation can be written under a name.

    Parameters
    ----------
    path : Path
        Its ending says the format.
    colour : bool
        Whether the frames are in colour.

    Raises
    ------
    OutputError
        For an ending that is none of `ENDINGS`, and for a GIF in colour.
    """
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
    frames: Sequence[NDArray[np.uint8]],
    path: Path,
    delay: int,
    *,
    palette: NDArray[np.uint8] = GREYS,
    overwrite: bool = True,
) -> Path:
    """Write frames that follow each other for ever.

    Parameters
    ----------
    frames : sequence of ndarray of uint8
        All of one size: (H, W) greys, or in a GIF rows of `palette`; or (H, W, 3).
    path : Path
        Ends in .gif, .apng or .png.
    delay : int
        How long each frame is shown, in ms; a GIF holds multiples of 10 ms.
    palette : ndarray of uint8
        (256, 3), the colours of a GIF.
    overwrite : bool
        If false, an older file that sampviz did not make is not replaced.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    OutputError
        If the format cannot hold the frames, or the file cannot be written.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    check_animation(path, colour=frames[0].ndim == 3)
    first, *later_frames = map(Image.fromarray, frames)
    options: dict[str, Any]
    if path.suffix.lower() == ".gif":
        # A palette of our own is neither thinned out nor repeated in every frame.
        options = {"format": "GIF", "palette": palette.tobytes(), "comment": _PROGRAM.encode()}
    else:
        metadata = PngInfo()
        metadata.add_text("Software", _PROGRAM)
        options = {"format": "PNG", "pnginfo": metadata, "compress_level": 6}
    with atomic_write(path, overwrite=overwrite) as temporary:
        first.save(
            temporary, save_all=True, append_images=later_frames, duration=delay, loop=0, **options
        )
    return path
