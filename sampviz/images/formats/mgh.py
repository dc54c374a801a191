"""Read MGH of FreeSurfer, plain (.mgh) or gzip (.mgz): its header, checked, as that of a NIfTI.

What is done with voxels, slices and orientations is done as for NIfTI.
"""

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.freesurfer.mghformat import DATA_OFFSET, MGHHeader

from sampviz.core.errors import InputError
from sampviz.images.formats.nifti import select
from sampviz.images.formats.nifti_affine import is_invertible
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_voxels import open_voxels
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_FIELDS: Any = MGHHeader.template_dtype  # without what follows the voxels
_SCANNER, _MM = 1, 2  # sform_code and xyzt_units


def read_mgh(path: Path, name: str, where: str, selection: Selection) -> Image:
    """Read one slice, or a volume.

    Parameters
    ----------
    path : Path
        Of the file.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which slice and frame, or the volume.

    Returns
    -------
    Image
        As `read_nifti` returns it.

    Raises
    ------
    InputError
        For a file that cannot be read.
    UsageError
        If the selection asks for what the file has not.
    """
    selection.refuse(where, "an MGH", "channel", "mosaic")
    with open_voxels(path, where, selection.most_unpacked, _parse_header) as voxels:
        return select(voxels, name, where, selection)


def _parse_header(data: bytes, where: str, *, pair: bool) -> Header:
    """Return the header of an MGH as that of a NIfTI with the same voxels."""
    assert not pair  # it has no halves
    fields = np.ndarray((), _FIELDS, data[: _FIELDS.itemsize].ljust(_FIELDS.itemsize, b"\0"))
    shape = tuple(int(n) for n in fields["dims"])
    if min(shape) < 1:
        raise InputError(f"an MGH of {shape} voxels holds nothing", where, "get the file again")
    codes: Any = MGHHeader._data_type_codes
    dtype = np.dtype(codes.dtype[int(fields["type"])]).newbyteorder(">")
    notes: tuple[str, ...] = ()
    if shape[3] > 1:
        notes = ("the time between frames stands behind the voxels: not read",)
    else:
        shape = shape[:3]
    with np.errstate(all="ignore"):  # what overflows is not used
        directions = fields["Mdc"].astype(np.float64).T * fields["delta"]
        corner = fields["Pxyz_c"] - directions @ np.array(shape[:3]) / 2
        affine = nib.affines.from_matvec(directions, corner)
        is_placed = is_invertible(affine)
    transforms = {"sform": affine} if fields["goodRASFlag"] > 0 and is_placed else {}
    if fields["goodRASFlag"] > 0 and not is_placed:
        notes += ("header: its directions are no map of voxels into space: not used",)
    if not transforms:
        sizes = fields["delta"].astype(np.float64)
        sizes[~((sizes > 1e-6) & (sizes < 1e6))] = 1.0
        affine = np.diag([*sizes, 1.0])
    raw: Any = nib.Nifti2Image.header_class()
    raw.set_data_shape(shape)
    raw.set_sform(affine, code=_SCANNER if transforms else 0)
    raw["xyzt_units"] = _MM
    raw["pixdim"][4] = 0
    return Header(
        format="MGH",
        shape=shape,
        dtype=dtype,
        offset=DATA_OFFSET,
        slope=1.0,
        inter=0.0,
        affine=affine,
        transforms=transforms,
        notes=notes,
        components=1,
        raw=raw,
        is_extended=False,
    )
