"""Means of blocks, repeated pixels and linear interpolation, in one pass over memory.

The means and the interpolation are OpenCV's, whose positions and edges are those of torch
(half-pixel centres). 256x256 px: means of 2x2 from 126 to 6 us, linear from 970 to 45 us. Pixels
are doubled as words: one of 32 bits, times 2^32 + 1, is a word of 64 bits that holds it twice;
numpy's repeat copies them one by one. 256x256 px from 321 to 45 us, of which 20 are the memory
of the result. Volumes go slice by slice.
"""

from math import prod

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FastPath, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none, is_finite
from sampviz.dsp.fast.row_tiles import map_images, row_tiles
from sampviz.dsp.grid import Size

_TWICE = np.uint64(2**32 + 1)
_REPEATED = 2**20  # bytes of the slices of a result that are written in one call
_PIXELS = 2**16  # of the slices whose means are taken in one call


def block_means(size: Size, factors: Size, dtype: DType) -> FastPath:
    """Plan the means of blocks of pixels.

    Parameters
    ----------
    size : tuple of int
        Rows and columns, before them slices; what is left over beyond whole blocks is dropped.
    factors : tuple of int
        The sides of a block.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable
        A function of planes or volumes.
    """
    size_after = tuple(n // f for n, f in zip(size, factors, strict=True))
    rows, columns = factors[-2:]
    h, w = size_after[-2:]
    whole_blocks = slice(h * rows), slice(w * columns)
    # OpenCV multiplies by the inverse of the number of pixels, which it rounds to float32.
    inverse = float(np.float32(1 / (rows * columns)))
    exact = 1 / (rows * columns * inverse) if dtype == np.float64 else 1.0
    factor = dtype.type(exact / prod(factors[:-2]))
    average_plane = halve if (rows, columns) == (2, 2) else _average

    def average_image(plane: Array, out: Array) -> None:
        average_plane(plane[whole_blocks], out)
        if factor != 1:
            out *= factor

    def average_volume(volume: Array, out: Array) -> None:
        depth, is_whole = factors[0], h * rows == size[1]
        step = max(1, _PIXELS // (depth * size[1] * size[2])) if is_whole else 1
        for first in range(0, len(out), step):
            target = out[first : first + step]
            slices = volume[first * depth : first * depth + len(target) * depth]
            if depth > 1:
                slices = _sums(slices.reshape(len(target), depth, *size[1:]))
            if is_whole:  # the blocks of a slice begin where those of the one before end
                below = slices.reshape(-1, size[2])[:, : w * columns]
                average_plane(below, target.reshape(-1, w))
            else:
                for plane, mean in zip(slices, target, strict=True):
                    average_plane(plane[whole_blocks], mean)
            if factor != 1:
                target *= factor

    if len(size) == 2:
        return map_images(average_image, size_after)
    return map_images(average_volume, size_after)


def halve(plane: Array, out: Array) -> None:
    """Write the means of 2x2 pixels.

    Halfway between pixels linear interpolation is the same. Of float64 it is faster, 256x256 px
    22 us for 38, but it takes differences of pixels, which infinities have not.

    Parameters
    ----------
    plane : Array, shape (2 H, 2 W)
        float32 or float64.
    out : Array, shape (H, W)
        Where the means are written.
    """
    if plane.dtype == np.float64:
        cv2.resize(plane, out.shape[::-1], out, 0, 0, cv2.INTER_LINEAR)
        if is_finite(out):
            return
    _average(plane, out)


def _average(plane: Array, out: Array) -> None:
    """Write the means of blocks as large as the sizes make them."""
    cv2.resize(plane, out.shape[::-1], out, 0, 0, cv2.INTER_AREA)


def _sums(blocks: Array) -> Array:
    """Return the sums of (planes, depth, H, W) along the second axis, in a buffer."""
    out = buffer(0, (len(blocks), *blocks.shape[2:]), blocks.dtype)
    np.add(blocks[:, 0], blocks[:, 1], out=out)
    for number in range(2, blocks.shape[1]):
        out += blocks[:, number]
    return out


def repeat(size: Size, factors: Size, dtype: DType) -> FastPath:
    """Plan the repetition of pixels.

    Parameters
    ----------
    size : tuple of int
        Rows and columns, before them slices.
    factors : tuple of int
        How many times each axis is repeated.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable
        A function of planes or volumes.
    """
    size_after = tuple(f * n for f, n in zip(factors, size, strict=True))
    *depths, fh, fw = factors
    bands = [
        (slice(a // fh, b // fh), slice(a, b)) for a, b in row_tiles(size[-2:], size_after[-2:], fh)
    ]

    at_once = 1
    if len(bands) == 1:
        at_once = max(1, _REPEATED // (size_after[-2] * size_after[-1] * dtype.itemsize))

    def repeat_planes(planes: Array, out: Array) -> None:
        """Write each of (planes, H, W) to some of (planes, repetitions, H, W)."""
        for source, target in bands:
            rows = planes[:, source]
            columns = _repeat_columns(rows.reshape(-1, rows.shape[2]), fw, dtype)
            pixels = out[:, :, target].reshape(*out.shape[:2], rows.shape[1], fh, -1)
            pixels[...] = columns.reshape(len(rows), 1, rows.shape[1], 1, -1)

    def repeat_image(image: Array, out: Array) -> None:
        planes = image if depths else image[None]
        repetitions = out.reshape(len(planes), -1, *size_after[-2:])
        for first in range(0, len(planes), at_once):
            some = slice(first, first + at_once)
            repeat_planes(planes[some], repetitions[some])

    return map_images(repeat_image, size_after)


def _repeat_columns(x: Array, f: int, dtype: DType) -> Array:
    if f == 1:
        return x
    if f != 2:
        return x.repeat(f, 1)
    if dtype == np.float32:
        doubled = buffer(0, x.shape, _TWICE.dtype)
        doubled[...] = x.view(np.uint32)
        doubled *= _TWICE
        return doubled.view(np.float32)
    pairs = buffer(0, (*x.shape, 2), dtype)
    pairs[:, :, 0] = pairs[:, :, 1] = x
    return pairs.reshape(len(x), -1)


def linear_interpolation(size: Size, factors: Size, dtype: DType) -> FiniteFastPath:
    """Plan linear interpolation, half-pixel centres.

    Parameters
    ----------
    size : tuple of int
        Rows and columns, before them slices.
    factors : tuple of int
        How many times finer each axis gets: powers of 2.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable
        A function of planes or volumes; None for infinity, as OpenCV takes differences of pixels.
    """
    size_after = tuple(n * f for n, f in zip(size, factors, strict=True))
    h, w = size_after[-2:]

    def interpolate_plane(plane: Array, out: Array) -> None:
        cv2.resize(plane, (w, h), out, 0, 0, cv2.INTER_LINEAR)

    def interpolate_volume(volume: Array, out: Array) -> None:
        f = factors[0]
        if f == 1:
            for plane, out_plane in zip(volume, out, strict=True):
                interpolate_plane(plane, out_plane)
            return
        before, after = (buffer(slot, (h, w), dtype) for slot in (0, 1))
        interpolate_plane(volume[0], before)
        out[: f // 2] = before
        for number in range(1, len(volume)):
            interpolate_plane(volume[number], after)
            for phase in range(f):  # halfway between two slices f samples begin
                share = (phase + 0.5) / f
                cv2.addWeighted(
                    before, 1 - share, after, share, 0, out[number * f - f // 2 + phase]
                )
            before, after = after, before
        out[len(out) - f // 2 :] = before

    fast = map_images(interpolate_plane if len(size) == 2 else interpolate_volume, size_after)
    return finite_or_none(fast, fast)


def cubic_interpolation(size: Size, factors: Size) -> FiniteFastPath:
    """Plan cubic interpolation of planes, half-pixel centres, a = -3/4.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.
    factors : tuple of int
        How many times finer each axis gets: 2 or 4, whose weights OpenCV has exactly.

    Returns
    -------
    callable
        A function of planes; None where a value is not finite.
    """
    h, w = (n * f for n, f in zip(size, factors, strict=True))

    def interpolate_plane(plane: Array, out: Array) -> None:
        cv2.resize(plane, (w, h), out, 0, 0, cv2.INTER_CUBIC)

    return finite_or_none(map_images(interpolate_plane, (h, w)))
