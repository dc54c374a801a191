"""What users bring as an image: a path, an array, or an image of another library.

No other library is imported here: who brings a tensor has imported torch.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import refuse_masked
from sampviz.images.geometry import Geometry
from sampviz.images.image import UNNAMED, Image
from sampviz.images.input_names import distinct_names, stem
from sampviz.images.label_map import mark_labels
from sampviz.images.load import load_selected
from sampviz.images.scale import scaled
from sampviz.images.selection import Selection
from sampviz.images.value_range import with_stored_range

_FIX = "give a path, an array of H x W or C x H x W, or an image of nibabel, PIL, torch or xarray"
_MM_PER_UNIT = {"": 1.0, "mm": 1.0, "cm": 10.0, "m": 1000.0, "um": 0.001, "µm": 0.001}
_MOST_AXES = 5  # (N, C, D, H, W)
_UNEVEN = 1e-3  # of a step: coordinates are rounded


def as_image(value: Any, **selection: Any) -> Image:
    """Return the image that is meant by whatever a user brings.

    Parameters
    ----------
    value
        A path or `sample:NAME`; an array of H x W or C x H x W; an `Image`; an image of nibabel
        (its slice and orientation as of its file), PIL (upright, its colours as of a PNG) or
        SimpleITK; a tensor of torch on any device; a DataArray of xarray, whose evenly spaced
        coordinates are the spacing, in mm unless their `units` say otherwise.
    **selection
        Which picture of it, as in `load`: `plane`, `slice`, `frame`, `channel`, `mosaic`,
        `kspace`, `volume`, `series`, `max_pixels`, `nan`, `as_`, `layout`, `palette`, `scale`,
        `dataset`. Of an array all channels are taken unless some are chosen.

    Returns
    -------
    Image
        An `Image` comes back as it is.

    Raises
    ------
    UsageError
        For what is no image, and for a selection that it does not have.
    InputError
        For a file that cannot be read, or more than `max_pixels`.

    Examples
    --------
    >>> as_image([[0, 1], [2, 3]]).size
    (2, 2)
    >>> as_image("sample:t1", plane="coronal").taken
    'coronal slice 128 of 0..255, y = -3.1 mm'
    """
    if isinstance(value, (str, Path)):
        return load_selected(os.fspath(value), _selection(**selection))
    scale = selection.pop("scale", "none")
    chosen = _selection(**selection)
    if isinstance(value, Image):
        if chosen != Selection():
            raise UsageError("an image that was read is one slice", value.name, "choose in `load`")
        return scaled(value, scale)
    image = with_stored_range(mark_labels(_convert(value, chosen), chosen.as_))
    for note in (*image.notes, *image.choices):
        warn(f"{image.name}: {note}")
    return scaled(image, scale)


def as_image_of(value: Any, axes: int | None) -> Image:
    """Return all channels of the image that is meant, as planes or as a volume.

    Parameters
    ----------
    value
        As for `as_image`.
    axes : {2, 3, None}
        3 reads the volume of a file or an array; None takes an `Image` as it is, and else planes.

    Returns
    -------
    Image
        An `Image` comes back as it is.

    Raises
    ------
    UsageError
        For an `Image` of other axes.
    """
    if axes not in (None, 2, 3):
        raise UsageError(f"{axes} axes", argument("axes"), "2 is for planes, 3 for a volume")
    if not isinstance(value, Image):
        return as_image(value, series=True, volume=axes == 3)
    if axes not in (None, value.axes):
        content = "a volume" if value.axes == 3 else "an image of planes"
        fix = "load it with volume=True" if axes == 3 else "load it without volume"
        raise UsageError(f"{content} has {value.axes} axes, not {axes}", value.name, fix)
    return value


def as_images(value: Any, **selection: Any) -> tuple[Image, ...]:
    """Return the image, or every image of a list or tuple, see `as_image`.

    Files of one name are called by as much of their paths as tells them apart.
    """
    if not isinstance(value, (list, tuple)):
        return (as_image(value, **selection),)
    if not value:
        raise UsageError("there is no image", argument("image"), "give at least one")
    if all(isinstance(row, (list, tuple)) for row in value):  # of numbers
        return (as_image(np.asarray(value), **selection),)
    sources = list(map(_source_of, value))
    name_of_source = dict(zip(sources, distinct_names(sources), strict=True))
    return tuple(
        _named(item, source, name_of_source[source], selection)
        for item, source in zip(value, sources, strict=True)
    )


def _source_of(value: Any) -> str:
    """Return the file that an image was read from, or is to be; "" where there is none."""
    if isinstance(value, (str, Path)):
        return os.fspath(value)
    if isinstance(value, Image):
        return value.source
    if _is(value, "nibabel.spatialimages", "SpatialImage"):
        return os.fspath(value.get_filename() or "")
    return os.fspath(getattr(value, "filename", "")) if _is(value, "PIL.Image", "Image") else ""


def _named(value: Any, source: str, name: str, selection: dict[str, Any]) -> Image:
    """Return an image that is called `name`, unless its user calls it otherwise."""
    if isinstance(value, (str, Path)):
        return load_selected(source, _selection(**selection), name)
    image = as_image(value, **selection)
    return replace(image, name=name) if source and image.name == stem(source) else image


def _selection(slice: str | int | None = None, **options: Any) -> Selection:  # noqa: A002
    return Selection(slice=None if slice is None else str(slice), **options)


def _convert(value: Any, selection: Selection) -> Image:
    selection.refuse("array", "what is no file", "dataset")
    if _is(value, "nibabel.spatialimages", "SpatialImage"):
        from sampviz.images.formats.nibabel_image import read_nibabel

        return read_nibabel(value, _file_name(value.get_filename()), selection)
    if _is(value, "PIL.Image", "Image"):
        from sampviz.images.formats.pillow_image import read_pillow

        return read_pillow(value, _file_name(getattr(value, "filename", "")), selection)
    if _is(value, "SimpleITK", "Image"):
        return _of_simpleitk(value, selection)
    if _is(value, "torch", "Tensor"):
        return _of_array(_of_tensor(value), "array", selection)
    if _is(value, "xarray", "DataArray"):
        return _of_data_array(value, selection)
    return _of_array(value, "array", selection)


def _is(value: Any, module: str, name: str) -> bool:
    """Whether a value is of a class of a module that whoever made it has imported."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def _file_name(path: Any) -> str:
    return stem(os.fspath(path)) if path else "array"


