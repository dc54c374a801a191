"""The metadata of Zarr, checked before zarr may act on it, and a store that hands out no bombs."""

import json
import zlib
from collections.abc import Callable, Mapping
from math import prod
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.images.formats.format import Source
from sampviz.images.selection import Selection

LONGEST_METADATA = 2**22  # bytes
MARKS = (".zgroup", ".zarray", ".zattrs", "zarr.json")
_FIX = "write it anew, with zarr, packed with blosc, zstd or gzip"
# Codecs that unpack no more than they say, or than is checked here; pickle runs code, and what
# others there are may.
_CODECS = ("blosc", "zstd", "gzip", "zlib", "lz4", "shuffle", "delta", "bytes", "transpose")
_SHARDS = ("sharding_indexed", "crc32c")
_MOST_CHUNK_AXES = 6
_SLACK = 2**16  # bytes by which packed noise may be longer


def metadata(folder: Path, name: str, where: str) -> Mapping[str, Any]:
    """Return what a file of metadata says; {} where there is none.

    Parameters
    ----------
    folder : Path
        Of the group or the array.
    name : str
        Such as "zarr.json".
    where : str
        The name of the input, for errors.

    Returns
    -------
    mapping

    Raises
    ------
    InputError
        If it is too long, or no JSON.
    """
    path = folder / name
    if not path.is_file():
        return {}
    if path.stat().st_size > LONGEST_METADATA:
        raise InputError(f"its {name} is longer than {LONGEST_METADATA} bytes", where, _FIX)
    try:
        values = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as err:
        raise InputError(f"its {name} is no JSON: {str(err)[:100]}", where, _FIX) from None
    if not isinstance(values, dict):
        raise InputError(f"its {name} is no table", where, _FIX)
    return values


def within(root: Path, path: str, where: str) -> Path:
    """Return the folder of a group or an array, which lies below the root, over links too."""
    folder = root / path
    if ":" in path or not folder.resolve().is_relative_to(root.resolve()):
        raise InputError(f"its array {path[:60]!r} lies outside of it", where, _FIX)
    return folder


def check_array(folder: Path, where: str, selection: Selection) -> None:
    """Check what the metadata of an array say of sizes, types and codecs.

    Parameters
    ----------
    folder : Path
        Of the array.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the size of a chunk.

    Raises
    ------
    InputError
        For what zarr should not be handed.
    """
    said = metadata(folder, "zarr.json", where) or metadata(folder, ".zarray", where)
    shape, chunks = said.get("shape"), said.get("chunks")
    grid = said.get("chunk_grid")
    if isinstance(grid, dict):
        chunks = (grid.get("configuration") or {}).get("chunk_shape")
    for sides in (shape, chunks):
        if not _are_sizes(sides) or len(sides or ()) != len(shape or ()):
            raise InputError(f"sides of its array are {str(sides)[:60]}", where, _FIX)
    if prod(chunks or ()) > prod(shape or ()):
        selection.check_size(chunks or (), where)  # of which each is unpacked whole
    names = list(_codec_names(said))
    unknown = [name for name in names if name not in (*_CODECS, *_SHARDS)]
    if unknown:
        raise InputError(f"its array is packed with {unknown[0][:40]!r}", where, _FIX)


def _are_sizes(sides: Any) -> bool:
    return (
        isinstance(sides, list)
        and 1 <= len(sides) <= _MOST_CHUNK_AXES
        and all(type(side) is int and 0 < side < 2**48 for side in sides)
    )


def _codec_names(said: Mapping[str, Any]) -> list[str]:
    """Return the names of all codecs, those inside of shards too."""
    codecs = [said.get("compressor"), *(said.get("filters") or []), *(said.get("codecs") or [])]
    names: list[str] = []
    for codec in codecs:
        if not isinstance(codec, dict):
            continue
        name = str(codec.get("id", codec.get("name")))
        names.append(name.removeprefix("numcodecs."))
        inner = codec.get("configuration")
        if name == "sharding_indexed" and isinstance(inner, dict):
            parts = [*(inner.get("codecs") or []), *(inner.get("index_codecs") or [])]
            names += _codec_names({"codecs": parts})
    return names


def open_array(source: Source, folder: Path, selection: Selection) -> Any:
    """Return an array of which chunks are unpacked when they are wanted.

    Parameters
    ----------
    source : Source
        The input, a folder.
    folder : Path
        Of the array, in it.
    selection : Selection
        Bounds the size of a chunk.

    Returns
    -------
    zarr.Array
    """
    import zarr
    from zarr.storage import LocalStore

    check_array(folder, source.where, selection)
    if parent_process():
        _make_no_lock()
    said = metadata(folder, "zarr.json", source.where) or metadata(folder, ".zarray", source.where)
    check = _chunk_check(source, folder, said)

    class _Store(LocalStore):  # type: ignore[misc]
        """A folder whose chunks are looked at before they are unpacked."""

        async def get(self, key: str, prototype: Any = None, byte_range: Any = None) -> Any:
            within(folder, key, source.where)
            buffer = await super().get(key, prototype, byte_range)
            if buffer is not None and Path(key).name not in MARKS:
                check(buffer.to_bytes())
            return buffer

    return zarr.open_array(store=_Store(folder, read_only=True), mode="r")


def _make_no_lock() -> None:
    """Keep numcodecs from making a lock of all processes, which one that is ended leaves behind.

    Without it chunks are unpacked on one thread, as is wanted in a process that is one of many.
    """
    from numcodecs import blosc

    if hasattr(blosc, "_MUTEX_IS_INIT"):
        blosc._MUTEX_IS_INIT = True


def _chunk_check(source: Source, folder: Path, said: Mapping[str, Any]) -> Callable[[bytes], None]:
    """Return what raises InputError for a chunk that claims more bytes than a chunk has."""
    import zarr

    array = zarr.open_array(str(folder), mode="r")
    outer = getattr(array, "shards", None) or array.chunks
    most = prod(outer) * np.dtype(array.dtype).itemsize
    names = _codec_names(said)
    packing = next((name for name in names if name in ("blosc", "zstd", "gzip", "zlib", "lz4")), "")
    is_sharded = "sharding_indexed" in names

    def check(chunk: bytes) -> None:
        claimed = len(chunk) // 2 - _SLACK
        if not is_sharded:
            claimed = max(claimed, _claimed(chunk, packing, most))
        if claimed > most:
            what = f"a chunk of it unpacks to more than its {most} bytes"
            raise InputError(what, source.where, _FIX)

    return check


def _claimed(chunk: bytes, packing: str, most: int) -> int:
    """Return how many bytes a chunk unpacks to, or as many as are too many."""
    if packing == "blosc":
        return int.from_bytes(chunk[4:8], "little")
    if packing == "lz4":
        return int.from_bytes(chunk[:4], "little")
    if packing in ("gzip", "zlib"):
        return len(zlib.decompressobj(47).decompress(chunk, most + 1))
    if packing == "zstd" and len(chunk) > 6:
        flags = chunk[4]
        is_single = flags >> 5 & 1
        length = (1 if is_single else 0, 2, 4, 8)[flags >> 6]
        at = 5 + (0 if is_single else 1) + (0, 1, 2, 4)[flags & 3]
        return int.from_bytes(chunk[at : at + length], "little") + 256 * (length == 2)
    return 0
