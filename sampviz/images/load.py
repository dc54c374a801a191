"""Read images: from files, by their content and not by their name, and from samples."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sampviz.core.budget import LimitError
from sampviz.core.errors import UsageError, argument, either
from sampviz.core.open_file import open_file
from sampviz.core.standard_input import input_name, input_path
from sampviz.core.warn import warn
from sampviz.images.formats.registry import check_installed, files_of, format_of, open_source
from sampviz.images.image import Image
from sampviz.images.input_names import PREFIX, stem
from sampviz.images.label_map import mark_labels
from sampviz.images.samples import (
    SAMPLE_FILES,
    SAMPLE_NETWORKS,
    sample_path,
    synthetic_image,
)
from sampviz.images.scale import scaled
from sampviz.images.selection import Nan, Scale, Selection
from sampviz.images.value_range import with_stored_range

_PIECE = 2**20
_kept: ContextVar[dict[tuple[str, Selection], Image] | None] = ContextVar("kept", default=None)


def load(
    source: str | Path,
    *,
    plane: str | None = None,
    slice: str | int | None = None,  # noqa: A002 - the word of the command line
    frame: int | None = None,
    channel: int | str | None = None,
    mosaic: int | None = None,
    kspace: bool = False,
    volume: bool = False,
    series: bool = False,
    max_pixels: int | None = None,
    nan: Nan = "keep",
    as_: Literal["labels", "intensity"] | None = None,
    layout: Literal["hwc", "chw"] | None = None,
    palette: Literal["colours", "index"] = "colours",
    scale: Scale = "none",
    dataset: str | None = None,
) -> Image:
    """Read an image from a file or a sample.

    Parameters
    ----------
    source : str or Path
        A file, or a folder that is one image, in any format of docs/formats.md, or a sample such
        as `sample:t1` or `sample:zoneplate:64x64`; "-" is standard input.
    plane : {"axial", "coronal", "sagittal"}, optional
        Of a NIfTI; axial by default, or that of a single slice.
    slice : str or int, optional
        Of a NIfTI: an index (90) of the canonical array, a percentage ("60%") of the way through
        it, or a position ("mm=-12"); the middle one by default.
    frame : int, optional
        Of a series, or of a `.npy` of (N, C, H, W), from 0; the first by default.
    channel : int or str, optional
        Of a `.npy` of (C, H, W) or (H, W, C), or of a NIfTI of vectors, from 0; the first by
        default.
    mosaic : int, optional
        The first so many channels, in place of one.
    kspace : bool
        Whether the complex numbers of the file are k-space: the image is made of them.
    volume : bool
        Read the whole volume; `plane` and `slice` say which slices figures show.
    series : bool
        Read all channels of a `.npy`, and with `volume` all frames, unless some are chosen.
    max_pixels : int, optional
        The most that is read: by default 2^27 pixels, of colours a third as many, and of a
        compressed NIfTI 2^29 voxels up to the last that is needed.
    nan : {"keep", "fill=0", "fill=mean", "error"}
        What becomes of NaN and infinities; the mean is of the finite values.
    as_ : {"labels", "intensity"}, optional
        What the numbers are: names of regions, or amounts. The file or its content decide.
    layout : {"hwc", "chw"}, optional
        Where the channels of an array are. Its shape and values decide.
    palette : {"colours", "index"}
        What is read of a PNG with a palette: its colours, or the indices as labels.
    scale : {"none", "unit", "zscore"}
        `unit` brings the values to 0..1: (x - lo) / (hi - lo), of the range of the format (0..255),
        or of the smallest and the largest value; `zscore` to mean 0 and standard deviation 1.
    dataset : str, optional
        The name of an array, of a file that holds several.

    Returns
    -------
    Image
        Its values are those of the file, scaled as the file says and as was chosen. Complex numbers
        stay complex.

    Raises
    ------
    InputError
        For a file that cannot be read.
    UsageError
        For a selection that cannot be, or that the file has not.

    Warns
    -----
    SampvizWarning
        For what a reader should know, such as an oblique affine.

    Examples
    --------
    >>> load("sample:t1", slice="60%").size
    (256, 192)
    >>> load("sample:zoneplate:64x48").array.shape
    (64, 48)
    """
    if not isinstance(source, (str, os.PathLike)):
        raise UsageError(
            f"{type(source).__name__} is no path",
            argument("source"),
            "Image.of makes an image of an array; compare, measure and apply take it as it is",
        )
    where = None if slice is None else str(slice)
    selection = Selection(
        plane,
        where,
        frame,
        channel,
        mosaic,
        kspace,
        volume,
        nan,
        as_,
        layout,
        palette,
        max_pixels,
        scale,
        dataset,
        series,
    )
    if selection.channel_measure:
        raise UsageError(
            "nothing is measured while a file is read",
            argument("channel", selection.channel),
            either("load_channel measures", "give its number; commands with chains measure"),
        )
    return load_selected(os.fspath(source), selection)


def load_selected(source: str, selection: Selection, name: str = "") -> Image:
    """Read an image from a file or a sample; see `load`.

    Parameters
    ----------
    source : str
        A path, or a sample.
    selection : Selection
        Which part of it.
    name : str
        What it is called; by default its file without folder and ending.

    Returns
    -------
    Image
    """
    image = with_stored_range(mark_labels(_read(source, selection), selection.as_))
    if name:
        image = replace(image, name=name)
    for text in (*image.notes, *image.choices):
        warn(f"{image.name}: {text}")
    return scaled(image, selection.scale)


def digest(source: str) -> str | None:
    """Return the SHA-256 of the bytes of an input.

    Parameters
    ----------
    source : str
        A path, or a sample.

    Returns
    -------
    str or None
        64 hexadecimal digits, of all files of an image together, such as a NIfTI pair; None for a
        sample that is computed.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    path = input_path(source)
    if source.startswith(PREFIX):
        name = source.removeprefix(PREFIX)
        if name not in SAMPLE_FILES and name not in SAMPLE_NETWORKS:
            return None
        path = sample_path(name)
    checksum = sha256()
    for part in files_of(path, input_name(source)):
        with open_file(part, input_name(source)) as file:
            while chunk := file.read(_PIECE):
                checksum.update(chunk)
    return checksum.hexdigest()


@contextmanager
def read_once() -> Iterator[None]:
    """Read what is loaded again in this block, with the same words, only once."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def _read(source: str, selection: Selection) -> Image:
    kept = _kept.get()
    if kept is None:
        return replace(_read_source(source, selection), source=source)
    what = source, replace(selection, as_=None, scale="none")  # which make something of the read
    if what not in kept:
        kept[what] = replace(_read_source(source, selection), source=source)
    return kept[what]


def _read_source(source: str, selection: Selection) -> Image:
    name = stem(source)
    if source.startswith(PREFIX):
        text = source.removeprefix(PREFIX)
        if text not in SAMPLE_FILES:
            return synthetic_image(text, selection)
        path = sample_path(text)
    else:
        path = input_path(source)
    try:
        return _read_file(path, name, input_name(source), selection)
    except MemoryError:
        raise LimitError(
            "there is not enough memory for it", source, "cut it into smaller pieces"
        ) from None


def _read_file(path: Path, name: str, where: str, selection: Selection) -> Image:
    source = open_source(path, name, where)
    known = format_of(source)
    check_installed(known, where)
    return known.read_in_words(source, selection)
