"""`Image`: an array with its name, its geometry and what is known of its file.

Chains work on plain arrays; an image is what they are read from, and what figures say of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.core.text import counted, short_repr
from sampviz.dsp.dtypes import Array, as_number
from sampviz.dsp.grid import Grids, Size
from sampviz.images.geometry import Geometry, SlicePlane
from sampviz.images.thumbnail import Thumbnail

if TYPE_CHECKING:
    from sampviz.images.formats.nifti_header import Header

# Luma of Rec. 601, the grey that OpenCV and Pillow make of a colour image.
LUMA = (0.299, 0.587, 0.114)
UNNAMED = "array"  # the format of what is no file, or does not say of which it is
_MOST_SHOWN = 24  # labels in a text
# The ranges of arrays, by the name of their type, and how they are known.
ARRAY_RANGES = {"uint8": ((0.0, 255.0), "8 bit"), "bool": ((0.0, 1.0), "false and true")}


@dataclass(frozen=True)
class FileFacts:
    """What a file holds, as stored.

    Parameters
    ----------
    format : str
        Such as "PNG, grey" or "NIfTI-1".
    shape : tuple of int
        Of the stored array.
    dtype : str
        Of the stored numbers.
    header : Header, optional
        Of a NIfTI: what is written again of it.
    facts : mapping of str to str
        What else is known of the file, such as the name of the array that is read.
    """

    format: str
    shape: tuple[int, ...]
    dtype: str
    header: "Header | None" = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Labels:
    """That the numbers of an image are labels: names of regions, not amounts.

    Parameters
    ----------
    ids : tuple of int
        The labels that it has, in rising order.
    source : str
        How that is known.
    palette : tuple of (int, int, int)
        The colours of labels 0, 1 .. that a file brings, 0..255; empty for our own.
    """

    ids: tuple[int, ...]
    source: str
    palette: tuple[tuple[int, int, int], ...] = ()

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.ids[:_MOST_SHOWN])) + ", .." * (len(self.ids) > _MOST_SHOWN)
        return f"{shown} ({self.source})"


@dataclass(frozen=True, eq=False)
class Image(Thumbnail):
    """One image, a plane or a volume.

    Parameters
    ----------
    array : ndarray
        (H, W), (3, H, W) in `colour`, or (C, H, W) for feature maps. A volume is (D, H, W), or
        (T, D, H, W) for a series: slices from the feet up, rows from the front, columns from the
        left. float32, or float64 or complex if that was stored.
    name : str
        What it is called on figures.
    file : FileFacts
        What the file holds.
    geometry : Geometry, optional
        Where pixels are in space; None where the file does not say.
    range : tuple of float, optional
        The range of values that the format or the header says (0..255 for 8 bit); None where the
        values themselves are the only range that is known; see `value_range`.
    taken : str
        Which slice, frame or channel of the file it is; "" for all of it.
    notes : tuple of str
        What a reader should know, such as an oblique affine.
    colour : bool
        Whether the three channels are red, green and blue.
    slice_planes : tuple of SlicePlane
        Of a volume, the slices that figures show; empty for a plane.
    range_source : str
        How `range` is known, such as "8 bit"; without one how many bits of the file are used.
    header_window : tuple of float, optional
        The values that the header says are drawn black and white (cal_min and cal_max of a NIfTI).
    choices : tuple of str
        What was decided that the file does not say, with the option that decides otherwise.
    labels : Labels, optional
        Of a label map; None where values are amounts.
    source : str
        The path or sample that it was read from; "" where there is none.
    scale : str
        Which scale its values were brought to: `unit`, `zscore` or `none`.
    window_source : str
        Which elements say `header_window`, and after a comma what was chosen among several.

    Examples
    --------
    >>> from sampviz import Image, load
    >>> [round(mm, 2) for mm in load("sample:t1").spacing]
    [0.94, 0.9]
    >>> Image.of(np.eye(8), "diagonal", spacing=(1.0, 0.5)).size
    (8, 8)
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
    range_source: str = ""
    header_window: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    labels: Labels | None = None
    source: str = ""
    scale: str = "none"
    window_source: str = "cal_min and cal_max"

    def __repr__(self) -> str:
        sides = "x".join(map(str, self.array.shape)) + f" {self.array.dtype}"
        spacing = " x ".join(f"{mm:.4g}" for mm in self.spacing or ())
        parts = [sides, spacing and f"{spacing} mm", self.taken]
        return short_repr(f"<Image {self.name}: {', '.join(filter(None, parts))}>")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Return the pixels, for `np.asarray(image)`."""
        return np.array(self.array, dtype, copy=copy)

    @property
    def axes(self) -> int:
        """The number of spatial axes, the last of the array: 2, or 3 for a volume."""
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
        """Make an image of an array.

        Parameters
        ----------
        array : array_like
            (H, W), or (C, H, W) for channels; real or complex. An array of uint8 has the range
            0..255.
        name : str
            What it is called on figures.
        spacing : tuple of float, optional
            Millimetres between rows and between columns.

        Returns
        -------
        Image
            float32, or float64 or complex where the array is.

        Raises
        ------
        UsageError
            If it holds no numbers, or has another shape, or for a spacing that cannot be.

        Examples
        --------
        >>> Image.of(np.zeros((64, 48)), "zeros", spacing=(1.0, 1.5)).spacing
        (1.0, 1.5)
        """
        shape = "give an array of H x W or C x H x W"
        try:
            values = as_number(array)
        except TypeError as err:
            raise UsageError(str(err), name, shape) from None
        if values.ndim not in (2, 3) or 0 in values.shape:
            raise UsageError(f"shape {values.shape} is no image", name, shape)
        dtype = np.asarray(array).dtype.name
        value_range, source = ARRAY_RANGES.get(dtype, (None, ""))
        return cls(
            values,
            name,
            FileFacts(UNNAMED, values.shape, dtype),
            Geometry.of_spacing(spacing, name) if spacing else None,
            value_range,
            notes=nonfinite_note(values),
            range_source=source,
        )

    def after(self, array: Array, grids: Grids) -> "Image":
        """Return the image of an output of a chain.

        Parameters
        ----------
        array : ndarray
            The output: (.., h, w), or (.., d, h, w) of a volume.
        grids : tuple of Grid
            Where its samples lie along each spatial axis, in pixels of this image.

        Returns
        -------
        Image
            With the geometry of the output.
        """
        geometry = self.geometry.after(grids) if self.geometry else None
        colour = self.colour and array.shape[:-2] == (3,)
        return replace(self, array=array, geometry=geometry, colour=colour)


def nonfinite_note(array: Array) -> tuple[str, ...]:
    """Say how many values are NaN or infinite.

    Parameters
    ----------
    array : ndarray
        Real or complex, of any shape.

    Returns
    -------
    tuple of str
        One note, or none if all values are finite.

    Examples
    --------
    >>> nonfinite_note(np.array([1.0, np.nan]))
    ('1 NaN among 2 values',)
    """
    if np.isfinite(array).all():
        return ()
    nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    counts = [f"{n} {word}" for n, word in ((nan, "NaN"), (infinite, "infinite")) if n]
    return (f"{' and '.join(counts)} among {counted(array.size, 'value')}",)


def luminance(array: Array) -> Array:
    """Return the luminance of an array in colour (Rec. 601).

    Parameters
    ----------
    array : ndarray
        (3, H, W): red, green and blue.

    Returns
    -------
    ndarray
        (H, W), of the same type.
    """
    return np.tensordot(np.array(LUMA, array.dtype), array, axes=1)


def magnitude(array: Array) -> Array:
    """Return the magnitude of complex numbers; an array of real numbers as it is.

    Parameters
    ----------
    array : ndarray
        Real or complex, of any shape.

    Returns
    -------
    ndarray
        Real, of the same shape.
    """
    if array.dtype.kind != "c":
        return array
    with np.errstate(over="ignore"):
        return np.abs(array)
