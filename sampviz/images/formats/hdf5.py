"""HDF5: arrays of numbers, as fastMRI, ISMRMRD, MATLAB 7.3 and others write them.

Nothing outside the file is opened: links, virtual and external data are refused, and so are filters
that HDF5 would load as plug-ins.
"""

from math import prod
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import ismrmrd
from sampviz.images.formats.datasets import choose_dataset
from sampviz.images.formats.format import Format, Source
from sampviz.images.formats.mri_stack import MriFile, fastmri_default, is_coil_kspace, read_mri
from sampviz.images.formats.npy import as_format, select
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "HDF5"
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST_OBJECTS = 5000  # that are looked at for arrays
_AXES = range(2, 6)
_FILTERS = (1, 2, 3, 4, 5, 6, 32000)  # of HDF5 itself, and LZF, which comes with h5py
_PARTS = ("real", "imag")  # of complex numbers in MATLAB; h5py knows r and i
_NUMBERS = (
    "double",
    "single",
    "logical",
    *(f"{u}int{8 * n}" for u in ("", "u") for n in (1, 2, 4, 8)),
)


class Hdf5Array:
    """An array of an open file that is read when it is wanted.

    Parameters
    ----------
    dataset : h5py.Dataset
        Checked.
    is_matlab : bool
        Whether columns run slowest: it is turned.
    """

    def __init__(self, dataset: Any, *, is_matlab: bool = False) -> None:
        self._dataset, self._is_matlab = dataset, is_matlab
        shape = tuple(int(n) for n in dataset.shape)
        self.shape = (*shape[:-2], shape[-1], shape[-2]) if is_matlab else shape
        self.ndim = len(shape)
        self.dtype = _number_type(dataset.dtype)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Array:
        part = np.asarray(self._dataset[key])
        if part.dtype.names:
            values = np.empty(part.shape, self.dtype)
            values.real, values.imag = part[_PARTS[0]], part[_PARTS[1]]
            part = values
        return part.swapaxes(-1, -2) if self._is_matlab else part


def matches(start: bytes) -> bool:
    """Whether a file that starts so is HDF5, perhaps behind 512 bytes of MATLAB 7.3."""
    return start.startswith(_SIGNATURE) or start[512:520] == _SIGNATURE


def _read(source: Source, selection: Selection) -> Image:
    """Return the image in one array of the file."""
    import h5py

    with source.open() as stream, h5py.File(stream, "r") as file:
        where = source.where
        if ismrmrd.holds_acquisitions(file, selection.dataset):
            return read_mri(ismrmrd.read_acquisitions(file, source, selection), source, selection)
        if selection.dataset:
            _refuse_links(file, selection.dataset, where)
        arrays = _arrays(file)
        default, choice = fastmri_default(arrays, selection)
        listed = {name: (of.shape, str(of.dtype)) for name, of in arrays.items()}
        name = default or choose_dataset(listed, where, selection, _KIND)
        _check_dataset(file[name], name, where, selection)
        is_matlab = "MATLAB_class" in file[name].attrs
        stored = Hdf5Array(file[name], is_matlab=is_matlab)
        header = None
        if "ismrmrd_header" in file and not is_matlab and name.startswith(("kspace", "recon")):
            header = ismrmrd.parse_header(_text(file["ismrmrd_header"], where), where)
        if header or (not is_matlab and is_coil_kspace(name, stored)):
            mri = MriFile(stored, "fastMRI", name, header, choice=choice)
            return read_mri(mri, source, selection)
        selection.refuse(where, "an array", "plane", "slice")
        image = select(stored, source.name, where, selection)  # type: ignore[arg-type]
        format_name = "MATLAB 7.3" if is_matlab else "HDF5"
        return as_format(image, format_name, stored.shape, {"dataset": name})


def _number_type(dtype: "np.dtype[Any]") -> "np.dtype[Any]":
    """Return the type of numbers; that of complex ones for pairs of two parts."""
    if dtype.names != _PARTS:
        return dtype
    return np.dtype("c8" if dtype[0] == np.float32 else "c16")


def _arrays(file: Any) -> dict[str, Any]:
    """Return the arrays of numbers in an open file, by their paths; no link is followed."""
    import h5py

    arrays: dict[str, Any] = {}
    count = 0

    def look(name: str, item: Any) -> bool | None:
        nonlocal count
        count += 1
        if isinstance(item, h5py.Dataset) and _holds_numbers(item):
            arrays[name] = item
        return True if count > _MOST_OBJECTS else None  # which ends the walk

    file.visititems(look)
    return arrays


def _holds_numbers(dataset: Any) -> bool:
    try:
        shape, dtype = dataset.shape, _number_type(dataset.dtype)
        attribute = dataset.attrs.get("MATLAB_class", b"double")
    except (TypeError, ValueError, OSError):  # of a type that numpy has not
        return False
    name = attribute.decode("ascii", "replace") if isinstance(attribute, bytes) else ""
    is_number = dtype.kind in "biufc" and name in _NUMBERS
    return bool(is_number and shape and len(shape) in _AXES and min(shape) > 0)


def _refuse_links(file: Any, path: str, where: str) -> None:
    """Raise InputError for a path that leads over a link, which may lead out of the file."""
    import h5py

    group, names = file, path.strip("/").split("/")
    for name in names:
        link = group.get(name, getlink=True) if isinstance(group, h5py.Group) else None
        if isinstance(link, (h5py.SoftLink, h5py.ExternalLink)):
            what = f"its array {path[:60]!r} is a link: links are not followed"
            raise InputError(what, where, "name the array that it leads to")
        if link is None:
            return
        group = group[name]


def _check_dataset(dataset: Any, name: str, where: str, selection: Selection) -> None:
    """Raise InputError for data outside the file, for filters of others, and for huge chunks."""
    fault = ""
    properties = dataset.id.get_create_plist()
    filters = [properties.get_filter(i)[0] for i in range(properties.get_nfilters())]
    unknown = [number for number in filters if number not in _FILTERS]
    if dataset.is_virtual or dataset.external:
        fault = "lies in other files, which are not opened"
    elif unknown:
        fault = f"is packed by filter {unknown[0]}, which is not one of HDF5 itself"
    if fault:
        fix = "write it as one array of this file, packed with gzip or not at all"
        raise InputError(f"its array {name!r} {fault}", where, fix)
    if dataset.chunks and prod(dataset.chunks) > prod(dataset.shape):
        selection.check_size(dataset.chunks, where)  # of which each is unpacked whole


def _text(dataset: Any, where: str) -> bytes:
    """Return a text of a bounded length."""
    if dataset.size != 1 or dataset.dtype.itemsize > ismrmrd.LONGEST:
        raise InputError("its ismrmrd_header is no text", where, "get the file again")
    text = dataset[()] if dataset.shape == () else dataset[(0,) * len(dataset.shape)]
    return text.encode() if isinstance(text, str) else bytes(text)


FORMAT = Format(
    name="HDF5",
    endings=(".h5", ".hdf5", ".mat"),
    content="one array, which `--dataset` names where there are several; fastMRI and ISMRMRD with"
    " their spacing, coils combined by root of squares with `--kspace`; MATLAB 7.3",
    read=_read,
    matches=matches,
    kind=_KIND,
    extra="hdf5",
    library="h5py",
    has_datasets=True,
)
