"""A volume on the page: its slice planes, where their slices lie, their spectra and details."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.slice_choice import (
    choose_slices,
    chosen_axes,
    distance_to_sample,
    spacing_of,
    window_side,
)
from sampviz.analysis.structure_error import structure_errors
from sampviz.core.text import MINUS, three_digits
from sampviz.dsp.grid import Grid
from sampviz.figures.charts.spectrum import RadialCurve, Unit
from sampviz.figures.charts.volume_spectrum import volume_curve
from sampviz.figures.panels.auto_region import detail_region
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.zoom_region import Region
from sampviz.images.geometry import SlicePlane
from sampviz.images.image import Image
from sampviz.images.volume_slice import PLANE_AXES, axes_of_slice, slice_array

_DETAIL_MOST = 0.4  # of the shorter side: a plane that is not much larger is shown whole


def plane_place(image: Image, plane: SlicePlane) -> dict[str, Any]:
    """Return how a slice plane lies in the array, and where its slices are.

    `first` and `step` take the index of a slice to its place: in mm of the scanner where the file
    says which way is up, in mm from the first slice where the spacing alone is known, else in
    voxels.
    """
    geometry, axis = image.geometry, plane.axis
    first, step, letter = 0.0, image.spacing[axis] if image.spacing else 1.0, ""
    across, last = [0.0, 0.0, 0.0], None
    if geometry and plane.plane == "coronal":  # rows of files are turned round: see `nifti`
        last = image.size[axis] - 1
        first, step = last * step, -step
    if geometry and geometry.axes:
        letter, world = "zyx"[axis], 2 - axis
        middle = (np.array(image.size) - 1) / 2
        middle[axis] = 0
        first = float((geometry.affine @ [*middle, 1])[world])
        step = float(geometry.affine[world, axis])
        across = geometry.affine[:3, axis].tolist()
    return {
        "name": plane.title,
        "axis": axis,
        # The axes along which its rows and columns are counted, and whether from their ends.
        "turns": [[other, reverse] for other, reverse in PLANE_AXES[plane.plane]],
        "sizes": list(image.size),
        "count": image.size[axis],
        "index": plane.index,
        "first": first,
        "step": step,
        "letter": letter,
        "unit": "mm" if image.spacing else "voxels",
        "across": across,  # mm in the scanner from slice to slice
        # Slices are counted as `--slice` has them: from here down, where that is not None.
        "last": last,
    }


def slice_distance(image: Image, plane: SlicePlane, grid: Grid) -> str:
    """Return how far the slice of an output is from that of the original; "" for the same place.

    `grid` is that of the output across the plane.
    """
    place = plane_place(image, plane)
    distance = distance_to_sample(grid, plane.index) * place["step"]
    sign = "+" if distance > 0 else MINUS
    return (
        f"slice {sign}{three_digits(abs(distance))} {place['unit']} away"
        if abs(distance) >= 0.05
        else ""
    )


def opening_planes(
    image: Image, evaluations: Sequence[Evaluation]
) -> tuple[tuple[SlicePlane, ...], int]:
    """Return the slices that the page of a volume opens on, and the number of the plane it shows.

    They are those of figures: through the point around which the chains differ most from the ideal
    image, and of the planes the one in which there is the most to see. Slices that were asked for
    stay, and the first plane opens where structure is not looked at, as of label maps.
    """
    planes = image.slice_planes
    errors = structure_errors(image, evaluations)
    if not errors:
        return planes, 0
    choice = choose_slices(image, errors)
    _, best = chosen_axes(image, [evaluation.grids for evaluation in evaluations], choice)
    opened = tuple(p.at(choice.point[p.axis]) if p.texts else p for p in planes)
    return opened, next((i for i, plane in enumerate(planes) if plane.axis == best), 0)


def plane_regions(panel_data: PanelData, slices: Sequence[PanelData]) -> list[Region]:
    """Return the detail of the slice of each plane: where structure differs most from the ideal.

    It is so large that it has some samples of all outputs; where that is most of a plane, all.
    `panel_data` is of the volume, `slices` are of its planes.
    """
    image = panel_data.image
    sides = [n * mm for n, mm in zip(image.size, spacing_of(image), strict=True)]
    extent = window_side(
        image,
        [float(max(c.grids[axis].step for c in panel_data.columns)) for axis in range(3)],
    )
    errors = structure_errors(image, panel_data.evaluations.values())
    brightest = panel_data.windows[0].limits[1]
    regions = []
    for plane, scene in zip(image.slice_planes, slices, strict=True):
        shorter = min(sides[axis] for axis in axes_of_slice(plane))
        if extent > _DETAIL_MOST * shorter:
            regions.append(Region(0, 0, *scene.image.size))
            continue
        cuts = {
            cut: slice_array(errors[evaluation], column.grids, plane)
            for column, cut in zip(panel_data.columns, scene.columns, strict=True)
            if (evaluation := panel_data.evaluations.get(column)) in errors
        }
        regions.append(detail_region(scene.image, scene.columns, cuts, brightest, extent=extent))
    return regions


def plane_curves(image: Image, columns: Sequence[Column], plane: SlicePlane) -> list[RadialCurve]:
    """Return the radial spectra within the slices of a plane, the mean over the slices."""
    unit: Unit = "mm" if image.spacing else "px"
    return [volume_curve(image, column, unit, axes_of_slice(plane)) for column in columns]
