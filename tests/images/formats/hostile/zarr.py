"""Zarr: metadata that lie, chunks that unpack to more than they say, codecs that run code."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.zeros import zlib_of

PLANE = np.arange(12, dtype="<i2").reshape(3, 4) - 5
_NO = "the folder is a Zarr that cannot be read"
_ARRAY = {
    "zarr_format": 2,
    "shape": [3, 4],
    "chunks": [3, 4],
    "dtype": "<i2",
    "compressor": None,
    "fill_value": 0,
    "order": "C",
    "filters": None,
}


def array(chunk: bytes = PLANE.tobytes(), **fields: Any) -> Callable[[Path], None]:
    """Return what makes a folder with an array of version 2, of one chunk."""

    def make(path: Path) -> None:
        path.mkdir()
        (path / ".zarray").write_text(json.dumps({**_ARRAY, **fields}))
        (path / "0.0").write_bytes(chunk)

    return make


def ome(scales: Any, **fields: Any) -> Callable[[Path], None]:
    """Return what makes a folder of OME-Zarr."""

    def make(path: Path) -> None:
        path.mkdir()
        (path / ".zgroup").write_text('{"zarr_format": 2}')
        (path / ".zattrs").write_text(json.dumps({"multiscales": [scales]}))
        array(**fields)(path / "0")

    return make


def _text(text: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.mkdir()
        (path / ".zarray").write_text(text)

    return make


def _group(path: Path) -> None:
    path.mkdir()
    (path / ".zgroup").write_text("{}")


def _linked(path: Path) -> None:
    array()(path)
    (path / "0.0").unlink()
    (path / "0.0").symlink_to("/etc/passwd")


_GZIP: dict[str, Any] = {"compressor": {"id": "zlib", "level": 1}}
_LEVEL = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [0.5, 0.25]}]}
_AXES = [{"name": name, "type": "space", "unit": "millimeter"} for name in "yx"]
_CODE: dict[str, Any] = {"filters": [{"id": "pickle"}]}

ZARR: list[Case] = [
    refused("no-json a.zarr", _text("{"), "its .zarray is no JSON"),
    refused("list a.zarr", _text("[]"), "its .zarray is no table"),
    refused("deep a.zarr", _text("[" * 9999), "its .zarray is no JSON"),
    refused(
        "group a.zarr",
        _group,
        "a Zarr without an array",
    ),
    refused("huge a.zarr", array(shape=[2**30, 2**30]), "1073741824x1073741824 are more than"),
    refused("claims-chunk a.zarr", array(chunks=[2**20, 2**20]), "1048576x1048576 are more than"),
    refused("negative a.zarr", array(shape=[-3, 4]), "sides of its array"),
    refused("sides a.zarr", array(shape="34"), "a Zarr without an array"),
    refused("nothing a.zarr", array(shape=[0, 4]), "sides of its array"),
    refused("chunk-cut a.zarr", array(PLANE.tobytes()[:-3]), _NO),
    refused("chunk-noise a.zarr", array(b"noise", **_GZIP), _NO),
    refused("bomb a.zarr", array(zlib_of(16), **_GZIP), "a chunk of it unpacks"),
    refused(
        "blosc-bomb a.zarr",
        array(b"\2\1\0\1" + b"\xff" * 12, compressor={"id": "blosc"}),
        "a chunk of it unpacks",
    ),
    refused("pickle a.zarr", array(**_CODE), "its array is packed with 'pickle'"),
    refused("objects a.zarr", array(dtype="|O", filters=None), _NO),
    refused("type a.zarr", array(dtype="<q9"), _NO),
    refused("link a.zarr", _linked, "its array '0.0' lies outside of it"),
    refused(
        "upwards a.zarr", ome({"datasets": [{"path": "../.."}]}), "its array '../..' lies outs"
    ),
    refused(
        "address a.zarr", ome({"datasets": [{"path": "s3://x/y"}]}), "its array 's3://x/y' lies"
    ),
    refused("no-level a.zarr", ome({"datasets": []}), _NO + ": it has no datasets"),
    refused("axes a.zarr", ome({"axes": ["q", "x"], "datasets": [_LEVEL]}), _NO + ": its axes are"),
    refused(
        "axis-count a.zarr", ome({"axes": ["x"], "datasets": [_LEVEL]}), _NO + ": its axes are"
    ),
    read("whole a.zarr", array(), PLANE),
    read("packed a.zarr", array(zlib.compress(PLANE.tobytes()), **_GZIP), PLANE),
    read("ome a.zarr", ome({"axes": _AXES, "datasets": [_LEVEL]}), PLANE, spacing=[0.5, 0.25]),
    read(
        "nan-scale a.zarr",
        ome(
            {
                "axes": _AXES,
                "datasets": [
                    {"path": "0", "coordinateTransformations": [{"scale": [float("nan"), 1]}]}
                ],
            }
        ),
        PLANE,
        spacing=None,
    ),
]
