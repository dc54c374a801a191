"""Write lossless JPEG, pixel by pixel, by ITU-T T.81, annex H."""

import struct
from typing import Any

from numpy.typing import NDArray


def lossless_jpeg(image: NDArray[Any], bits: int, predictor: int) -> bytes:
    """`image` is (H, W) or (H, W, components); the codes of all 17 sizes have 5 bits."""
    rows, columns = image.shape[:2]
    samples = image.reshape(rows, columns, -1).astype(int).tolist()
    count = len(samples[0][0])
    stream = "".join(
        _coded(samples[y][x][c] - _predicted(samples, y, x, c, bits, predictor))
        for y in range(rows)
        for x in range(columns)
        for c in range(count)
    )
    stream += "1" * (-len(stream) % 8)
    scan = int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\0")
    table = bytes((0, 0, 0, 0, 0, 17, *[0] * 11, *range(17)))
    frame = struct.pack(">BHHB", bits, rows, columns, count)
    frame += b"".join(bytes((c + 1, 0x11, 0)) for c in range(count))
    start = bytes((count, *(byte for c in range(count) for byte in (c + 1, 0)), predictor, 0, 0))
    segments = _segment(0xC3, frame) + _segment(0xC4, table) + _segment(0xDA, start)
    return b"\xff\xd8" + segments + scan + b"\xff\xd9"


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", 2 + len(data)) + data


def _predicted(samples: Any, y: int, x: int, c: int, bits: int, predictor: int) -> int:
    left = samples[y][x - 1][c] if x else 0
    above = samples[y - 1][x][c] if y else 0
    corner = samples[y - 1][x - 1][c] if x and y else 0
    if not x and not y:
        return int(1 << (bits - 1))
    if not y or not x:
        return int(left if x else above)
    predictions = (
        left,
        above,
        corner,
        left + above - corner,
        left + ((above - corner) >> 1),
        above + ((left - corner) >> 1),
        (left + above) >> 1,
    )
    return int(predictions[predictor - 1])


def _coded(difference: int) -> str:
    difference = (difference + 2**15) % 2**16 - 2**15
    size = abs(difference).bit_length()
    if size in (0, 16):
        return f"{size:05b}"
    return f"{size:05b}{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}"
