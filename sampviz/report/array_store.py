"""Arrays and pictures as text that a page can hold, each once."""

import zlib
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB
from sampviz.figures.panels.colormap import Pixels
from sampviz.images.png_bytes import png_bytes

DB_STEP = 0.01  # of packed spectra: finer than any picture of them shows
_NOT_FINITE = 2**16 - 1  # stands for NaN, and for infinities where they are rounded
_MOST_STEPS = 2**16 - 4
_LEVEL = 6  # of 9, which takes nine times as long for whole numbers, and saves a twelfth
_TYPES = {"f4": "<f4", "f8": "<f8", "u2": "<u2"}


class ArrayStore:
    """Arrays by a short name; the same values get the same name."""

    def __init__(self) -> None:
        self.arrays: dict[str, dict[str, Any]] = {}
        self._names: dict[bytes, str] = {}

    def add(self, array: Array) -> str:
        """Take a real array, (C, H, W) or (H, W), as it is; return its name."""
        kind = "f8" if array.dtype.itemsize > 4 else "f4"
        return self._add(array, kind)

    def add_decibels(self, levels: Array) -> str:
        """Take levels of `FLOOR_DB` .. 0 dB, (H, W), rounded to `DB_STEP`; return the name."""
        counted = np.rint((levels - FLOOR_DB) / DB_STEP)
        return self._add(np.where(np.isnan(levels), _NOT_FINITE, counted), "u2")

    def add_rounded(self, array: Array) -> str:
        """Take a real array, (C, H, W), rounded to a 65532nd of its range, 0 kept as it is.

        It is half as large as the whole numbers: for what is looked at and not read off.
        """
        finite = np.where(np.isfinite(array), array, 0).astype(np.float64)
        low, high = min(0.0, float(finite.min())), max(0.0, float(finite.max()))
        step = (high / _MOST_STEPS - low / _MOST_STEPS) or 1.0
        first = np.floor(low / step)
        codes = np.where(np.isfinite(array), np.rint(finite / step) - first, _NOT_FINITE)
        return self._add(codes, "u2", {"step": step, "first": int(first)})

    def _add(self, array: Array, kind: str, steps: Mapping[str, float] | None = None) -> str:
        data = np.ascontiguousarray(array, _TYPES[kind]).tobytes()
        digest = sha256(repr((kind, array.shape, steps)).encode() + data).digest()
        if digest not in self._names:
            self._names[digest] = name = f"a{len(self._names)}"
            self.arrays[name] = {
                "type": kind,
                "shape": list(array.shape),
                **(steps or {}),
                "data": b64encode(_deflated(data)).decode("ascii"),
            }
        return self._names[digest]


def _deflated(data: bytes) -> bytes:
    """Return a raw deflate stream, as browsers unpack it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def compact_png(pixels: Pixels) -> bytes:
    """Return a PNG of (H, W, 3), with one channel where it is grey."""
    grey = (pixels == pixels[..., :1]).all()
    return png_bytes(pixels[..., 0] if grey else pixels)
