"""What a JPEG says before a pixel of it is decoded: its frame, and whether so much can be there.

ITU-T T.81. Decoders fill what is missing with grey.
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
# A block of 64 pixels takes a bit at the least, and bytes for each pixel at the most.
_PIXELS_PER_BYTE, _BYTES_PER_PIXEL = 512, 16
_SMALL = 2**20
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# How often all pixels that may be held may be gone through, in scans of a progressive file.
_PASSES = 4


@dataclass(frozen=True)
class _Frame:
    """The header of the picture, and where the first scan begins."""

    height: int
    width: int
    components: tuple[int, ...]
    progressive: bool


@dataclass(frozen=True)
class Jpeg:
    """A JPEG that is not decoded: `data` is the file, without what follows its pixels by far."""

    height: int
    width: int
    adobe: bool
    data: bytes
    notes: tuple[str, ...]


def parse(file: BufferedReader, where: str, pick: Selection) -> Jpeg:
    """Read the segments of a JPEG, not its pixels; InputError if there cannot be so many."""
    frame, adobe, at = _head(file, where)
    pick.check_size((frame.height, frame.width), where)
    pixels = frame.height * frame.width
    size = file_size(file)
    if (size - at) * _PIXELS_PER_BYTE < pixels:
        raise damaged(where, f"{size - at} bytes cannot hold {frame.height}x{frame.width} px")
    file.seek(0)
    data = file.read(at + _BYTES_PER_PIXEL * pixels + _SMALL)
    scans, ended = _scans(data, at)
    if not ended:
        raise damaged(where, f"it ends after {size} bytes, before the end of its pixels")
    if len(scans) * pixels > max(_PASSES * pick.most, _PASSES * pixels):
        raise InputError(
            f"{len(scans)} scans of {frame.height}x{frame.width} px would take too long",
            where,
            f"{argument('max_pixels', -(-len(scans) * pixels // _PASSES))}, or save it anew",
        )
    notes = () if _all_there(frame, scans) else ("JPEG: scans are missing: it is only coarse",)
    return Jpeg(frame.height, frame.width, adobe, data, notes)


def damaged(where: str, why: str) -> InputError:
    """Return the error for a JPEG that cannot be decoded, or not to its end."""
    return InputError(f"the JPEG is damaged or not complete: {why}", where, "get the file again")


def _head(file: BufferedReader, where: str) -> tuple[_Frame, bool, int]:
    """Return the frame, whether Adobe wrote it, and where the first scan begins."""
    frame, adobe = None, False
    file.seek(2)
    for _ in range(_SEGMENTS):
        start = file.read(2)
        if start == b"\xff\xff":  # fill
            file.seek(-1, 1)
            continue
        if len(start) < 2 or start[0] != 0xFF:
            break
        marker, length = start[1], int.from_bytes(file.read(2))
        if marker == _START_OF_SCAN:
            if frame is None:
                raise damaged(where, "it has no header of a picture")
            return frame, adobe, file.tell() - 4
        body = file.read(max(0, length - 2))
        if length < 2 or len(body) < length - 2:
            break
        if marker in _FRAMES:
            frame = _frame(marker, body, where)
        adobe |= marker == _ADOBE and body.startswith(b"Adobe")
    raise damaged(where, f"it ends after {file.tell()} bytes, before its pixels")


def _frame(marker: int, body: bytes, where: str) -> _Frame:
    if marker in _ARITHMETIC:
        raise InputError("the JPEG is coded arithmetically", where, "convert it to PNG")
    height, width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    if not height or not width:
        raise damaged(where, f"its header says {height}x{width} px")
    return _Frame(height, width, tuple(body[6::3]), marker == _PROGRESSIVE)


def _scans(data: bytes, at: int) -> tuple[list[bytes], bool]:
    """Return the headers of the scans, and whether the mark of the end follows them."""
    found: list[bytes] = []
    while marker := _MARKER.search(data, at):
        code, at = marker[0][1], marker.end()
        if code == _END:
            return found, True
        length = int.from_bytes(data[at : at + 2])
        if code == _START_OF_SCAN:
            found.append(data[at + 2 : at + length])
        at += max(2, length)
    return found, False


def _all_there(frame: _Frame, scans: list[bytes]) -> bool:
    """Whether the scans hold every coefficient of every component, to its last bit."""
    missing = {(each, k) for each in frame.components for k in range(64)}
    for scan in scans:
        count = scan[0] if scan else 0
        if len(scan) < 4 + 2 * count:
            return False
        first, last, bits = scan[1 + 2 * count :][:3]
        if not frame.progressive:
            first, last, bits = 0, 63, 0
        if bits & 15 == 0:  # no lower bit follows
            here = scan[1 : 1 + 2 * count : 2]
            missing -= {(each, k) for each in here for k in range(first, last + 1)}
    return not missing
