"""Texts that sampviz left in files: read from wherever their format has room for a text.

The files are anybody's: nothing is unpacked but the start of a NIfTI, no XML is parsed, and no more
than `LONGEST` bytes of a text are read.
"""

import gzip
import re
import struct
import zlib
from io import BufferedReader
from itertools import product
from pathlib import Path
from xml.sax.saxutils import unescape

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size, open_file

LONGEST = 2**20
COMMENT = 6  # the code of a NIfTI header extension that holds plain text
SIDE = ".sampviz.json"  # the ending of a file beside an array that has no room
_MOST_CHUNKS = 100_000
_KEYWORD = b"sampviz"
_IN_PDF = re.compile(rb"/Keywords\s*\((\{(?:[^\\()]|\\.)*\})\)", re.DOTALL)
_IN_SVG = re.compile(rb"<dc:description>(\{.*?\})</dc:description>", re.DOTALL)
# Of NIfTI-1 and -2: bytes of the header, and in it the type and the place of the voxels' offset.
_HEADERS = {348: ("f", 108), 540: ("q", 168)}
_GZIP = b"\x1f\x8b"
_FIX = "get the file again"


def embedded_text(path: Path) -> tuple[str, str]:
    """Return the ending of the format that a file has, and the text in it ("" for none).

    The formats are .png, .pdf, .svg, .nii and .json. Of a file of another kind the text is that of
    the file beside it whose name ends in `SIDE`. InputError for a file that cannot be read.
    """
    with open_file(path, str(path)) as file:
        start = file.read(1024)
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            kind, text = ".png", _of_png(file)
        elif start.startswith(b"%PDF"):
            kind, text = ".pdf", _of_pdf(file)
        elif start.lstrip().startswith(b"{"):
            kind, text = ".json", start + file.read(LONGEST)
        elif b"<svg" in start:
            file.seek(0)
            found = _IN_SVG.search(file.read(LONGEST))
            kind, text = ".svg", unescape(found[1].decode("latin-1")).encode() if found else b""
        else:
            kind, text = ".nii", _of_nifti(file, start)
    if not text and (side := sidecar_path(path)).is_file():
        with open_file(side, str(side)) as file:
            text = file.read(LONGEST)
    return kind, text.decode("utf-8", "replace").strip()


def sidecar_path(path: Path) -> Path:
    """Return the file beside an array that says how it was made: t1.npy has t1.sampviz.json."""
    name = path.name.removesuffix(".gz") if path.name.endswith(".nii.gz") else path.name
    return path.with_name(Path(name).stem + SIDE)


def _of_png(file: BufferedReader) -> bytes:
    """Return the text of our keyword, from a tEXt chunk or an iTXt chunk that is not deflated."""
    file.seek(8)
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        length, name = struct.unpack(">I4s", head)
        if name in (b"tEXt", b"iTXt") and length <= LONGEST:
            keyword, _, text = file.read(length).partition(b"\0")
            file.seek(4, 1)
            if keyword == _KEYWORD:
                # iTXt: two flags, then language and translated keyword, each with a zero behind.
                return text if name == b"tEXt" else text[2:].split(b"\0", 2)[-1]
        else:
            file.seek(length + 4, 1)
    return b""


def _of_pdf(file: BufferedReader) -> bytes:
    """Return the keywords of the document, as matplotlib writes them: near the end, not packed."""
    file.seek(max(0, file_size(file) - LONGEST))
    found = _IN_PDF.findall(file.read(LONGEST))
    return re.sub(rb"\\(.)", rb"\1", found[-1]) if found else b""


def _of_nifti(file: BufferedReader, start: bytes) -> bytes:
    """Return the text of the first header extension that holds JSON; nothing for no NIfTI."""
    file.seek(0)
    try:
        packed = start.startswith(_GZIP)
        data = (gzip.GzipFile(fileobj=file) if packed else file).read(LONGEST)
    except (OSError, EOFError, zlib.error) as err:
        raise InputError(f"the gzip file is damaged: {err}", str(file.name), _FIX) from None
    for endian, (length, (form, place)) in product("<>", _HEADERS.items()):
        if data[:4] == struct.pack(f"{endian}i", length) and len(data) > length:
            end = min(struct.unpack_from(f"{endian}{form}", data, place)[0], len(data))
            at = length + 4
            while data[length] and at + 8 <= end:
                size, code = struct.unpack_from(f"{endian}2i", data, at)
                text = data[at + 8 : at + size].rstrip(b"\0")
                if code == COMMENT and text.startswith(b"{"):
                    return text
                at += max(size, 16)
    return b""