def _of_array(
    value: Any, name: str, selection: Selection, spacing: tuple[float, float] | None = None
) -> Image:
    refuse_masked(value)
    try:
        array = np.asarray(value)
    except Exception as err:  # whatever the array of another library makes of it
        raise _no_array(value, err) from None
    if array.dtype.kind not in "biufc":
        raise UsageError(f"{type(value).__name__} is no image", name, _FIX)
    if not 2 <= array.ndim <= _MOST_AXES or 0 in array.shape:
        raise UsageError(f"shape {array.shape} is no image", name, _FIX)
    selection.check_size(array.shape, name)
    if array.ndim == 2 and replace(selection, max_pixels=None, as_=None) == Selection():
        return Image.of(array, name, spacing)
    from sampviz.images.formats.npy import select

    selection.refuse(name, "an array", "plane", "slice")
    image = select(
        array, name, name, replace(selection, series=selection.series or not selection.volume)
    )
    geometry = Geometry.of_spacing(spacing, name) if spacing else None
    return replace(image, geometry=geometry, file=replace(image.file, format=UNNAMED))


def _no_array(value: Any, err: Exception) -> UsageError:
    what = f"{type(value).__name__} is no array: {' '.join(str(err).split())}"
    return UsageError(what, argument("image"), _FIX)


def _of_tensor(tensor: Any) -> Any:
    """Return the array of a torch tensor, of any device and whether or not it has a gradient."""
    torch: Any = sys.modules["torch"]
    try:
        cpu_tensor = tensor.detach().cpu().resolve_conj().resolve_neg()
    except Exception as err:  # of a device without values, say
        raise _no_array(tensor, err) from None
    # numpy has no type for it; every number of it is one of float32.
    return cpu_tensor.float() if cpu_tensor.dtype == torch.bfloat16 else cpu_tensor


def _of_data_array(data: Any, selection: Selection) -> Image:
    name = str(data.name) if data.name is not None else "array"
    steps = [_step_mm(data, dim) for dim in data.dims[-2:]]
    spacing = (steps[0], steps[1]) if len(steps) == 2 and all(steps) else None
    return _of_array(data.values, name, selection, spacing)


def _step_mm(data: Any, dim: Any) -> float:
    """Return the distance between the coordinates of a dimension; 0 where there is none."""
    if dim not in data.coords or data.coords[dim].dtype.kind not in "iuf":
        return 0.0
    positions = np.asarray(data.coords[dim].values, np.float64)
    unit = _MM_PER_UNIT.get(str(data.coords[dim].attrs.get("units", "")).strip(), 0.0)
    if len(positions) < 2 or not np.isfinite(positions).all():
        return 0.0
    step = (positions[-1] - positions[0]) / (len(positions) - 1)
    even = np.abs(np.diff(positions) - step).max() <= _UNEVEN * abs(step)
    return float(abs(step) * unit) if even else 0.0


def _of_simpleitk(image: Any, selection: Selection) -> Image:
    """Return a slice of a volume, placed as its NIfTI would be, or a picture with its spacing."""
    itk: Any = sys.modules["SimpleITK"]
    array = itk.GetArrayFromImage(image)  # slices, rows, columns, components
    is_multichannel = image.GetNumberOfComponentsPerPixel() > 1
    spacing = image.GetSpacing()
    if image.GetDimension() == 2:
        planes = np.moveaxis(array, -1, 0) if is_multichannel else array
        plane_image = _of_array(planes, "array", selection, (spacing[1], spacing[0]))
        colour = is_multichannel and plane_image.array.shape[0] == 3 and array.dtype == np.uint8
        return replace(plane_image, colour=colour)
    if is_multichannel:
        raise UsageError("a volume of vectors is no image", "array", "choose one component")
    from sampviz.images.formats.nibabel_image import read_placed

    axes = image.GetDimension()
    affine = np.eye(4)
    direction = np.reshape(image.GetDirection(), (axes, axes))[:3, :3]
    affine[:3, :3] = direction * np.array(spacing[:3])
    affine[:3, 3] = image.GetOrigin()[:3]
    affine[:2] *= -1  # to the left and to the back, where NIfTI counts to the right and front
    return read_placed(array.T, affine, "array", selection)
