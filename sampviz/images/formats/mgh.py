"""Read MGH of FreeSurfer, plain (.mgh) or gzip (.mgz): its header, checked, as that of a NIfTI.

What is done with voxels, slices and orientations is done as for NIfTI.
"""

from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti import select
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_voxels import open_voxels
from sampviz.images.formats.volume_header import VolumeFacts, volume_header
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_FIELDS: Any = nib.freesurfer.mghformat.MGHHeader.template_dtype  # without what follows the voxels


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
    codes: Any = nib.freesurfer.mghformat.MGHHeader._data_type_codes
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
    x, y, z = (float(mm) for mm in fields["delta"])
    return volume_header(
        VolumeFacts(
            format="MGH",
            shape=shape,
            dtype=dtype,
            affine=affine if fields["goodRASFlag"] > 0 else None,
            spacing=(x, y, z),
            offset=nib.freesurfer.mghformat.DATA_OFFSET,
            notes=notes,
            rows_up=True,
        )
    )
