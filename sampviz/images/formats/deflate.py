"""Deflate (RFC 1951): inflate with the fastest library installed, and find where blocks start.

Deflated data is a sequence of blocks of bits. From the start of a block, and the 32 KB of content
before it, reading can begin without what lies before; but no library for Python says where blocks
start. A block with dynamic Huffman codes begins with a description of them that random bits hardly
ever are: it is searched for.
"""

from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array


def _library() -> Any:
    """Return isal, which takes half the time, or zlib, which gives the same bytes."""
    try:
        from isal import isal_zlib
    except ImportError:  # there is no wheel for this machine
        import zlib

        return zlib
    return isal_zlib


_zlib = _library()
WINDOW = 2**15  # bytes: how far back deflate can point
_NO_CONTENT = bytes(WINDOW)
InflateError: type[Exception] = _zlib.error
crc32 = _zlib.crc32

# The header of a block, in bits: whether it is the last (1), its type (2), the number of literal
# codes (5), of distance codes (5) and of code lengths (4), then the code lengths (3 each).
_LITERALS, _DISTANCES, _COUNT, _LENGTHS = 3, 8, 13, 17  # first bits
_DYNAMIC_NOT_LAST = 0b100  # the first three bits
_INVALID_COUNT = 30  # of literal and distance codes: from here on 5 bits are invalid
_MOST_LENGTH_BITS = 57
_WHOLE = 2**7  # the code space, in the smallest share that a code of at most 7 bits takes
_SEARCHED, _STEP = 2**16, 2**14  # bytes
_LONGEST_HEADER = 10  # bytes
_TRIAL = 300  # bytes: what is no block rarely inflates so far


def inflater(window: bytes = b"") -> Any:
    """Return a decompressor for a sequence of blocks.

    Parameters
    ----------
    window : bytes
        The content before the first block, at most 32 KB; b"" at the start of a member.

    Returns
    -------
    zlib.decompressobj
        Of isal or zlib, for deflated data without a header.
    """
    return _zlib.decompressobj(-15, zdict=window) if window else _zlib.decompressobj(-15)


def block_start(packed: bytes) -> int | None:
    """Find a bit at which a block seems to start.

    Parameters
    ----------
    packed : bytes
        Deflated data, of which the first 64 KB are searched.

    Returns
    -------
    int or None
        A candidate: the bits from there on are valid, but whether a block starts there shows only
        when the content is compared. None if there is none.
    """
    for start in range(0, _SEARCHED, _STEP):
        for bit in _candidates(packed[start : start + _STEP + _LONGEST_HEADER]).tolist():
            first = start + bit // 8
            if all(_inflates(packed[first : first + n], bit % 8) for n in (_TRIAL, _SEARCHED)):
                return 8 * start + int(bit)
    return None


def shifted(packed: bytes, bits: int) -> bytes:
    """Return the bits of a byte string from bit 0 to 7 on, without its last byte.

    Parameters
    ----------
    packed : bytes
        Of which the lowest bit of each byte comes first.
    bits : int
        0..7, how many bits are left out.

    Returns
    -------
    bytes
        One less than in `packed`.
    """
    octets = np.frombuffer(packed, np.uint8)
    return ((octets[:-1] >> bits) | (octets[1:] << (8 - bits))).tobytes() if bits else packed[:-1]


def _inflates(packed: bytes, bits: int) -> bool:
    try:
        inflater(_NO_CONTENT).decompress(shifted(packed, bits), _SEARCHED)
    except InflateError:
        return False
    return True


def _candidates(packed: bytes) -> Array:
    """Return the bits where the header of a block with dynamic codes may stand.

    They are those whose counts are valid, and whose code lengths make a complete code. The last
    block of a member is left out.
    """
    count = max(0, len(packed) - 7)
    # The 64 bits from each byte on, and the lowest of them: with a shift enough for the counts.
    bit_words = np.ndarray((count,), "<u8", packed, strides=(1,)).astype(np.uint64)
    heads = bit_words[: max(0, count - (7 + _LENGTHS) // 8)].astype(np.uint32)
    candidates = []
    for bits in range(8):
        start = np.flatnonzero(_POSSIBLE[heads >> bits & 0x1FFF])
        length_bits = 3 * (4 + (bit_words[start] >> (bits + _COUNT) & 15))
        byte, rest = divmod(bits + _LENGTHS, 8)
        lengths = bit_words[start + byte] >> rest & ((1 << length_bits) - 1)
        parts = [_SHARES[lengths >> bit & 0xFFF] for bit in range(0, _MOST_LENGTH_BITS, 12)]
        candidates.append(8 * start[sum(parts) == _WHOLE] + bits)
    return np.sort(np.concatenate(candidates))


def _possible() -> Array:
    """Return, for the first 13 bits of a header, whether its type and its counts are valid."""
    header = np.arange(2**_COUNT)
    return (
        (header & 7 == _DYNAMIC_NOT_LAST)
        & (header >> _LITERALS & 31 < _INVALID_COUNT)
        & (header >> _DISTANCES & 31 < _INVALID_COUNT)
    )


def _shares() -> Array:
    """Return, for each four code lengths, how much of the code space they take, of `_WHOLE`."""
    length = np.arange(2**12)[:, None] >> np.arange(0, 12, 3) & 7
    return np.where(length, _WHOLE >> length, 0).sum(1)


_POSSIBLE, _SHARES = _possible(), _shares()
