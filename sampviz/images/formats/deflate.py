"""Deflate (RFC 1951), unpacked by the fastest library that is there, and where its blocks start.

Deflate is a row of blocks of bits. Whoever knows where a block starts, and the 32 KB before it, can
unpack it without what lies before; but no library for Python says where. A block with codes of its
own begins with a description of them that chance hardly ever writes: it is searched for.
"""

from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array


def _library() -> Any:
    """Return isal, which takes half the time, or zlib, which unpacks the same bytes."""
    try:
        from isal import isal_zlib
    except ImportError:  # there is no wheel for this machine
        import zlib

        return zlib
    return isal_zlib


_zlib = _library()
WINDOW = 2**15  # bytes: how far back deflate can point
InflateError: type[Exception] = _zlib.error
crc32 = _zlib.crc32

# The head of a block, in bits: is it the last (1), its kind (2), how many codes there are for
# literals (5), for distances (5) and for their lengths (4), then the last (3 each).
_LITERALS, _DISTANCES, _COUNT, _LENGTHS = 3, 8, 13, 17
_NOT_LAST_OWN_CODES = 0b100
_UNUSED = 30  # of 5 bits
_MOST_LENGTHS = 57  # bits
_SEARCHED, _STEP = 2**16, 2**14  # bytes
_LONGEST_HEAD = 10  # bytes
_TRIAL = 300  # bytes: what is no block rarely gets so far


def inflater(window: bytes = b"") -> Any:
    """Return what unpacks a row of blocks, behind the bytes of `window`."""
    return _zlib.decompressobj(-15, zdict=window) if window else _zlib.decompressobj(-15)


def block_start(packed: bytes) -> int | None:
    """Return the bit at which a block seems to start in the first 64 KB, None if none does.

    It does start there if what is unpacked from it is right: with unknown bytes before it, one only
    sees that it is not impossible.
    """
    for start in range(0, _SEARCHED, _STEP):
        for bit in _candidates(packed[start : start + _STEP + _LONGEST_HEAD]).tolist():
            block = packed[start + bit // 8 :]
            if _inflates(block[:_TRIAL], bit % 8) and _inflates(block, bit % 8):
                return 8 * start + int(bit)
    return None


def shifted(packed: bytes, bits: int) -> bytes:
    """Return what starts 0 to 7 bits later, without the last byte."""
    octets = np.frombuffer(packed, np.uint8)
    # Of a shift by 8 nothing is left.
    return ((octets[:-1] >> bits) | (octets[1:] << (8 - bits))).tobytes() if bits else packed[:-1]


def _inflates(packed: bytes, bits: int) -> bool:
    try:
        inflater(bytes(WINDOW)).decompress(shifted(packed, bits), _SEARCHED)
    except InflateError:
        return False
    return True


def _candidates(packed: bytes) -> Array:
    """Return the bits where the head of a block with its own codes may stand, but of the last.

    They are those whose counts are allowed, and whose lengths make a code that is complete.
    """
    room = (7 + _LENGTHS) // 8
    count = max(0, len(packed) - 7)
    words = np.ndarray((count,), "<u8", packed, strides=(1,)).astype(np.uint64)  # from each byte on
    found = []
    for bits in range(8):
        head = words[: max(0, count - room)] >> bits
        allowed = (
            (head & 7 == _NOT_LAST_OWN_CODES)
            & (head >> _LITERALS & 31 < _UNUSED)
            & (head >> _DISTANCES & 31 < _UNUSED)
        )
        at = np.flatnonzero(allowed)
        given = 3 * (4 + (head[at] >> _COUNT & 15))
        byte, rest = divmod(bits + _LENGTHS, 8)
        lengths = words[at + byte] >> rest & ((1 << given) - 1)
        parts = [_SHARES[lengths >> bit & 0xFFF] for bit in range(0, _MOST_LENGTHS, 12)]
        found.append(8 * at[np.sum(parts, axis=0) == 1] + bits)
    return np.sort(np.concatenate(found))


def _shares() -> Array:
    """Return for each four lengths the share of all codes that begin with theirs; 0 is no code."""
    length = np.arange(2**12)[:, None] >> np.arange(0, 12, 3) & 7
    return np.where(length, 0.5**length, 0).sum(1)


_SHARES = _shares()
