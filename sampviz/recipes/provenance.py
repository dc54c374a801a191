"""Records: how a figure or an array was made, in the file itself, so that it can be made again.

A record is a recipe, with what its values alone do not say: the bytes of the inputs and the
versions of the programs. It names files without their folders, but for those that tell two inputs
apart and that stand on the figure, too; it holds nothing of their headers that could tell who is in
them, no date, no host and no user.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import InputError, SampvizError
from sampviz.core.text import escape_control, short_repr
from sampviz.figures.options import FONT
from sampviz.images.input_names import PREFIX, distinct_files
from sampviz.images.load import digest
from sampviz.images.selection import channel_of
from sampviz.recipes.read import check_table
from sampviz.recipes.recipe import Recipe
from sampviz.recipes.versions import versions

if TYPE_CHECKING:
    from sampviz.figures.layout.sheet import Sheet

_SCHEMA = 1
_KINDS = ("figure", "array")
_DIGITS = 6  # of the windows: the last digits depend on the processor
_DIGEST_CHARS = 12  # of a SHA-256, as it is written for people
_OTHER = "it was not made by sampviz, or another program changed it"


@dataclass(frozen=True, repr=False)
class Record:
    """How something was made: the figure's recipe, or the chain and the input of an array.

    `digests` are the SHA-256 of the inputs (None for a formula), `taken` the slices, frames or
    channels of them that were taken, `versions` those of the programs and of the font, `windows`
    the values between which each panel was painted.
    """

    kind: str
    recipe: Recipe
    digests: tuple[str | None, ...]
    taken: tuple[str, ...]
    versions: Mapping[str, str]
    windows: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def __repr__(self) -> str:
        parts = [*self.recipe.inputs, *self.recipe.ops]
        kind = f"{'a' if self.kind == 'figure' else 'an'} {self.kind}"
        return short_repr(f"<Record of {kind}: {', '.join(parts)}>")

    def table(self) -> dict[str, Any]:
        """Return the record as JSON can hold it."""
        recipe = self.recipe
        identity = {"name": recipe.name, "kind": recipe.kind} if self.kind == "figure" else {}
        table = {
            "schema": _SCHEMA,
            self.kind: {**identity, **recipe.values},
            "sha256": list(self.digests),
            "taken": list(self.taken),
            "versions": dict(self.versions),
        }
        return {**table, "windows": dict(self.windows)} if self.windows else table

    def json(self) -> str:
        """Return the record as one line of ASCII: it fits into every format."""
        return json.dumps(self.table(), allow_nan=False)


def record_of(
    recipe: Recipe,
    sources: Sequence[str],
    taken: Sequence[str],
    defaults: Sequence[Callable[..., Any]],
    sheet: "Sheet | None" = None,
    digests: Sequence[str | None] | None = None,
) -> Record:
    """Return the record of a figure with its sheet, or of an array, made of `sources`.

    Of the values of the recipe those are left out that `defaults`, functions, have themselves.
    `digests` are the SHA-256 of the sources, where they are known.
    """
    usual = {
        name: parameter.default
        for function in defaults
        for name, parameter in signature(function).parameters.items()
    }
    values = {k: v for k, v in recipe.values.items() if v is not None and v != usual.get(k)}
    values["inputs"] = distinct_files(sources)
    if "slice" in values:
        values["slice"] = str(values["slice"])
    if "channel" in values:
        values["channel"] = channel_of(values["channel"])
    if "slices" in values:
        values["slices"] = [str(text) for text in values["slices"]]
    return Record(
        "figure" if sheet else "array",
        Recipe(recipe.name, recipe.kind, values),
        tuple(map(digest, sources) if digests is None else digests),
        tuple(taken),
        drawn_with(values.get("font") or FONT) if sheet else versions(),
        _windows(sheet) if sheet else {},
    )


def _windows(sheet: "Sheet") -> dict[str, list[float]]:
    panels = [placed.panel for placed in sheet.panels]
    return {
        panel.name: [float(f"{limit:.{_DIGITS}g}") for limit in panel.limits]
        for panel in panels
        if panel.limits
    }


@bounded_cache(2**16)
def drawn_with(font: str = FONT) -> dict[str, str]:
    """Return the versions of what the bytes of a figure depend on, and a hash of the font."""
    from sampviz.figures.style import FREETYPE, font_files

    hashed = sha256(b"".join(Path(file).read_bytes() for file in font_files(font))).hexdigest()
    return {**versions(), "FreeType": FREETYPE, "font": f"{font} {hashed[:_DIGEST_CHARS]}"}


def parse_record(text: str, where: str) -> Record:
    """Read a record that was found at `where`; InputError for a text that is none.

    The text may be anybody's: nothing in it is run, and its inputs are names of files, not paths.
    """
    try:
        document = json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_repeats)
        return _record(document, where)
    except (ValueError, RecursionError, SampvizError) as err:
        reason = escape_control(err.what if isinstance(err, SampvizError) else str(err))
        raise InputError(f"it carries no record of sampviz: {reason}", where, _OTHER) from None


def _record(document: Any, where: str) -> Record:
    _require(isinstance(document, dict) and document.get("schema") == _SCHEMA, f"schema {_SCHEMA}")
    kinds_present = [kind for kind in _KINDS if isinstance(document.get(kind), dict)]
    _require(len(kinds_present) == 1, "one figure or one array")
    (kind,) = kinds_present
    table = document[kind] if kind == "figure" else {"name": kind, **document[kind]}
    recipe = check_table(table, where)
    for name in recipe.inputs:
        path = Path(name)
        is_below = not path.anchor and ".." not in path.parts and path.as_posix() == name != "."
        is_plain = name.startswith(PREFIX) or is_below
        _require(is_plain and "\0" not in name, "names of files without folders")
    count = len(recipe.inputs)
    digests, taken, programs = (document.get(key) for key in ("sha256", "taken", "versions"))
    _require(_is_list(digests, (str, type(None)), count), "a SHA-256 for each input")
    _require(_is_list(taken, (str,), count), "what was taken of each input")
    _require(isinstance(programs, dict) and _is_list([*programs.values()], (str,)), "versions")
    windows = document.get("windows", {})
    are_pairs = isinstance(windows, dict) and all(
        _is_list(pair, (int, float), 2) for pair in windows.values()
    )
    _require(are_pairs, "windows of two numbers")
    return Record(kind, recipe, tuple(digests), tuple(taken), programs, windows)


def _is_list(value: Any, types: tuple[type, ...], count: int | None = None) -> bool:
    is_list = isinstance(value, list) and all(isinstance(item, types) for item in value)
    return is_list and count in (None, len(value))


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"wanted {what}")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a key is there twice")
    return table


def changes(earlier: Record, later: Record) -> list[str]:
    """Say what is not the same in two records: inputs, options, versions, the font."""
    return [
        *_of_inputs(earlier, later),
        *_of_options(earlier, later),
        *_of_versions(earlier, later),
    ]


def _of_inputs(earlier: Record, later: Record) -> Iterator[str]:
    names = earlier.recipe.inputs, later.recipe.inputs
    if len(names[0]) != len(names[1]):
        yield f"inputs: {len(names[0])} then, {len(names[1])} now"
        return
    for old, new, before, after in zip(*names, earlier.digests, later.digests, strict=True):
        if before != after:
            yield f"input {new}: other bytes, SHA-256 {_short(before)} then, {_short(after)} now"
        if old != new:
            yield f"input {new}: its name, {old} then; it is written on the figure"


def _of_options(earlier: Record, later: Record) -> Iterator[str]:
    old, new = ({"kind": r.kind, **r.values} for r in (earlier.recipe, later.recipe))
    for key in dict.fromkeys([*old, *new]):
        if key != "inputs" and old.get(key) != new.get(key):
            yield f"option {key}: {_describe(old.get(key))} then, {_describe(new.get(key))} now"


def _of_versions(earlier: Record, later: Record) -> Iterator[str]:
    for name in dict.fromkeys([*earlier.versions, *later.versions]):
        old, new = (record.versions.get(name, "none") for record in (earlier, later))
        if old != new:
            yield f"{name}: {old} then, {new} now"


def _short(digest_: str | None) -> str:
    return digest_[:_DIGEST_CHARS] if digest_ else "none"


def _describe(value: Any) -> str:
    if value is None:
        return "the default"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
