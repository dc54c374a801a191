"""Write NIfTI: the array, where it lies, and of the input's header all that is still true.

What a field cannot hold, or what an operation has made untrue, is left out with a warning.
"""

from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import OutputError
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.images.embedded_text import COMMENT
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti_affine import largest_distance
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_timing import carry_axis_fields
from sampviz.images.image import Image

# For an image without a geometry: columns count along x, rows against y, as on a screen.
_DEFAULT_AFFINE = np.array([[0.0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
_DEFAULT_VOLUME_AFFINE = np.array([[0.0, 0, 1, 0], [0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
_LONGEST_AXIS = 2**15 - 1  # of NIfTI-1
_FARTHEST = 0.01  # voxels between the places of a corner by qform and by sform
_MM, _TIME_UNITS = 2, 0b111000  # in xyzt_units
_INTENT = ("intent_code", "intent_p1", "intent_p2", "intent_p3", "intent_name")


def write_nifti(
    image: Image, path: Path, where: str, record: str, *, picked: bool, same_scale: bool
) -> None:
    """Write a plane, a volume or a series as a single file.

    Parameters
    ----------
    image : Image
        With the header of the NIfTI that it was read from, if it was.
    path : Path
        Ends in .nii or .nii.gz.
    where : str
        The name of the output, for errors and warnings.
    record : str
        A text for an extension of the header; "" for none.
    picked : bool
        Whether every value is one of the input, or 0: labels stay labels, and the data type stays.
    same_scale : bool
        Whether the values mean what those of the input do, so that its window fits them.

    Raises
    ------
    OutputError
        For several channels.

    Warns
    -----
    SampvizWarning
        For what is left out of the header.
    """
    if image.array.ndim != 2 and not image.slice_planes:
        raise OutputError("several channels have no place in NIfTI", where, "write .npy")
    geometry = image.geometry
    affine = geometry.affine if geometry else _DEFAULT_AFFINE
    # Canonical even where the directions are not known: so it is upright when it is read again.
    voxels = image.array[:, :, None]
    if image.slice_planes:  # frames, where there are several, come last
        voxels = image.array if image.array.ndim == 3 else np.moveaxis(image.array, 0, -1)
        affine = geometry.affine if geometry else _DEFAULT_VOLUME_AFFINE
    volume = nib.as_closest_canonical(nib.Nifti2Image(voxels, affine))
    voxels, affine = np.asanyarray(volume.dataobj), volume.affine
    source = image.file.header
    lost: list[str] = []

    is_long = max(voxels.shape) > _LONGEST_AXIS
    is_nifti2 = is_long or (source is not None and source.format.startswith("NIfTI-2"))
    image_class: Any = nib.Nifti2Image if is_nifti2 else nib.Nifti1Image
    header = image_class.header_class()
    header.set_data_shape(voxels.shape)
    header["xyzt_units"] = _MM
    _set_position(header, affine, source, bool(geometry and geometry.axes), lost)
    slope, inter = 1.0, 0.0
    if source:
        _carry_fields(header, source, picked, same_scale, lost)
        carry_axis_fields(header, source, affine, lost)
        if picked and source.dtype.kind in "iu":
            stored = _as_stored(voxels, source)
            if stored is None:
                lost.append(f"data type {source.dtype.name}: it does not hold the values")
            else:
                voxels, slope, inter = stored, source.slope, source.inter
    header.set_data_dtype(voxels.dtype)
    if record:
        header.extensions.append(nib.nifti1.Nifti1Extension(COMMENT, record.encode()))
    output = image_class(voxels, None, header)
    output.header.set_slope_inter(slope, inter)  # so the voxels are written as they are
    nib.save(output, path)
    for text in lost:
        warn(f"{Path(where).name}: left out: {text}")


def _set_position(
    header: Any, affine: Array, source: Header | None, oriented: bool, lost: list[str]
) -> None:
    """Write where voxels lie as sform and as qform, each with its code in the input.

    A form that the input has not is the other one. Two that differ, such as of the scanner and of
    a template, both follow the operations.
    """
    header["pixdim"][1:4] = np.sqrt((affine[:3, :3] ** 2).sum(axis=0))
    if not oriented:
        return
    forms, codes = {"sform": affine, "qform": affine}, {"sform": 1, "qform": 1}
    if source:
        to_stored = np.linalg.inv(source.affine) @ affine
        names = list(source.transforms)  # the first is the one that was taken
        for name in forms:
            form = name if name in names else names[0]
            codes[name] = int(source.raw[f"{form}_code"])
            if form != names[0]:
                forms[name] = source.transforms[form] @ to_stored
    header.set_sform(forms["sform"], code=1)
    header["sform_code"] = codes["sform"]
    header.set_qform(forms["qform"], code=1)
    header["qform_code"] = codes["qform"]
    apart = largest_distance(header.get_qform(), forms["qform"], header.get_data_shape()[:3])
    if apart > _FARTHEST * min(header["pixdim"][1:4]):
        for field in ("qform_code", *(f"quatern_{letter}" for letter in "bcd")):
            header[field] = 0
        for letter in "xyz":
            header[f"qoffset_{letter}"] = 0
        header["pixdim"][0] = 1
        lost.append("qform: the voxels are sheared, which it cannot hold; the sform holds it")


def _carry_fields(
    header: Any, source: Header, picked: bool, same_scale: bool, lost: list[str]
) -> None:
    """Take over what does not depend on the axes."""
    raw = source.raw
    units = int(raw["xyzt_units"])
    header["xyzt_units"] = (_MM if units & 7 else 0) | (units & _TIME_UNITS)
    for field in ("descrip", "aux_file"):
        header[field] = raw[field]
    for field, value in (("toffset", raw["toffset"]), ("pixdim", raw["pixdim"][4])):
        if not np.isfinite(value):
            lost.append(f"{field if field == 'toffset' else 'pixdim[4]'}: it is {value:g}")
        elif field == "toffset":
            header[field] = value
        else:
            header[field][4] = value
    if source.window and same_scale:
        header["cal_min"], header["cal_max"] = source.window
    elif source.window:
        lost.append("cal_min and cal_max: the values have another scale now")
    if source.components > 1:
        lost.append(f"the intent ({source.intent}): it is one component of {source.components} now")
    elif source.has_labels and not picked:
        lost.append(f"the intent ({source.intent}): values between the labels were made")
    else:
        for field in _INTENT:
            header[field] = raw[field]
    if source.is_extended:
        lost.append("the extensions of the header: they may speak of the voxels as they were")


def _as_stored(voxels: Array, source: Header) -> Array | None:
    """Return the integers that stand for values, or None if some value has none."""
    if voxels.dtype.kind == "c" or not np.isfinite(voxels).all():
        return None
    limits = np.iinfo(source.dtype)
    numbers = np.rint((voxels.astype(np.float64) - source.inter) / source.slope)
    # The largest 64-bit integers are no float64.
    if numbers.min() < limits.min or numbers.max() >= limits.max + 1:
        return None
    stored = numbers.astype(source.dtype.newbyteorder("="))
    again = stored.astype(np.float64) * source.slope + source.inter
    return stored if np.array_equal(again.astype(voxels.dtype), voxels) else None
