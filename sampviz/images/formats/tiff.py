"""TIFF, BigTIFF and OME-TIFF: stacks, channels and frames with their spacing, page by page.

One page of grey or RGB is read by OpenCV, as it is without tifffile. No other file is opened,
whatever the description of a file says of its parts.
"""

import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from math import isfinite, prod
from typing import Any
from xml.etree import ElementTree

import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.installation import install_command
from sampviz.core.stored_array import StoredArray
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.basic import read_raster_source
from sampviz.images.formats.format import Format, Source, starts_with
from sampviz.images.formats.raster_header import PLANE_BY_PLANE, not_readable
from sampviz.images.formats.raw_data import stored_plainly
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "a TIFF"
_EXTRA = "tiff"
_BIG = (b"II+\0", b"MM\0+")
_GREY, _RGB = 1, 2  # photometric interpretations
_DEFLATE = (8, 32946)
_PLAIN = (1, 5, 32773)  # compressions that cannot blow up: none, LZW, PackBits
_MOST_XML = 2**24  # bytes
_MOST_PAGES = 2**20
_MOST_NOTES = 3
_LONGEST = 150  # characters of a message of tifffile
_MM = {
    "m": 1e3, "cm": 10.0, "mm": 1.0, "µm": 1e-3, "\\u00b5m": 1e-3, "um": 1e-3, "micron": 1e-3,
    "microns": 1e-3, "nm": 1e-6, "inch": 25.4,
}  # fmt: skip
_SECONDS = {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0}
Spacing = tuple[float, float, float] | None


class _Pages:
    """The pages of a series as one array, of which a page is decoded when it is wanted."""

    def __init__(self, series: Any, where: str) -> None:
        self._series, self._where = series, where
        self.shape, self.dtype = tuple(series.shape), series.dtype
        self._lead = self.shape[: len(self.shape) - series.keyframe.ndim]

    def __getitem__(self, key: tuple[int | slice, ...]) -> Array:
        lead, rest = key[: len(self._lead)], key[len(self._lead) :]
        numbers = np.arange(prod(self._lead)).reshape(self._lead)[lead]
        pages = [_decoded(self._series[int(i)], self._where) for i in numbers.ravel()]
        stack = np.stack(pages).reshape(*numbers.shape, *self.shape[len(self._lead) :])
        return stack[(*[slice(None)] * numbers.ndim, *rest)]


def _read(source: Source, selection: Selection) -> Image:
    """Return one slice of a stack, or the volume; a single page as OpenCV reads it."""
    is_big = source.start.startswith(_BIG)
    if find_spec("tifffile") is None:
        if is_big:
            what = "the file is a BigTIFF, which the extra tiff reads: tifffile is not installed"
            raise InputError(what, source.where, install_command(_EXTRA))
        return read_raster_source(source, selection)
    import tifffile

    # The name is all that tifffile learns of the path: parts in other files stay closed.
    options = {"name": source.path.name, "_multifile": False}
    with _logged() as log, source.open() as file, tifffile.TiffFile(file, **options) as tiff:
        page = tiff.pages[0]
        described = tiff.is_ome or tiff.is_imagej
        if not described and not is_big and len(tiff.pages) == 1:
            is_channels = page.photometric == _GREY and page.samplesperpixel > 1
            alike = isinstance(page.bitspersample, int)  # several numbers are refused there
            are_planes = alike and page.planarconfig == PLANE_BY_PLANE and page.bitspersample > 8
            if not (is_channels or are_planes) or _has_alpha(page):
                return read_raster_source(source, selection)
        try:
            image = _read_series(tiff, source, selection)
        except ValueError as err:
            if "imagecodecs" not in str(err):
                raise
            what = f"the file is a TIFF packed with {page.compression.name}: imagecodecs reads it"
            raise InputError(what, source.where, install_command(_EXTRA)) from None
        return _with_notes(image, log, source.where)


