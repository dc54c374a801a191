"""What the figure of a network shows: columns, treads and texts, from the measured network."""

import re
from collections.abc import Sequence

import numpy as np

from sampviz.core.errors import SampvizError, UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import amplitude
from sampviz.dsp.volume_spectrum import amplitude_in_planes
from sampviz.figures.panels.layer_panels import LayerBar, LayerColumn, percent_text
from sampviz.figures.panels.treads import Tread
from sampviz.figures.style import NO_BREAK
from sampviz.networks.ladder import Layer, Network
from sampviz.networks.layer_measures import LayerMeasures, ShownChannel
from sampviz.ops.chain import parse_chains
from sampviz.ops.title import title_of

_NEARLY = 1.1  # times as wide: said as one number
_FEW = 16  # samples along an axis: a spectrum of fewer says little
_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
AS_TRAINED = "as trained"


def treads_of(network: Network) -> tuple[list[Tread], str]:
    """Return the staircase of a network, and the unit of its frequencies.

    Parameters
    ----------
    network : Network
        Its layers.

    Returns
    -------
    treads : list of Tread
        The input, and every layer.
    unit : str
        cycles/mm where the spacing is known, else cycles/px.
    """
    first = network.layers[0]
    pixel = first.spacing or (1.0,) * len(first.size)
    treads = []
    for layer in network.layers:
        steps = entering_steps(network, layer) if layer.number else tuple(map(float, layer.step))
        levels = [
            tuple(0.5 / (step * side) for step, side in zip(own, pixel, strict=True))
            for own in (steps, tuple(map(float, layer.step)))
        ]
        mm = _millimetres(layer.spacing)
        treads.append(Tread(layer.number, layer.size, levels[0], levels[1], mm))
    return treads, "cycles/mm" if first.spacing else "cycles/px"


def _millimetres(spacing: Sequence[float] | None) -> str:
    """Return a spacing as short text: one number where its axes hardly differ."""
    texts = dict.fromkeys(f"{mm:.2g}" for mm in spacing or ())
    if spacing and len(texts) > 1 and max(spacing) < _NEARLY * min(spacing):
        return f"≈{sum(spacing) / len(spacing):.2g}"
    return "×".join(texts)


def entering_steps(network: Network, layer: Layer) -> tuple[float, ...]:
    """Return the distance between samples of the map that enters a layer, in input pixels.

    Parameters
    ----------
    network : Network
        All layers.
    layer : Layer
        One of them, not the input.

    Returns
    -------
    tuple of float
        Those of the last layer before it that has a result of this size; by the sizes where there
        is none, as behind a crop.
    """
    for earlier in reversed(network.layers[: layer.number]):
        if earlier.size == layer.entering:
            return tuple(map(float, earlier.step))
    ratios = (n / m for n, m in zip(layer.entering, layer.size, strict=True))
    return tuple(
        float(step) / (round(ratio) if ratio >= 1 else 1 / round(1 / ratio))
        for step, ratio in zip(layer.step, ratios, strict=True)
    )


def columns_of_network(network: Network, numbers: Sequence[int]) -> list[LayerColumn]:
    """Return the columns of layers.

    Parameters
    ----------
    network : Network
        Was run on an image.
    numbers : sequence of int
        Of the layers; those that have no channel to show are left out.

    Returns
    -------
    list of LayerColumn
    """
    layers = [network.layers[number] for number in numbers]
    labels = swap_labels(layers)
    return [
        column
        for layer in layers
        if layer.measures
        and layer.measures.shown
        and (column := column_of(network, layer, layer.measures, layer.measures.shown, labels))
    ]


def swap_labels(layers: Sequence[Layer]) -> list[str]:
    """Return the filters that stand in place of some layers, each once: `blur:k=3`."""
    swaps = [swap.op for layer in layers if layer.measures for swap in layer.measures.swaps]
    return list(dict.fromkeys(swaps))


def short_label(op: str) -> str:
    """Return a filter in a word: `blur:k=3` is "blur 3", `flc` is "FLC"."""
    name, _, values = op.rpartition("+")[2].partition(":")
    numbers = [value.rpartition("=")[2] for value in values.split(":") if value]
    return " ".join([name.upper() if name == "flc" else name, *numbers])


def title_of_layer(op: str, axes: int = 2) -> str:
    """Return what a layer is, in words; as it is written where nothing is known of it.

    Examples
    --------
    >>> title_of_layer("max:k=3:s=2:p=1"), title_of_layer("conv:k=5:s=2:p=2")
    ('Max pooling 3×3', 'Strided convolution 5×5')
    """
    name, *values = op.split(":")
    given = dict(value.partition("=")[::2] for value in values)
    try:
        title = title_of(parse_chains(name, "the network")[0].steps)
    except SampvizError:
        return op
    sides = given.get("k", "").split("x")
    kernel = "×".join(sides if len(sides) > 1 else sides * axes)
    factor = given.get("f", "2").partition(" ")[0]
    if factor != "2":
        return f"{title}, factor {factor.replace('x', '×')}"
    return f"{title.partition(',')[0]} {kernel}" if kernel.strip("×") else title


