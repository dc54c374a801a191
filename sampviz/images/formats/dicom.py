"""Read DICOM: a file, or the series of a folder, as volumes are read, or as a picture.

Images that say where they lie make a volume in canonical orientation, as NIfTI does. Others, and
those in colour, are pictures: frames without a place in space. Nothing that names a patient is
read.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.dicom_geometry import PlacedStack, place
from sampviz.images.formats.dicom_pixels import SYNTAXES, DicomVoxels, check_syntax, decode
from sampviz.images.formats.dicom_planes import Plane
from sampviz.images.formats.dicom_series import read_stack
from sampviz.images.formats.dicom_stored import Stored
from sampviz.images.formats.nifti import select
from sampviz.images.formats.rescale import as_numbers
from sampviz.images.formats.volume_header import VolumeFacts, volume_header
from sampviz.images.geometry import Geometry
from sampviz.images.image import FileFacts, Image, Labels
from sampviz.images.label_map import label_ids
from sampviz.images.selection import Selection, index
from sampviz.images.value_range import stored_range


def read_dicom(path: Path, name: str, where: str, selection: Selection) -> Image:
    """Read one slice, a volume, or a picture.

    Parameters
    ----------
    path : Path
        Of a file, or of a folder with the files of a series.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which series, slice and frame, or the volume.

    Returns
    -------
    Image
        (H, W), (3, H, W) in colour, or a volume of (D, H, W) or (T, D, H, W).

    Raises
    ------
    InputError
        For files that cannot be read, or several series.
    UsageError
        If the selection asks for what they have not.
    """
    selection.refuse(where, "a DICOM", "channel", "mosaic", "kspace", "layout")
    stack, notes = read_stack(path, where, selection)
    first = stack.planes[0]
    for syntax in {plane.stored.syntax: plane.stored for plane in stack.planes}.values():
        check_syntax(syntax, where)
    selection.check_size((first.stored.rows, first.stored.columns), where)
    planes = stack.planes
    if first.is_placed and not first.stored.colour:
        placed = place(planes, where)
        planes = placed.planes
        image = _placed_image(placed, name, where, selection)
    else:
        image = _picture(planes, name, where, selection)
    image = replace(
        image,
        notes=(*notes, *image.notes, *_notes(planes, image)),
        window_source=_window_source(planes),
        file=replace(image.file, facts={"series": stack.label}),
    )
    return _with_range(image, planes)


def _placed_image(placed: PlacedStack, name: str, where: str, selection: Selection) -> Image:
    """Return a slice or the volume of images that say where they lie."""
    first = placed.planes[0]
    scales = {(plane.slope, plane.inter) for plane in placed.planes}
    scaled = len(scales) > 1
    slope, inter = (1.0, 0.0) if scaled else scales.pop()
    dtype = first.stored.dtype
    if scaled:
        dtype = np.dtype("f4" if dtype.itemsize <= 2 else "f8")
    shape: tuple[int, ...] = (first.stored.columns, first.stored.rows, placed.slices)
    if placed.frames > 1:
        shape = (*shape, placed.frames)
    header = volume_header(
        VolumeFacts(
            format=_format(first.stored),
            shape=shape,
            dtype=dtype,
            affine=placed.affine,
            notes=placed.notes,
            slope=slope,
            inter=inter,
        )
    )
    window = _window(placed.planes)
    if window:
        header.raw["cal_min"], header.raw["cal_max"] = window
    voxels = DicomVoxels(placed.planes, header, where, selection.most, scaled=scaled)
    image = select(voxels, name, where, selection)
    return replace(image, header_window=window)  # not rounded to float32


def _picture(planes: Sequence[Plane], name: str, where: str, selection: Selection) -> Image:
    """Return one image without a place: grey (H, W), or (3, H, W) in colour."""
    selection.refuse(where, "a DICOM without places in space", "volume", "plane", "slice")
    ordered = sorted(planes, key=lambda plane: (plane.stored.instance, plane.frame))
    frame = index("frame", selection.frame, len(ordered))
    plane = ordered[frame]
    stored = plane.stored
    samples = decode(plane, where, selection.most)
    labels = None
    if stored.samples == 3:
        array = samples.transpose(2, 0, 1).astype(np.float32)
        notes: tuple[str, ...] = ()
    elif stored.palette and selection.palette == "colours":
        array, notes = _coloured(samples, stored, where), ()
    else:
        array, notes = as_numbers(samples, where, selection.nan, plane.slope, plane.inter)
        if stored.palette and (ids := label_ids(array)):
            labels = Labels(ids, "indices of a palette")
    colour = array.ndim == 3
    geometry = Geometry.of_spacing(plane.spacing, where) if plane.spacing else None
    frames = (len(ordered),) if len(ordered) > 1 else ()
    return Image(
        np.ascontiguousarray(array),
        name,
        FileFacts(_format(stored), (*frames, stored.rows, stored.columns), stored.dtype.name),
        geometry,
        (0.0, 255.0) if colour else None,
        taken=f"frame {frame} of 0..{len(ordered) - 1}" if frames else "",
        notes=notes,
        colour=colour,
        range_source="8 bit" if colour else "",
        header_window=None if colour else _window([plane]),
        labels=labels,
    )


def _coloured(indices: Array, stored: Stored, where: str) -> Array:
    """Return the colours of the indices of a palette; those beyond its ends have its last ones."""
    places = np.clip(indices.astype(np.int64) - stored.first_index, 0, len(stored.palette[0]) - 1)
    return np.stack([table[places] for table in stored.palette]).astype(np.float32)


def _format(stored: Stored) -> str:
    syntax = SYNTAXES[stored.syntax].name
    return f"DICOM {stored.modality}" + (f", {syntax}" if syntax else "")


def _window(planes: Sequence[Plane]) -> tuple[float, float] | None:
    """Return the first window of the middle image."""
    return next(iter(planes[len(planes) // 2].windows), None)


def _window_source(planes: Sequence[Plane]) -> str:
    """Return which elements say the window, and what was chosen among windows."""
    plane = planes[len(planes) // 2]
    words = ["WindowCenter and WindowWidth"]
    if len(plane.windows) > 1:
        words.append(f"the first of {len(plane.windows)} windows")
    if len({other.windows[:1] for other in planes}) > 1:
        words.append("that of the middle image")
    if plane.windows and plane.window_function == "SIGMOID":
        words.append("a line in place of its curve")
    return ", ".join(words)


def _notes(planes: Sequence[Plane], image: Image) -> tuple[str, ...]:
    """Return what a reader should know of the values and of what is not drawn."""
    first = planes[0]
    stored = first.stored
    notes: list[str] = []
    if first.spacing_source == "ImagerPixelSpacing":
        notes.append("its spacing is that of the detector (ImagerPixelSpacing), not of the patient")
    if stored.is_inverted:
        mirror = first.slope * stored.inverted(0) + 2 * first.inter
        notes.append(f"low values are bright in the file (MONOCHROME1): {mirror:g} - value is read")
    if stored.modality == "RTDOSE" and first.slope != 1:
        notes.append(f"values are doses: what is stored times {first.slope:g} (DoseGridScaling)")
    if overlays := max(plane.stored.overlays for plane in planes):
        notes.append(f"{counted(overlays, 'overlay')}: not drawn")
    if stored.padding is not None and not image.colour:
        padding = stored.inverted(stored.padding) if stored.is_inverted else stored.padding
        value = padding * first.slope + first.inter
        if count := int(np.count_nonzero(image.array == value)):
            notes.append(f"{counted(count, 'value is', 'values are')} padding ({value:g}): kept")
    return tuple(notes)


def _with_range(image: Image, planes: Sequence[Plane]) -> Image:
    """Return an image with the range that the bits of its samples say, as it is scaled."""
    stored = planes[0].stored
    if image.colour or image.labels or stored.keyword != "PixelData" or stored.allocated > 16:
        return image
    if len({(plane.slope, plane.inter) for plane in planes}) > 1:
        return image
    slope, inter = planes[0].slope, planes[0].inter
    bits = stored.bits
    if stored.signed:
        if bits in (8, 16) or bits == stored.allocated:
            return image
        limits: tuple[float, float] | None = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)
        source = f"BitsStored: {bits} of {stored.allocated} bit"
    else:
        ends = np.array([np.nanmin(image.array), np.nanmax(image.array)], np.float64)
        largest = float(((ends - inter) / slope).max())  # of the least, by a slope below 0
        allocated = max(8, stored.allocated)
        limits, source = stored_range(allocated, max(0.0, largest), bits)
        source = source.replace("sBIT", "BitsStored")
    if limits:
        low, high = sorted(value * slope + inter for value in limits)
        limits = low, high
    return replace(image, range=limits, range_source=source)
