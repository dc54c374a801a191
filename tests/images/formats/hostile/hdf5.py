"""HDF5: what leads out of the file, what is not numbers, headers of ISMRMRD that cannot be."""

import io
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from tests.images.formats.hostile.case import Case, read, refused

PLANE = np.arange(12.0).reshape(3, 4) - 5
_NO = "the file is HDF5 that cannot be read"
_NONE = "HDF5 without an array of numbers"


def hdf5(fill: Callable[[Any], object], block: int = 0) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", userblock_size=block) as file:
        fill(file)
    return buffer.getvalue()


def _put(file: Any, **arrays: Any) -> None:
    for name, array in arrays.items():
        file[name] = array


def _virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((3, 4), "f8")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "a", (3, 4))
    file.create_virtual_dataset("a", layout)


def _filtered(file: Any) -> None:
    made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    made.set_chunk((3, 4))
    made.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)  # Zstandard, by a plug-in
    space = h5py.h5s.create_simple((3, 4))
    h5py.h5d.create(file.id, b"a", h5py.h5t.NATIVE_DOUBLE, space, made)


def _external(file: Any) -> None:
    file.create_dataset("a", (3, 4), "f8", external=[("/etc/passwd", 0, 96)])


def _bomb(file: Any) -> None:
    file.create_dataset("a", (2**20, 2**20), "f8", chunks=(2**10, 2**10), compression="gzip")


def _huge_chunk(file: Any) -> None:
    sides = (2**14, 2**15)
    file.create_dataset("a", (4, 4), "u1", chunks=sides, maxshape=(None, None), compression=9)


def _loop(file: Any) -> None:
    file["a"] = PLANE
    file["g/up"] = file["/"]


def ismrmrd_xml(x: str = "4", y: str = "3", fov: str = "8", more: str = "") -> bytes:
    space = (
        f"<matrixSize><x>{x}</x><y>{y}</y><z>1</z></matrixSize>"
        f"<fieldOfView_mm><x>{fov}</x><y>9</y><z>5</z></fieldOfView_mm>"
    )
    return (
        f'<?xml version="1.0"?>{more}<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD">'
        "<subjectInformation><patientName>Doe</patientName></subjectInformation><encoding>"
        f"<encodedSpace>{space}</encodedSpace><reconSpace>{space}</reconSpace>"
        "<trajectory>cartesian</trajectory></encoding></ismrmrdHeader>"
    ).encode()


def _fastmri(xml: bytes) -> bytes:
    kspace = np.zeros((2, 2, 3, 4), np.complex64)
    return hdf5(lambda file: _put(file, kspace=kspace, ismrmrd_header=xml))


_WHOLE = hdf5(lambda file: _put(file, a=PLANE))
_ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'

HDF5: list[Case] = [
    refused("signature a.h5", b"\x89HDF\r\n\x1a\n", _NO),
    refused("cut a.h5", _WHOLE[:200], _NO),
    refused("data-cut a.h5", _WHOLE[:-40], _NO),
    refused("noise a.h5", _WHOLE[:40] + b"\xff" * 900, _NO),
    refused("empty a.h5", hdf5(lambda file: None), _NONE),
    refused("text a.h5", hdf5(lambda file: _put(file, t="hello")), _NONE),
    refused("one-axis a.h5", hdf5(lambda file: _put(file, a=PLANE[0])), _NONE),
    refused(
        "external-link a.h5",
        hdf5(lambda file: _put(file, a=h5py.ExternalLink("/etc/passwd", "/a"))),
        "its array 'a' is a link",
        "--dataset",
        "a",
    ),
    refused("link-only a.h5", hdf5(lambda f: _put(f, a=h5py.ExternalLink("b.h5", "/a"))), _NONE),
    refused("virtual a.h5", hdf5(_virtual), "its array 'a' lies in other files"),
    refused("external a.h5", hdf5(_external), "its array 'a' lies in other files"),
    refused("filter a.h5", hdf5(_filtered), "its array 'a' is packed by filter 32015"),
    refused("bomb a.h5", hdf5(_bomb), "1048576x1048576 are more than"),
    refused("claims-chunk a.h5", hdf5(_huge_chunk), "16384x32768 are more than"),
    refused("xml a.h5", _fastmri(b"<x"), "its ISMRMRD header is no XML"),
    refused("entities a.h5", _fastmri(ismrmrd_xml(more=_ENTITY)), "its ISMRMRD header is too long"),
    refused("no-encoding a.h5", _fastmri(b"<ismrmrdHeader/>"), "its ISMRMRD header has no encodi"),
    refused("nan-size a.h5", _fastmri(ismrmrd_xml(fov="nan")), "its ISMRMRD header gives no field"),
    refused("zero a.h5", _fastmri(ismrmrd_xml(x="0")), "its ISMRMRD header gives no matrixSize"),
    refused("words a.h5", _fastmri(ismrmrd_xml(y="three")), "its ISMRMRD header gives no matrixS"),
    read("whole a.h5", _WHOLE, PLANE),
    read("loop a.h5", hdf5(_loop), PLANE),
    read(
        "block a.mat", b"MATLAB 7.3".ljust(512) + hdf5(lambda f: _put(f, a=PLANE), 512)[512:], PLANE
    ),
]
