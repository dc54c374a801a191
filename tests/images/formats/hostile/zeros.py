"""Zeros packed a thousandfold: a piece of them is packed once, and repeated."""

import struct
import zlib
from functools import cache


@cache
def _megabyte() -> bytes:
    """Return a megabyte of zeros, deflated so that any number of it may follow each other."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)


def deflated(megabytes: int, head: bytes = b"") -> bytes:
    """Pack `head`, and zeros behind it (RFC 1951)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + _megabyte() * megabytes + packer.flush()


def zlib_of(megabytes: int, head: bytes = b"") -> bytes:
    """Pack `head`, and zeros behind it, as zlib does (RFC 1950)."""
    sum_of_all = zlib.adler32(bytes(megabytes * 2**20), zlib.adler32(head))
    return b"\x78\xda" + deflated(megabytes, head) + struct.pack(">I", sum_of_all)


def gzip_of(megabytes: int) -> bytes:
    """Pack zeros as one member of a gzip file (RFC 1952)."""
    size = megabytes * 2**20
    end = struct.pack("<II", zlib.crc32(bytes(size)), size)
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + deflated(megabytes) + end
