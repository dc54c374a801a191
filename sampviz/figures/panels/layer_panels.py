"""The panels of one layer of a network: the map that enters, its spectrum, the result, the fold."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import decibels
from sampviz.figures.panels.colormap import DIFFERENCE, GREY, SPECTRUM, apply_colormap
from sampviz.figures.panels.column import Zoom
from sampviz.figures.panels.panel import Box, Panel
from sampviz.figures.style import NO_BREAK
from sampviz.images.intensity_window import Limits, nonempty_limits

SPECTRUM_LIMITS = (-60.0, 0.0)  # dB; maps of features have less range than images
FOLDED_LIMITS = (-1.0, 1.0)  # standard deviations of the result
_LEFT_OUT = 8  # the part of a side that is left out at each end: borders are no anatomy
_PERCENTILES = (1, 99)
_UNIT = (1, 1)
_BOX, _FRAME = "#ffffff", "#b0b0b0"


@dataclass(frozen=True)
class LayerBar:
    """What one way of sampling makes of all maps of a layer; None where it is not defined.

    Parameters
    ----------
    label : str
        "as trained", or the filter in its place.
    folded : float or None
        Part of the variation that folds at the sampling step, 0..1 and more.
    shift_error : float or None
        Of the maps as they move by a pixel.
    """

    label: str
    folded: float | None
    shift_error: float | None


@dataclass(frozen=True, eq=False)
class LayerColumn:
    """One channel of a layer, as it is drawn.

    Parameters
    ----------
    number : int
        Of the layer in its network.
    title : str
        What it is, in words.
    channel, entering_channel : int
        The channels of the result and of the map that enters that are drawn, from 0 on.
    entering, result : ndarray
        (H, W) and (h, w), a plane of the map that enters and of the result.
    spectrum : ndarray
        Centred amplitudes: of the map at stride 1, of a layer that enlarges those of the result.
    folded : ndarray
        (h, w), what of the result comes from outside the box.
    deviation : float
        The standard deviation of the channel of the result.
    stride : tuple of float
        Down and along: samples of the entering map from one of the result to the next; below 1 for
        layers that enlarge.
    steps : tuple of float
        Down and along: between samples of the finer map, in pixels of the input.
    shares : tuple of float
        Of the variation: of the spectrum outside the box, and of the result what comes from there.
    bars : tuple of LayerBar
        As trained first; none for layers that enlarge.
    below : tuple of str
        Further lines below the last picture.
    slice_text : str
        Which slice of a map of three axes is drawn; "" for planes.
    few_samples : bool
        Whether the result has so few samples that its spectrum says little.
    """

    number: int
    title: str
    channel: int
    entering_channel: int
    entering: Array
    spectrum: Array
    result: Array
    folded: Array
    deviation: float
    stride: tuple[float, float]
    steps: tuple[float, float]
    shares: tuple[float, float]
    bars: tuple[LayerBar, ...] = ()
    below: tuple[str, ...] = field(default=())
    slice_text: str = ""
    few_samples: bool = False

    @property
    def enlarges(self) -> bool:
        """Whether the layer has more samples than the map that enters."""
        return min(self.stride) < 1

    @property
    def name(self) -> str:
        """The column, for programs that look a panel up."""
        return f"layer {self.number}"

    @property
    def _entering_text(self) -> str:
        """Which channel enters, where it is not that of the result."""
        same = self.entering_channel == self.channel
        return "" if same else f"channel{NO_BREAK}{self.entering_channel}"

    @property
    def rank(self) -> tuple[bool, float]:
        """How much of it there is to see: layers that shrink, then what comes from outside."""
        return not self.enlarges, self.bars[0].folded or 0.0 if self.bars else self.shares[1]

    def sizes(self, zoom: Zoom) -> list[tuple[int, int]]:
        """Return the height and width of the panels at a zoom of the finer map, in pixels."""
        arrays = self.entering, self.spectrum, self.result
        pairs = zip(arrays, self.zooms(zoom), strict=False)
        return [(array.shape[0] * down, array.shape[1] * along) for array, (down, along) in pairs]

    def zooms(self, zoom: Zoom) -> tuple[Zoom, Zoom, Zoom, Zoom]:
        """Return the zooms of the four panels at a zoom of the finer map."""
        coarse = self._coarse(zoom)
        if self.enlarges:
            return coarse, zoom, zoom, zoom
        return zoom, zoom, coarse, coarse

    def panels(self, zoom: Zoom) -> tuple[Panel, Panel, Panel, Panel]:
        """Return the four panels of the column.

        Parameters
        ----------
        zoom : tuple of int
            Figure pixels per sample of the finer map, rows and columns.

        Returns
        -------
        tuple of Panel
            The map that enters, the spectrum, the result, and what of it comes from outside.
        """
        sizes = zip(self._panels, self.zooms(zoom), strict=True)
        entering, spectrum, result, folded = (replace(panel, zoom=own) for panel, own in sizes)
        return entering, spectrum, result, folded

    @cached_property
    def _panels(self) -> tuple[Panel, Panel, Panel, Panel]:
        """The panels at zoom 1."""
        outside, inside = (percent_text(share) for share in self.shares)
        word = "above" if self.enlarges else "folded"
        below = "\n".join((f"{word}: {inside}{'*' * self.few_samples}", *self.below))
        return (
            _map_panel(self.entering, self._entering_text, f"map that enters, {self.name}"),
            self._spectrum_panel(f"{outside} outside"),
            _map_panel(self.result, "", f"result, {self.name}"),
            self._folded_panel(below),
        )

    def _coarse(self, zoom: Zoom) -> Zoom:
        """Return the zoom at which the coarser map is as large as the finer one."""
        down, along = (
            max(1, round(pixels * max(step, 1 / step)))
            for pixels, step in zip(zoom, self.stride, strict=True)
        )
        return down, along

    def _spectrum_panel(self, text_below: str) -> Panel:
        maximum = float(self.spectrum.max()) if np.isfinite(self.spectrum).all() else 0.0
        levels = np.maximum(decibels(self.spectrum, maximum), SPECTRUM_LIMITS[0])
        pixels = apply_colormap(levels, SPECTRUM_LIMITS, SPECTRUM)
        box = _box(self.spectrum.shape, self.stride)
        name = f"spectrum, {self.name}"
        return Panel(
            pixels, _UNIT, text_below, (box,), array=levels, limits=SPECTRUM_LIMITS, name=name
        )

    def _folded_panel(self, text_below: str) -> Panel:
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(self.folded == 0, 0.0, self.folded / self.deviation)
        pixels = apply_colormap(parts, FOLDED_LIMITS, DIFFERENCE)
        name = f"from outside the box, {self.name}"
        frame = Box(0, 0, parts.shape[0], parts.shape[1], colour=_FRAME)
        return Panel(
            pixels, _UNIT, text_below, (frame,), array=parts, limits=FOLDED_LIMITS, name=name
        )


def map_limits(array: Array) -> Limits:
    """Return the window of a map: percentiles 1 and 99 of its inner part.

    Parameters
    ----------
    array : ndarray
        (H, W).

    Returns
    -------
    tuple of float
    """
    inner = array[tuple(slice(n // _LEFT_OUT, n - n // _LEFT_OUT) for n in array.shape)]
    finite = inner[np.isfinite(inner)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.percentile(finite, _PERCENTILES)
    return nonempty_limits(float(low), float(high))


def _map_panel(array: Array, text_below: str, name: str) -> Panel:
    limits = map_limits(array)
    pixels = apply_colormap(array, limits, GREY)
    return Panel(pixels, _UNIT, text_below, array=array, limits=limits, name=name)


def _box(size: tuple[int, ...], stride: tuple[float, float]) -> Box:
    """Return the frequencies that the coarser map can hold."""
    factors = [max(step, 1 / step) for step in stride]
    lengths = [n / factor for n, factor in zip(size, factors, strict=True)]
    top, left = (
        n // 2 + 0.5 - length / 2 if length < n else 0.0
        for n, length in zip(size, lengths, strict=True)
    )
    return Box(top, left, lengths[0], lengths[1], colour=_BOX)


def percent_text(share: float) -> str:
    """Return a share in percent, in two digits."""
    percent = 100 * share
    number = f"{percent:.0f}" if percent >= 9.95 or percent == 0 else f"{percent:.1f}"
    return ("<0.1" if 0 < percent < 0.1 else number) + f"{NO_BREAK}%"
