"""Arrays of numpy in a zip archive (.npz): one of them, read no further than its header claims."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.stored_npy import npy_header
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.datasets import choose_dataset
from sampviz.images.formats.format import Format, Source, starts_with
from sampviz.images.formats.npy import as_format, check_array, select
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "a .npz"
_ENDING = ".npy"
_MOST_MEMBERS = 1000
_HEADER = 2**14  # bytes, in which every header that is read ends


def _read(source: Source, selection: Selection) -> Image:
    """Return the image in one array of the archive."""
    selection.refuse(source.where, "an array", "plane", "slice")
    with source.open() as file, ZipFile(file) as archive:
        members = _members(archive, source.where)
        headers = {name: _start(archive, member) for name, member in members.items()}
        arrays = {}
        for name, start in headers.items():
            try:
                shape, _, dtype = _header(BytesIO(start), source.where)
            except InputError:
                continue  # of objects, of texts, of one axis: no image
            arrays[name] = shape, str(dtype)
        if len(headers) == 1 and not arrays:
            _header(BytesIO(next(iter(headers.values()))), source.where)  # says why
        name = choose_dataset(arrays, source.where, selection, _KIND)
        stored = _array(archive, members[name], source.where, selection)
    image = select(stored, source.name, source.where, selection)
    return as_format(image, ".npz", stored.shape, {"dataset": name})


def _members(archive: ZipFile, where: str) -> dict[str, ZipInfo]:
    """Return the arrays of an archive by their names."""
    members = {
        info.filename.removesuffix(_ENDING): info
        for info in archive.infolist()
        if info.filename.endswith(_ENDING)
    }
    if not members:
        raise InputError("the file is a zip archive without arrays of numpy", where, "unpack it")
    if len(members) > _MOST_MEMBERS:
        what = f"{len(members)} arrays; the most is {_MOST_MEMBERS}"
        raise InputError(f"a .npz of {what}", where, "save the one that is wanted")
    for name, info in members.items():
        if info.flag_bits & 1 or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            how = "encrypted" if info.flag_bits & 1 else "packed in a way that numpy never does"
            raise InputError(f"its array {name!r} is {how}", where, "save it with numpy.savez")
    return members


def _header(start: BytesIO, where: str) -> tuple[tuple[int, ...], bool, "np.dtype[Any]"]:
    shape, fortran_order, dtype = npy_header(start, where)
    check_array(shape, dtype, where)
    return shape, fortran_order, dtype


def _start(archive: ZipFile, member: ZipInfo) -> bytes:
    with archive.open(member) as stream:
        return stream.read(_HEADER)


def _array(archive: ZipFile, member: ZipInfo, where: str, selection: Selection) -> Array:
    """Return an array of as many bytes as its header claims; more are not unpacked."""
    start = BytesIO(_start(archive, member))
    shape, fortran_order, dtype = _header(start, where)
    selection.check_size(shape, where)
    array: Any = np.empty(shape, dtype, "F" if fortran_order else "C")
    octets = memoryview(array.reshape(-1, order="A").view(np.uint8).data)
    with archive.open(member) as stream:
        stream.read(start.tell())
        count = 0
        while piece := stream.read(min(len(octets) - count, 2**20)):
            octets[count : count + len(piece)] = piece
            count += len(piece)
    if count < len(octets):
        what = f"not an array that can be read: it ends early: {count} of {len(octets)} bytes"
        raise InputError(f"{what} are there", where, "get the file again")
    return np.asarray(array)


FORMAT = Format(
    name=".npz",
    endings=(".npz",),
    content="one array, which `--dataset` names where there are several; as a .npy",
    read=_read,
    matches=starts_with(b"PK\x03\x04"),
    kind=_KIND,
    has_datasets=True,
)
