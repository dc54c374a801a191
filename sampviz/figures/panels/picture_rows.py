"""The rows of a comparison: pictures, zooms, spectra, differences."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sampviz.analysis.evaluation import Evaluation, evaluate, source_of
from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.names import as_names
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.interpolate import Method
from sampviz.dsp.spectrum import FLOOR_DB, amplitude, decibels
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    SPECTRUM,
    apply_colormap,
    apply_colormap_to_stack,
)
from sampviz.figures.panels.intensity_window import GreyWindow, Limits
from sampviz.figures.panels.panel import Bar, Box, EdgeLabels, Panel, PanelRow
from sampviz.figures.panels.view import Column, Zoom
from sampviz.figures.panels.zoom_region import Region, samples
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image

ROWS = ("image", "zoom", "spectrum", "difference", "alias", "foldspectrum", "flat")
MEASURED = frozenset({"alias", "foldspectrum", "flat"})  # drawn of trials, which are of planes
# Differences saturate beyond this percentile, or one bright pixel would hide all others.
_DIFFERENCE_PERCENTILE = 99.5
# Beyond these matplotlib draws no scale, or another one.
_BARS = (1e-280, 1e300)


@dataclass(frozen=True, eq=False)
class PanelData:
    """What all rows are drawn from. `mirrored` turns left and right: the radiological view."""

    image: Image
    views: tuple[Column, ...]
    zoom: Zoom  # of the original
    windows: tuple[GreyWindow, ...]
    colours: str
    mirrored: bool

    @cached_property
    def spectra(self) -> list[Array]:
        """The amplitude spectrum of every view."""
        return [
            _spectrum_of(self.seen(view.grey if view.colour else view.stack)) for view in self.views
        ]

    @cached_property
    def trials(self) -> dict[Column, Evaluation]:
        """The trial of every chain."""
        original = source_of(self.image)
        return {
            view: evaluate(original, view.chain, view.array) for view in self.views if view.chain
        }

    @property
    def reference(self) -> str:
        """Whose maximum the spectra are compared with: the original's, unless it holds a NaN."""
        return "its maximum" if np.isnan(self.spectra[0]).any() else "the original's maximum"

    def only(self, i: int) -> "PanelData":
        """Return the same with one picture."""
        return replace(self, views=(self.views[i],), windows=(self.windows[i],))

    def seen(self, array: Array) -> Array:
        """Mirror an array if the convention asks for it; operations never see it mirrored."""
        return array[..., ::-1] if self.mirrored else array

    def painted(
        self, view: Column, stack: Array, limits: Limits, zoom: Zoom, below: str = ""
    ) -> Panel:
        """Return the panel of the channels of a view, or of a part of them, as they are seen."""
        seen = self.seen(stack)
        pixels = apply_colormap_to_stack(seen, limits, self.colours, colour=view.colour)
        return Panel(pixels, view.zoom(zoom), below, array=seen, limits=limits)


def _spectrum_of(stack: Array) -> Array:
    """Return the amplitude spectrum; of several channels the root of their mean power."""
    amplitudes = np.array([amplitude(channel) for channel in stack])
    scale = amplitudes.dtype.type(power_of_two(amplitudes))
    return np.sqrt(np.mean((amplitudes / scale) ** 2, axis=0)) * scale


def image_row(pictures: PanelData, region: Region | None, around: EdgeLabels | None) -> PanelRow:
    """The pictures, each at the physical size of the original.

    `region` is outlined on that, `around` stands around it.
    """
    panels = [
        pictures.painted(view, view.drawn, window.limits, pictures.zoom, window.line)
        for view, window in zip(pictures.views, pictures.windows, strict=True)
    ]
    if region:
        left = (
            pictures.image.size[1] - region.column - region.side
            if pictures.mirrored
            else region.column
        )
        outline = Box(region.row, left, region.side, region.side)
        panels[0] = replace(panels[0], boxes=(outline,))
    return PanelRow("image", tuple(panels), around=around)


