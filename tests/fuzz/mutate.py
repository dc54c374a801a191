"""Damage: of bytes, of fields, of the parts that a format is made of, its checksums mended."""

import gzip
import random
import re
import struct
import zlib
from collections.abc import Callable

_WORDS = [
    b"\0",
    b"\xff",
    b"\x7f\xff",
    b"\xff\x7f",
    b"\x80\0",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\0\x80\x7f",  # an infinity of float32
    b"\0\0\xc0\x7f",  # NaN
    struct.pack("<f", -1e30),
    struct.pack("<f", 1e-40),
    struct.pack("<d", 1e308),
    struct.pack("<d", float("nan")),
    struct.pack("<q", -1),
    struct.pack("<q", 2**62),
    *(struct.pack("<h", n) for n in (1, 2, 3, 7, 8, 16, 64, 128, 256, 512, 768, 1024, 2304)),
    *(struct.pack(">I", n) for n in (1, 255, 65535, 10**6)),
]
_TOKENS = ["0", "-1", "1", "2", "3", "99999999999", "()", "(1,)", "True", "'<f4'", "'|O'", "'>c16'"]
_TOKENS += ["'<u8'", "'<f2'", "'<f16'", "'<U3'", "1e9", "None", "[", "L", "(2, 3)", "(3, 2, 2, 2)"]
_TOKENS += ["'descr'", "'shape'"]


def mutated(data: bytes, ending: str, rng: random.Random, others: list[bytes]) -> bytes:
    """Return a file that was damaged once or several times."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        knowing = _INSIDE.get(ending) if rng.random() < 0.6 else None
        data = knowing(data, rng) if knowing else _bytes(data, rng, others)
    return data


def _bytes(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """Damage without knowing what the bytes mean."""
    if not data:
        return bytes(rng.randrange(64))
    # Headers matter more than what follows them.
    reach = rng.choice((64, 400, len(data)))
    at = rng.randrange(min(reach, len(data)))
    to = min(len(data), at + rng.choice((1, 2, 4, 8, 64, 1000)))
    how = rng.randrange(8)
    if how == 0:
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if how == 1:
        return data[:at] + rng.randbytes(to - at) + data[to:]
    if how in (2, 3):
        word = rng.choice(_WORDS)
        return data[:at] + word + data[at + len(word) :]
    if how == 4:
        return data[: rng.randrange(len(data))]
    if how == 5:
        return data[:at] + data[to:]
    if how == 6:
        return data[:to] + data[at:]
    other = rng.choice(others)
    return data[:at] + other[rng.randrange(len(other)) :]


def _png(data: bytes, rng: random.Random) -> bytes:
    """Damage a chunk, or the pixels before they are deflated, and mend the checksums."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        chunks.append((name, data[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        return data
    number = rng.randrange(len(chunks))
    name, body = chunks[number]
    how = rng.randrange(6)
    if how == 0:
        del chunks[number]
    elif how == 1:
        chunks.insert(rng.randrange(len(chunks) + 1), (name, body))
    elif how == 2:
        chunks.insert(number, (rng.choice((b"tRNS", b"PLTE", b"eXIf", b"acTL", b"IDAT")), body))
    elif how == 3 and name == b"IDAT":
        try:
            raw = zlib.decompress(body)
        except zlib.error:
            raw = body
        chunks[number] = name, zlib.compress(_bytes(raw, rng, [raw or b"x"]))
    else:
        chunks[number] = name, _bytes(body, rng, [body or b"x"])
    return data[:8] + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _gzip(data: bytes, rng: random.Random) -> bytes:
    """Damage what is packed, and pack it again."""
    try:
        inside = zlib.decompressobj(31).decompress(data, 2**20)
    except zlib.error:
        return data
    return gzip.compress(_bytes(inside, rng, [inside or b"x"]), 1, mtime=0)


def _jpeg(data: bytes, rng: random.Random) -> bytes:
    """Drop, repeat or damage a segment, or put a marker somewhere."""
    marks = [found.start() for found in re.finditer(rb"\xff[^\x00\xff]", data)]
    if len(marks) < 3:
        return data
    first = rng.randrange(1, len(marks) - 1)
    at, to = marks[first], marks[first + 1]
    how = rng.randrange(5)
    if how == 0:
        return data[:at] + data[to:]
    if how == 1:
        return data[:to] + data[at:to] + data[to:]
    if how == 2:
        place = rng.randrange(len(data))
        return data[:place] + bytes([0xFF, rng.randrange(0xC0, 0x100)]) + data[place:]
    if how == 3:
        return data[: rng.randrange(at, len(data))] + b"\xff\xd9"
    return data[:at] + _bytes(data[at:to], rng, [data]) + data[to:]


def _npy(data: bytes, rng: random.Random) -> bytes:
    """Change a word of the header, and its length with it."""
    start = 10 if data[6:7] == b"\1" else 12
    length = int.from_bytes(data[8:start], "little")
    words = re.findall(r"'[^']*'|\w+|\W", data[start : start + length].decode("latin-1").rstrip())
    if not words:
        return data
    words[rng.randrange(len(words))] = rng.choice(_TOKENS)
    header = "".join(words).encode("latin-1") + b"\n"
    return data[:8] + len(header).to_bytes(start - 8, "little") + header + data[start + length :]


_TOML = [
    "[",
    "]",
    "[[figure]]",
    "=",
    '"',
    "{",
    "}",
    "{name}",
    "1e999",
    "nan",
    "9" * 5000,
    "[" * 5000,
]
_TOML += ["true", "2020-01-01", "'''", "#", "name", "ops", "panels", "options", "kind", "\\u0000"]


def _toml(data: bytes, rng: random.Random) -> bytes:
    """Change a word of a recipe, or take it out."""
    words = re.findall(r"\w+|\s+|.", data.decode("utf-8", "replace"), re.DOTALL)
    if not words:
        return data
    at = rng.randrange(len(words))
    words[at : at + rng.choice((0, 1, 1, 1, 5))] = [rng.choice((*_TOML, rng.choice(words)))]
    return "".join(words).encode()


_INSIDE: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "png": _png,
    "nii.gz": _gzip,
    "jpg": _jpeg,
    "npy": _npy,
    "toml": _toml,
}
