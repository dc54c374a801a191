"""The pieces in which compressed images lie in a DICOM file, and the size that each image says."""

import struct
from bisect import bisect_right
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.text import counted
from sampviz.images.formats.dicom_elements import unpack_tag

Ranges = tuple[tuple[tuple[int, int], ...], ...]
_ITEM, _END_OF_ITEMS = 0xFFFEE000, 0xFFFEE0DD
_MOST_PIECES = 2**20
_FIX = "get the file again"


def ranges_of_images(content: Any, start: int, frames: int, where: str) -> Ranges:
    """Return where the pieces of each compressed image lie.

    Parameters
    ----------
    content : FileContent or bytes
        Of the file.
    start : int
        Where the first piece lies: the table of offsets.
    frames : int
        How many images there are.
    where : str
        The name of the input, for errors.

    Returns
    -------
    tuple of tuple of (int, int)
        Of each image, the start and the length of its pieces.

    Raises
    ------
    InputError
        If pieces are damaged, or nothing says which belong to which image.
    """
    (table, table_length), *parts = _pieces(content, start, where)
    if frames == 1:
        return (tuple(parts),)
    if len(parts) == frames:
        return tuple((part,) for part in parts)
    data = content[table : table + table_length // 4 * 4]
    offsets = np.frombuffer(data[: 4 * frames], "<u4").tolist()
    if len(offsets) != frames or offsets != sorted(set(offsets)):
        raise InputError(
            f"its {frames} compressed images lie in {counted(len(parts), 'piece')}, and it does not"
            " say which",
            where,
            "convert it to NIfTI, e.g. with dcm2niix",
        )
    ranges: list[list[tuple[int, int]]] = [[] for _ in range(frames)]
    for at, length in parts:
        number = bisect_right(offsets, at - parts[0][0]) - 1
        ranges[max(0, number)].append((at, length))
    return tuple(map(tuple, ranges))


def _pieces(content: Any, at: int, where: str) -> list[tuple[int, int]]:
    """Return where the pieces of encapsulated pixels lie; the first is the table of offsets."""
    pieces: list[tuple[int, int]] = []
    while at + 8 <= len(content) and len(pieces) <= _MOST_PIECES:
        tag = unpack_tag(content[at : at + 4], "<")
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        if tag == _END_OF_ITEMS:
            break
        if tag != _ITEM or at + 8 + length > len(content):
            raise InputError("its compressed images are damaged, or end early", where, _FIX)
        pieces.append((at + 8, length))
        at += 8 + length
    if not 2 <= len(pieces) <= _MOST_PIECES:
        raise InputError(
            f"its compressed images are in {counted(len(pieces), 'piece')}", where, _FIX
        )
    return pieces


def size_of_j2k(data: bytes) -> tuple[int, int, int] | None:
    """Return the size that a JPEG 2000 says: rows, columns, components; None for none."""
    at = data.find(b"\xff\x4f\xff\x51", 0, 4096)
    if at < 0 or len(data) < at + 42:
        return None
    x1, y1, x0, y0, *_, count = struct.unpack_from(">8IH", data, at + 8)
    return y1 - y0, x1 - x0, count


def size_of_jpeg(data: bytes) -> tuple[int, int, int] | None:
    """Return the size that a JPEG or JPEG-LS says: rows, columns, components; None for none."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 10 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            rows, columns, count = struct.unpack_from(">HHB", data, at + 5)
            return rows, columns, count
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None
