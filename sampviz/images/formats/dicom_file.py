"""Open a DICOM file: its encoding, the elements that are read, and where its pixels lie.

Nothing is believed: lengths end at the end of the file, nesting and the number of elements are
bounded, and what is packed is unpacked to a bound.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom.filereader import read_dataset
from pydicom.valuerep import VR

from sampviz.core.errors import InputError, argument
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.open_file import file_size, open_file
from sampviz.images.formats.dicom_content import CountedReads, FileContent
from sampviz.images.formats.dicom_elements import OVERLAYS, TAGS, Elements, unpack_tag

IMPLICIT, EXPLICIT, BIG, DEFLATED = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
)
_UNDEFINED = 0xFFFFFFFF
_PIXELS = {
    0x7FE00010: "PixelData",
    0x7FE00008: "FloatPixelData",
    0x7FE00009: "DoubleFloatPixelData",
}
_SYNTAX = 0x00020010
_UID = re.compile(rb"[0-9.]{1,64}")
_LONG = ("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV")
_TYPES = {str(vr).encode() for vr in VR if len(str(vr)) == 2}
_FIX = "get the file again, or convert it to NIfTI, e.g. with dcm2niix"


@dataclass(frozen=True, eq=False)
class OpenDicom:
    """An open file whose elements are read.

    Parameters
    ----------
    elements : Elements
        Those on the list.
    syntax : str
        The UID of how it is encoded.
    content : FileContent or bytes
        The bytes of the file, those of a deflated one unpacked.
    keyword : str
        "PixelData", "FloatPixelData" or "DoubleFloatPixelData"; "" where there is no image.
    vr : str
        The type of that element.
    start, length : int
        Where its bytes lie in `content`; the length -1 for pixels in pieces (encapsulated).
    """

    elements: Elements
    syntax: str
    content: FileContent | bytes
    keyword: str
    vr: str
    start: int
    length: int


@contextmanager
def open_dicom(path: Path, where: str, most: int) -> Iterator[OpenDicom]:
    """Open a file and read its elements; its pixels are not touched.

    Parameters
    ----------
    path : Path
        Of the file.
    where : str
        The name of the input, for errors.
    most : int
        Bytes that a deflated file may be unpacked to.

    Yields
    ------
    OpenDicom

    Raises
    ------
    InputError
        For what is no DICOM, or damaged.
    """
    with _content(path, where) as content:
        syntax, start = _meta(content)
        if syntax == DEFLATED:
            content, start = _inflated(content, start, where, most), 0
        yield _parse(content, start, syntax, where)


@contextmanager
def open_content(path: Path, where: str, syntax: str, most: int) -> Iterator[FileContent | bytes]:
    """Open a file whose elements are known, for its pixels.

    Parameters
    ----------
    path : Path
        Of the file.
    where : str
        The name of the input, for errors.
    syntax : str
        The UID of how it is encoded.
    most : int
        Bytes that a deflated file may be unpacked to.

    Yields
    ------
    FileContent or bytes
        Its bytes, those of a deflated one unpacked.

    Raises
    ------
    InputError
        If it cannot be opened.
    """
    with _content(path, where) as content:
        yield _inflated(content, _meta(content)[1], where, most) if syntax == DEFLATED else content


@contextmanager
def _content(path: Path, where: str) -> Iterator[Any]:
    with open_file(path, where) as file:
        if not file_size(file):
            raise InputError("the file is empty", where, "get the file again")
        yield FileContent(file)


def _parse(content: Any, start: int, syntax: str, where: str) -> OpenDicom:
    implicit, endian = _encoding(content, start, syntax)
    reads: Any = CountedReads(content, where)
    reads.seek(start)
    with guarded(where):
        dataset = read_dataset(
            reads,
            implicit,
            endian == "<",
            stop_when=lambda tag, vr, length: tag >= min(_PIXELS),
            specific_tags=[*(tag for tag, _ in TAGS.values()), *OVERLAYS],
        )
        if not len(dataset):
            raise _damaged("it has no element of an image", where)
        implicit = bool(dataset.original_encoding[0])
        elements = Elements(dataset, endian, reads)
        keyword, vr, at, length = _pixels(content, reads.tell(), implicit, endian)
    syntax = syntax or (BIG if endian == ">" else IMPLICIT if implicit else EXPLICIT)
    return OpenDicom(elements, syntax, content, keyword, vr, at, length)


@contextmanager
def guarded(where: str) -> Iterator[None]:
    """Turn what pydicom raises for damage into an InputError, without the values that it quotes.

    Its warnings, which quote values too, are ignored.
    """
    try:
        with ignored_warnings():
            yield
    except (InputError, MemoryError):
        raise
    except Exception as err:  # many types; within a sequence OSError stands for all others
        cause = err.__context__ if isinstance(err, OSError) else err
        if isinstance(cause, InputError):
            raise cause from None
        if isinstance(cause, RecursionError):
            raise _damaged("its sequences are nested too deeply", where) from None
        raise _damaged(f"its elements cannot be read ({type(err).__name__})", where) from None


def _damaged(what: str, where: str) -> InputError:
    return InputError(f"not a DICOM that can be read: {what}", where, _FIX)


def _meta(content: Any) -> tuple[str, int]:
    """Return the transfer syntax that the file says, and where its data set starts."""
    at = 132 if content[128:132] == b"DICM" else 0
    syntax = ""
    while content[at : at + 2] == b"\x02\x00":
        vr = bytes(content[at + 4 : at + 6]).decode("latin-1")
        if vr not in _LONG and vr.encode() not in _TYPES:  # of implicit type, against the standard
            length, data = _whole(content, at + 4, "<I"), at + 8
        elif vr in _LONG:
            length, data = _whole(content, at + 8, "<I"), at + 12
        else:
            length, data = _whole(content, at + 6, "<H"), at + 8
        if unpack_tag(content[at : at + 4], "<") == _SYNTAX:
            match = _UID.match(content[data : data + min(length, 64)])
            syntax = match[0].decode() if match else ""
        at = data + length
    return syntax, at


def _whole(content: Any, at: int, layout: str) -> int:
    size = struct.calcsize(layout)
    return int(struct.unpack(layout, bytes(content[at : at + size]).ljust(size, b"\0"))[0])


def _inflated(content: Any, start: int, where: str, most: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpacker.decompress(content[start:], most)
    except zlib.error:
        raise _damaged("it is deflated, and damaged", where) from None
    if unpacker.unconsumed_tail:
        raise InputError(
            f"it is deflated, and unpacks to more than {most} bytes",
            where,
            f"{argument('max_pixels', 4 * most)}, if it fits into memory",
        )
    return data


def _encoding(content: Any, start: int, syntax: str) -> tuple[bool, str]:
    """Return whether types are implicit, and the order of bytes, as the first element has them."""
    first = bytes(content[start : start + 6])
    is_implicit = first[4:6] not in _TYPES
    if syntax:
        return syntax == IMPLICIT and is_implicit, ">" if syntax == BIG else "<"
    # The first group of a file is a small number.
    return is_implicit, ">" if first[:1] == b"\0" and first[1:2] != b"\0" else "<"


def _pixels(content: Any, at: int, implicit: bool, endian: str) -> tuple[str, str, int, int]:
    """Return the keyword and the type of the pixels' element, and where its bytes lie."""
    tag = unpack_tag(bytes(content[at : at + 4]), endian)
    if tag not in _PIXELS:
        return "", "", at, 0
    vr, start, length = _element(content, at, implicit, endian)
    return _PIXELS[tag], vr, start, -1 if length == _UNDEFINED else length


def _element(content: Any, at: int, implicit: bool, endian: str) -> tuple[str, int, int]:
    """Return the type of an element, where its value starts, and the length that it says."""
    vr = bytes(content[at + 4 : at + 6]).decode("latin-1")
    if implicit or vr.encode() not in _TYPES:
        return "OW", at + 8, _whole(content, at + 4, f"{endian}I")
    if vr in _LONG:
        return vr, at + 12, _whole(content, at + 8, f"{endian}I")
    return vr, at + 8, _whole(content, at + 6, f"{endian}H")
