"""The changes that cosmic-ray's operators can make to a file, and those that are drawn."""

import random
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# They want names to be chosen; and of equal values, whether they are one object is chance.
_LEFT_OUT = re.compile(r"Variable(Replacer|Inserter)|\w+_(Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?")

_PUNCTUATION = (*"()[]{},:.;=@", "->", ":=", "...")
_LOGIC = ("and", "or", "not", "is", "in", "if", "while", "for", "True", "False", "except")


@dataclass(frozen=True)
class Change:
    """A change of one place of a file: cosmic-ray's operator and the number of the place."""

    file: str
    line: int
    column: int
    operator: str
    occurrence: int

    def apply(self, source: str) -> str:
        """Return the changed source; "" where cosmic-ray cannot make the change that it lists.

        It lists exceptions with a dot among others, and can change names alone.
        """
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        try:
            return mutate_code(source, get_operator(self.operator)(), self.occurrence) or ""
        except AttributeError:
            return ""


def changes_of(root: Path, file: str) -> list[Change]:
    """Return all changes that a file can undergo, but those of types."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    tree = get_ast((root / file).read_text("utf-8"))
    changes = []
    for name in operator_names():
        if _LEFT_OUT.fullmatch(name.rpartition("/")[2]):
            continue
        operator = get_operator(name)()
        places = (
            (node, at) for node in ast_nodes(tree) for at, _ in operator.mutation_positions(node)
        )
        changes += [
            Change(file, line, column, name, number)
            for number, (node, (line, column)) in enumerate(places)
            if not _is_type(node)
        ]
    return changes


def drawn(root: Path, files: Sequence[str], rng: random.Random) -> Iterator[Change]:
    """Yield changes of files, one of each place, in a random order.

    A file is drawn by how much there is in it to change, and then a place: the changes of a file
    that is not drawn are not listed.
    """
    weights = {file: _weight(root / file) for file in files}
    left: dict[str, list[Change]] = {}
    while any(weights.values()):
        (file,) = rng.choices(list(weights), list(weights.values()))
        if file not in left:
            left[file] = list(one_of_each_place(changes_of(root, file), rng))
        if left[file]:
            yield left[file].pop()
        else:
            weights[file] = 0


def one_of_each_place(changes: Sequence[Change], rng: random.Random) -> Iterator[Change]:
    """Yield one change of each place, the places in a random order."""
    places: dict[tuple[int, int], list[Change]] = defaultdict(list)
    for change in changes:
        places[change.line, change.column].append(change)
    order = list(places.values())
    rng.shuffle(order)
    yield from (rng.choice(alternatives) for alternatives in order)


def _weight(path: Path) -> int:
    """Return how many numbers, operators and words of logic a file has."""
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    return sum(
        token.type == tokenize.NUMBER
        or (token.type == tokenize.OP and token.string not in _PUNCTUATION)
        or (token.type == tokenize.NAME and token.string in _LOGIC)
        for token in tokens
    )


def _is_type(node: Any) -> bool:
    """Whether a node stands in an annotation."""
    inner, outer = node, node.parent
    while outer is not None:
        annotation = {"annassign": 1, "tfpdef": 2}.get(outer.type)
        if annotation and inner is outer.children[annotation]:
            return True
        if outer.type == "funcdef" and inner is outer.annotation:
            return True
        inner, outer = outer, outer.parent
    return False
