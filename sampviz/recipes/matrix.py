"""A matrix: one figure written down, one drawn for every combination of its axes."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from sampviz.core.errors import UsageError
from sampviz.images.input_names import distinct_names, file_name

MOST = 100_000  # figures of a recipe
_SPELLED = {"%": "pc", "=": "", ":": "", "+": "-"}
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
        yield file_name("-".join(words)), {k: v for _, values in chosen for k, v in values.items()}


def _choices(axis: str, values: Any, inputs: Callable[[str, Any], list[str]]) -> Iterator[_Choice]:
    if axis in ("inputs", "bids"):
        sources = inputs(axis, values)
        for source, name in zip(sources, distinct_names(sources), strict=True):
            yield file_name(name.replace("/", "-")), {"inputs": [source]}
    elif isinstance(values, dict):
        yield from ((file_name(word), {axis: value}) for word, value in values.items())
    else:
        yield from ((_word(axis, value), {axis: value}) for value in values)


def _word(axis: str, value: Any) -> str:
    if isinstance(value, int):
        return f"{axis}{value}"
    text = value if isinstance(value, str) else "-".join(value)
    return file_name(re.sub("[%=:+]", lambda match: _SPELLED[match[0]], text))
