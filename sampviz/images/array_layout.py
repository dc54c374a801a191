"""The order of the axes of an array: where its channels are, and whether they are colours.

An array says nothing of it. Channels come first, as in torch, unless its shape and values say that
they come last: 3 or 4 of them as bytes or within 0..1, as pictures of NumPy are. Whatever is not
certain is said.
"""

from dataclasses import dataclass

import numpy as np

from sampviz.core.errors import argument
from sampviz.core.stored_array import StoredArray
from sampviz.dsp.dtypes import Array

_COLOURS = (3, 4)  # channels: red, green, blue, and alpha
_FEW_CHANNELS = 32  # as many at the end may be channels: worth a word
_CHANNELS_LAST = argument("layout", "hwc")
_CHANNELS_FIRST = argument("layout", "chw")


@dataclass(frozen=True, eq=False)
class ChannelsFirst:
    """An array with its channels first.

    Parameters
    ----------
    array : ndarray or StoredArray
        (H, W) or (C, H, W), a view.
    colour : bool
        Whether the channels are red, green, blue (and alpha).
    choice : str
        What was decided that the array does not say; "" for nothing.
    """

    array: Array | StoredArray
    colour: bool = False
    choice: str = ""


def channels_first(array: Array | StoredArray, layout: str | None = None) -> ChannelsFirst:
    """Return an array of two or three axes with its channels first.

    Parameters
    ----------
    array : ndarray or StoredArray
        (H, W), (C, H, W) or (H, W, C).
    layout : {"hwc", "chw"}, optional
        Where the channels are; None to let shape and values decide.

    Returns
    -------
    ChannelsFirst

    Examples
    --------
    >>> channels_first(np.zeros((64, 80, 3), np.uint8)).array.shape
    (3, 64, 80)
    >>> channels_first(np.zeros((64, 14, 14))).array.shape
    (64, 14, 14)
    """
    if array.ndim == 2:
        return ChannelsFirst(array)
    first, rows, last = array.shape
    shape = f"{first} x {rows} x {last}"
    if layout == "hwc":
        moved = array.transpose((2, 0, 1))
        return ChannelsFirst(moved, last in _COLOURS and are_colours(array))
    may_be_strip = (
        first == last and last in _COLOURS and rows > last
    )  # colours, 3 or 4 rows of them
    few_last = last < min(first, rows) or may_be_strip
    if layout == "chw" or not few_last or last > _FEW_CHANNELS:
        return ChannelsFirst(array)
    if last == 1 and first > 1:
        return ChannelsFirst(array[..., 0], choice=f"{shape} read as rows x columns x one channel")
    if last in _COLOURS and first not in (1, *_COLOURS) and are_colours(array):
        other = f"{_CHANNELS_FIRST} reads {first} channels"
        choice = f"{shape} read as rows x columns x colours; {other}"
        return ChannelsFirst(array.transpose((2, 0, 1)), colour=True, choice=choice)
    other = f"{_CHANNELS_LAST} if the {last} are the channels"
    return ChannelsFirst(array, choice=f"{shape} read as channels x rows x columns; {other}")


def are_colours(array: Array | StoredArray) -> bool:
    """Return whether the values can be those of colours: bytes, or real numbers within 0..1.

    Parameters
    ----------
    array : ndarray or StoredArray
        Of any shape; its values are read.

    Returns
    -------
    bool
    """
    if array.dtype.kind != "f":
        return array.dtype == np.uint8
    values = np.asarray(array)
    return bool(values.size and values.min() >= 0 and values.max() <= 1)
