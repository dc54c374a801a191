"""What is said of a chain that makes channels, where a result of one channel is wanted."""

from math import prod

from sampviz.dsp.grid import Size


def channels_made(shape: Size, axes: int) -> str:
    """Say how many channels a chain makes of one; empty for none.

    Parameters
    ----------
    shape : tuple of int
        Of what the chain makes of one image or volume.
    axes : int
        In space.

    Returns
    -------
    str

    Examples
    --------
    >>> channels_made((4, 8, 8), 2)
    'it makes 4 channels of one'
    >>> channels_made((1, 8, 8), 2)
    'it makes channels of one, and of these one, which has an axis of channels still'
    """
    if len(shape) == axes:
        return ""
    count = prod(shape[:-axes])
    if count == 1:
        return "it makes channels of one, and of these one, which has an axis of channels still"
    return f"it makes {count} channels of one"
