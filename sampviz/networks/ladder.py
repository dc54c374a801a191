"""The ladder of resolution of a network: the table behind `sampviz network`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sampviz.core.errors import UsageError, argument, did_you_mean, either
from sampviz.core.notebook import html_table
from sampviz.core.text import counted, short_repr
from sampviz.dsp.dtypes import Array
from sampviz.networks.entering_image import EnteringImage
from sampviz.networks.graph import Graph
from sampviz.networks.kernel_centroid import kernel_centroid
from sampviz.networks.layer_measures import LayerMeasures
from sampviz.networks.meetings import Interval, Meeting, Rung
from sampviz.networks.output_shift import OutputShift

Spacing = tuple[float, ...]
_IN_NOTEBOOK = {"fold": "folded", "equivariance": "shift error"}


@dataclass(frozen=True, repr=False)
class Layer:
    """A layer that changes resolution; the first one is the input.

    Attributes
    ----------
    number : int
        In the order in which they run; 0 is the input.
    name : str
        Of its node in the model; of the input, its name.
    op : str
        What it is, in the grammar of chains: `max:k=2:s=2`; empty for the input.
    entering : tuple of int
        Samples of the map that enters along each axis of space, in the order of the input.
    size : tuple of int
        Samples of the result.
    step : tuple of Fraction
        Distance between samples of the result, in input pixels.
    delta : tuple of (Fraction, Fraction)
        Where sample 0 lies by its nominal position, in input pixels: by the two outermost of the
        paths that lead there. What a kernel has learned may lie elsewhere.
    spacing : tuple of float or None
        Millimetres between samples; None where that of the input is not known.
    measures : LayerMeasures or None
        What it does to the map that enters, where the network was run on an image.
    centroid : tuple of float or None
        Of a convolution with known weights, how far the centroid of their energy lies behind the
        nominal place along each axis, in samples of the map that enters.
    """

    number: int
    name: str
    op: str
    entering: tuple[int, ...]
    size: tuple[int, ...]
    step: tuple[Fraction, ...]
    delta: tuple[Interval, ...]
    spacing: Spacing | None
    measures: LayerMeasures | None = None
    centroid: tuple[float, ...] | None = None

    @property
    def nyquist(self) -> tuple[Fraction, ...]:
        """Highest frequency that the result can hold, in cycles per input pixel."""
        return tuple(1 / (2 * step) for step in self.step)

    @property
    def nyquist_per_mm(self) -> Spacing | None:
        """The same in cycles/mm, where the spacing is known."""
        return self.spacing and tuple(0.5 / mm for mm in self.spacing)

    def __repr__(self) -> str:
        size, step = ("x".join(map(str, values)) for values in (self.size, self.step))
        return short_repr(f"<Layer {self.number} {self.op or 'input'}: {size}, step {step}>")


@dataclass(frozen=True, repr=False)
class Merge:
    """A node in which two branches meet, sample on sample, that came through different layers.

    Attributes
    ----------
    name, op : str
        Of its node in the model: Add, Concat.
    layers : tuple of int
        The numbers of the last layers of both branches: of the deeper one, and of the other.
    size : tuple of int
        Samples along each axis of space.
    step : tuple of Fraction
        Distance between samples, in input pixels.
    apart : tuple of (Fraction, Fraction)
        How far the samples of the deeper branch lie behind those of the other along each axis, by
        their nominal positions, in samples: by the path that moves least, and by the path that
        moves most.
    spacing : tuple of float or None
        Millimetres between samples; None where that of the input is not known.
    """

    name: str
    op: str
    layers: tuple[int, int]
    size: tuple[int, ...]
    step: tuple[Fraction, ...]
    apart: tuple[Interval, ...]
    spacing: Spacing | None

    @property
    def apart_px(self) -> tuple[Interval, ...]:
        """The same in input pixels."""
        return tuple(
            (low * step, high * step)
            for (low, high), step in zip(self.apart, self.step, strict=True)
        )

    @property
    def apart_mm(self) -> tuple[tuple[float, float], ...] | None:
        """The same in mm, where the spacing is known."""
        if self.spacing is None:
            return None
        return tuple(
            (float(low) * mm, float(high) * mm)
            for (low, high), mm in zip(self.apart, self.spacing, strict=True)
        )

    def __repr__(self) -> str:
        apart = "x".join(str(most) for _, most in self.apart)
        return short_repr(f"<Merge {self.name} ({self.op}): {apart} samples apart>")


@dataclass(frozen=True, repr=False)
class Network:
    """What a network does to the resolution of its maps.

    Attributes
    ----------
    layers : tuple of Layer
        The input, and every layer that changes resolution, in the order in which they run.
    merges : tuple of Merge
        Where branches meet that came through different layers.
    pooled : tuple of str
        The nodes that pool all samples of space.
    ends : dict of str to tuple of str
        The nodes behind which nobody knows where samples lie, each with the layers behind it.
    different_steps : dict of str to tuple
        The nodes in which maps of one size meet that have different steps, as behind a resize that
        aligns corners, each with these steps along each axis: they have no one distance, and are
        not among the merges.
    model : str
        The file of the model, without its folder.
    entering : EnteringImage or None
        What entered the network, where it was run on an image.
    entering_maps : mapping of int to Array
        What entered each layer, by its number: see `maps`.
    made_with : mapping
        The SHA-256 of the model and of the image, and the versions of the programs.
    shift : OutputShift or None
        How far the output follows the image, where that was moved.
    """

    layers: tuple[Layer, ...]
    merges: tuple[Merge, ...]
    pooled: tuple[str, ...] = ()
    ends: dict[str, tuple[str, ...]] = field(default_factory=dict)
    model: str = field(default="the model", compare=False)
    entering: EnteringImage | None = None
    entering_maps: Mapping[int, Array] = field(default_factory=dict, compare=False)
    made_with: Mapping[str, Any] = field(default_factory=dict)
    shift: OutputShift | None = None
    different_steps: dict[str, tuple[tuple[Fraction, ...], ...]] = field(default_factory=dict)

    def maps(self, layer: str | int) -> Array:
        """Return the map that enters a layer.

        Parameters
        ----------
        layer : str or int
            Its name, or its number, which may be a text; 0 is the input, of which it is what
            entered the network.

        Returns
        -------
        Array, shape (C, H, W) or (C, D, H, W)
            float32, all channels, before any padding that belongs to the layer.

        Raises
        ------
        UsageError
            For a layer that there is not, and where the network was not run on an image.
        """
        if self.entering is None:
            fix = f"give {either('image', 'INPUT')}"
            raise UsageError("the network was not run on an image", "network", fix)
        number = self.number_of(layer)
        if number == 0:
            return self.entering.array
        if number not in self.entering_maps:
            fix = f"leave {argument('output')} out"
            raise UsageError("the map that enters it was not kept", argument("layer", layer), fix)
        return self.entering_maps[number]

    def number_of(self, layer: str | int) -> int:
        """Return the number of a layer.

        Parameters
        ----------
        layer : str or int
            Its name, or its number, which may be a text; 0 is the input.

        Returns
        -------
        int

        Raises
        ------
        UsageError
            For a layer that there is not.
        """
        numbers = {key: row.number for row in self.layers for key in (row.name, row.number)}
        if layer not in numbers and str(layer).isdecimal():
            layer = int(layer)
        if layer not in numbers:
            names = [row.name for row in self.layers]
            fix = did_you_mean(str(layer), names, f"its layers are {short_repr(', '.join(names))}")
            raise UsageError(f"no layer is {short_repr(repr(layer))}", argument("layer"), fix)
        return numbers[layer]

    def __repr__(self) -> str:
        layers = counted(len(self.layers) - 1, "layer changes", "layers change")
        return f"<Network: {layers} resolution>"

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = [
            [
                str(layer.number),
                layer.op or "input",
                *("x".join(map(str, v)) for v in (layer.size, layer.step, layer.nyquist)),
            ]
            for layer in self.layers
        ]
        headings = ["layer", "what it is", "size", "step px", "Nyquist c/px"]
        if self.entering is not None:
            headings += _IN_NOTEBOOK.values()
            for row, layer in zip(rows, self.layers, strict=True):
                values = layer.measures.values if layer.measures else {}
                row += [f"{values[n]:.3f}" if n in values else "–" for n in _IN_NOTEBOOK]
        return html_table(headings, rows)


def layers_of(
    graph: Graph,
    rungs: Sequence[Rung],
    first: Layer,
    spacing: Spacing | None,
    measures: Sequence[LayerMeasures | None],
) -> tuple[Layer, ...]:
    """Return the rows of the ladder: the input, and the layers behind it."""
    layers = [first]
    for number, (rung, layer_measures) in enumerate(zip(rungs, measures, strict=True), 1):
        place = rung.leaving
        layers.append(
            Layer(
                number,
                rung.name,
                rung.op,
                rung.entering.sizes,
                place.sizes,
                place.steps,
                tuple((axis.low.delta, axis.high.delta) for axis in place.axes),
                _in_mm(place.steps, spacing),
                layer_measures,
                kernel_centroid(graph, rung.node, rung.entering.positions),
            )
        )
    return tuple(layers)


def merge_of(meeting: Meeting, numbers: dict[int, int], spacing: Spacing | None) -> Merge:
    """Return a row of the table of merges.

    Parameters
    ----------
    meeting : Meeting
        As the walk found it.
    numbers : dict of int to int
        Of the layers of the walk, those of the ladder.
    spacing : tuple of float or None
        Of the input, in mm.

    Returns
    -------
    Merge
    """
    deeper, other = (numbers.get(branch, 0) for branch in meeting.branches)
    steps = meeting.place.steps
    return Merge(
        meeting.name,
        meeting.op,
        (deeper, other),
        meeting.place.sizes,
        steps,
        meeting.apart,
        _in_mm(steps, spacing),
    )


def _in_mm(steps: Sequence[Fraction], spacing: Spacing | None) -> Spacing | None:
    return spacing and tuple(float(step) * mm for step, mm in zip(steps, spacing, strict=True))
