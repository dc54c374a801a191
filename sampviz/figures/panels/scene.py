"""Scenes: one image and its columns; a volume gives one for each slice plane."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sampviz.figures.panels.column import Column
from sampviz.figures.panels.volume_cut import VolumeColumns, VolumeCut
from sampviz.images.geometry import SlicePlane
from sampviz.images.image import Image
from sampviz.images.volume_slice import slice_array, slice_geometry, slice_grids


@dataclass(frozen=True, eq=False)
class Scene:
    """One image and its columns: what the rows of a figure are drawn from.

    Parameters
    ----------
    label : str
        Names the scene's rows where a figure has several scenes; "" for a single one.
    image : Image
        A plane: the input, or a slice of it.
    columns : tuple of Column
        The original, then the outputs of the chains.
    longest_side : int
        The longest side of the input, in pixels: all slices of a volume are drawn at one zoom.
    cut : VolumeCut, optional
        The slice of a volume that it is.
    """

    label: str
    image: Image
    columns: tuple[Column, ...]
    longest_side: int
    cut: VolumeCut | None = None

    @property
    def has_detail(self) -> bool:
        """Whether a detail is shown of it: of the slices of a volume of one."""
        return self.cut is None or self.cut.has_detail


def scenes_of(
    image: Image, columns: Sequence[Column], *, with_names: bool, choose: bool = False
) -> list[Scene]:
    """Return the scenes of an image: one for a plane, one for each slice plane of a volume.

    Parameters
    ----------
    image : Image
        The input.
    columns : sequence of Column
        The original and the outputs, as `columns_of` returns them.
    with_names : bool
        Whether the figure has several inputs, so that labels must name this one.
    choose : bool
        Whether slices of a volume that were not asked for go through where the chains differ most,
        in the planes that are worth a look; the scenes know the volume then.

    Returns
    -------
    list of Scene
    """
    name = image.name if with_names else ""
    longest_side = max(image.size)
    if not image.slice_planes:
        return [Scene(name, image, tuple(columns), longest_side)]
    cuts = VolumeColumns(image, columns).cuts if choose else None
    planes = [cut.plane for cut in cuts] if cuts else image.slice_planes
    return [
        Scene(
            f"{name} {plane.title if len(planes) > 1 else ''}".strip(),
            *_slice_columns(image, columns, plane),
            longest_side,
            cuts[i] if cuts else None,
        )
        for i, plane in enumerate(planes)
    ]


def _slice_columns(
    image: Image, columns: Sequence[Column], plane: SlicePlane
) -> tuple[Image, tuple[Column, ...]]:
    """Return a slice of a volume, and the same slice of each of its columns."""
    geometry = image.geometry and slice_geometry(image.geometry, image.size, plane)
    array = slice_array(image.array, columns[0].grids, plane)
    slices = tuple(
        replace(
            column,
            array=slice_array(column.array, column.grids, plane),
            grids=slice_grids(column.grids, image.size, plane),
            original_size=array.shape[-2:],
        )
        for column in columns
    )
    image = replace(image, array=array, geometry=geometry, slice_planes=(), taken=plane.text)
    return image, slices
