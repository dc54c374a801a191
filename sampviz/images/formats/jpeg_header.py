"""The segments of a JPEG (ITU-T T.81), checked before a pixel is decoded.

Decoders fill what is missing with grey, and may be kept busy by thousands of scans; here a file
that is too short, or has too many scans, is an error.
"""

import re
from dataclasses import dataclass
from io import BufferedReader

from sampviz.core.errors import InputError, argument
from sampviz.core.open_file import file_size
from sampviz.images.selection import Selection

_START_OF_SCAN, _END, _ADOBE, _PROGRESSIVE = 0xDA, 0xD9, 0xEE, 0xC2
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ARITHMETIC = range(0xC9, 0xD0)
_SEGMENTS = 10_000  # before the first scan
_MOST_METADATA = 2**24  # bytes before the first scan: decoders join Exif in quadratic time
# A block of 64 pixels takes one bit at least; a pixel takes so many bytes at most.
_PIXELS_PER_BYTE, _BYTES_PER_PIXEL = 512, 16
_SMALL = 2**20
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# Scans of a progressive file may go through so many times the pixels that may be held.
_MOST_PASSES = 4


@dataclass(frozen=True)
class _Frame:
    """The frame header: the size of the image, and the identifiers of its components."""

    height: int
    width: int
    components: tuple[int, ...]
    progressive: bool


@dataclass(frozen=True)
class Jpeg:
    """A complete JPEG that is not decoded.

    Parameters
    ----------
    height, width : int
        In pixels, as stored.
    adobe : bool
        Whether Adobe's program wrote it: its CMYK is inverted.
    data : bytes
        The file, without what follows far behind its pixels.
    notes : tuple of str
        What a reader should know of the file.
    """

    height: int
    width: int
    adobe: bool
    data: bytes
    notes: tuple[str, ...]


def parse_jpeg(file: BufferedReader, where: str, selection: Selection) -> Jpeg:
    """Read the segments of a JPEG, without decoding its pixels.

    Parameters
    ----------
    file : BufferedReader
        Open at any position.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the number of pixels.

    Returns
    -------
    Jpeg

    Raises
    ------
    InputError
        If it is damaged, too large, or not complete.
    """
    frame, adobe, scan_start = _read_headers(file, where)
    selection.check_size(_values(frame), where)
    pixels = frame.height * frame.width
    size = file_size(file)
    if (size - scan_start) * _PIXELS_PER_BYTE < pixels:
        raise damaged(
            where, f"{size - scan_start} bytes cannot hold {frame.height}x{frame.width} px"
        )
    file.seek(0)
    data = file.read(scan_start + _BYTES_PER_PIXEL * pixels + _SMALL)
    scans, ended = _scan_headers(data, scan_start)
    if not ended:
        raise damaged(where, f"it ends after {size} bytes, before the end of its pixels")
    if len(scans) * pixels > _MOST_PASSES * selection.most:
        raise InputError(
            f"{len(scans)} scans of {frame.height}x{frame.width} px would take too long",
            where,
            f"{argument('max_pixels', -(-len(scans) * pixels // _MOST_PASSES))}, or save it anew",
        )
    notes = () if _is_complete(frame, scans) else ("JPEG: scans are missing: it is only coarse",)
    return Jpeg(frame.height, frame.width, adobe, data, notes)


def _values(frame: _Frame) -> tuple[int, ...]:
    """Return the size of the array that is made: colours become three channels."""
    size = (frame.height, frame.width)
    return size if len(frame.components) == 1 else (3, *size)


def damaged(where: str, reason: str) -> InputError:
    """Return the error for a JPEG that cannot be decoded, or not to its end.

    Parameters
    ----------
    where : str
        The name of the input.
    reason : str
        What is wrong.

    Returns
    -------
    InputError
    """
    return InputError(f"the JPEG is damaged or not complete: {reason}", where, "get the file again")


def _read_headers(file: BufferedReader, where: str) -> tuple[_Frame, bool, int]:
    """Return the frame, whether Adobe wrote the file, and the offset of the first scan."""
    frame, adobe = None, False
    file.seek(2)
    for _ in range(_SEGMENTS):
        if file.tell() > _MOST_METADATA:
            raise InputError(
                f"more than {_MOST_METADATA} bytes stand before its pixels", where, "save it anew"
            )
        marker_bytes = file.read(2)
        if marker_bytes == b"\xff\xff":  # fill byte
            file.seek(-1, 1)
            continue
        if len(marker_bytes) < 2 or marker_bytes[0] != 0xFF:
            break
        marker, length = marker_bytes[1], int.from_bytes(file.read(2))
        if marker == _START_OF_SCAN:
            if frame is None:
                raise damaged(where, "it has no header of a picture")
            return frame, adobe, file.tell() - 4
        body = file.read(max(0, length - 2))
        if length < 2 or len(body) < length - 2:
            break
        if marker in _FRAMES:
            frame = _parse_frame(marker, body, where)
        adobe |= marker == _ADOBE and body.startswith(b"Adobe")
    raise damaged(where, f"it ends after {file.tell()} bytes, before its pixels")


def _parse_frame(marker: int, body: bytes, where: str) -> _Frame:
    if marker in _ARITHMETIC:
        raise InputError("the JPEG is coded arithmetically", where, "convert it to PNG")
    height, width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    if not height or not width:
        raise damaged(where, f"its header says {height}x{width} px")
    return _Frame(height, width, tuple(body[6::3]), marker == _PROGRESSIVE)


def _scan_headers(data: bytes, position: int) -> tuple[list[bytes], bool]:
    """Return the headers of the scans, and whether the end marker follows them."""
    headers: list[bytes] = []
    while marker := _MARKER.search(data, position):
        code, position = marker[0][1], marker.end()
        if code == _END:
            return headers, True
        length = int.from_bytes(data[position : position + 2])
        if code == _START_OF_SCAN:
            headers.append(data[position + 2 : position + length])
        position += max(2, length)
    return headers, False


def _is_complete(frame: _Frame, scans: list[bytes]) -> bool:
    """Whether the scans hold every coefficient of every component, to its last bit."""
    missing = {(component, k) for component in frame.components for k in range(64)}
    for scan in scans:
        count = scan[0] if scan else 0
        if len(scan) < 4 + 2 * count:
            return False
        first, last, bits = scan[1 + 2 * count :][:3]
        if not frame.progressive:
            first, last, bits = 0, 63, 0
        if bits & 15 == 0:  # no lower bit follows
            components = scan[1 : 1 + 2 * count : 2]
            missing -= {(component, k) for component in components for k in range(first, last + 1)}
    return not missing
