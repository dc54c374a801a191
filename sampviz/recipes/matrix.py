"""A matrix: one figure written down, one drawn for every combination of its axes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from sampviz.core.errors import UsageError

MOST = 100_000  # figures of a recipe
_LONGEST = 100  # characters of a name
_SPELLED = {"%": "pc", "=": "", ":": ""}
_Choice = tuple[str, dict[str, Any]]  # its part of the name, and the values it sets


def combinations(
    name: str, matrix: Mapping[str, Any], inputs: Callable[[str, Any], list[str]], where: str
) -> Iterator[_Choice]:
    """Yield the name and the values of every combination, the last axis the fastest.

    `inputs` finds those of a key, inputs or bids. Names are built of `name` and a word for each
    value: the stem of an input, the name of a value in a table, or the value itself.
    """
    axes = [list(_choices(axis, values, inputs)) for axis, values in matrix.items()]
    count = prod(map(len, axes))
    if count > MOST:
        raise UsageError(f"a matrix of {count} figures", where, f"at most {MOST}")
    for chosen in product(*axes):
        words = [name, *(word for word, _ in chosen)]
        yield "-".join(words), {k: v for _, values in chosen for k, v in values.items()}


def _choices(axis: str, values: Any, inputs: Callable[[str, Any], list[str]]) -> Iterator[_Choice]:
    if axis in ("inputs", "bids"):
        from sampviz.images.load import stem  # numpy comes with it: a list of figures needs none

        yield from ((stem(source), {"inputs": [source]}) for source in inputs(axis, values))
    elif isinstance(values, dict):
        yield from ((word, {axis: value}) for word, value in values.items())
    else:
        yield from ((_word(axis, value), {axis: value}) for value in values)


def _word(axis: str, value: Any) -> str:
    if isinstance(value, int):
        return f"{axis}{value}"
    return value if isinstance(value, str) else "-".join(value)


class Names:
    """Names for files, no two alike: some file systems do not tell A from a."""

    def __init__(self, used_names: Iterable[str] = ()) -> None:
        self._next_numbers = {
            name.casefold(): 2 for name in used_names
        }  # the number that comes next

    def make(self, words: str) -> str:
        """Return a name of words; a number tells apart what would have the same."""
        spelled = "".join(_SPELLED.get(char, char) for char in words)
        first = name = re.sub(r"[^A-Za-z0-9_.]+", "-", spelled).strip("-.")[:_LONGEST]
        while name.casefold() in self._next_numbers:
            number = self._next_numbers[first.casefold()]
            self._next_numbers[first.casefold()] += 1
            name = f"{first[: _LONGEST - len(str(number)) - 1]}-{number}"
        self._next_numbers[name.casefold()] = 2
        return name
