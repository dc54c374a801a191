"""The tables of a derivative: their columns, each described with its unit, and their values."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Any

from sampviz.analysis.measure import MetricRow
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.row_cells import row_cells
from sampviz.core.open_file import open_file
from sampviz.core.text import escape_control

MISSING = "n/a"  # as BIDS writes it
_LARGEST = 100_000_000  # bytes of a table
_LONGEST_LINE = 100_000  # bytes of its columns
_PLAIN: dict[str, dict[str, str]] = {
    "participant_id": {"Description": "The subject."},
    "session_id": {"Description": "The session."},
    "table": {"Description": "The table of the image, from the root of the derivative."},
    "suffix": {"Description": "What kind of image it is, as BIDS names it."},
    "measure": {"Description": "The name of the measure."},
    "value": {"Description": "Its value, in the unit of the measure."},
    "low": {"Description": "Values below are outliers: the lower quartile less 1.5 IQR."},
    "high": {"Description": "Values above are outliers: the upper quartile plus 1.5 IQR."},
    "distance": {"Description": "How far the value lies beyond, in IQR.", "Units": "1"},
    "chain": {"Description": "The chain of operations that was run on the image."},
    "level": {"Description": "How many times the chain was applied.", "Units": "1"},
    "slices": {"Description": "Slices of what the chain made.", "Units": "voxel"},
    "rows": {"Description": "Rows of what the chain made.", "Units": "pixel"},
    "columns": {"Description": "Columns of what the chain made.", "Units": "pixel"},
    "span": {"Description": "The range of values that PSNR and SSIM refer to."},
    "span_source": {"Description": "Where that range comes from."},
    "taken": {"Description": "Which picture of the file was measured."},
    "undefined": {"Description": "Why measures have no value."},
    "notes": {"Description": "What to know of values."},
}


def table_rows(rows: Sequence[MetricRow], names: Sequence[str], axes: int) -> list[dict[str, Any]]:
    """Return the cells of rows of measures, by the names of their columns in a TSV."""
    cells = [row_cells(row, names, axes) for row in rows]
    for row in cells:
        del row["input"]  # the name of the table says it
    return [{_column(name): value for name, value in row.items()} for row in cells]


def _column(name: str) -> str:
    return name.replace(" ", "_")


def described(columns: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what a sidecar says of columns: a description, and the unit where there is one."""
    return {column: _PLAIN.get(column) or _measure(column) for column in columns}


def _measure(column: str) -> dict[str, str]:
    name, _, part = column.partition("_")
    metric = METRICS[name]
    text = metric.summary if not part else f"{metric.summary} Its part: {part}."
    values = {
        "LongName": f"{metric.label} {part}".strip(),
        "Description": f"{text} {metric.sections['Formula']}",
    }
    return {**values, "Units": metric.unit or "1"}


def tsv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return a table with tabs."""
    return "".join(tsv_lines(rows, columns))


def tsv_lines(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table with tabs, that of the columns first."""
    file = StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    for cells in chain([columns], ([_cell(row.get(name)) for name in columns] for row in rows)):
        writer.writerow(cells)
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def _cell(value: Any) -> str:
    if value is None or value == "" or (isinstance(value, float) and not isfinite(value)):
        return MISSING
    return escape_control(str(value))


def read_tsv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table that `tsv` wrote."""
    return list(_reader(path, _LARGEST))


def columns_of(path: Path) -> Sequence[str]:
    """Return the columns of a table that `tsv` wrote; of a longer line those at its beginning."""
    return _reader(path, _LONGEST_LINE).fieldnames or ()


def _reader(path: Path, most_bytes: int) -> "csv.DictReader[str]":
    with open_file(path, str(path)) as file:
        text = file.read(most_bytes).decode("utf-8", "replace")
    return csv.DictReader(StringIO(text), delimiter="\t")


def number(text: str | None) -> float | None:
    """Return the number in a cell; None where there is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None
