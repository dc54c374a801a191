"""Small matrices: as text, numbers between spaces and rows between semicolons, or as arrays."""

import re
from collections.abc import Sequence

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.ops.grammar import LONGEST_TEXT, Source, Word, split

MOST_SIDE = 16
LARGEST = 1e6
_NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})(e[+-]?[0-9]{1,2})?", re.A)
_FIX = "write numbers between spaces and rows between semicolons, e.g. '0 1;2 3'"

MatrixLike = str | Array | Sequence[Sequence[float]]


def as_matrix(matrix: MatrixLike, label: str) -> Array:
    """Return a text or an array of (H, W) as float64; an error names `label`.

    At most 16x16 numbers within ±1e6; ChainError for what is not such a matrix.
    """
    if isinstance(matrix, str):
        return read_matrix(matrix, label)
    fix = f"give (H, W), at most {MOST_SIDE}x{MOST_SIDE} numbers within ±1e6"
    try:
        values = np.array(matrix, np.float64)
    except (TypeError, ValueError):
        raise ChainError("these are no rows of numbers", label, fix) from None
    if values.ndim != 2 or not 1 <= min(values.shape) <= max(values.shape) <= MOST_SIDE:
        raise ChainError(f"an array of shape {values.shape}", label, fix)
    if not (np.abs(values) <= LARGEST).all():
        raise ChainError("numbers beyond ±1e6 or not finite", label, fix)
    return values


def read_matrix(text: str, label: str) -> Array:
    """Read `0 1;2 3` as a float64 array; an error names `label` and the column in the text.

    At most 16x16 numbers within ±1e6; ChainError for what is not such a matrix.
    """
    source = Source(text, label)
    if len(text) > LONGEST_TEXT:
        raise source.error(
            f"a text of {len(text)} characters",
            Word("", 0),
            f"at most {MOST_SIDE}x{MOST_SIDE} numbers",
        )
    rows: list[list[float]] = []
    for number, line in enumerate(split(Word(text, 0), ";"), 1):
        words = [word for word in split(line, " ") if word.text]
        if not words:
            raise source.error(f"row {number} has no numbers", line, _FIX)
        rows.append([_number(source, word) for word in words])
        if len(rows[-1]) != len(rows[0]):
            raise source.error(
                f"rows of different length: row 1 has {counted(len(rows[0]), 'number')},"
                f" row {number} {len(words)}",
                line,
                "give every row as many numbers",
            )
        if max(number, len(words)) > MOST_SIDE:
            where = words[MOST_SIDE] if len(words) > MOST_SIDE else line
            raise source.error(
                f"a matrix has at most {MOST_SIDE}x{MOST_SIDE} numbers here",
                where,
                "take a smaller one; `sampviz apply` runs chains on whole images",
            )
    return np.array(rows)


def _number(source: Source, word: Word) -> float:
    if not _NUMBER.fullmatch(word.text):
        raise source.error(f"{word.text[:40]!r} is not a number", word, _FIX)
    value = float(word.text)
    if abs(value) > LARGEST:
        raise source.error(f"{word.text[:40]}: wanted -1e6..1e6", word, "write smaller numbers")
    return value
