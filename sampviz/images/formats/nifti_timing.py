"""The fields of a NIfTI header that depend on its axes: which is which, the timing of slices."""

from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nifti_header import Header

# The order of acquisition, seen from the other end: rising and falling, alternating likewise.
_REVERSED_ORDER = {0: 0, 1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5}
_CLOSE = 1e-4  # of a voxel


def carry_axis_fields(header: Any, source: Header, affine: Array, lost: list[str]) -> None:
    """Take over dim_info and, where the slices are those of the input, their timing.

    Parameters
    ----------
    header : Nifti1Header or Nifti2Header
        Of the output, with its shape.
    source : Header
        Of the input.
    affine : ndarray
        (4, 4), of the voxels of the output.
    lost : list of str
        What is left out is appended.
    """
    raw = source.raw
    to_stored = np.linalg.inv(source.affine) @ affine
    # The stored axis that runs along each axis of the output.
    stored_axes = np.abs(to_stored[:3, :3]).argmax(axis=0).tolist()
    information = int(raw["dim_info"])
    names = [(information >> shift) & 3 for shift in (0, 2, 4)]  # of frequency, phase, slices
    moved = [stored_axes.index(name - 1) + 1 if name else 0 for name in names]
    header["dim_info"] = moved[0] | moved[1] << 2 | moved[2] << 4

    fields = ("slice_code", "slice_start", "slice_end", "slice_duration")
    if not any(raw[field] for field in fields):
        return
    stored_axis = names[2] - 1 if names[2] else 2  # the third, where it is not said
    axis = stored_axes.index(stored_axis)
    count = int((*source.shape, 1, 1)[stored_axis])
    step, first = to_stored[stored_axis, axis], to_stored[stored_axis, 3]
    is_flipped = step < 0
    same = header.get_data_shape()[axis] == count and abs(abs(step) - 1) < _CLOSE
    same = same and abs(first - (count - 1 if is_flipped else 0)) < _CLOSE
    code = int(raw["slice_code"])
    if not same or code not in _REVERSED_ORDER or not np.isfinite(raw["slice_duration"]):
        lost.append(
            "the timing of slices: they are others now" if not same else "the timing of slices"
        )
        return
    start, end = int(raw["slice_start"]), int(raw["slice_end"])
    header["slice_duration"] = raw["slice_duration"]
    header["slice_code"] = _REVERSED_ORDER[code] if is_flipped else code
    if start or end:
        header["slice_start"] = count - 1 - end if is_flipped else start
        header["slice_end"] = count - 1 - start if is_flipped else end
