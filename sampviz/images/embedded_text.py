"""Read the text metadata that sampviz wrote into a file: how the file was made.

The files are anybody's: nothing is uncompressed but the start of a NIfTI, no XML is parsed, and no
more than `LONGEST` bytes of a text are read.
"""

import gzip
import re
import struct
import zlib
from contextlib import suppress
from io import BufferedReader
from itertools import product
from pathlib import Path

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size, open_file

LONGEST = 2**20
COMMENT = 6  # the code of a NIfTI header extension that holds plain text
SIDECAR_ENDING = ".sampviz.json"  # of the file beside an array whose format holds no text
_MOST_CHUNKS = 100_000
_KEYWORD = b"sampviz"
_IN_PDF = re.compile(rb"/Keywords\s*\((\{(?:[^\\()]|\\.)*\})\)", re.DOTALL)
_SVG_START, _SVG_END = b"<dc:description>", b"</dc:description>"
_IN_EPS = re.compile(rb"^%sampviz: (.*)$", re.MULTILINE)
_DESCRIPTION, _ASCII = 270, 2  # a tag of TIFF, and the type of its value
# Of NIfTI-1 and -2: bytes of the header, and in it the type and the position of vox_offset.
_HEADERS = {348: ("f", 108), 540: ("q", 168)}
_GZIP = b"\x1f\x8b"
_FIX = "get the file again"


def embedded_text(path: Path) -> tuple[str, str]:
    """Return the format of a file, and the text in it.

    Parameters
    ----------
    path : Path
        A file of sampviz, or any other.

    Returns
    -------
    ending : str
        .png, .pdf, .svg, .tif, .eps, .json, or .nii for all others.
    text : str
        That of the file beside it, `sidecar_path`, where the format holds none; "" for none.

    Raises
    ------
    InputError
        For a file that cannot be read.
    """
    with open_file(path, str(path)) as file:
        start = file.read(1024)
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            ending, text = ".png", _png_text(file)
        elif start.startswith(b"%PDF"):
            ending, text = ".pdf", _pdf_text(file)
        elif start.startswith(b"II*\0"):
            ending, text = ".tif", _tiff_text(file)
        elif start.startswith(b"%!PS"):
            file.seek(0)
            ending, text = ".eps", b"".join(_IN_EPS.findall(file.read(LONGEST)))
        elif start.lstrip().startswith(b"{"):
            ending, text = ".json", start + file.read(LONGEST)
        elif b"<svg" in start:
            file.seek(0)
            ending, text = ".svg", _svg_text(file.read(LONGEST))
        else:
            ending, text = ".nii", _nifti_text(file, start)
    if not text and (sidecar := sidecar_path(path)).is_file():
        with open_file(sidecar, str(sidecar)) as file:
            text = file.read(LONGEST)
    return ending, text.decode("utf-8", "replace").strip()


def sidecar_path(path: Path) -> Path:
    """Return the file beside an array that says how it was made.

    Parameters
    ----------
    path : Path
        Of the array.

    Returns
    -------
    Path

    Examples
    --------
    >>> sidecar_path(Path("t1.nii.gz")).name
    't1.sampviz.json'
    """
    name = path.name.removesuffix(".gz") if path.name.endswith(".nii.gz") else path.name
    return path.with_name(Path(name).stem + SIDECAR_ENDING)


def _png_text(file: BufferedReader) -> bytes:
    """Return the text of our keyword, from a tEXt chunk or an iTXt chunk that is not deflated."""
    file.seek(8)
    for _ in range(_MOST_CHUNKS):
        chunk_head = file.read(8)
        if len(chunk_head) < 8:
            break
        length, name = struct.unpack(">I4s", chunk_head)
        if name in (b"tEXt", b"iTXt") and length <= LONGEST:
            keyword, _, text = file.read(length).partition(b"\0")
            file.seek(4, 1)
            if keyword == _KEYWORD:
                # iTXt: two flags, then language and translated keyword, each with a zero behind.
                return text if name == b"tEXt" else text[2:].split(b"\0", 2)[-1]
        else:
            file.seek(length + 4, 1)
    return b""


def _pdf_text(file: BufferedReader) -> bytes:
    """Return the keywords of the document: near the end, not compressed, as matplotlib writes."""
    file.seek(max(0, file_size(file) - LONGEST))
    keywords = _IN_PDF.findall(file.read(LONGEST))
    return re.sub(rb"\\(.)", rb"\1", keywords[-1]) if keywords else b""


def _svg_text(data: bytes) -> bytes:
    """Return the first description; b"" for one that is not ours."""
    from xml.sax.saxutils import unescape  # with all of it comes what fetches from the web

    _, _, rest = data.partition(_SVG_START)
    text, end, _ = rest.partition(_SVG_END)
    is_record = bool(end) and text.startswith(b"{") and text.endswith(b"}")
    return unescape(text.decode("latin-1")).encode() if is_record else b""


def _tiff_text(file: BufferedReader) -> bytes:
    """Return the description of the first picture; b"" for none."""
    file.seek(4)
    with suppress(struct.error):
        file.seek(*struct.unpack("<I", file.read(4)))
        (count,) = struct.unpack("<H", file.read(2))
        for entry in struct.iter_unpack("<HHII", file.read(12 * count)):
            tag, kind, length, position = entry
            if (tag, kind) == (_DESCRIPTION, _ASCII) and length <= LONGEST:
                file.seek(position)
                text = file.read(length).rstrip(b"\0")
                return text if text.startswith(b"{") else b""
    return b""


def _nifti_text(file: BufferedReader, start: bytes) -> bytes:
    """Return the text of the first header extension that holds JSON; b"" for no NIfTI."""
    file.seek(0)
    try:
        compressed = start.startswith(_GZIP)
        data = (gzip.GzipFile(fileobj=file) if compressed else file).read(LONGEST)
    except (OSError, EOFError, zlib.error) as err:
        raise InputError(f"the gzip file is damaged: {err}", str(file.name), _FIX) from None
    for endian, (length, (form, position)) in product("<>", _HEADERS.items()):
        if data[:4] == struct.pack(f"{endian}i", length) and len(data) > length:
            end = min(struct.unpack_from(f"{endian}{form}", data, position)[0], len(data))
            start_of_extension = length + 4
            while data[length] and start_of_extension + 8 <= end:
                size, code = struct.unpack_from(f"{endian}2i", data, start_of_extension)
                text = data[start_of_extension + 8 : start_of_extension + size].rstrip(b"\0")
                if code == COMMENT and text.startswith(b"{"):
                    return text
                start_of_extension += max(size, 16)
    return b""
