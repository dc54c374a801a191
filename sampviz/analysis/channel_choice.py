"""The channel with the most of a measure: `channel="by=alias"`.

Readers of files give all channels for it: what chains make of each is measured here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sampviz.analysis.arguments import ChainsLike, ImageLike
from sampviz.analysis.default_chains import chains_by_default, default_chains
from sampviz.analysis.measure import measure
from sampviz.analysis.metric import Metric
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.errors import SampvizWarning, UsageError, argument
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.warn import warn
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.images.label_map import mark_labels
from sampviz.images.load import load_selected
from sampviz.images.selection import Selection
from sampviz.images.value_range import value_range
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.convert import as_chains

_BY_NUMBER = "give the number of a channel"
_Read = Callable[[Selection], Image]


def load_channel(image: ImageLike, by: str, chains: ChainsLike = None, **selection: Any) -> Image:
    """Read the channel of an image of which chains make the most of a measure.

    As `--channel by=alias` on the command line. The value of a channel is the largest that any of
    the chains, applied once, has; of equal channels the first is taken.

    Parameters
    ----------
    image : path or array_like
        A file, ``"sample:NAME"``, or an array of (C, H, W); with ``volume=True`` of (C, D, H, W).
    by : str
        The name of a measure, see `sampviz measure --list`.
    chains : str, Chain, operation, function, torch module, or sequence of these, optional
        What is measured; by default those that `compare` takes of such channels, which is said.
    **selection
        Which picture of it, as in `load`: `frame`, `slice`, `scale` ..

    Returns
    -------
    Image
        The one that `load` reads with the number of the channel; `taken` says which.

    Raises
    ------
    UsageError
        For an unknown measure, one that no channel has, and an image without channels.
    InputError
        For a file that cannot be read.

    Warns
    -----
    SampvizWarning
        Says which channel is taken.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> waves = np.cos(2 * np.pi * np.outer([2, 6, 13], np.arange(32)) / 32)
    >>> maps = np.repeat(waves[:, None], 32, axis=1)  # three channels of 32x32 px
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     load_channel(maps, "alias", "stride").taken
    'channel 2 of 0..2, most alias'
    """
    wanted = {**selection, "channel": f"by={by}"}
    if chains is None:
        read, chosen = _reading(image, wanted)
        parsed = default_chains(_planes(_all_channels(read, chosen), chosen))
    else:
        parsed = as_chains(chains)
    return as_chosen_image(image, parsed, **wanted)


def as_chosen_image(image: ImageLike, chains: Sequence[Chain], **selection: Any) -> Image:
    """Return an image as `as_image` does; of channels the one that a measure chooses, if asked."""
    return _read_chosen(*_reading(image, selection), chains)


def load_chosen(
    source: str, selection: Selection, chains: Sequence[Chain] | None, name: str = ""
) -> Image:
    """Read a file as `load_selected` does; of channels the one that a measure chooses, if asked.

    None stands for the chains that are compared by default.
    """
    return _read_chosen(lambda chosen: load_selected(source, chosen, name), selection, chains)


def _reading(image: ImageLike, values: Mapping[str, Any]) -> tuple[_Read, Selection]:
    """Return what reads an image as a selection says, and the one that `values` make."""

    def read(chosen: Selection) -> Image:
        changed = {"channel": chosen.channel, "scale": chosen.scale, "as_": chosen.as_}
        return as_image(image, **{**values, **changed})

    return read, Selection.of(values)


def _read_chosen(read: _Read, selection: Selection, chains: Sequence[Chain] | None) -> Image:
    """Return what `read` reads of a selection; one by a measure is made one by its number first.

    So nothing differs from what is read of that number but the words on it.
    """
    metric = check_channel(selection, chains)
    if metric is None:
        return read(selection)
    channels = _all_channels(read, selection)
    if chains is None:
        chains = parse_chains(chains_by_default(_planes(channels, selection)))
    with ignored_warnings(SampvizWarning):  # they come again
        number, value, chain = _with_most(channels, metric, chains)
    image = read(replace(selection, channel=number))
    what = f"channel {number} of {len(channels.array)} is taken, with the most {metric.name}"
    warn(f"{image.name}: {what}, {value:.3g} of {chain}")
    return replace(image, taken=f"{image.taken}, most {metric.name}")


def _all_channels(read: _Read, selection: Selection) -> Image:
    # Labels are of one channel: each is marked alone.
    kind = None if selection.as_ == "labels" else selection.as_
    with ignored_warnings(SampvizWarning):  # they come again
        return read(replace(selection, scale="none", as_=kind))


def _planes(channels: Image, selection: Selection) -> list[Image]:
    """Return every channel as an image of its own, as a label map where it is one."""
    planes = [replace(channels, array=plane, colour=False) for plane in channels.array]
    return [mark_labels(plane, selection.as_) for plane in planes]


def check_channel(selection: Selection, chains: Sequence[Chain] | None) -> Metric | None:
    """Return the measure that is to choose the channel; None where none is.

    UsageError for one that there is not, and where there is no chain to be measured; None stands
    for those by default.
    """
    if not selection.channel_measure:
        return None
    (metric,) = parse_metrics(selection.channel_measure, argument("channel"))
    if chains is not None and not chains:
        raise UsageError("there is no chain to be measured", argument("channel"), _BY_NUMBER)
    return metric


def _with_most(channels: Image, metric: Metric, chains: Sequence[Chain]) -> tuple[int, float, str]:
    """Return the number of the channel, the value, and the chain that has it."""
    span = value_range(channels).span or None  # one for all, that they compare
    values: list[tuple[int, float, str]] = []
    reason = ""
    for number, plane in enumerate(channels.array):
        image = replace(channels, array=plane, colour=False)
        for row in measure(image, chains, measures=metric.name, span=span):
            if metric.name in row.values:
                values.append((number, row.values[metric.name], row.chain))
            reason = reason or row.undefined.get(metric.name, "")
    if not values:
        what = f"no channel has a value of {metric.name}: {reason}"
        fix = f"choose another measure or other chains, or {_BY_NUMBER}"
        raise UsageError(what, argument("channel"), fix)
    return max(values, key=lambda entry: (entry[1], -entry[0]))
