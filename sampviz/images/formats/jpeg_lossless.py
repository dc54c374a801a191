"""Decode lossless JPEG (ITU-T T.81, process 14), the most common compression of the clinic.

Every position in the stream of bits is looked up at once, with NumPy, as if a code began there;
Python follows from code to code. All is bounded by the size of the image that is known before.
"""

import struct
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from sampviz.dsp.dtypes import Array

_BLOCK = 2**18  # bytes whose positions are looked up at once
_LARGEST = 2**16
_START_OF_FRAME, _TABLES, _RESTART, _START_OF_SCAN = 0xC3, 0xC4, 0xDD, 0xDA


class LosslessJpegError(ValueError):
    """Why a lossless JPEG cannot be decoded."""


@dataclass(frozen=True, eq=False)
class _Scan:
    """What is said before the codes."""

    precision: int
    shape: tuple[int, int, int]  # rows, columns, components
    tables: tuple[tuple[Array, Array], ...]  # of each component: lengths of codes, and sizes
    predictor: int
    shift: int
    codes: bytes


def decode_lossless(data: bytes) -> Array:
    """Decode an image.

    Parameters
    ----------
    data : bytes
        A lossless JPEG whose size was checked: see `size_of_jpeg`.

    Returns
    -------
    ndarray
        (H, W, components) of uint16.

    Raises
    ------
    LosslessJpegError
        If it is damaged, or of a kind that is not read.
    """
    try:
        scan = _parse(data)
    except (struct.error, IndexError):
        raise LosslessJpegError("its header ends early") from None
    rows, columns, components = scan.shape
    differences = _differences(scan).reshape(rows, columns, components)
    images = [
        _undo_prediction(
            differences[..., c], scan.predictor, 1 << (scan.precision - scan.shift - 1)
        )
        for c in range(components)
    ]
    return np.asarray(np.stack(images, -1) << scan.shift, np.uint16)


def _parse(data: bytes) -> _Scan:
    tables: dict[int, tuple[Array, Array]] = {}
    precision, shape, identifiers, sampling = 0, (0, 0, 0), b"", b""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # may fill
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at + 4 : at + 2 + length]
        if marker == _START_OF_FRAME:
            precision, rows, columns, count = struct.unpack_from(">BHHB", segment)
            shape = rows, columns, count
            identifiers, sampling = segment[6::3][:count], segment[7::3][:count]
        elif marker == _TABLES:
            tables |= _parse_tables(segment)
        elif marker == _RESTART and struct.unpack(">H", segment[:2])[0]:
            raise LosslessJpegError("it has restart markers")
        elif marker == _START_OF_SCAN:
            count = segment[0]
            chosen = [segment[2 + 2 * c] >> 4 for c in range(count)]
            predictor, _, shift = segment[1 + 2 * count : 4 + 2 * count]
            scanned = bytes(segment[1 : 1 + 2 * count : 2])
            if not shape[2] or scanned != identifiers or len(set(sampling)) > 1:
                raise LosslessJpegError("its components are not in one scan, of one size")
            if not 2 <= precision <= 16 or not 1 <= predictor <= 7 or (shift & 15) >= precision:
                raise LosslessJpegError(f"{precision} bits, predictor {predictor}")
            if not set(chosen) <= set(tables):
                raise LosslessJpegError("a table of codes is not there")
            codes = data[at + 2 + length :]
            codes = codes.partition(b"\xff\xd9")[0].replace(b"\xff\0", b"\xff")
            of_components = tuple(tables[number] for number in chosen)
            return _Scan(precision, shape, of_components, predictor, shift & 15, codes)
        at += 2 + length
    raise LosslessJpegError("it has no scan")


def _parse_tables(segment: bytes) -> dict[int, tuple[Array, Array]]:
    """Return for every 16 bits the length of the code at their start, 0 for none, and its size."""
    tables: dict[int, tuple[Array, Array]] = {}
    while segment:
        counts, at, code = segment[1:17], 17, 0
        lengths, sizes = np.zeros((2, _LARGEST), np.int32)
        for length, count in enumerate(counts, 1):
            for size in segment[at : at + count]:
                first, last = code << (16 - length), (code + 1) << (16 - length)
                if last > _LARGEST or size > 16:
                    raise LosslessJpegError("a table of codes is damaged")
                lengths[first:last], sizes[first:last] = length, size
                code += 1
            at += count
            code <<= 1
        tables[segment[0] & 15] = lengths, sizes
        segment = segment[at:]
    return tables


