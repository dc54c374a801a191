"""A layer that keeps every s-th sample, and the same layer with all of them.

The padding is put around the map by hand, and so much more of it behind that the layer with stride
1 has s samples for each that the layer keeps: its every s-th sample is the result, bit for bit.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.networks.attributes import Windows, bad_node, windows_of
from sampviz.networks.graph import Graph
from sampviz.networks.meetings import Rung
from sampviz.networks.places import Place, relative_grids
from sampviz.networks.runtime import Runtime
from sampviz.networks.window_rules import Padding

_CHUNK_BYTES = 2**24  # of the samples that are computed at once: larger ones leave the caches
_MOST_VALUES = 2**29  # of a map with its padding
_AFFINE = ("Conv", "AveragePool")
_MODES = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}

Channels = tuple[int, int]  # the first, and the one behind the last


def to_planes(tensor: Array, place: Place) -> Array:
    """Return a tensor as (C, H, W) or (C, D, H, W), the axes in the order of the network's input.

    Parameters
    ----------
    tensor : Array
        With the axes of the network.
    place : Place
        Which of them are those of space.

    Returns
    -------
    Array
        All other axes are its channels.
    """
    last = range(-len(place.positions), 0)
    moved = np.moveaxis(tensor, place.positions, tuple(last))
    return np.ascontiguousarray(moved.reshape(-1, *moved.shape[-len(place.positions) :]))


def from_planes(planes: Array, place: Place, shape: Sequence[int]) -> Array:
    """Return planes as the tensor that they were made of; `shape` is its shape then."""
    others = [side for axis, side in enumerate(shape) if axis not in place.positions]
    last = range(-len(place.positions), 0)
    stacked = planes.reshape(*others, *planes.shape[1:])
    return np.ascontiguousarray(np.moveaxis(stacked, tuple(last), place.positions))


class StridedLayer:
    """A convolution, a pooling or a slice that keeps every s-th sample along some axes.

    Parameters
    ----------
    runtime : Runtime
        In which it runs.
    graph : Graph
        Of the network.
    rung : Rung
        The layer.
    shape : sequence of int
        Of the tensor that enters.

    Attributes
    ----------
    steps : tuple of int
        Samples from one that is kept to the next, along each axis of space.
    is_affine : bool
        Whether it is linear but for what it adds.
    """

    def __init__(self, runtime: Runtime, graph: Graph, rung: Rung, shape: Sequence[int]) -> None:
        self._runtime, self._graph, self._rung = runtime, graph, rung
        self._node, self._place, self._shape = rung.node, rung.entering, shape
        self.grids = relative_grids(rung.entering, rung.leaving)
        self.steps = tuple(int(grid.step) for grid in self.grids)
        self.is_slice = rung.op.startswith("stride:")
        self.is_affine = self.is_slice or self._node.op in _AFFINE
        self.size: Size = rung.leaving.sizes
        if not self.is_slice:
            self._windows = self._windows_of_node()

    @property
    def channels(self) -> int:
        """Number of channels of the result."""
        if self._node.op == "Conv":
            shape = self._graph.constant_shape(self._node.input(1))
            return shape[0] if shape else 0
        return prod(self._shape) // prod(self._place.sizes)

    @property
    def keeps_channels(self) -> bool:
        """Whether each channel of the result is made of the one channel of the same number."""
        return self._node.op != "Conv" or self._group == self.channels == self._shape[1]

    def gains(self, channel: int) -> Array:
        """Return for each channel that enters the energy of its kernel in one of the result.

        1 for all of them where the weights are computed, or are too many to look at.
        """
        entering = prod(self._shape) // prod(self._place.sizes)
        weights = self._graph.constant(self._node.input(1))
        if weights is None or self._group > 1:
            per_group = entering // self._group
            first = channel // self._per_group * per_group
            return np.isin(np.arange(entering), np.arange(first, first + per_group)).astype(float)
        kernels: Array = (weights[channel].astype(np.float64) ** 2).reshape(entering, -1)
        return kernels.sum(axis=1)

    @property
    def _group(self) -> int:
        return int(self._node.attributes.get("group", 1)) or 1

    @property
    def _per_group(self) -> int:
        return max(1, self.channels // self._group)

    def chunks(self) -> list[Channels | None]:
        """Return the channels in parts that are computed at once; None stands for all."""
        node = self._node
        is_divisible = len(self._shape) == len(self._place.sizes) + 2 and self._shape[0] == 1
        if node.op == "Conv":
            names = (node.input(1), node.input(2) or node.input(1))
            is_divisible &= all(name in self._graph.constants for name in names)
        if self.is_slice or not is_divisible:
            return [None]
        per_channel = 4 * prod(n * s for n, s in zip(self.size, self.steps, strict=True))
        unit = self._per_group if self._is_grouped else 1
        count = max(unit, _CHUNK_BYTES // per_channel // unit * unit)
        return [(i, min(i + count, self.channels)) for i in range(0, self.channels, count)]

    def chunk_of(self, channel: int) -> Channels | None:
        """Return the fewest channels to compute together with one; None stands for all."""
        if self.chunks() == [None]:
            return None
        unit = self._per_group if self._is_grouped else 1
        first = channel // unit * unit
        return first, first + unit

    @property
    def _is_grouped(self) -> bool:
        return self._node.op == "Conv" and self._group > 1

    def undecimated(self, x: Array, channels: Channels | None = None) -> Array:
        """Return the results of the layer at every sample.

        Parameters
        ----------
        x : Array, shape (C, H, W) or (C, D, H, W)
            The map that enters.
        channels : tuple of int, optional
            Which channels of the result.

        Returns
        -------
        Array
            With `steps` samples for each that the layer keeps, but for a last window that would
            start outside the map.
        """
        if self.is_slice:
            return self._from_first_sample(x)
        return self._run(x, channels, (1,) * len(self.steps))

    def decimated(self, undecimated: Array) -> Array:
        """Return the samples that the layer keeps: its result."""
        every = (slice(None, None, step) for step in self.steps)
        kept = undecimated[:, *every]
        return np.ascontiguousarray(kept[:, *(slice(n) for n in self.size)])

    def linear_part(self, x: Array, channels: Channels | None = None) -> Array:
        """Return the result of an affine layer less what it makes of zeros."""
        if self.is_slice:
            return self.decimated(self._from_first_sample(x))
        return self._run(x, channels, self.steps, is_linear=True)

    def _from_first_sample(self, x: Array) -> Array:
        ends = zip(self.grids, self.steps, strict=True)
        return x[:, *(slice(int(g.delta), int(g.delta) + g.size * s) for g, s in ends)]

    def _windows_of_node(self) -> list[tuple[Windows, int]]:
        """Return for each axis of space the windows, and which of their axes it is."""
        place, padding = self._place, self._rung.padding
        by_tensor = sorted(zip(place.positions, place.sizes, strict=True))
        sizes = [size for _, size in by_tensor]
        if padding:
            sizes = [n + sum(pads) for n, pads in zip(sizes, padding.pads, strict=True)]
        windows = windows_of(self._graph, self._node, tuple(sizes))
        return [(windows, position - 2) for position in place.positions]

    def _run(
        self,
        x: Array,
        channels: Channels | None,
        strides: Sequence[int],
        *,
        is_linear: bool = False,
    ) -> Array:
        node, place = self._node, self._place
        self._check_padded(len(x))
        in_node = []
        for axis, (windows, index) in enumerate(self._windows, 1):
            x, pads = self._padded(x, axis, windows, index, is_linear=is_linear)
            in_node.append(pads)
        order = np.argsort(place.positions)
        attributes: dict[str, Any] = {
            "strides": [int(strides[i]) for i in order],
            "pads": [in_node[i][side] for side in (0, 1) for i in order],
            "auto_pad": None,
        }
        if node.op != "Conv":
            attributes["ceil_mode"] = None
        if node.op == "AveragePool":
            attributes["count_include_pad"] = 0
        if self._is_grouped and channels:
            attributes["group"] = (channels[1] - channels[0]) // self._per_group
        # The axes of space stand where they stood; their sides are others.
        tensor = from_planes(x, place, self._shape)
        y = self._runtime.layer(
            node.input(0),
            node.outputs[0],
            tensor,
            attributes=attributes,
            channels=channels,
            with_bias=not is_linear,
        )
        return to_planes(y, place)

    def _check_padded(self, channels: int) -> None:
        """Refuse padding that would make a map of more values than fit into memory."""
        sides = [
            n + sum(map(abs, windows.pads[index])) + windows.d[index] * windows.k[index] * 2
            for n, (windows, index) in zip(self._place.sizes, self._windows, strict=True)
        ]
        if channels * prod(sides) > _MOST_VALUES:
            text = "x".join(map(str, (channels, *sides)))
            raise bad_node(self._graph, self._node, f"pads its map to {text} values")

    def _padded(
        self, x: Array, axis: int, windows: Windows, index: int, *, is_linear: bool
    ) -> tuple[Array, tuple[int, int]]:
        """Return `x` with its padding along an axis, and what the node has to add itself."""
        n, s, m = x.shape[axis], self.steps[axis - 1], self.size[axis - 1]
        reach = windows.d[index] * (windows.k[index] - 1)
        before, behind = windows.pads[index]
        padding = self._rung.padding
        outer = padding.pads[index] if padding else (0, 0)
        count = max((m - 1) * s + 1, min(s * m, n + before + outer[0]))
        extra = count + reach - (n + before + behind + sum(outer))
        if padding:
            more = max(0, extra) if not behind else 0
            value = 0.0 if is_linear else padding.value
            x = _pad_axis(x, axis, (outer[0], outer[1] + more), padding, value)
            extra -= more
        node = self._node
        if node.op == "AveragePool":
            if not node.attributes.get("count_include_pad", 0):
                kept = x.shape[axis] + min(0, behind + extra)
                return _first(x, axis, kept), (before, max(0, behind + extra))
            x = _pad_axis(x, axis, (before, behind), None, 0.0)
            return _first(x, axis, x.shape[axis] + min(0, extra)), (0, max(0, extra))
        value = -np.inf if node.op == "MaxPool" else 0.0
        x = _pad_axis(x, axis, (before, max(0, behind + extra)), None, value)
        return _first(x, axis, count + reach), (0, 0)


def _pad_axis(
    x: Array, axis: int, pads: tuple[int, int], padding: Padding | None, value: float
) -> Array:
    if min(pads) < 0:  # samples are cut
        kept = slice(max(0, -pads[0]), x.shape[axis] - max(0, -pads[1]))
        x = x[(slice(None),) * axis + (kept,)]
    widths = [(0, 0)] * x.ndim
    widths[axis] = max(0, pads[0]), max(0, pads[1])
    if not any(widths[axis]):
        return x
    mode = padding.mode if padding else "constant"
    if mode == "constant":
        return np.pad(x, widths, constant_values=value)
    return np.pad(x, widths, mode=_MODES[mode])  # type: ignore[call-overload]


def _first(x: Array, axis: int, count: int) -> Array:
    index = [slice(None)] * x.ndim
    index[axis] = slice(count)
    return x[tuple(index)]
