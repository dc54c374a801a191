"""ISMRMRD: its header, which is XML, and acquisitions that fill a Cartesian k-space."""

from math import isfinite, prod
from typing import Any
from xml.etree import ElementTree

import numpy as np

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.format import Source
from sampviz.images.formats.mri_stack import MriFile, MriHeader, Space
from sampviz.images.selection import Selection, index

LONGEST = 2**20  # bytes of a header
_FIX = "get the file again"
_GROUP = "dataset"
_COUNTERS = ("contrast", "phase", "repetition", "set")  # of which each combination is a frame
# Bits of acquisitions that are no part of the image: noise, calibration, navigators, phase
# correction, feedback, dummies, surface coils.
_APART = sum(1 << (bit - 1) for bit in (19, 20, 23, 24, 26, 27, 28, 29))
_REVERSED = 1 << 21
_MOST_LINES = 2**22


def parse_header(text: bytes, where: str) -> MriHeader:
    """Return what a header says; of the patient nothing is looked at.

    Parameters
    ----------
    text : bytes
        XML.
    where : str
        The name of the input, for errors.

    Returns
    -------
    MriHeader

    Raises
    ------
    InputError
        If it cannot be parsed, or sizes are missing or cannot be.
    """
    if len(text) > LONGEST or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InputError("its ISMRMRD header is too long, or has entities", where, _FIX)
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as err:
        raise InputError(f"its ISMRMRD header is no XML: {err}", where, _FIX) from None
    encoding = root.find("{*}encoding")
    if encoding is None:
        raise InputError("its ISMRMRD header has no encoding", where, _FIX)
    centre = encoding.findtext("{*}encodingLimits/{*}kspace_encoding_step_1/{*}center")
    return MriHeader(
        _space(encoding, "encodedSpace", where),
        _space(encoding, "reconSpace", where),
        (encoding.findtext("{*}trajectory") or "").strip().lower(),
        int(centre) if centre and centre.strip().isdecimal() and len(centre) < 9 else -1,
    )


def _space(encoding: Any, name: str, where: str) -> Space:
    numbers = []
    for part in ("matrixSize", "fieldOfView_mm"):
        for axis in "xyz":
            try:
                number = float(encoding.findtext(f"{{*}}{name}/{{*}}{part}/{{*}}{axis}") or "nan")
            except ValueError:
                number = np.nan
            if not (isfinite(number) and 0 < number < 1e6):
                what = f"its ISMRMRD header gives no {part} of {name} that can be"
                raise InputError(what, where, _FIX)
            numbers.append(number)
    x, y, z, *sizes = numbers
    return Space((int(x), int(y), int(z)), (sizes[0], sizes[1], sizes[2]))


def holds_acquisitions(file: Any, dataset: str | None) -> bool:
    """Whether an open HDF5 file is of ISMRMRD, and its acquisitions are meant."""
    group = file.get(_GROUP) if dataset in (None, _GROUP, f"{_GROUP}/data") else None
    if group is None or not {"xml", "data"} <= set(group):
        return False
    names = getattr(group["data"], "dtype", np.dtype("f4")).names
    return names is not None and {"head", "data"} <= set(names)


def read_acquisitions(file: Any, source: Source, selection: Selection) -> MriFile:
    """Return the k-space that acquisitions fill: slices, coils, lines, samples.

    Parameters
    ----------
    file : h5py.File
        Open.
    source : Source
        The input.
    selection : Selection
        Which frame: one of contrasts, phases, repetitions and sets.

    Returns
    -------
    MriFile

    Raises
    ------
    InputError
        If they are not Cartesian, not of two dimensions, or too many.
    """
    where = source.where
    xml = file[f"{_GROUP}/xml"]
    if xml.size != 1:
        raise InputError("its ISMRMRD header is no text", where, _FIX)
    text = xml[(0,) * len(xml.shape)]
    header = parse_header(text.encode() if isinstance(text, str) else bytes(text), where)
    columns, rows, partitions = header.encoded.matrix
    data = file[f"{_GROUP}/data"]
    if header.trajectory != "cartesian" or partitions > 1:
        what = f"k-space on a {header.trajectory or 'nameless'} trajectory, {partitions} partitions"
        raise InputError(f"{what}: Cartesian planes are read", where, "reconstruct it first")
    if len(data.shape) != 1 or not 0 < data.shape[0] <= _MOST_LINES:
        raise InputError(f"{data.shape} acquisitions", where, _FIX)
    heads = data["head"]
    heads = heads[(heads["flags"] & np.uint64(_APART)) == 0]
    lines = np.flatnonzero((data["head"]["flags"] & np.uint64(_APART)) == 0)
    if not len(lines):
        raise InputError("no acquisition is of an image", where, _FIX)
    counters = np.stack([heads["idx"][name] for name in _COUNTERS], axis=1)
    frames, frame_of = np.unique(counters, axis=0, return_inverse=True)
    frame = index("frame", selection.frame, len(frames))
    is_wanted = frame_of.reshape(-1) == frame
    heads, lines = heads[is_wanted], lines[is_wanted]
    coils, slices = int(heads["active_channels"].max()), int(heads["idx"]["slice"].max()) + 1
    selection.check_size((slices, coils, rows, columns), where)
    kspace = _fill(data, heads, lines, (slices, coils, rows, columns), header.centre, where)
    taken = f"frame {frame} of 0..{len(frames) - 1}" if len(frames) > 1 else ""
    return MriFile(kspace, "ISMRMRD", f"{_GROUP}/data", header, taken=taken)


def _fill(
    data: Any, heads: Array, lines: Array, shape: tuple[int, ...], centre: int, where: str
) -> Array:
    """Return k-space with every line at its place; of several at one place the mean."""
    _, coils, rows, columns = shape
    kspace = np.zeros(shape, np.complex64)
    count = np.zeros((shape[0], rows), np.int64)
    shift = rows // 2 - centre if centre >= 0 else 0
    for head, line in zip(heads, lines, strict=True):
        samples, channels = int(head["number_of_samples"]), int(head["active_channels"])
        values = np.asarray(data[int(line)]["data"], np.float32)
        row = int(head["idx"]["kspace_encode_step_1"]) + shift
        first = columns // 2 - int(head["center_sample"])
        if (
            values.size != 2 * prod((samples, channels))
            or channels != coils
            or not 0 <= row < rows
            or not 0 <= first <= columns - samples
        ):
            what = f"acquisition {line} does not lie within its encoded space"
            raise InputError(what, where, "reconstruct it first, or get the file again")
        readout = values.view(np.complex64).reshape(channels, samples)
        if int(head["flags"]) & _REVERSED:
            readout = readout[:, ::-1]
        number = int(head["idx"]["slice"])
        kspace[number, :, row, first : first + samples] += readout
        count[number, row] += 1
    kspace /= np.maximum(count, 1)[:, None, :, None]
    return kspace
