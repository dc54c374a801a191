"""The colours of label maps: one for each label, the same in every figure.

Label 0, by custom what is not labelled, is black. The first seven others are those of Okabe and
Ito, which colour-blind readers tell apart; from there on hues a golden angle apart, in turn of
three kinds of brightness, so that neighbouring numbers differ.
"""

from colorsys import hsv_to_rgb

import numpy as np
from numpy.typing import NDArray

from sampviz.dsp.dtypes import Array
from sampviz.images.image import Labels

_OKABE_ITO = (
    (0, 0, 0),
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)
_GOLDEN_ANGLE = (3 - 5**0.5) / 2  # of a turn
_KINDS = ((0.65, 0.95), (0.9, 0.7), (0.4, 0.8))  # saturation and value
_NEGATIVE = (128, 128, 128)


def colour_of_label(label: int, labels: Labels) -> tuple[int, int, int]:
    """Return the colour of a label.

    Parameters
    ----------
    label : int
        Its number.
    labels : Labels
        Of the image, with a palette if its file brings one.

    Returns
    -------
    tuple of int
        Red, green and blue, 0..255; grey for a negative label.

    Examples
    --------
    >>> colour_of_label(2, Labels((0, 2), "as told"))
    (86, 180, 233)
    """
    if 0 <= label < len(labels.palette):
        return labels.palette[label]
    if label < 0:
        return _NEGATIVE
    if label < len(_OKABE_ITO):
        return _OKABE_ITO[label]
    red, green, blue = hsv_to_rgb(label * _GOLDEN_ANGLE % 1, *_KINDS[label % len(_KINDS)])
    return round(255 * red), round(255 * green), round(255 * blue)


def label_pixels(plane: Array, labels: Labels) -> NDArray[np.uint8]:
    """Colour a plane of labels.

    Parameters
    ----------
    plane : ndarray
        (H, W), labels; what is not finite gets the colour of 0.
    labels : Labels
        Of the image that the plane was made from.

    Returns
    -------
    ndarray of uint8
        (H, W, 3).
    """
    finite = np.where(np.isfinite(plane), plane, 0)
    ids, places = np.unique(finite, return_inverse=True)
    colours = np.array([colour_of_label(int(label), labels) for label in ids], np.uint8)
    return colours[places.reshape(plane.shape)]


def label_table(labels: Labels) -> NDArray[np.uint8]:
    """Return the colours of a colour bar, all labels equally high.

    Parameters
    ----------
    labels : Labels
        Of an image.

    Returns
    -------
    ndarray of uint8
        (N, 3), from the first label to the last, each repeated.
    """
    colours = [colour_of_label(label, labels) for label in labels.ids]
    return np.repeat(np.array(colours, np.uint8), max(1, -(-256 // len(colours))), axis=0)
