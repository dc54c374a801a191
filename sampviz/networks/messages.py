"""Messages between processes: a line of JSON, and arrays of float32 behind it."""

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import IO, Any

import numpy as np

from sampviz.dsp.dtypes import Array

_MOST_VALUES = 2**29  # of the arrays of a message


def as_float(array: Any) -> Array:
    """Return an array as it is sent: float32, its rows one behind another."""
    return np.ascontiguousarray(array, np.float32)


def read_message(stream: IO[bytes]) -> tuple[dict[str, Any], list[Array]] | None:
    """Return the next message; None at the end."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    values = json.loads(line)
    arrays = []
    if sum(map(prod, values["arrays"])) > _MOST_VALUES:
        return None
    for shape in values["arrays"]:
        array = np.empty(shape, np.float32)
        if stream.readinto(_bytes_of(array)) != array.nbytes:  # type: ignore[attr-defined]
            return None
        arrays.append(array)
    return values, arrays


def write_message(
    stream: IO[bytes], values: Mapping[str, Any], arrays: Sequence[Array] = ()
) -> None:
    """Write a message: numbers and texts, and arrays as float32."""
    arrays = list(map(as_float, arrays))
    shapes = [array.shape for array in arrays]
    stream.write(json.dumps({**values, "arrays": shapes}).encode() + b"\n")
    for array in arrays:
        stream.write(_bytes_of(array))
    stream.flush()


def _bytes_of(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
