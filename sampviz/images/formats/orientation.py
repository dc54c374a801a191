"""Turn pictures upright, as EXIF says that they were taken."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.dsp.dtypes import Array

ORIENTATION = 0x112  # the tag of EXIF and of TIFF
# For each orientation: whether the image is transposed, then whether its rows and columns are
# reversed.
_ORIENTATIONS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def orientation_of(exif: Callable[[], Any]) -> int:
    """Return the orientation in EXIF, 1..8; 1, upright, for none and for damage.

    Parameters
    ----------
    exif : callable
        Returns the tags by their numbers; it may raise for damage.

    Returns
    -------
    int
    """
    try:
        with ignored_warnings():
            return int(exif().get(ORIENTATION, 1))
    except Exception:  # Pillow raises many types for damage, which does not affect the pixels
        return 1


def parse_exif(data: bytes) -> Any:
    """Return the tags of EXIF by their numbers; Pillow raises many types for damage.

    Parameters
    ----------
    data : bytes
        With or without its first six bytes, `Exif` and two zeros.
    """
    from PIL.Image import Exif

    exif = Exif()
    exif.load(data)
    return exif


def upright(array: Array, orientation: int) -> Array:
    """Turn a picture upright, as EXIF 2.32 says.

    Parameters
    ----------
    array : ndarray
        (.., H, W).
    orientation : int
        1..8; others are taken as 1, upright.

    Returns
    -------
    ndarray
    """
    transposed, rows, columns = _ORIENTATIONS.get(orientation, (False, False, False))
    turned = array.swapaxes(-2, -1) if transposed else array
    return np.ascontiguousarray(turned[..., :: -1 if rows else 1, :: -1 if columns else 1])
