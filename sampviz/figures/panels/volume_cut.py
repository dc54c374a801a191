"""The volume that the scenes of a figure are slices of: evaluated once, for all its slices."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sampviz.analysis.evaluation import Evaluation, evaluate, source_of
from sampviz.analysis.slice_choice import (
    SliceChoice,
    choose_slices,
    chosen_axes,
    distance_to_sample,
    spacing_of,
)
from sampviz.analysis.structure_error import structure_errors
from sampviz.core.text import MINUS, three_digits
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.column import Column
from sampviz.figures.style import NO_BREAK
from sampviz.images.geometry import SlicePlane
from sampviz.images.image import Image
from sampviz.images.volume_slice import axes_of_slice, point_in_slice, slice_array, slices_across


@dataclass(frozen=True, eq=False)
class VolumeColumns:
    """A volume and what chains make of it.

    Parameters
    ----------
    image : Image
        The original, a volume.
    columns : sequence of Column
        The original, then the outputs of the chains.
    """

    image: Image
    columns: Sequence[Column]

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        """The evaluation of every chain, of the whole volume."""
        source = source_of(self.image)
        return [evaluate(source, c.chain, c.array) for c in self.columns if c.chain]

    @cached_property
    def structure(self) -> dict[Evaluation, Array]:
        """`structure_errors` of the volume."""
        return structure_errors(self.image, self.evaluations)

    @cached_property
    def choice(self) -> SliceChoice | None:
        """The point that slices go through; None where structure is not looked at."""
        return choose_slices(self.image, self.structure) if self.structure else None

    @cached_property
    def cuts(self) -> "list[VolumeCut]":
        """The slices that a figure shows: those that were asked for, else through `choice`."""
        planes = self.image.slice_planes
        is_asked_for = len(planes) == 1 and not planes[0].texts
        choice = None if is_asked_for else self.choice
        if choice is None:
            return [VolumeCut(self, plane, has_detail=True) for plane in planes]
        axes, best = [planes[0].axis], planes[0].axis
        if len(planes) > 1:
            grids = [evaluation.grids for evaluation in self.evaluations]
            axes, best = chosen_axes(self.image, grids, choice)
        return [
            VolumeCut(self, plane.at(choice.point[plane.axis]), has_detail=plane.axis == best)
            for plane in planes
            if plane.axis in axes
        ]


@dataclass(frozen=True, eq=False)
class VolumeCut:
    """A slice of a volume and of what chains make of it.

    Parameters
    ----------
    volume : VolumeColumns
        What is cut.
    plane : SlicePlane
        The slice of the original.
    has_detail : bool
        Whether a detail is shown of it: of the plane in which there is the most to see.
    """

    volume: VolumeColumns
    plane: SlicePlane
    has_detail: bool

    def of(self, array: Array, evaluation: Evaluation) -> Array:
        """Return the slice of an array on the samples of an output, (.., h, w)."""
        return slice_array(array, evaluation.grids, self.plane)

    def shown_of(self, array: Array, evaluation: Evaluation) -> list[Array]:
        """Return all slices that the figure shows of such an array."""
        return [cut.of(array, evaluation) for cut in self.volume.cuts]

    def all_of(self, array: Array) -> Array:
        """Return all slices of an array in the same plane, (.., n, h, w)."""
        return slices_across(array, self.plane)

    @property
    def window(self) -> tuple[tuple[int, ...], tuple[float, ...]] | None:
        """The point of the volume as row and column of the slice, and the sides around it."""
        choice = self.volume.choice
        if choice is None:
            return None
        spacing = spacing_of(self.volume.image)
        point = point_in_slice(choice.point, self.volume.image.size, self.plane)
        return point, tuple(choice.side / spacing[axis] for axis in axes_of_slice(self.plane))

    def place_text(self, number: int) -> str:
        """Return how far from the slice of the original that of a column lies; "" of itself."""
        if number == 0:
            return ""
        axis = self.plane.axis
        beyond = distance_to_sample(self.volume.columns[number].grids[axis], self.plane.index)
        distance = beyond * spacing_of(self.volume.image)[axis]
        if not distance:
            return "same place"
        unit = "mm" if self.volume.image.spacing else "voxels"
        sign = "+" if distance > 0 else MINUS
        return f"{sign}{three_digits(abs(distance))}{NO_BREAK}{unit}"