def zoom_row(pictures: PanelData, region: Region, room: tuple[int, int]) -> PanelRow:
    """The region in every picture, as large as fits into `room` (figure pixels)."""
    larger = max(
        1,
        min(space // (region.side * zoom) for space, zoom in zip(room, pictures.zoom, strict=True)),
    )
    enlarged = pictures.zoom[0] * larger, pictures.zoom[1] * larger
    panels = []
    for view, window in zip(pictures.views, pictures.windows, strict=True):
        rows, columns = view.grids
        cut = view.drawn[
            ...,
            samples(rows, region.row, region.side),
            samples(columns, region.column, region.side),
        ]
        panels.append(pictures.painted(view, cut, window.limits, enlarged))
    return PanelRow(f"zoom {region}", tuple(panels))


def spectrum_row(pictures: PanelData, *, boxes: bool) -> PanelRow:
    """Log spectra of the mean-removed pictures, in dB below the strongest of the original."""
    panels = [spectrum_panel(pictures, i) for i in range(len(pictures.views))]
    if boxes:
        panels[0] = replace(panels[0], boxes=nyquist_boxes(pictures.views))
    return PanelRow("spectrum", tuple(panels), spectrum_bar(pictures))


def spectrum_panel(pictures: PanelData, i: int) -> Panel:
    """The log spectrum of one picture, with its Nyquist frequency below."""
    view, spectrum = pictures.views[i], pictures.spectra[i]
    reference = float(pictures.spectra[0].max())
    own = reference if np.isfinite(reference) else float(spectrum.max())
    levels, limits = decibels(spectrum, own), (FLOOR_DB, 0.0)
    pixels, zoom = apply_colormap(levels, limits, SPECTRUM), view.zoom(pictures.zoom)
    return Panel(pixels, zoom, _nyquist(view, pictures.image), array=levels, limits=limits)


def spectrum_bar(pictures: PanelData) -> Bar:
    """The colour bar of the spectra."""
    return Bar(SPECTRUM, (FLOOR_DB, 0.0), f"dB below {pictures.reference}", "dB")


def nyquist_boxes(views: Sequence[Column]) -> tuple[Box, ...]:
    """Return a box on the original's spectrum for every new, lower Nyquist frequency."""
    rows, columns = views[0].size
    steps = sorted({(view.grids[0].step, view.grids[1].step) for view in views[1:]})
    return tuple(
        Box(
            rows // 2 + 0.5 - rows / (2 * down),
            columns // 2 + 0.5 - columns / (2 * along),
            rows / down,
            columns / along,
        )
        for down, along in ((float(d), float(a)) for d, a in steps)
        if max(down, along) > 1
    )


def _nyquist(view: Column, image: Image) -> str:
    steps = [float(grid.step) for grid in view.grids]
    line = f"Nyquist {_pair(*(0.5 / step for step in steps))}{NO_BREAK}cycles/px"
    if image.spacing is None:
        return line
    per_mm = (0.5 / (step * mm) for step, mm in zip(steps, image.spacing, strict=True))
    return f"{line}\n{_pair(*per_mm)}{NO_BREAK}cycles/mm"


def _pair(rows: float, columns: float) -> str:
    first, second = f"{rows:.3g}", f"{columns:.3g}"
    return first if first == second else f"{first}x{second}"


def difference_row(pictures: PanelData, method: Method) -> PanelRow:
    """Each output less the original, on the original's pixels, in register."""
    original = pictures.views[0].grey
    differences = {
        view: view.on_original(method) - original
        for view in pictures.views[1:]
        if len(view.grey) == len(original)
    }
    signed = {
        v for v, window in zip(pictures.views, pictures.windows, strict=True) if window.signed
    }
    told = [d for view, d in differences.items() if view not in signed]
    most = signed_limit(told or list(differences.values()))
    limits = (-most, most)
    panels: list[Panel | str] = [
        f"output − original,\n{method} on the\noriginal's pixels,\nin register"
    ]
    for view in pictures.views[1:]:
        if view not in differences:
            panels.append("other channels\nthan the original")
            continue
        seen = pictures.seen(differences[view])
        pixels = apply_colormap_to_stack(seen, limits, DIFFERENCE, colour=False)
        panels.append(Panel(pixels, pictures.zoom, array=seen, limits=limits))
    bar = Bar(DIFFERENCE, limits, "output − original", "", open_ends=True)
    return PanelRow("difference", tuple(panels), bar)


def signed_limit(arrays: Sequence[Array]) -> float:
    """Return the value at which a scale that is centred on zero ends, for all arrays together."""
    pooled = np.abs(np.concatenate([each.ravel() for each in arrays] or [np.empty(0)]))
    pooled = pooled[np.isfinite(pooled)]
    most = float(np.percentile(pooled, _DIFFERENCE_PERCENTILE)) if pooled.size else 0.0
    most = most or float(pooled.max(initial=0.0)) or 1.0
    return min(max(most, _BARS[0]), _BARS[1])


def parse_rows(text: str | Sequence[str] | None, *, zoomed: bool) -> tuple[str, ...]:
    """Read `image,spectrum`; None gives these two, and zoom between them where it is asked for."""
    if text is None:
        return ("image", "zoom", "spectrum") if zoomed else ("image", "spectrum")
    where = f"{argument('rows')} {text!r}"
    rows = as_names(text, where)
    for name in rows:
        if name not in ROWS:
            raise UsageError(
                f"no row is named {name!r}",
                where,
                did_you_mean(name, ROWS, "wanted some of " + ", ".join(ROWS)),
            )
    if len(set(rows)) < len(rows):
        raise UsageError("a row is named twice", where, "name each once")
    return rows
