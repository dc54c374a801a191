"""Label maps as shares of each label, and back."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, NamedTuple

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.dsp.resize_places import nearest_index, resized_grid
from sampviz.ops.define import op, unchanged
from sampviz.ops.parameter import Param
from sampviz.ops.rules import UNDO_FIX

Tie = Annotated[
    str,
    Param(
        meaning="which of labels with equal shares",
        words=("low", "high", "nearest"),
        synonyms=(("lowest", "low"), ("highest", "high")),
    ),
]
Levels = Annotated[
    int | str, Param(2, 256, "", "steps of the range, for an image without labels", ("none",))
]
_MOST_LABELS = 4096
_MOST_SHARES = 2**27
_EQUAL = 1e-9  # shares this near are a tie


class _Labels(NamedTuple):
    """The labels of a map, ascending, and the map itself."""

    values: Array
    labels: Array


def _stepped(x: Array, levels: int | str) -> Array:
    """Return the image in equal steps of its range, each of the smallest value in it."""
    if isinstance(levels, str):
        return x
    low, span = x.min(), np.ptp(x) or 1
    number = np.minimum(((x - low) / span * levels).astype(np.intp), levels - 1)
    smallest = np.full(levels, np.inf, x.dtype)
    np.minimum.at(smallest, number, x)
    return np.asarray(smallest[number])


def _labels_of(x: Array, per_axis: Sequence[Mapping[str, Any]]) -> _Labels:
    x = _stepped(x, per_axis[0]["levels"])
    return _Labels(np.unique(x), x)


@op(
    "onehot",
    title="One-hot shares",
    kind="same",
    group="labels",
    linear=False,
    grid=unchanged,
    domain="labels",
    switches=_labels_of,
    example="onehot:levels=8+avg+argmax",
    not_by_window="makes an image for each label",
)
def onehot(x: Array, axes: int, *, levels: Levels = "none") -> Array:
    """Make an image of each label: 1 where it is, 0 elsewhere.

    What mixes numbers may stand between it and argmax: of labels it mixes shares. The labels are
    those of the image, ascending; argmax puts them back. An image that is no label map has
    `levels` equal steps of its range for labels, each named by the smallest value in it.

    Size: N; as many times the channels as there are labels
    Delta: 0
    Edges: each pixel stands alone.
    Source: the definition; numbers are float64, so that equal shares are equal.
    """
    x = _stepped(x, levels)
    values = np.unique(x)
    if len(values) > _MOST_LABELS or len(values) * x.size > max(_MOST_SHARES, x.size):
        raise ChainError(
            f"onehot of {len(values)} values would be {len(values) * x.size} shares",
            fix=f"take a label map, of at most {_MOST_LABELS} values, or onehot:levels=8",
        )
    stacked: Array = values.reshape(-1, *[1] * axes) == x[..., None, *[slice(None)] * axes]
    return stacked.astype(np.float64)


@op(
    "argmax",
    title="Largest share",
    kind="same",
    group="labels",
    linear=False,
    grid=unchanged,
    domain="labels",
    picks=True,
    takes_switches="onehot",
    example="onehot:levels=8+avg+argmax",
    not_by_window="makes one image of those of all labels",
)
def argmax(x: Array, axes: int, labels: _Labels, size_before: Size, *, tie: Tie = "low") -> Array:
    """Give each pixel the label with the largest share, of the shares that a onehot has begun.

    Shares within 1e-9 are a tie: it goes to the lowest label, the highest, or, `nearest`, to that
    of the nearest pixel of the map before, if it is among the tied, and else to the lowest, as
    nnU-Net's resampling does.

    Size: N
    Delta: 0
    Edges: each pixel stands alone.
    Source: the definition; resize_segmentation of batchgenerators for tie=nearest.
    """
    count = len(labels.values)
    if x.ndim <= axes or x.shape[-axes - 1] != count:
        raise ChainError(f"argmax wants the {count} shares that its onehot left", fix=UNDO_FIX)
    is_best = x >= x.max(axis=-axes - 1, keepdims=True) - _EQUAL
    if tie == "high":
        chosen = count - 1 - np.flip(is_best, -axes - 1).argmax(axis=-axes - 1)
    else:
        chosen = is_best.argmax(axis=-axes - 1)
    if tie == "nearest":
        near = np.searchsorted(labels.values, _nearest(labels.labels, x.shape[-axes:]))
        is_among = np.take_along_axis(is_best, np.expand_dims(near, -axes - 1), -axes - 1)
        chosen = np.where(is_among.squeeze(-axes - 1), near, chosen)
    return labels.values[chosen].astype(labels.labels.dtype)


def _nearest(labels: Array, size: Size) -> Array:
    """Return the label map on another grid, each pixel from the nearest."""
    for axis, n_after in zip(range(-len(size), 0), size, strict=True):
        n = labels.shape[axis]
        places = resized_grid(n, n_after, Fraction(n, n_after), "half")
        labels = labels.take(nearest_index(n, places, "up"), axis)
    return labels
