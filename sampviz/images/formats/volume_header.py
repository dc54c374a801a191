"""The header of a volume that is no NIfTI, as that of a NIfTI with the same voxels.

So its slices, orientations and frames are read as those of a NIfTI, and it is written as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti_affine import is_invertible
from sampviz.images.formats.nifti_header import Header

_SCANNER, _MM, _SECONDS = 1, 2, 8  # sform_code and xyzt_units


@dataclass(frozen=True, eq=False, kw_only=True)
class VolumeFacts:
    """What a file says of its voxels.

    Parameters
    ----------
    format : str
        Such as "NRRD".
    shape : tuple of int
        2 to 4 axes, the first runs fastest.
    dtype : dtype
        Of a stored voxel.
    affine : ndarray, optional
        (4, 4), from voxels to RAS+ mm, not checked; None where the file gives no directions.
    spacing : tuple of float, optional
        Millimetres along the first three axes, not checked, where there is no affine; None where
        the file does not say them either.
    offset : int
        Of the first voxel, in bytes.
    notes : tuple of str
        What a reader should know.
    components : int
        Numbers of each voxel.
    is_of_body : bool
        Whether one should know which way is left.
    seconds : float
        From frame to frame; 0 where that is not said.
    slope, inter : float
        The value of a voxel is `slope` times what is stored, plus `inter`.
    facts : mapping of str to str
        See `FileFacts`.
    rows_up : bool
        Whether the last row is the upper one, where there is no affine; arrays are drawn from the
        first.
    """

    format: str
    shape: tuple[int, ...] = (1, 1)
    dtype: "np.dtype[Any]" = field(default_factory=lambda: np.dtype("f4"))
    affine: Array | None = None
    spacing: tuple[float, float, float] | None = None
    offset: int = 0
    notes: tuple[str, ...] = ()
    components: int = 1
    is_of_body: bool = True
    seconds: float = 0.0
    slope: float = 1.0
    inter: float = 0.0
    facts: Mapping[str, str] = field(default_factory=dict)
    rows_up: bool = False


def volume_header(volume: VolumeFacts) -> Header:
    """Return the header of a volume, its directions checked.

    Parameters
    ----------
    volume : VolumeFacts
        What its file says.

    Returns
    -------
    Header
        Without directions where they are no map of voxels into space.
    """
    notes = volume.notes
    affine = volume.affine
    if affine is not None and not is_invertible(affine):
        notes += ("header: its directions are no map of voxels into space: not used",)
        affine = None
    transforms = {} if affine is None else {"sform": affine}
    if affine is None:
        stored = np.array(volume.spacing or (1.0, 1.0, 1.0), np.float64)
        sizes = np.where((stored >= 1e-6) & (stored <= 1e6), stored, 1.0)
        if not np.array_equal(sizes, stored):
            said, taken = ("x".join(f"{mm:.4g}" for mm in each) for each in (stored, sizes))
            notes += (f"header: spacing is {said} mm: taken as {taken} mm",)
        affine = np.diag([sizes[0], sizes[1] if volume.rows_up else -sizes[1], sizes[2], 1.0])
    raw: Any = nib.nifti2.Nifti2Header()
    raw.set_data_shape(volume.shape)
    raw.set_sform(affine, code=_SCANNER if transforms else 0)
    raw["xyzt_units"] = _MM | _SECONDS if volume.seconds else _MM
    raw["pixdim"][4] = volume.seconds
    return Header(
        format=volume.format,
        shape=volume.shape,
        dtype=volume.dtype,
        offset=volume.offset,
        slope=volume.slope,
        inter=volume.inter,
        affine=affine,
        transforms=transforms,
        notes=notes,
        components=volume.components,
        raw=raw,
        is_extended=False,
        is_of_body=volume.is_of_body,
        facts=volume.facts,
    )