def chosen_layers(network: Network, text: str | Sequence[int | str] | None) -> list[int] | None:
    """Return the numbers of layers.

    Parameters
    ----------
    network : Network
        All layers.
    text : str or sequence of (int or str), optional
        Numbers, ranges or names: `1,3,5-8`.

    Returns
    -------
    list of int or None
        In the order of the network; None for all.

    Raises
    ------
    UsageError
        For a layer that there is not.
    """
    if text is None:
        return None
    words = text.split(",") if isinstance(text, str) else list(map(str, text))
    last = len(network.layers) - 1
    names = {layer.name: layer.number for layer in network.layers[1:]}
    numbers: set[int] = set()
    for word in map(str.strip, words):
        if word in names:
            numbers.add(names[word])
            continue
        span = _RANGE.fullmatch(word)
        low, high = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= low <= high <= last:
            raise _no_layer(word, last)
        numbers.update(range(low, high + 1))
    return sorted(numbers)


def _no_layer(word: str, last: int) -> UsageError:
    fix = f"write numbers of layers 1..{last}, as 1,3,5-8, or their names"
    return UsageError(f"no layer is {word[:60]!r}", argument("layers"), fix)


def column_of(
    network: Network,
    layer: Layer,
    measures: LayerMeasures,
    shown: ShownChannel,
    labels: Sequence[str],
) -> LayerColumn | None:
    """Return the column of a channel of a layer; None where nothing of it can be split.

    Parameters
    ----------
    network : Network
        All layers.
    layer : Layer
        One of them.
    measures : LayerMeasures
        Its own.
    shown : ShownChannel
        A channel of it.
    labels : sequence of str
        The filters in place of layers that have bars.

    Returns
    -------
    LayerColumn or None
    """
    if shown.folded is None:
        return None
    before = entering_steps(network, layer)
    strides = tuple(float(s) / b for s, b in zip(layer.step, before, strict=True))
    enlarges = min(strides) < 1
    dense = shown.result if shown.undecimated is None else shown.undecimated
    steps = tuple(map(float, layer.step)) if enlarges else before
    planes, slice_text = _planes(shown, strides)
    down, along = planes.axes
    outside, inside = ("above", "above") if enlarges else ("stake", "fold")
    shares = tuple(_share(measures, name, shown.channel) for name in (outside, inside))
    checkerboard = measures.values.get("checkerboard")
    return LayerColumn(
        layer.number,
        title_of_layer(layer.op, len(layer.size)),
        shown.channel,
        shown.entering_channel,
        planes.entering,
        planes.spectrum(dense),
        planes.result,
        planes.folded,
        float(np.std(shown.result, dtype=np.float64)),
        (strides[down], strides[along]),
        (steps[down], steps[along]),
        (shares[0], shares[1]),
        () if enlarges else _bars(measures, labels),
        (f"checkerboard {percent_text(checkerboard)}",) if checkerboard else (),
        slice_text,
        min(layer.size) < _FEW,
    )


def _share(measures: LayerMeasures, name: str, channel: int) -> float:
    channels = measures.channels.get(name)
    value = np.nan if channels is None else float(channels[channel])
    return measures.values.get(name, 0.0) if np.isnan(value) else value


def _bars(measures: LayerMeasures, labels: Sequence[str]) -> tuple[LayerBar, ...]:
    """Return a bar for the layer as trained, and for each filter; empty where it has not that."""
    swaps = {swap.op: swap.values for swap in measures.swaps}
    pairs = [(AS_TRAINED, measures.values), *((op, swaps.get(op, {})) for op in labels)]
    return tuple(
        LayerBar(
            AS_TRAINED if op == AS_TRAINED else short_label(op),
            values.get("fold"),
            values.get("equivariance"),
        )
        for op, values in pairs
    )


class _Planes:
    """The planes of a channel that are drawn: of a volume one slice."""

    def __init__(self, shown: ShownChannel, across: int | None, index: int, other: int) -> None:
        self.across = across
        rank = shown.result.ndim
        down, along = [axis for axis in range(rank) if axis != across]
        self.axes = down, along
        assert shown.folded is not None
        self.entering = self._take(shown.entering, other)
        self.result, self.folded = (self._take(a, index) for a in (shown.result, shown.folded))

    def _take(self, array: Array, index: int) -> Array:
        return array if self.across is None else np.take(array, index, axis=self.across)

    def spectrum(self, dense: Array) -> Array:
        """Return the centred amplitudes, of a volume summed over the frequencies across."""
        if self.across is None:
            return amplitude(dense)
        return amplitude_in_planes(np.moveaxis(dense, self.across, 0)[None])


def _planes(shown: ShownChannel, strides: Sequence[float]) -> tuple[_Planes, str]:
    """Return the planes of a channel, and which slice they are of a volume: that with most fold."""
    assert shown.folded is not None
    if shown.result.ndim == 2:
        return _Planes(shown, None, 0, 0), ""
    # Across an axis along which nothing is dropped, where there is one: there would be no box.
    across = 0 if strides[1] != 1 or strides[2] != 1 else 2
    energies = np.sum(np.moveaxis(shown.folded, across, 0).astype(np.float64) ** 2, axis=(1, 2))
    index = int(np.argmax(energies))
    last = shown.entering.shape[across] - 1
    other = min(last, round(index * strides[across]))
    text = f"slice{NO_BREAK}{index} of 0..{len(energies) - 1}"
    return _Planes(shown, across, index, other), text
