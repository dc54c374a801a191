"""What the rows of one scene are drawn from: its columns, their windows, spectra, evaluations.

Spectra and evaluations are expensive and needed by several rows, so they are computed once, when
a row first needs them.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sampviz.analysis.evaluation import Evaluation, evaluate, source_of
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.spectrum import amplitude
from sampviz.dsp.volume_spectrum import amplitude_in_planes
from sampviz.figures.panels.colormap import apply_colormap_to_stack
from sampviz.figures.panels.column import Column, Zoom
from sampviz.figures.panels.panel import Panel
from sampviz.figures.panels.panel_windows import PanelWindow
from sampviz.figures.panels.volume_cut import VolumeCut
from sampviz.figures.panels.zoom_region import Region
from sampviz.images.image import Image
from sampviz.images.intensity_window import Limits


@dataclass(frozen=True, eq=False)
class PanelData:
    """What all rows of a scene are drawn from.

    Parameters
    ----------
    image : Image
        The original, a plane.
    columns : tuple of Column
        The original, then the outputs of the chains.
    zoom : tuple of int
        Figure pixels per pixel of the original, rows and columns.
    windows : tuple of PanelWindow
        One for each column.
    colormap : str
        The colour map of the image row.
    mirrored : bool
        Whether left and right are exchanged when drawn: the radiological convention.
    crop : Region, optional
        What is shown of the images; None for all.
    cut : VolumeCut, optional
        The slice of a volume that the scene is; spectra and evaluations are of the whole volume.
    """

    image: Image
    columns: tuple[Column, ...]
    zoom: Zoom
    windows: tuple[PanelWindow, ...]
    colormap: str
    mirrored: bool
    crop: Region | None = None
    cut: VolumeCut | None = None

    @cached_property
    def spectra(self) -> list[Array]:
        """The amplitude spectrum of every column, (H, W), the mean in the middle."""
        if self.cut:
            return [self.spectrum_of(column.stack) for column in self.cut.volume.columns]
        return [
            self.spectrum_of(column.grey if column.colour else column.stack)
            for column in self.columns
        ]

    @cached_property
    def evaluations(self) -> dict[Column, Evaluation]:
        """The evaluation of every chain, by its column."""
        if self.cut:
            return dict(zip(self.columns[1:], self.cut.volume.evaluations, strict=True))
        source = source_of(self.image)
        return {
            column: evaluate(source, column.chain, column.array)
            for column in self.columns
            if column.chain
        }

    def at(self, zoom: Zoom, crop: Region | None) -> "PanelData":
        """Return the same at another zoom and crop; what was computed of it is kept."""
        return self._kept(replace(self, zoom=zoom, crop=crop))

    def of(self, image: Image) -> "PanelData":
        """Return the same of the image with other slices; what was computed of it is kept."""
        return self._kept(replace(self, image=image))

    def _kept(self, other: "PanelData") -> "PanelData":
        for name in ("spectra", "evaluations"):
            if name in vars(self):
                vars(other)[name] = vars(self)[name]
        return other

    @property
    def source(self) -> Image:
        """What was compared: the image, or the volume that it is a slice of."""
        return self.cut.volume.image if self.cut else self.image

    def slice_of(self, column: Column, array: Array) -> Array:
        """Return what lies in the scene of an array of the evaluation of a column, (.., h, w)."""
        return self.cut.of(array, self.evaluations[column]) if self.cut else array

    def spectrum_of(self, stack: Array) -> Array:
        """Return the amplitude spectrum of planes, or of all slices of volumes, (H, W)."""
        if self.cut:
            return amplitude_in_planes(self.mirror(self.cut.all_of(stack)))
        return _mean_spectrum(self.mirror(stack))

    @property
    def spectrum_reference(self) -> str:
        """What 0 dB of the spectra is: the original's maximum, unless that has a NaN."""
        return spectrum_reference(self.spectra[0])

    def single_column(self, i: int) -> "PanelData":
        """Return the same with column `i` alone."""
        return replace(self, columns=(self.columns[i],), windows=(self.windows[i],))

    def mirror(self, array: Array) -> Array:
        """Return an array as it is drawn: its last axis reversed if `mirrored`.

        Operations never see it so.
        """
        return array[..., ::-1] if self.mirrored else array

    def column_panel(
        self, column: Column, stack: Array, limits: Limits, zoom: Zoom, text_below: str = ""
    ) -> Panel:
        """Return the panel of the channels of a column, or of a part of them.

        Parameters
        ----------
        column : Column
            Says whether the channels are colours, and how fine its samples are.
        stack : ndarray
            (C, H, W), real, not yet mirrored.
        limits : tuple of float
            The values of the first and the last colour.
        zoom : tuple of int
            Figure pixels per pixel of the original.
        text_below : str
            The lines under the panel.

        Returns
        -------
        Panel
        """
        oriented = self.mirror(stack)
        colormap = column.labels or self.colormap
        pixels = apply_colormap_to_stack(oriented, limits, colormap, colour=column.colour)
        return Panel(pixels, column.zoom(zoom), text_below, array=oriented, limits=limits)


def spectrum_reference(spectrum: Array) -> str:
    """Return what 0 dB of spectra is, of which that of the original is given."""
    return "its maximum" if np.isnan(spectrum).any() else "the original's maximum"


def _mean_spectrum(stack: Array) -> Array:
    """Return the amplitude spectrum; of several channels the root of their mean power."""
    amplitudes = np.array([amplitude(channel) for channel in stack])
    scale = amplitudes.dtype.type(power_of_two(amplitudes))
    return np.sqrt(np.mean((amplitudes / scale) ** 2, axis=0)) * scale
