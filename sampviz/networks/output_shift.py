"""How far the output of a network is from moving with its input.

The input moves by whole pixels along its last axis, and the output is moved back by as much. A
network whose layers fold nothing would give 0, but for its borders; one that reads positions, as a
classifier without pooling over all of space does, gives more by right.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.core.text import counted, short_repr
from sampviz.dsp.bandlimited import fourier_shift, low_pass
from sampviz.dsp.dtypes import Array
from sampviz.networks.graph import Graph
from sampviz.networks.places import Place
from sampviz.networks.strided_layer import to_planes
from sampviz.networks.walk import Walk

MOST_SHIFT = 256  # pixels
_ACTIVATIONS = ("Softmax", "Sigmoid", "LogSoftmax")
_PASSING_ON = ("Identity", "Cast", "Reshape", "Squeeze", "Transpose", "Flatten")
_BANDS = (2, 4)  # the output is also compared below the Nyquist of the coarsest step over these

Maps = Callable[[Array, str], Array]  # of what enters and the name of a tensor: the tensor


@dataclass(frozen=True, eq=False, repr=False)
class OutputShift:
    """The error of the output of a network over shifts of its input.

    Attributes
    ----------
    output : str
        The tensor: the output, or what enters its last softmax or sigmoid.
    are_maps : bool
        Whether it has axes of space; else it is one list of values.
    wraps : bool
        Whether the input is rolled; else it is cut out of a larger image.
    shifts : tuple of int
        Pixels of the input, 0 first.
    errors : Array
        Of each shift: norm of the output moved back less that of no shift, over the norm of the
        latter less its mean. Of maps as many pixels as the largest shift are left out at both ends.
    low : mapping of Fraction to Array
        Of maps the same of both low-passed to what a grid of this step holds, in input pixels: what
        is left when the decoder's own pattern in the output does not count.
    changes : Array
        Of maps the share of samples that change class, NaN where one channel is no logit; of
        values 1 where the largest is another.
    margin : float or None
        Of values how far the largest lies above the second without a shift.
    drift : Array or None
        Of values the largest change of one of them.
    reads_positions : bool
        Whether values are made of maps without pooling over all of space: then part of the drift
        is no aliasing.
    coarsest : int
        The largest step of the network along the axis.
    swaps : tuple of SwappedOutput
        With filters in place of layers.
    """

    output: str
    are_maps: bool
    wraps: bool
    shifts: tuple[int, ...]
    errors: Array
    low: Mapping[Fraction, Array]
    changes: Array
    margin: float | None
    drift: Array | None
    reads_positions: bool
    coarsest: int
    swaps: tuple["SwappedOutput", ...] = ()

    def __repr__(self) -> str:
        worst = float(np.nanmax(self.errors))
        return short_repr(f"<OutputShift of {self.output}: E up to {worst:.3g}>")


@dataclass(frozen=True, eq=False, repr=False)
class SwappedOutput:
    """The output of a network with a filter in place of some of its layers.

    Attributes
    ----------
    op, kind : str
        The filter, and in place of which layers: `blur:k=3`, `max`.
    layers : int
        How many there are.
    distance : float
        Norm of its output less that of the network, both unmoved, over the norm of the latter less
        its mean.
    shift : OutputShift
        Of its own output.
    """

    op: str
    kind: str
    layers: int
    distance: float
    shift: OutputShift

    def __repr__(self) -> str:
        text = (
            f"<SwappedOutput {self.op} for {self.layers} of {self.kind}: {self.distance:.3g} off>"
        )
        return short_repr(text)


def check_shift(shift: int | None) -> None:
    """Raise UsageError for a shift that cannot be meant."""
    if shift is not None and not 1 <= shift <= MOST_SHIFT:
        fix = f"write 1..{MOST_SHIFT} pixels"
        raise UsageError(f"{shift} is no shift", argument("shift"), fix)


def output_shift(
    walk: Walk,
    maps: Maps,
    moved: Callable[[int], Array],
    shift: int,
    *,
    wraps: bool,
    output: str | None = None,
) -> OutputShift:
    """Run a network on an image that moves, and compare its outputs.

    Parameters
    ----------
    walk : Walk
        Of the network, as it is run.
    maps : callable
        Runs the network.
    moved : callable
        Gives what enters, moved by so many pixels.
    shift : int
        The largest shift.
    wraps : bool
        Whether what enters is rolled.
    output : str, optional
        Of the network, of several; the first by default.

    Returns
    -------
    OutputShift

    Raises
    ------
    UsageError
        For a network without an output.
    """
    output, are_logits = _logits(walk.graph, output)
    place = walk.place_of(output)
    steps = [rung.leaving.steps[-1] for rung in walk.rungs.values()]
    coarsest = max(1, int(max(steps, default=Fraction(1))))
    shifts = tuple(range(shift + 1))
    tensors = (maps(moved(d), output) for d in shifts)
    if place is None:
        return _of_values(output, tensors, shifts, wraps, walk, coarsest)
    return _of_maps(output, tensors, shifts, wraps, place, coarsest, are_logits)


def _logits(graph: Graph, output: str | None) -> tuple[str, bool]:
    """Return what enters the last softmax or sigmoid and True, else the first output and False."""
    if not graph.outputs:
        raise UsageError("the model has no output", graph.where, "export it again")
    last = tensor = output or graph.outputs[0]
    while node := graph.producers.get(tensor):
        if node.op in _ACTIVATIONS:
            return node.input(0), True
        if node.op not in _PASSING_ON:
            break
        tensor = node.input(0)
    return last, False


def _reads_positions(walk: Walk, output: str) -> bool:
    """Return whether a tensor is made of maps in another way than by pooling over all of space."""
    pooled = {name for node in walk.pooled for name in node.outputs}
    waiting, seen = [output], set(pooled)
    while waiting:
        tensor = waiting.pop()
        if walk.place_of(tensor) is not None:
            return True
        if tensor in seen:
            continue
        seen.add(tensor)
        node = walk.graph.producers.get(tensor)
        waiting += node.inputs if node else ()
    return False


def _of_values(
    output: str,
    tensors: Iterator[Array],
    shifts: tuple[int, ...],
    wraps: bool,
    walk: Walk,
    coarsest: int,
) -> OutputShift:
    values = [tensor.astype(np.float64).ravel() for tensor in tensors]
    still = values[0]
    scale = float(np.linalg.norm(still - still.mean()))
    differences = [other - still for other in values]
    largest = np.sort(still)[::-1]
    return OutputShift(
        output,
        False,
        wraps,
        shifts,
        np.array([_ratio(np.linalg.norm(d), scale) for d in differences]),
        {},
        np.array([float(np.argmax(v) != np.argmax(still)) for v in values]),
        float(largest[0] - largest[1]) if largest.size > 1 else None,
        np.array([np.abs(d).max() for d in differences]),
        _reads_positions(walk, output),
        coarsest,
    )


def _of_maps(
    output: str,
    tensors: Iterator[Array],
    shifts: tuple[int, ...],
    wraps: bool,
    place: Place,
    coarsest: int,
    are_logits: bool,
) -> OutputShift:
    step = place.steps[-1]
    out = ceil(shifts[-1] / step)
    if 2 * out >= place.sizes[-1]:
        raise UsageError(
            f"the output has {counted(place.sizes[-1], 'column')}: {out} left out at both ends",
            argument("shift", str(shifts[-1])),
            "take a smaller shift or a larger image",
        )
    bands = [
        band for part in _BANDS if (band := Fraction(coarsest, part)) > step and coarsest > part
    ]
    axes = len(place.sizes)
    errors: list[float] = []
    changes: list[float] = []
    low: dict[Fraction, list[float]] = {band: [] for band in bands}
    still: Array | None = None
    for d, tensor in zip(shifts, tensors, strict=True):
        planes = to_planes(tensor, place).astype(np.float64)
        back = _moved_back(planes, Fraction(d) / step)
        still = back if still is None else still
        inside = [x[..., out : x.shape[-1] - out] for x in (back, still)]
        errors.append(_error(*inside))
        has_classes = are_logits or len(back) > 1
        changed = _classes(inside[0]) != _classes(inside[1])
        changes.append(float(np.mean(changed)) if has_classes else float("nan"))
        for band in bands:
            filtered = [low_pass(x, [band / step] * axes) for x in (back, still)]
            low[band].append(_error(*(x[..., out : x.shape[-1] - out] for x in filtered)))
    return OutputShift(
        output,
        True,
        wraps,
        shifts,
        np.array(errors),
        {band: np.array(values) for band, values in low.items()},
        np.array(changes),
        None,
        None,
        False,
        coarsest,
    )


def _moved_back(planes: Array, samples: Fraction) -> Array:
    """Return maps moved back along their last axis: parts of a sample by the phases of waves."""
    if samples.denominator == 1:
        return np.roll(planes, -int(samples), axis=-1)
    axes = planes.ndim - 1
    return fourier_shift(planes, [0.0] * (axes - 1) + [float(samples)])


def _classes(planes: Array) -> Array:
    """Return the class of each sample: the largest channel, or whether the only one is positive."""
    return planes.argmax(axis=0) if len(planes) > 1 else planes[0] > 0


def _error(moved: Array, still: Array) -> float:
    space = tuple(range(1, still.ndim))
    spread = still - still.mean(axis=space, keepdims=True)
    return _ratio(np.linalg.norm(moved - still), float(np.linalg.norm(spread)))


def _ratio(part: "np.floating[Any]", whole: float) -> float:
    return float(part) / whole if whole else float("nan")
