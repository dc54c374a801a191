"""Rows of measures as CSV, JSON and Markdown."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sampviz.errors import OutputError
from sampviz.io.write import whole_file
from sampviz.measures import MEASURES
from sampviz.measuring import Row
from sampviz.survey import Statistic, summaries
from sampviz.text import visible

ENDINGS = (".csv", ".json", ".md")
MINUS = "\u2212"


def check_ending(path: Path) -> None:
    """Raise OutputError if a table cannot be written under that name."""
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f"a table cannot be written as {path.suffix or 'a name without ending'}",
            str(path),
            "end the name in .csv, .json or .md",
        )


def write_table(
    rows: Sequence[Row], names: Sequence[str], path: Path, *, overwrite: bool = True
) -> None:
    """Write the rows as the ending of `path` says; `names` are the measures, in order.

    Without `overwrite` an older file is replaced by the same bytes only: OutputError.
    """
    check_ending(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        text = as_csv(rows, names)
    elif kind == ".json":
        text = json.dumps({"schema": 1, **as_json(rows, names)}, indent=2, ensure_ascii=True)
    else:
        text = as_markdown(rows, names)
    with whole_file(path, overwrite=overwrite) as temporary:
        temporary.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def as_csv(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return a line for every row: empty where a measure is undefined, and at the end why.

    The parts of a measure stand beside it, as `delta rows`.
    """
    parts = {
        name: list(dict.fromkeys(part for row in rows for part in row.parts.get(name, ())))
        for name in names
    }
    headings = ["input", "chain", "level", "rows", "columns"]
    for name in names:
        headings += [name, *(f"{name} {part}" for part in parts[name])]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*headings, "undefined"])
    for row in rows:
        cells: list[Any] = [visible(row.input), row.chain, row.level, *row.size]
        for name in names:
            cells.append(row.values.get(name, ""))
            cells += [row.parts.get(name, {}).get(part, "") for part in parts[name]]
        why = "; ".join(f"{name}: {reason}" for name, reason in row.undefined.items())
        writer.writerow([*cells, why])
    return file.getvalue()


def as_json(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    """Return the rows, and a summary of each chain and level where there are several inputs."""
    found: dict[str, Any] = {"rows": [row.json(names) for row in rows]}
    if several(rows):
        found["summary"] = [
            {
                "chain": each.chain,
                "level": each.level,
                **{name: asdict(value) for name, value in each.statistics.items()},
            }
            for each in summaries(rows, names)
        ]
    return found


def as_markdown(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return a table of the rows, one of the summary of several inputs, and why cells are empty."""
    columns = ["input", "chain", "level", "size"]
    body = [
        [
            row.input,
            row.chain,
            str(row.level),
            "x".join(map(str, row.size)),
            *(number(row.values.get(name)) for name in names),
        ]
        for row in rows
    ]
    text = _markdown([*columns, *map(heading, names)], body)
    if several(rows):
        summed = [
            [each.chain, str(each.level), *(told(each.statistics.get(name)) for name in names)]
            for each in summaries(rows, names)
        ]
        text += "\nMean ± standard deviation [95 % interval of the mean] over the inputs:\n\n"
        text += _markdown(["chain", "level", *map(heading, names)], summed)
    notes = reasons(rows)
    return text + "".join(f"\n- {note}" for note in notes) + "\n" * bool(notes)


def several(rows: Sequence[Row]) -> bool:
    """Whether the rows are of more than one input."""
    return len({row.input for row in rows}) > 1


def heading(name: str) -> str:
    """Return the name of a measure with its unit, where that is short."""
    unit = MEASURES[name].unit
    return f"{name} [{unit}]" if unit and " " not in unit else name


def number(value: float | None) -> str:
    """Return four digits of a number, a dash for None."""
    return "–" if value is None else f"{value:.4g}".replace("-", MINUS)


def told(statistic: Statistic | None) -> str:
    """Return mean ± standard deviation and the interval of the mean."""
    if statistic is None or statistic.sd is None:
        return number(statistic.mean if statistic else None)
    low, high = number(statistic.low), number(statistic.high)
    return f"{number(statistic.mean)} ± {number(statistic.sd)} [{low}, {high}]"


def reasons(rows: Sequence[Row]) -> list[str]:
    """Return why cells are empty: the measures and chains of every reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        for name, why in row.undefined.items():
            chains = found.setdefault(why, {}).setdefault(name, [])
            if row.chain not in chains:
                chains.append(row.chain)
    lines = []
    for why, measures in found.items():
        chains = list(dict.fromkeys(chain for each in measures.values() for chain in each))
        lines.append(f"no {', '.join(measures)} for {', '.join(chains)}: {why}")
    return lines


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join("| " + " | ".join(_cell(c) for c in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace("|", "\\|")
