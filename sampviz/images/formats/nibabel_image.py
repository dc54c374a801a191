"""Images that nibabel holds: as the file of them is read, with its slices and its orientation."""

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from sampviz.core.errors import InputError, UsageError
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti import select
from sampviz.images.formats.nifti_header import Header, parse_nifti_header
from sampviz.images.formats.nifti_voxels import VoxelsInMemory
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_FIX = "save it as NIfTI, and give the path"


def read_nibabel(image: Any, name: str, selection: Selection) -> Image:
    """Return one slice, or the volume, of a spatial image of nibabel; see `Selection`."""
    try:
        header = _header(image, name)
        if header.components == 1:
            selection.refuse(name, "a nibabel image", "channel", "mosaic")
        if prod(header.stored_shape) > selection.most_unpacked:  # they are read all at once
            selection.check_size(header.stored_shape, name)
        stored, slope, inter = _stored(image.dataobj)
    except (InputError, UsageError):
        raise
    except Exception as err:  # whatever nibabel meets in its file
        what = " ".join(f"{type(err).__name__}: {err}".split())
        raise InputError(f"nibabel cannot give its voxels: {what}", name, _FIX) from None
    header = replace(header, dtype=stored.dtype, slope=slope, inter=inter)
    return select(VoxelsInMemory(stored, header), name, name, selection)


def read_placed(array: Array, affine: Array, name: str, selection: Selection) -> Image:
    """Return one slice, or the volume, of voxels that an affine takes to RAS+ mm."""
    return read_nibabel(nib.Nifti1Image(array, affine, dtype=array.dtype), name, selection)


def _stored(data: Any) -> tuple[Array, float, float]:
    """Return the voxels as they are stored, and their slope and intercept."""
    if hasattr(data, "get_unscaled"):
        return np.asarray(data.get_unscaled()), float(data.slope), float(data.inter)
    return np.asarray(data), 1.0, 0.0


def _header(image: Any, name: str) -> Header:
    """Return the header that the image would be written with, checked as that of a file."""
    if isinstance(image, nib.Nifti1Pair):
        # It takes over an affine that was changed since.
        raw = type(image)(image.dataobj, image.affine, image.header).header
        format_name = ""
    else:
        nifti_image = nib.Nifti1Image(image.dataobj, image.affine, dtype=image.get_data_dtype())
        if isinstance(image, nib.AnalyzeImage):  # it does not say which way is left
            nifti_image.set_sform(None, code=0)
        raw, format_name = nifti_image.header, type(image).__name__
    raw["vox_offset"] = raw["scl_slope"] = raw["scl_inter"] = 0  # said by nibabel, not by it
    pair = raw["magic"].item().startswith(b"ni")
    if not pair:
        raw["vox_offset"] = raw.single_vox_offset
    header = parse_nifti_header(raw.binaryblock, name, pair=pair)
    return replace(header, format=format_name) if format_name else header
