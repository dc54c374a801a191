"""The format of the example: PGM, grey pictures behind a header of text."""

import re

import numpy as np

from sampviz import Image
from sampviz.core.errors import InputError
from sampviz.images.formats import Format, Source
from sampviz.images.selection import CHOICES, Selection

_HEADER = re.compile(rb"P5\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,5})\s")


def read(source: Source, selection: Selection) -> Image:
    """Return the picture; every number of the header is checked before it is used."""
    selection.refuse(source.where, "a PGM", *CHOICES)
    header = _HEADER.match(source.start)
    if not header or not 0 < int(header[3]) < 256:
        raise InputError("a PGM of more than 8 bits", source.where, "convert it to PNG")
    columns, rows = int(header[1]), int(header[2])
    selection.check_size((rows, columns), source.where)
    with source.open() as file:
        file.seek(header.end())
        pixels = file.read(rows * columns)
    if not pixels or len(pixels) < rows * columns:
        raise InputError("the file ends early", source.where, "get the file again")
    return Image.of(np.frombuffer(pixels, np.uint8).reshape(rows, columns), source.name)


FORMAT = Format(
    name="PGM",
    endings=(".pgm",),
    content="grey pictures of 8 bits",
    read=read,
    matches=lambda start: start.startswith(b"P5"),
    kind="a PGM",
)
