"""Measures of a layer that keeps every s-th sample, on the map that enters it."""

from collections.abc import Sequence
from dataclasses import replace
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
    SwapMeasures,
    channels_to_show,
    measures_of,
    median_share,
    per_channel,
    shares_of,
    variation_of,
)
from sampviz.networks.strided_layer import Channels, StridedLayer
from sampviz.networks.swaps import Swap

_FEW_SAMPLES = 16  # along an axis: a spectrum of fewer says little
_Sums = dict[str, Array]


def measure_strided(
    layer: StridedLayer, x: Array, swaps: Sequence[Swap] = (), keep: int = 1
) -> LayerMeasures:
    """Measure a layer on the map that enters it.

    `nyquist`: energy of the map above the Nyquist frequency of the result, over its variation.
    `stake`: the same of the layer at stride 1. `fold`: energy that folds where samples are dropped,
    over the variation of the result; `fold_inner` away from the borders, `fold_median` of the
    channels. `alias`, of affine layers: energy that the layer makes of what of the map lies above
    that frequency. `equivariance`: how far the result is from moving with the map.

    Parameters
    ----------
    layer : StridedLayer
        The layer.
    x : Array, shape (C, H, W) or (C, D, H, W)
        The map that enters.
    swaps : sequence of Swap
        Filters to try in its place.
    keep : int
        How many channels are kept to be looked at.

    Returns
    -------
    LayerMeasures
    """
    axes = len(layer.steps)
    steps = tuple(map(Fraction, layer.steps))
    too_fine = x - low_pass(x, steps)
    scale_x = per_channel(energy, x)
    entering = per_channel(energy, too_fine), per_channel(variation_of(axes), x), scale_x
    chunks = [_sums(layer, x, too_fine, chunk, swaps) for chunk in layer.chunks()]
    sums = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    scales = sums["energy"]
    shares = {
        "nyquist": shares_of(*entering),
        "stake": shares_of(sums["above"], sums["undecimated"], scales),
        **(
            {"alias": shares_of(sums["alias"], sums["variation"], scales)}
            if layer.is_affine
            else {}
        ),
        "fold": shares_of(sums["folded"], sums["variation"], scales),
        "fold_inner": shares_of(sums["folded inner"], sums["variation inner"], scales),
        "equivariance": _equivariance(sums, "", scales, _moving(layer)),
    }
    if not layer.keeps_channels:  # those of the map are other channels
        shares["nyquist"] = shares["nyquist"][0], np.full(len(scales), np.nan)
    channels = channels_to_show(shares["fold_inner"][1], sums["variation inner"], keep)
    kept = [_shown(layer, x, too_fine, channel) for channel in channels]
    undefined = {} if layer.is_affine else {"alias": "the layer is not linear"}
    measures = measures_of(shares, undefined, kept)
    median = median_share(shares["fold"][1], sums["variation"])
    return replace(
        measures,
        values={**measures.values, **({} if np.isnan(median) else {"fold_median": median})},
        swaps=tuple(_swap_measures(swap, sums, layer) for swap in swaps),
        notes=("few samples",) if min(layer.size) < _FEW_SAMPLES else (),
    )


def _sums(
    layer: StridedLayer, x: Array, too_fine: Array, chunk: Channels | None, swaps: Sequence[Swap]
) -> _Sums:
    """Return the energies of some channels of the result, by name."""
    axes = len(layer.steps)
    steps = tuple(map(Fraction, layer.steps))
    spread = variation_of(axes)
    sums: _Sums = {}
    undecimated = layer.undecimated(x, chunk)
    above = undecimated - low_pass(undecimated, steps)
    result, folded = layer.decimated(undecimated), layer.decimated(above)
    sums["energy"] = per_channel(energy, undecimated)
    sums["above"] = per_channel(energy, above)
    sums["undecimated"] = per_channel(spread, undecimated)
    sums["variation"] = per_channel(spread, result)
    sums["folded"] = per_channel(energy, folded)
    sums["variation inner"] = per_channel(spread, inner(result, axes))
    sums["folded inner"] = per_channel(energy, inner(folded, axes))
    if layer.is_affine:
        sums["alias"] = per_channel(energy, layer.linear_part(too_fine, chunk))
    swapped = {swap: swap.of(undecimated, layer.steps) for swap in swaps}
    for swap, (made, _) in swapped.items():
        swap_folded = swap.folded(undecimated, layer.steps)
        sums[f"{swap} variation"] = per_channel(spread, made)
        sums[f"{swap} folded"] = per_channel(energy, swap_folded)
        sums[f"{swap} variation inner"] = per_channel(spread, inner(made, axes))
        sums[f"{swap} folded inner"] = per_channel(energy, inner(swap_folded, axes))
    for axis in _moving(layer):
        moved = layer.undecimated(np.roll(x, -1, axis=axis - axes), chunk)
        sums[f" moved {axis}"] = _moved(layer.decimated(moved), result, layer.grids, axis)
        for swap, (made, grids) in swapped.items():
            sums[f"{swap} moved {axis}"] = _moved(swap.of(moved, layer.steps)[0], made, grids, axis)
    return sums


def _moving(layer: StridedLayer) -> list[int]:
    return [axis for axis, step in enumerate(layer.steps) if step > 1]


def _moved(of_moved: Array, result: Array, grids: Grids, axis: int) -> Array:
    """Return how far the result of the map moved by a sample is from the result moved."""
    axes = len(grids)
    shifts = [0.0] * axes
    shifts[axis] = 1 / float(grids[axis].step)
    expected = inner(fourier_shift(result, shifts), axes)
    pairs = zip(inner(of_moved, axes), expected, strict=True)
    return np.array([energy_between(a, b) for a, b in pairs])


def _equivariance(sums: _Sums, prefix: str, scales: Array, axes: Sequence[int]) -> Shares:
    """Return the root mean square over the axes, of all channels and of each."""
    mean = sum((sums[f"{prefix} moved {axis}"] for axis in axes), np.zeros(len(scales)))
    mean = mean / max(1, len(axes))
    whole = sums[f"{prefix} variation inner".strip()]
    total, of_each = shares_of(mean, whole, scales)
    return float(np.sqrt(total)), np.sqrt(of_each)


def _swap_measures(swap: Swap, sums: _Sums, layer: StridedLayer) -> SwapMeasures:
    scales = sums["energy"]
    shares = {
        "fold": shares_of(sums[f"{swap} folded"], sums[f"{swap} variation"], scales),
        "fold_inner": shares_of(
            sums[f"{swap} folded inner"], sums[f"{swap} variation inner"], scales
        ),
        "equivariance": _equivariance(sums, str(swap), scales, _moving(layer)),
        "variation": shares_of(sums[f"{swap} variation"], sums["variation"], scales),
    }
    measures = measures_of(shares, {})
    return SwapMeasures(str(swap), measures.values, measures.channels)


def _shown(layer: StridedLayer, x: Array, too_fine: Array, channel: int) -> ShownChannel:
    chunk = layer.chunk_of(channel)
    index = channel - (chunk[0] if chunk else 0)
    undecimated = layer.undecimated(x, chunk)[index : index + 1]
    folded = undecimated - low_pass(undecimated, tuple(map(Fraction, layer.steps)))
    entering = channel
    if not layer.keeps_channels:
        entering = int(np.argmax(layer.gains(channel) * per_channel(energy, too_fine)))
    return ShownChannel(
        channel,
        entering,
        x[entering],
        layer.decimated(undecimated)[0],
        undecimated[0],
        layer.decimated(folded)[0],
    )
