"""Figures as they are written in a recipe: checked key by key, with the line of every key."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from sampviz.core.errors import UsageError, did_you_mean
from sampviz.figures.options import KINDS
from sampviz.images.input_names import is_file_name
from sampviz.recipes.fields import (
    AXES,
    FIELD_TYPES,
    FIELDS,
    PANEL_FIELDS,
    field_error,
    fields_of,
)

_HEADER = re.compile(r"\s*(?:\[\[\s*(figure)\s*\]\]|\[\s*(defaults)\s*[.\]])", re.ASCII)
NOT_SHARED = ("name", "about")  # what no two figures have in common
SOURCES = ("inputs", "bids")  # two ways to say the same


@dataclass(frozen=True)
class SourceText:
    """A recipe, or a part of it: it finds the lines of keys."""

    location: str
    text: str
    start: int = 0  # lines before the part

    def parts(self, name: str) -> "list[SourceText]":
        """Return every [[figure]], or [defaults], with the line that it begins at."""
        lines = self.text.splitlines()
        headers = [(i, header) for i, line in enumerate(lines) if (header := _HEADER.match(line))]
        ends = [*(i for i, _ in headers[1:]), len(lines)]
        return [
            SourceText(self.location, "\n".join(lines[start:end]), start)
            for (start, header), end in zip(headers, ends, strict=False)  # no header: no part
            if name in header.groups()
        ]

    def at(self, key: str) -> str:
        """Return the location and the line of the first key of that name, or of the part."""
        name = re.escape(key)
        pattern = re.compile(rf"(^\s*+\[*+\s*+|[{{,.]\s*+)[\"']?{name}[\"']?\s*[=\].]")
        for number, line in enumerate(self.text.splitlines(), start=self.start + 1):
            if pattern.search(line):
                return f"{self.location}, line {number}"
        return f"{self.location}, line {self.start + 1}" if self.start else self.location


@dataclass(frozen=True)
class FigureEntry:
    """A figure with what it has of the defaults; its matrix and {names} stand as written."""

    name: str
    kind: str
    values: Mapping[str, Any]  # without name and kind
    location: str
    lines: Mapping[str, str]

    @property
    def about(self) -> str:
        """What it shows, in a line."""
        return self.values.get("about", "")

    @property
    def options(self) -> Mapping[str, Any]:
        """Values for the {names} in its texts."""
        return self.values.get("options", {})

    @property
    def matrix(self) -> Mapping[str, Any]:
        """The axes along which it is varied."""
        return self.values.get("matrix", {})

    def at(self, key: str) -> str:
        """Return the location and the line of a key."""
        return self.lines.get(key, self.location)


def parse_entries(document: Mapping[str, Any], written: SourceText) -> list[FigureEntry]:
    """Return the figures of a TOML document, checked field by field.

    Parameters
    ----------
    document : mapping
        What TOML holds: `figure`, a list of tables, and `defaults`, a table.
    written : SourceText
        The text that it was read from, for the lines in errors.

    Returns
    -------
    list of FigureEntry
        One for each [[figure]], with what it has of the defaults.

    Raises
    ------
    UsageError
        With the line, for what cannot be meant.
    """
    for name in document:
        if name not in ("defaults", "figure"):
            fix = did_you_mean(
                name, ["figure", "defaults"], "a recipe has [defaults] and [[figure]]"
            )
            raise UsageError(f"unknown key {name!r}", written.at(name), fix)
    tables, defaults = document.get("figure"), document.get("defaults", {})
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise UsageError(
            "there is no [[figure]] in it", written.location, "write at least one [[figure]]"
        )
    part = next(iter(written.parts("defaults")), written)
    if not isinstance(defaults, dict):
        raise UsageError("defaults is not a table", part.at("defaults"), "write [defaults]")
    lines = _checked(
        defaults, [key for key in FIELDS if key not in NOT_SHARED], part, "it may have: "
    )
    # Figures written otherwise, as `figure = [{..}]`, have no header of their own.
    parts = chain(written.parts("figure"), repeat(written))
    entries = [
        _entry(table, defaults, lines, part) for table, part in zip(tables, parts, strict=False)
    ]
    names: set[str] = set()
    for entry in entries:
        if entry.name.casefold() in names:
            what = f"two figures are named {entry.name!r}"
            raise UsageError(what, entry.at("name"), "give each its own name")
        names.add(entry.name.casefold())
    return entries


def _entry(
    table: Mapping[str, Any],
    defaults: Mapping[str, Any],
    lines: Mapping[str, str],
    written: SourceText,
) -> FigureEntry:
    kind = table.get("kind", defaults.get("kind", "compare"))
    if kind not in KINDS:
        where = written.at("kind")
        raise UsageError(f"no kind of figure is named {kind!r}", where, ", ".join(KINDS))
    field_names = fields_of(kind)
    entry_lines = _checked(table, field_names, written, f"a figure of kind {kind!r} has: ")
    name = str(table.get("name", ""))
    if not is_file_name(name):
        raise UsageError(
            "a figure needs a name" if not name else f"{name!r} cannot be the name of a file",
            written.at("name"),
            "letters, digits, '_', '-' and '.'",
        )
    values = {**_inherited(table, defaults, field_names), **table}
    if "options" in values:
        values["options"] = {**defaults.get("options", {}), **table.get("options", {})}
    entry_values = {key: value for key, value in values.items() if key not in ("name", "kind")}
    return FigureEntry(name, kind, entry_values, written.location, {**lines, **entry_lines})


def _inherited(
    table: Mapping[str, Any], defaults: Mapping[str, Any], field_names: Sequence[str]
) -> dict[str, Any]:
    """Return what a figure has of the defaults: what its kind knows and it does not say itself."""
    written_keys = _written_keys(table)

    def inherited(values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: v for key, v in values.items() if key in field_names and key not in written_keys
        }

    values = inherited(defaults)
    if "matrix" in values:
        values["matrix"] = inherited(values["matrix"])
    return values


def _written_keys(table: Mapping[str, Any]) -> set[str]:
    """Return the keys of a figure and of its matrix; inputs and bids are one."""
    keys = {*table, *table.get("matrix", {})}
    return keys if keys.isdisjoint(SOURCES) else keys.union(SOURCES)


def _check_twice(table: Mapping[str, Any], written: SourceText) -> None:
    varied = table.get("matrix", {})
    for axis in varied:
        same = SOURCES if axis in SOURCES else (axis,)
        if sum(key in keys for key in same for keys in (table, varied)) > 1:
            what = f"{axis!r} is in the matrix, and said a second time"
            raise UsageError(what, written.at(axis), "write it once")


def _checked(
    table: Mapping[str, Any], field_names: Sequence[str], written: SourceText, fix_start: str
) -> dict[str, str]:
    """Return the line of every key; UsageError for an unknown one and for a value of no use."""
    for name, value in table.items():
        if name not in field_names:
            fix = did_you_mean(name, field_names, fix_start + ", ".join(field_names))
            raise UsageError(f"unknown key {name!r}", written.at(name), fix)
        if error := field_error(name, value):
            raise UsageError(error[0], written.at(name), error[1])
    matrix = table.get("matrix", {})
    check_matrix(matrix, [axis for axis in AXES if axis in field_names], written.at)
    _check_twice(table, written)
    for panel in table.get("panels", []):
        _check_panel(panel, written)
    return {name: written.at(name) for name in [*table, *matrix]}


def _check_panel(panel: Mapping[str, Any], written: SourceText) -> None:
    for key, value in panel.items():
        if key not in PANEL_FIELDS:
            fix = did_you_mean(key, PANEL_FIELDS, f"a panel has {', '.join(PANEL_FIELDS)}")
            raise UsageError(f"unknown key {key!r}", written.at(key), fix)
        field_type = FIELD_TYPES[PANEL_FIELDS[key]]
        if not field_type.fits(value):
            what = f"{key} = {value!r} is not {field_type.name}"
            raise UsageError(what, written.at(key), f"a panel has {', '.join(PANEL_FIELDS)}")
    if not {"show", "stage"} <= set(panel):
        raise UsageError(
            "a panel says what it shows, and after how many steps",
            written.at("panels"),
            'write { show = "image", stage = 1 }',
        )


def check_matrix(
    matrix: Mapping[str, Any], axes: Sequence[str], line_of: Callable[[str], str]
) -> None:
    """Raise UsageError for an axis that is not in `axes`, and for a value that does not fit.

    `line_of` gives the line of a key.
    """
    for axis, values in matrix.items():
        if axis not in axes:
            fix = did_you_mean(axis, axes, f"a matrix has {', '.join(axes)}")
            raise UsageError(f"unknown key {axis!r}", line_of(axis), fix)
        # Inputs are found by one key, all others are a value each.
        for value in [values] if axis in ("inputs", "bids") else _listed(axis, values, line_of):
            if error := field_error(axis, value):
                raise UsageError(error[0], line_of(axis), error[1])


def _listed(axis: str, values: Any, line_of: Callable[[str], str]) -> Sequence[Any]:
    if not isinstance(values, (list, dict)) or not values:
        what = f"{axis} = {values!r} is not a list or a table of values"
        raise UsageError(what, line_of(axis), f"write {axis} = [.., ..], or {{NAME = .., ..}}")
    return list(values.values()) if isinstance(values, dict) else values