def _read_series(tiff: Any, source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.array_voxels import read_stack
    from sampviz.images.formats.volume_header import VolumeFacts

    where = source.where
    if tiff.pages.first.dtype is None:  # series may be made of it all the same
        raise _unreadable("its numbers are of no known type", where)
    xml = _ome(tiff, where) if tiff.is_ome else None
    series = tiff.series[0]
    notes: tuple[str, ...] = ()
    if len(tiff.series) > 1:
        notes = (f"{len(tiff.series)} images that are not alike: the first is read",)
    _check(series, where, selection)
    axes = _axes(series.axes, where)
    array = _in_one_piece(tiff, series, where) or _Pages(series, where)
    spacing: Spacing
    if tiff.is_ome:
        spacing, seconds = _ome_spacing(xml)
    else:
        spacing, seconds = _imagej_spacing(tiff) if tiff.is_imagej else (None, 0.0)
    kind = "OME-TIFF" if tiff.is_ome else "TIFF, ImageJ" if tiff.is_imagej else "TIFF"
    facts = VolumeFacts(
        format=("Big" if tiff.is_bigtiff and kind == "TIFF" else "") + kind,
        spacing=spacing,
        notes=notes,
        is_of_body=False,
        seconds=seconds,
    )
    return read_stack(array, axes, facts, source.name, where, selection, _KIND)


class _Records(logging.Handler):
    """Appends what is logged, warnings and worse, to a list."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@contextmanager
def _logged() -> Iterator[list[logging.LogRecord]]:
    """Keep what tifffile logs from stderr: yield it."""
    logger = logging.getLogger("tifffile")
    records: list[logging.LogRecord] = []
    handler = _Records(records)
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield records
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _with_notes(image: Image, records: Sequence[logging.LogRecord], where: str) -> Image:
    """Return an image with notes of what was odd; InputError for what was wrong."""
    notes: dict[str, None] = {}
    for record in records:
        text = " ".join(re.sub(r"<tifffile\.[^>]*>", "", record.getMessage()).split())[:_LONGEST]
        if record.levelno >= logging.ERROR:
            raise _unreadable(text, where)
        notes[f"TIFF: {text}"] = None
    return replace(image, notes=(*image.notes, *list(notes)[:_MOST_NOTES]))


def _check(series: Any, where: str, selection: Selection) -> None:
    """Check colours and sizes of the pages before one is decoded."""
    page = series.keyframe
    is_grey = page.photometric == _GREY
    if page.photometric not in (_GREY, _RGB) or (is_grey and _has_alpha(page)):
        what = f"only grey and RGB are, not {getattr(page.photometric, 'name', page.photometric)}"
        raise _unreadable(what, where)
    if len(series) > _MOST_PAGES or min(series.shape) < 1:
        raise _unreadable(f"{counted(len(series), 'page')} of {page.shape}", where)
    selection.check_size(page.shape, where)
    if page.is_tiled and page.tilelength * page.tilewidth > max(4 * page.size, 2**20):
        raise _unreadable("its tiles are much larger than it is", where)


def _has_alpha(page: Any) -> bool:
    return any(int(sample) in (1, 2) for sample in page.extrasamples)


def _axes(letters: str, where: str) -> str:
    """Return the axes as `read_stack` names them; an axis without a meaning holds frames."""
    axes = ""
    for letter in letters:
        known = letter in "XYZCTS"
        axes += letter.lower() if known else "t"
    if not {"x", "y"} <= set(axes) or len(set(axes)) < len(axes):
        raise _unreadable(f"its axes are {letters}", where)
    if "s" in axes and axes[-1] != "s":  # planes of colours, one behind the other
        if "c" in axes:
            raise _unreadable(f"its axes are {letters}", where)
        axes = axes.replace("s", "c")
    return axes


def _in_one_piece(tiff: Any, series: Any, where: str) -> StoredArray | None:
    """Return a series that is stored plainly in one piece."""
    if series.dataoffset is None or series.keyframe.fillorder != 1:
        return None
    dtype = series.dtype.newbyteorder(tiff.byteorder)
    return stored_plainly(tiff.filehandle._fh, series.dataoffset, dtype, series.shape, where)


def _decoded(page: Any, where: str) -> Array:
    """Return a page, whose pieces are no larger than they should be."""
    if page is None:
        raise _unreadable("a page of it is missing", where)
    key = page.keyframe
    if key.compression in _DEFLATE:
        _check_deflated(page, where)
    elif key.compression not in _PLAIN and find_spec("imagecodecs") is None:
        what = f"the file is a TIFF packed with {key.compression.name}: imagecodecs reads it"
        raise InputError(what, where, install_command(_EXTRA))
    return np.asarray(page.asarray())


def _check_deflated(page: Any, where: str) -> None:
    """Raise InputError for a piece that unpacks to more than its size."""
    key = page.keyframe
    sides = (key.tilelength, key.tilewidth) if key.is_tiled else (key.rowsperstrip, key.imagewidth)
    samples = key.samplesperpixel if key.planarconfig == 1 else 1
    most = max(1, prod(sides) * samples * key.tiledepth * key.dtype.itemsize)
    file = page.parent.filehandle
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        file.seek(offset)
        try:
            unpacked = zlib.decompressobj().decompress(file.read(count), most + 1)
        except zlib.error as err:
            raise _unreadable(f"its data is damaged: {err}", where) from None
        if len(unpacked) > most:
            raise _unreadable("a piece of it unpacks to more than its size", where)


def _ome(tiff: Any, where: str) -> Any:
    """Return the element of the pixels in the description of an OME-TIFF."""
    text = tiff.pages[0].description.encode()
    if len(text) > _MOST_XML or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _unreadable("its description is too long, or has entities", where)
    try:
        return ElementTree.fromstring(text).find(".//{*}Pixels")
    except ElementTree.ParseError as err:
        raise _unreadable(f"its description is no XML: {err}", where) from None


def _ome_spacing(pixels: Any) -> tuple[Spacing, float]:
    """Return mm along x, y and z, None where they are not said, and seconds between frames."""
    if pixels is None:
        return None, 0.0
    x, y, z = (
        _positive(pixels.get(f"PhysicalSize{axis}"))
        * _MM.get(pixels.get(f"PhysicalSize{axis}Unit", "µm"), 0.0)
        for axis in "XYZ"
    )
    step = _positive(pixels.get("TimeIncrement"))
    seconds = step * _SECONDS.get(pixels.get("TimeIncrementUnit", "s"), 0.0)
    return (x, y, z or 1.0) if x and y else None, seconds


def _imagej_spacing(tiff: Any) -> tuple[Spacing, float]:
    """Return mm along x, y and z, None where they are not said, and seconds between frames."""
    said = tiff.imagej_metadata or {}
    mm = _MM.get(str(said.get("unit", "")).lower(), 0.0)
    resolutions = [tiff.pages[0].tags.get(name) for name in ("XResolution", "YResolution")]
    sides = []
    for tag in resolutions:
        pixels, per = tag.value if tag is not None and np.shape(tag.value) == (2,) else (0, 1)
        sides.append(mm * per / pixels if pixels and per else 0.0)
    z = mm * _positive(said.get("spacing"))
    seconds = _positive(said.get("finterval"))
    return (sides[0], sides[1], z or 1.0) if all(sides) else None, seconds


def _positive(text: Any) -> float:
    """Return a positive number; 0 for what is none."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return 0.0
    return number if isfinite(number) and number > 0 else 0.0


def _unreadable(what: str, where: str) -> InputError:
    return not_readable("TIFF", what, where)


FORMAT = Format(
    name="TIFF",
    endings=(".tif", ".tiff", ".ome.tif"),
    content="grey and RGB of 8 to 64 bits; with the extra `tiff` BigTIFF, stacks, channels and"
    " frames, and the spacing of OME-TIFF and ImageJ",
    read=_read,
    matches=starts_with(b"II*\0", b"MM\0*", *_BIG),
    kind=_KIND,
)
