"""The types of the functions that an operation is made of, and the error of a grid rule."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

# The redundant names are public: authors of rules annotate with them.
from sampviz.dsp.dtypes import Array as Array
from sampviz.dsp.dtypes import FiniteFastPath
from sampviz.dsp.grid import Grid as Grid
from sampviz.dsp.grid import Grids as Grids
from sampviz.dsp.grid import Size as Size
from sampviz.ops.values import Value

Kind = Literal["down", "up", "same"]
# How the function of an operation is called: along each axis in turn, on all axes at once, on
# rows and columns only, or pixel by pixel.
Form = Literal["axis", "axes", "plane", "pixel"]
Params = Mapping[str, Value]
# What an operation takes: any numbers, labels (few values, none missing), or none below 0.
Domain = Literal["numbers", "labels", "positive"]
# Whether each channel of an image is taken alone, or what happens to one depends on the others.
Channels = Literal["alone", "together"]
GridRule = Callable[..., Any]  # returns a Grid, or Grids where it is called for all axes at once
# What the grid rule is called for: an axis, whichever; an axis that it is told; all axes.
GridOf = Literal["any axis", "this axis", "all axes"]
# The gain at v cycles/px along an axis; or at frequencies, one for each axis, where the gain is
# no product over the axes.
ResponseRule = Callable[..., Array | None]
# Whether the operation only picks values: always, or told from the values of an axis. One that
# takes absolute values picks "magnitudes": the values of an image without negative ones.
Picks = bool | Literal["magnitudes"]
PicksRule = Picks | Callable[..., Picks]
# What a step leaves for a later one, such as the indices of a pooling for unpool, from an array and
# the values of each axis.
SwitchRule = Callable[[Array, Sequence[Mapping[str, Any]]], Any]
# What is told from the values of an axis.
ValuesRule = Callable[..., bool]
# What is done at the end with all axes, from the result, the input and the number of axes; None
# for values with which there is nothing to do.
Finish = Callable[[Array, Array, int], Array]
FinishRule = Callable[[Params], Finish | None]
# The fast path for planes or volumes, from their size, their type of number (float32, float64) and
# the values, one for all axes or a tuple; None for what it does not handle.
FastRule = Callable[..., FiniteFastPath | None]
# What an operation uses inside, such as its kernel, from an array and its values.
IntermediatesRule = Callable[[Array, Params], Array]

# What an operation may be called.
NAME = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
# The headings that every operation's docstring has, in this order, a paragraph each.
SECTIONS = ("Size", "Delta", "Edges", "Source")
UNDO_FIX = "undo the steps between that changed the size"  # before an unpooling


class DoesNotFitError(ValueError):
    """Raised for an axis that does not fit an operation.

    Parameters
    ----------
    what : str
        What it needs.
    fix : str
        How to mend it, where a larger image does not.
    """

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.fix = fix
