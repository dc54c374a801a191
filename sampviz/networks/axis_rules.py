"""Where a layer of a network puts its samples along one axis, in samples of what enters it.

The sizes and places are those of the operators of ONNX; nothing is run.
"""

from fractions import Fraction
from math import ceil, floor
from typing import Literal

from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import WindowLayout

Pads = tuple[int, int]  # before the first sample, behind the last
AutoPad = Literal["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]

_LONGEST_PERIOD = 4096  # samples; a phase that repeats later is taken over so many


def same_pads(n: int, *, k: int, s: int, d: int, auto_pad: AutoPad) -> Pads:
    """Return the padding of a window for which the operator chooses it.

    Parameters
    ----------
    n : int
        Samples of the axis.
    k, s, d : int
        Samples of a window, distance between windows, distance between the samples of a window.
    auto_pad : {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"}
        The odd one of SAME_UPPER stands behind, of SAME_LOWER before.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> same_pads(8, k=3, s=2, d=1, auto_pad="SAME_UPPER")
    (0, 1)
    """
    if auto_pad not in ("SAME_UPPER", "SAME_LOWER"):
        return 0, 0
    total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
    return _halves(total, larger_behind=auto_pad == "SAME_UPPER")


def window_grid(n: int, *, k: int, s: int, d: int, pads: Pads, ceil_mode: bool = False) -> Grid:
    """Return the grid of the centres of windows: convolution and pooling.

    Parameters
    ----------
    n : int
        Samples of the axis.
    k, s, d : int
        Samples of a window, distance between windows, distance between the samples of a window.
    pads : tuple of int
        Samples that are added before and behind; negative ones are cut.
    ceil_mode : bool
        Whether a last window that reaches beyond the padding counts; one that would start in the
        padding behind does not.

    Returns
    -------
    Grid
        A size below 1 says that no window fits.

    Examples
    --------
    >>> window_grid(5, k=2, s=2, d=1, pads=(1, 1), ceil_mode=True)
    Grid(size=3, step=2, delta=-1/2)
    """
    before, behind = pads
    room = n + before + behind - d * (k - 1) - 1
    if ceil_mode:
        count = -(-room // s) + 1
        count -= (count - 1) * s >= n + before
    else:
        count = room // s + 1
    return WindowLayout(n, k, s, d, before, behind, count).grid


def transposed_grid(
    n: int,
    *,
    k: int,
    s: int,
    d: int,
    pads: Pads = (0, 0),
    appended: int = 0,
    size: int | None = None,
    auto_pad: AutoPad = "NOTSET",
) -> Grid:
    """Return the grid of a transposed convolution.

    Parameters
    ----------
    n : int
        Samples of the axis.
    k, s, d : int
        Samples of the kernel, samples of the output for one of the input, distance between the
        samples of the kernel.
    pads : tuple of int
        Samples of the output that are cut before and behind, unless `size` says how many.
    appended : int
        Samples that are added behind.
    size : int, optional
        Samples of the output; those to be cut follow from it.
    auto_pad : {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"}
        With SAME the output has s samples for each one; SAME_UPPER cuts the odd one behind.

    Returns
    -------
    Grid

    Examples
    --------
    >>> transposed_grid(4, k=4, s=2, d=1, auto_pad="SAME_UPPER")
    Grid(size=8, step=1/2, delta=-1/4)
    """
    is_same = auto_pad in ("SAME_UPPER", "SAME_LOWER")
    if size is None and is_same:
        size = n * s
    whole = s * (n - 1) + appended + d * (k - 1) + 1
    if size is not None:
        pads = _halves(max(0, whole - size), larger_behind=auto_pad == "SAME_UPPER")
        count = size
    else:
        count = whole - sum(pads)
    return Grid(count, Fraction(1, s), (pads[0] - Fraction(d * (k - 1), 2)) / s)


def _halves(total: int, *, larger_behind: bool) -> Pads:
    small, large = total // 2, total - total // 2
    return (small, large) if larger_behind else (large, small)


def resize_grid(
    n: int,
    size: int,
    factor: Fraction,
    *,
    coordinates: str = "half_pixel",
    rounding: str = "round_prefer_floor",
    is_nearest: bool = False,
) -> Grid:
    """Return the grid of a resize.

    Parameters
    ----------
    n, size : int
        Samples of the axis before and after.
    factor : Fraction
        How many samples it makes of one.
    coordinates : str
        How the operator maps an index of the output to a position in the input.
    rounding : str
        Which sample it takes of a position, of nearest neighbours.
    is_nearest : bool
        Whether it takes nearest neighbours: sample m then lies at `step * m + delta` in the mean,
        over the period after which the phase repeats.

    Returns
    -------
    Grid

    Raises
    ------
    KeyError
        For coordinates that have no constant phase, such as tf_crop_and_resize.

    Examples
    --------
    >>> resize_grid(8, 16, Fraction(2), coordinates="half_pixel")
    Grid(size=16, step=1/2, delta=-1/4)
    >>> resize_grid(8, 16, Fraction(2), coordinates="asymmetric", rounding="floor", is_nearest=True)
    Grid(size=16, step=1/2, delta=-1/4)
    """
    centred = (1 / factor - 1) / 2
    if coordinates == "pytorch_half_pixel" and size == 1:
        return Grid(size, 1 / factor, Fraction(0))
    if coordinates == "half_pixel_symmetric":
        centred += Fraction(n, 2) * (1 - size / (factor * n))
    if coordinates == "align_corners":
        factor = Fraction(size - 1, n - 1) if min(size, n) > 1 else factor
    delta = {
        "half_pixel": centred,
        "half_pixel_symmetric": centred,
        "pytorch_half_pixel": centred,
        "asymmetric": Fraction(0),
        "align_corners": Fraction(0),
    }[coordinates]
    if is_nearest:
        delta += _mean_rounding(factor, delta, rounding)
    return Grid(size, 1 / factor, delta)


def _mean_rounding(factor: Fraction, delta: Fraction, rounding: str) -> Fraction:
    """Return by how much rounding moves a position in the mean; the edges do not count."""
    half = Fraction(1, 2)
    pick = {
        "round_prefer_floor": lambda x: ceil(x - half),
        "round_prefer_ceil": lambda x: floor(x + half),
        "floor": floor,
        "ceil": ceil,
    }[rounding]
    period = min(factor.numerator, _LONGEST_PERIOD)
    positions = [m / factor + delta for m in range(period)]
    return sum((pick(x) - x for x in positions), Fraction(0)) / period


def block_grid(n: int, block: int) -> Grid:
    """Return the grid of an axis whose samples become blocks: depth to space.

    Examples
    --------
    >>> block_grid(4, 2)
    Grid(size=8, step=1/2, delta=-1/4)
    """
    return Grid(n * block, Fraction(1, block), Fraction(1 - block, 2 * block))


def gathered_grid(n: int, block: int) -> Grid:
    """Return the grid of an axis of which blocks become samples: space to depth.

    Examples
    --------
    >>> gathered_grid(8, 2)
    Grid(size=4, step=2, delta=1/2)
    """
    return Grid(n // block, Fraction(block), Fraction(block - 1, 2))


def slice_grid(n: int, start: int, end: int, step: int) -> Grid:
    """Return the grid of a slice, with bounds as Python has them and a positive step.

    Examples
    --------
    >>> slice_grid(9, 1, 2**63 - 1, 2)
    Grid(size=4, step=2, delta=1)
    """
    indices = range(n)[start:end:step]
    return Grid(len(indices), Fraction(step), Fraction(indices.start))
