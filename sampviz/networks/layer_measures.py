"""What a layer does to the map that enters it: the numbers, and the channel to look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import variation

Shares = tuple[float, Array]  # of all channels together, and of each

NEGLIGIBLE = 1e-12  # of the energy of a map: rounding, in float32
_LEAST_VARIATION = 1e-6  # of that of the largest channel, for a median
_CONSTANT = "the map is constant"


@dataclass(frozen=True, eq=False, repr=False)
class ShownChannel:
    """The channel of a layer that has most of what the layer does, of those that vary most.

    It has the largest share away from the borders, among the channels whose variation there is
    at least that of the mean of all.

    Attributes
    ----------
    channel, entering_channel : int
        Of the result, and of the map that enters: the same one where each channel is made of one;
        else that of which most reaches it that the result cannot hold.
    entering, result : Array, shape (H, W) or (D, H, W)
        The map that enters, and the result.
    undecimated : Array or None
        The result at every sample, of which the layer keeps every s-th; None of other layers.
    folded : Array or None
        The part of the result that was folded; of layers that enlarge, the part above the Nyquist
        frequency of the map that enters.
    """

    channel: int
    entering_channel: int
    entering: Array
    result: Array
    undecimated: Array | None
    folded: Array | None


@dataclass(frozen=True, eq=False, repr=False)
class SwapMeasures:
    """What a filter in the place of a layer would do to the same map.

    Attributes
    ----------
    op : str
        What stands behind the layer at stride 1: `blur:k=3`.
    values : mapping of str to float
        `fold`, `fold_inner`, `equivariance`, and `variation`, of the result as trained.
    channels : mapping of str to Array
        The same of each channel; NaN where it is undefined.
    """

    op: str
    values: Mapping[str, float]
    channels: Mapping[str, Array]

    def __repr__(self) -> str:
        return short_repr(f"<SwapMeasures {self.op}: {_numbers(self.values)}>")


@dataclass(frozen=True, eq=False, repr=False)
class LayerMeasures:
    """What a layer does to the map that enters it.

    Attributes
    ----------
    values : mapping of str to float
        The measures by name, of all channels together.
    channels : mapping of str to Array
        The same of each channel of the result; NaN where it is undefined.
    undefined : mapping of str to str
        Why others have no value.
    shown : ShownChannel or None
        The channel to look at; None where none varies.
    swaps : tuple of SwapMeasures
        With filters in the place of the layer.
    notes : tuple of str
        What to know of the values.
    kept : tuple of ShownChannel
        The channel to look at and, as many as were to be kept, those behind it by their share.
    """

    values: Mapping[str, float]
    channels: Mapping[str, Array]
    undefined: Mapping[str, str] = field(default_factory=dict)
    shown: ShownChannel | None = None
    swaps: tuple[SwapMeasures, ...] = ()
    notes: tuple[str, ...] = ()
    kept: tuple[ShownChannel, ...] = ()

    def __repr__(self) -> str:
        return short_repr(f"<LayerMeasures: {_numbers(self.values)}>")


def _numbers(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())


def measures_of(
    shares: Mapping[str, Shares], undefined: Mapping[str, str], kept: Sequence[ShownChannel] = ()
) -> LayerMeasures:
    """Return measures; those that are no numbers are undefined, as of constants."""
    totals = {name: total for name, (total, _) in shares.items()}
    values = {name: total for name, total in totals.items() if not np.isnan(total)}
    constant = dict.fromkeys(totals.keys() - values.keys(), _CONSTANT)
    channels = {name: of_each for name, (_, of_each) in shares.items()}
    return LayerMeasures(
        values, channels, {**constant, **undefined}, next(iter(kept), None), kept=tuple(kept)
    )


def per_channel(measure: Callable[[Array], float], x: Array) -> Array:
    """Return a number for each channel."""
    return np.array([measure(channel) for channel in x])


def variation_of(axes: int) -> Callable[[Array], float]:
    """Return the function that gives the variation of planes or volumes."""
    return lambda channel: variation(channel, axes)


def shares_of(parts: Array, wholes: Array, scales: Array) -> Shares:
    """Return the share of all channels together, and of each.

    Parameters
    ----------
    parts, wholes, scales : Array, shape (C,)
        Energies of each channel; what is less than 1e-12 of that of the map is rounding.

    Returns
    -------
    tuple of float and Array
        NaN where nothing varies.
    """
    part, whole, scale = (float(energies.sum()) for energies in (parts, wholes, scales))
    total = part / whole if whole > NEGLIGIBLE * scale else float("nan")
    return 0.0 if part <= NEGLIGIBLE * scale < whole else total, channel_shares(
        parts, wholes, scales
    )


def channel_shares(parts: Array, wholes: Array, scales: Array) -> Array:
    """Return the share of each channel; NaN where it does not vary."""
    varies = wholes > NEGLIGIBLE * scales
    shares = np.full(len(parts), np.nan)
    np.divide(np.where(parts > NEGLIGIBLE * scales, parts, 0.0), wholes, out=shares, where=varies)
    return shares


def median_share(shares: Array, wholes: Array) -> float:
    """Return the median over channels that vary; NaN where none does."""
    varies = (wholes >= _LEAST_VARIATION * wholes.max(initial=0.0)) & np.isfinite(shares)
    return float(np.median(shares[varies])) if varies.any() else float("nan")


def channels_to_show(shares: Array, variations: Array, count: int) -> list[int]:
    """Return the channels with the largest shares, first those that vary more than the mean.

    Parameters
    ----------
    shares : Array, shape (C,)
        NaN where a channel does not vary.
    variations : Array, shape (C,)
        Of each channel.
    count : int
        How many channels at most.

    Returns
    -------
    list of int
        None at all where no channel that varies more than the mean has a share.
    """
    varies = variations >= variations.mean()
    order = np.lexsort((-shares, ~varies))  # NaN last
    defined = [int(channel) for channel in order if not np.isnan(shares[channel])]
    return defined[:count] if (varies & ~np.isnan(shares)).any() else []
