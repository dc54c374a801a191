"""Measures of layers that enlarge maps, and of those that shrink them otherwise than by strides."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from sampviz.dsp.bandlimited import fourier_shift, low_pass
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy, energy_between
from sampviz.dsp.grid import Grids
from sampviz.dsp.patches import inner
from sampviz.networks.layer_measures import (
    LayerMeasures,
    Shares,
    ShownChannel,
    channel_shares,
    channels_to_show,
    measures_of,
    per_channel,
    shares_of,
    variation_of,
)

Layer = Callable[[Array], Array]  # of planes


def measure_enlarged(layer: Layer, x: Array, grids: Grids, keep: int = 1) -> LayerMeasures:
    """Measure a layer that makes a map larger.

    `above`: energy of the result above the Nyquist frequency of the map that enters, over its
    variation: images of the map, or detail that was made of channels. `checkerboard`: variation of
    what the layer makes of the mean of each channel, over that of the result: a pattern for sure;
    an eighth of each side is left out.

    Parameters
    ----------
    layer : callable
        The layer.
    x : Array, shape (C, H, W) or (C, D, H, W)
        The map that enters.
    grids : tuple of Grid
        Of the result, in samples of the map.
    keep : int
        How many channels are kept to be looked at.

    Returns
    -------
    LayerMeasures
    """
    axes = len(grids)
    space = tuple(range(1, axes + 1))
    y = layer(x)
    above = y - low_pass(y, [max(1 / grid.step, Fraction(1)) for grid in grids])
    flat = layer(np.broadcast_to(x.mean(space, keepdims=True), x.shape).astype(np.float32))
    spread, scales = variation_of(axes), per_channel(energy, y)
    inside = per_channel(spread, inner(y, axes))
    shares = {
        "above": shares_of(per_channel(energy, above), per_channel(spread, y), scales),
        "checkerboard": shares_of(per_channel(spread, inner(flat, axes)), inside, scales),
    }
    of_inside = channel_shares(per_channel(energy, inner(above, axes)), inside, scales)
    # Where channels are mixed: the one that varies most.
    most = None if len(y) == len(x) else int(np.argmax(per_channel(spread, x)))
    kept = []
    for channel in channels_to_show(of_inside, inside, keep):
        entering = channel if most is None else most
        shown = ShownChannel(channel, entering, x[entering], y[channel], None, above[channel])
        kept.append(shown)
    return measures_of(shares, {}, kept)


def measure_shrunk(layer: Layer | None, x: Array, grids: Grids) -> LayerMeasures:
    """Measure a layer that makes a map smaller, but does not keep every s-th sample of another.

    Parameters
    ----------
    layer : callable or None
        The layer, if it is linear.
    x : Array, shape (C, H, W) or (C, D, H, W)
        The map that enters.
    grids : tuple of Grid
        Of the result, in samples of the map.

    Returns
    -------
    LayerMeasures
    """
    axes = len(grids)
    steps = [max(grid.step, Fraction(1)) for grid in grids]
    too_fine = x - low_pass(x, steps)
    spread, scale_x = variation_of(axes), per_channel(energy, x)
    shares = {"nyquist": shares_of(per_channel(energy, too_fine), per_channel(spread, x), scale_x)}
    undefined = {"fold": "it keeps no samples of what it makes at stride 1"}
    if layer is not None:
        y = layer(x)
        scales = per_channel(energy, y)
        of_too_fine = per_channel(energy, layer(too_fine))
        shares["alias"] = shares_of(of_too_fine, per_channel(spread, y), scales)
        shares["equivariance"] = _equivariance(layer, x, y, grids, scales)
    return measures_of(shares, undefined)


def _equivariance(layer: Layer, x: Array, y: Array, grids: Grids, scales: Array) -> Shares:
    axes, inside = len(grids), per_channel(variation_of(len(grids)), inner(y, len(grids)))
    squares = []
    for axis, grid in enumerate(grids):
        if grid.step > 1:
            shifts = [0.0] * axes
            shifts[axis] = 1 / float(grid.step)
            expected = inner(fourier_shift(y, shifts), axes)
            moved = inner(layer(np.roll(x, -1, axis=axis - axes)), axes)
            pairs = zip(moved, expected, strict=True)
            squares.append(np.array([energy_between(a, b) for a, b in pairs]))
    total, channels = shares_of(np.mean(squares, axis=0), inside, scales)
    return float(np.sqrt(total)), np.sqrt(channels)