def _differences(scan: _Scan) -> Array:
    """Return the difference of each sample from its prediction, as stored."""
    components = len(scan.tables)
    count = scan.shape[0] * scan.shape[1] * components
    stream = np.frombuffer(scan.codes + bytes(8), np.uint8).astype(np.uint32)
    end = 8 * len(scan.codes)
    positions = np.empty(count, np.int64)
    done = position = 0
    while done < count:
        if position >= end:
            raise LosslessJpegError(f"it ends after {done} of {count} samples")
        first = position // 8 * 8
        peek = _sixteen_bits(stream, np.arange(first, min(end, first + 8 * _BLOCK)))
        steps = []  # from the code at a position to the next
        for lengths, sizes in scan.tables:
            jumps = lengths + np.where(sizes < 16, sizes, 0)
            steps.append(np.where(lengths > 0, jumps, 0)[peek].tolist())
        block: list[int] = []
        at, stop = position - first, len(peek)
        for number in range(done, count):
            if at >= stop:
                break
            block.append(at)
            at += steps[number % components][at]
        positions[done : done + len(block)] = block
        positions[done : done + len(block)] += first
        done += len(block)
        position = first + at
    if position > end:
        raise LosslessJpegError("it ends within its last sample")
    values = np.empty(count, np.int64)
    for c, (lengths, sizes) in enumerate(scan.tables):
        at_codes = positions[c::components]
        codes = _sixteen_bits(stream, at_codes)
        if not lengths[codes].all():
            raise LosslessJpegError("a code of it is in no table")
        size = sizes[codes].astype(np.int64)
        extra = _sixteen_bits(stream, at_codes + lengths[codes]).astype(np.int64) >> (16 - size)
        # Numbers that begin with a 0 are below 0.
        below = (size > 0) & (extra < np.left_shift(1, np.maximum(size - 1, 0)))
        numbers = np.where(below, extra - np.left_shift(1, size) + 1, extra)
        values[c::components] = np.where(size == 16, 2**15, numbers)
    return values


def _sixteen_bits(stream: Array, positions: Array) -> Array:
    byte = positions >> 3
    bits = stream[byte] << 16 | stream[byte + 1] << 8 | stream[byte + 2]
    return np.asarray((bits >> (8 - (positions & 7)).astype(np.uint32)) & 0xFFFF)


def _undo_prediction(differences: Array, predictor: int, start: int) -> Array:
    """Return the samples: a is the one to the left, b the one above, c above a (T.81, H.1.2)."""
    mask = _LARGEST - 1
    image = differences.copy()
    image[0, 0] += start
    if predictor == 4:  # a + b - c
        return np.asarray(image.cumsum(axis=0).cumsum(axis=1) & mask)
    if predictor == 1:  # a, and in the first column b
        image[:, 0] = image[:, 0].cumsum()
        return np.asarray(image.cumsum(axis=1) & mask)
    image[0] = image[0].cumsum() & mask
    if predictor == 2:  # b
        return np.asarray(image.cumsum(axis=0) & mask)
    for above, row in pairwise(image):
        row[0] = (row[0] + above[0]) & mask
        if predictor == 3:  # c
            row[1:] = (row[1:] + above[:-1]) & mask
        elif predictor == 5:  # a + (b - c) / 2
            row[1:] += (above[1:] - above[:-1]) >> 1
            row[:] = row.cumsum() & mask
        else:
            row[:] = _one_by_one(above, row, predictor)
    return image


def _one_by_one(above: Array, row: Array, predictor: int) -> list[int]:
    """Return a row whose predictions need the sample before: b + (a - c) / 2, or (a + b) / 2."""
    mask = _LARGEST - 1
    triples = zip(row[1:].tolist(), above[1:].tolist(), above[:-1].tolist(), strict=True)
    if predictor == 6:
        later = accumulate(
            triples, lambda a, t: (t[0] + t[1] + ((a - t[2]) >> 1)) & mask, initial=int(row[0])
        )
    else:
        later = accumulate(
            triples, lambda a, t: (t[0] + ((a + t[1]) >> 1)) & mask, initial=int(row[0])
        )
    return list(later)
