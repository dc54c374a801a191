"""An image and its geometry: what was read, how large a pixel is, which way is left."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array, as_number
from sampviz.dsp.grid import Grids, Size
from sampviz.images.geometry import Geometry, SlicePlane

# Luma of Rec. 601, the grey that OpenCV and Pillow make of a colour image.
LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class FileFacts:
    """What a file holds, as stored: its format, shape and type of number."""

    format: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, eq=False)
class Image:
    """One picture: `array` is (H, W), (3, H, W) in `colour`, or (C, H, W) for feature maps.

    It is float32, or float64 or complex if that was stored. A volume is (D, H, W), or (T, D, H, W)
    for a series: slices from the feet up, rows from the front, columns from the left; then
    `slice_planes` are the slices that are looked at.

    `range` is the range of values that the format gives (0..255 for 8 bit), None where there is
    none. `taken` says which slice, frame or channel it is; `notes` are what a reader should know.
    """

    array: Array
    name: str
    file: FileFacts
    geometry: Geometry | None = None
    range: tuple[float, float] | None = None
    taken: str = ""
    notes: tuple[str, ...] = ()
    colour: bool = False
    slice_planes: tuple[SlicePlane, ...] = ()

    @property
    def axes(self) -> int:
        """How many of the last axes are in space: 2, or 3 for a volume."""
        return 3 if self.slice_planes else 2

    @property
    def size(self) -> Size:
        """Rows and columns; slices, rows and columns of a volume."""
        return self.array.shape[-self.axes :]

    @property
    def spacing(self) -> tuple[float, ...] | None:
        """Millimetres between (slices,) rows and columns, where known."""
        return self.geometry.spacing if self.geometry else None

    @property
    def runs_left_to_right(self) -> bool:
        """Whether the columns are known to run between the patient's left and right."""
        return bool(self.geometry and self.geometry.axes and self.geometry.axes[-1] in "LR")

    @classmethod
    def of(
        cls, array: Any, name: str = "array", spacing: tuple[float, float] | None = None
    ) -> "Image":
        """Make an image of an (H, W) or (C, H, W) array; `spacing` is in mm, rows first."""
        shape = "give an array of H x W or C x H x W"
        try:
            values = as_number(array)
        except TypeError as err:
            raise UsageError(str(err), name, shape) from None
        if values.ndim not in (2, 3) or 0 in values.shape:
            raise UsageError(f"shape {values.shape} is no image", name, shape)
        geometry = None
        if spacing:
            if not all(0 < mm < float("inf") for mm in spacing):
                raise UsageError(f"{spacing} is no spacing", name, "give mm, rows first")
            geometry = Geometry(np.diag([*spacing, 1.0, 1.0]), None)
        known = (0.0, 255.0) if np.asarray(array).dtype == np.uint8 else None
        facts = FileFacts("array", values.shape, str(np.asarray(array).dtype))
        return cls(values, name, facts, geometry, known, notes=nonfinite_note(values))

    def in_unit_range(self) -> "Image":
        """Return the image with its values divided by the largest magnitude of format or input."""
        finite = np.abs(self.array[np.isfinite(self.array)])
        most = max(map(abs, self.range)) if self.range else float(finite.max(initial=0.0))
        if not most > 0:
            return self
        array = self.array / self.array.real.dtype.type(most)
        known = (self.range[0] / most, self.range[1] / most) if self.range else None
        notes = (*self.notes, f"values divided by {most:g}")
        return replace(self, array=array, range=known, notes=notes)

    def after(self, array: Array, grids: Grids) -> "Image":
        """Return the image of an output whose samples lie at `grids`."""
        geometry = self.geometry.after(grids) if self.geometry else None
        colour = self.colour and array.shape[:-2] == (3,)
        return replace(self, array=array, geometry=geometry, colour=colour)


def nonfinite_note(array: Array) -> tuple[str, ...]:
    """Say how many values are NaN or infinite: one note, or none if all are finite."""
    if np.isfinite(array).all():
        return ()
    nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    told = [f"{n} {word}" for n, word in ((nan, "NaN"), (infinite, "infinite")) if n]
    return (f"{' and '.join(told)} among {array.size} values",)


def luminance(array: Array) -> Array:
    """Return the (H, W) plane of an RGB (3, H, W) array."""
    return np.tensordot(np.array(LUMA, array.dtype), array, axes=1)


def magnitude(array: Array) -> Array:
    """Return an array of real numbers as it is, of complex ones the magnitude."""
    if array.dtype.kind != "c":
        return array
    with np.errstate(over="ignore"):
        return np.abs(array)
