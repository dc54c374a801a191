"""What became of components, as a table in words and as CSV, JSON and Markdown."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from math import isnan
from pathlib import Path
from typing import Any

from sampviz.analysis.components.bins import ComponentBin
from sampviz.analysis.components.outcomes import COLUMNS, CONTRAST_COLUMNS, ComponentOutcomes
from sampviz.analysis.components.recall import Interval
from sampviz.core.table_text import (
    check_table_ending,
    csv_cell,
    json_values,
    markdown_lines,
)
from sampviz.core.text import counted

_EMPTY = "–"
_MOST_SLICES = 4


def headings(outcomes: ComponentOutcomes) -> list[str]:
    """Return the names of the columns of `cells`."""
    unit = outcomes.unit
    maps = ["found, over maps"] if len(outcomes.cases) > 1 else []
    contrast = ["contrast kept", "CNR before", "CNR after"] if outcomes.has_contrast else []
    left = ["found", "at least half", "Dice", "volume", f"drift ({unit})", "merged"]
    return ["chain", "level", f"diameter ({unit})", "n", *left[:1], *maps, *left[1:], *contrast]


def cells(outcomes: ComponentOutcomes) -> list[list[str]]:
    """Return a line for every chain, level and bin: shares in percent with 95 % intervals."""
    return [_line(row, outcomes) for row in outcomes.bins()]


def _line(row: ComponentBin, outcomes: ComponentOutcomes) -> list[str]:
    line = [row.chain, str(row.level), row.diameters, str(row.count), _share(row.found)]
    if len(outcomes.cases) > 1:
        line.append(_share(row.cases["found"]))
    line += [
        _share(row.half_kept),
        _number(row.dice, ".2f"),
        _number(100 * row.volume_bias, "+.0f", " %"),
        _number(row.drift, ".2f"),
        _number(100 * row.merged, ".0f", " %"),
    ]
    if outcomes.has_contrast:
        line += [
            _number(100 * row.contrast, ".0f", " %"),
            _number(row.cnr_before, ".1f"),
            _number(row.cnr_after, ".1f"),
        ]
    return line


def _share(share: Interval) -> str:
    if isnan(share.value):
        return _EMPTY
    text = f"{100 * share.value:.0f} %"
    if isnan(share.low):
        return text
    return f"{text} [{100 * share.low:.0f}, {100 * share.high:.0f}]"


def _number(value: float, form: str, unit: str = "") -> str:
    if isnan(value):
        return _EMPTY
    text = f"{value:{form}}"
    return (text if float(text) else text.lstrip("+-")) + unit  # no -0, no +0


def as_json(outcomes: ComponentOutcomes) -> dict[str, Any]:
    """Return all rows for a JSON file; None where there is no value."""
    values = {
        "schema": 1,
        "unit": outcomes.unit,
        "maps": [
            {"map": case.name, "taken": case.taken or None, "components": case.components.count}
            for case in outcomes.cases
        ],
        "bins": [asdict(row) for row in outcomes.bins()],
        "components": list(outcomes.components()),
        "notes": list(outcomes.notes),
    }
    return {name: json_values(value) for name, value in values.items()}


def as_csv(outcomes: ComponentOutcomes) -> str:
    """Return a line for every map, chain, level and component; empty where there is no value."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, *CONTRAST_COLUMNS) if outcomes.has_contrast else COLUMNS)
    for row in outcomes.components():
        writer.writerow(map(_csv_value, row.values()))
    return text.getvalue()


def _csv_value(value: object) -> object:
    if isinstance(value, str):
        return csv_cell(value)
    number = json_values(value)
    return "" if number is None else number


def as_markdown(outcomes: ComponentOutcomes) -> str:
    """Return the bins as a table, and the notes below."""
    names = headings(outcomes)
    table = markdown_lines([names, ["---"] * len(names), *cells(outcomes)])
    return table + "\n" * bool(outcomes.notes) + "".join(f"- {n}\n" for n in outcomes.notes)


def table_text(outcomes: ComponentOutcomes, path: Path) -> str:
    """Return what to write under a name: components in .csv, bins in .md, both in .json."""
    check_table(path)
    kind = path.suffix.lower()
    if kind == ".json":
        return json.dumps(as_json(outcomes), indent=2, allow_nan=False) + "\n"
    return as_csv(outcomes) if kind == ".csv" else as_markdown(outcomes)


def check_table(path: Path) -> None:
    """Raise OutputError for a name that says no kind of table."""
    check_table_ending(path, (".csv", ".json", ".md"))


def summary_lines(outcomes: ComponentOutcomes) -> Sequence[str]:
    """Return what a reader of the table must know, a line each."""
    maps = len(outcomes.cases)
    of_maps = f" of {maps} maps" if maps > 1 else ""
    intervals = "intervals of Wilson" + ("; over maps by bootstrap" if maps > 1 else "")
    slices = dict.fromkeys(case.taken for case in outcomes.cases if case.taken)
    components = counted(outcomes.count, "component")
    return [
        f"{components}{of_maps}; shares with 95 % {intervals}",
        *([f"measured: {'; '.join(slices)}"] if len(slices) in range(1, _MOST_SLICES) else []),
        *outcomes.notes,
    ]
