"""Rows of measures as CSV, JSON and Markdown, written as they come."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from textwrap import indent
from typing import Any, TextIO

from sampviz.analysis.measure import MetricRow
from sampviz.analysis.metric_text import NumberFormat, better_sign, heading
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.row_cells import columns, row_cells
from sampviz.analysis.statistics import Statistic, Summary, SummaryStatistics
from sampviz.core.atomic_write import atomic_write
from sampviz.core.table_text import check_table_ending, csv_cell, markdown_lines


def check_ending(path: Path) -> None:
    """Raise OutputError if a table cannot be written under that name."""
    check_table_ending(path, tuple(_KINDS))


class Table:
    """A table that is written row by row, as the inputs come."""

    def __init__(self, file: TextIO, names: Sequence[str], axes: int = 2) -> None:
        self._file, self._names, self._axes = file, names, axes

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Write the rows of one input."""
        raise NotImplementedError

    def end(self, statistics: SummaryStatistics) -> None:
        """Write what comes after the rows."""


class CsvTable(Table):
    """A line for every row: empty where a measure is undefined, and at the end why.

    The parts of a measure stand beside it, as `delta rows`.
    """

    def __init__(self, file: TextIO, names: Sequence[str], axes: int = 2) -> None:
        super().__init__(file, names, axes)
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(columns(names, axes))

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Write a line for every row."""
        for row in rows:
            cells = row_cells(row, self._names, self._axes) | {"input": csv_cell(row.input)}
            self._writer.writerow(cells.values())  # None is an empty cell


class JsonTable(Table):
    """One object: the rows, and of several inputs a summary of each chain and level."""

    def __init__(self, file: TextIO, names: Sequence[str], axes: int = 2) -> None:
        super().__init__(file, names, axes)
        self._file.write('{\n  "schema": 1,\n  "rows": [')
        self._comma = ""

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Write an object for every row."""
        for row in rows:
            self._put(row.json(self._names))

    def end(self, statistics: SummaryStatistics) -> None:
        """Write the summary."""
        self._file.write("\n  ]")
        if statistics.inputs > 1:
            self._file.write(',\n  "summary": [')
            self._comma = ""
            for summary in statistics.summaries():
                numbers = {name: asdict(value) for name, value in summary.statistics.items()}
                self._put({"chain": summary.chain, "level": summary.level, **numbers})
            self._file.write("\n  ]")
        self._file.write("\n}\n")

    def _put(self, values: Mapping[str, Any]) -> None:
        text = json.dumps(values, indent=2, allow_nan=False)
        self._file.write(f"{self._comma}\n{indent(text, '    ')}")
        self._comma = ","


class MarkdownTable(Table):
    """A table of the rows, one of the summary of several inputs, and why cells are empty."""

    def __init__(self, file: TextIO, names: Sequence[str], axes: int = 2) -> None:
        super().__init__(file, names, axes)
        columns = ["input", "chain", "level", "size", *map(column_heading, names)]
        self._file.write(markdown_lines([columns, ["---"] * len(columns)]))

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Write a line for every row."""
        columns = {name: [row.values.get(name) for row in rows] for name in self._names}
        formats = {name: NumberFormat.of(METRICS[name], columns[name]) for name in columns}
        for row in rows:
            cells = [row.input, row.chain, str(row.level), "x".join(map(str, row.size))]
            numbers = (formats[name].text(row.values.get(name)) for name in self._names)
            self._file.write(markdown_lines([[*cells, *numbers]]))

    def end(self, statistics: SummaryStatistics) -> None:
        """Write the summary and the notes."""
        if statistics.inputs > 1:
            columns = ["chain", "level", *map(column_heading, self._names)]
            lines = [columns, ["---"] * len(columns)]
            lines += [
                [chain, str(level), *cells]
                for chain, level, cells in summary_cells(statistics, self._names)
            ]
            self._file.write(
                "\nMean ± standard deviation [95 % interval of the mean] over the inputs:\n\n"
            )
            self._file.write(markdown_lines(lines))
        notes = [*statistics.ranges(), *statistics.reasons()]
        self._file.write("\n" * bool(notes) + "".join(f"- {note}\n" for note in notes))


_KINDS: Mapping[str, type[Table]] = {".csv": CsvTable, ".json": JsonTable, ".md": MarkdownTable}


@contextmanager
def new_table(
    path: Path, names: Sequence[str], axes: int = 2, *, overwrite: bool = True
) -> Iterator[Table]:
    """Give a table that takes its place at `path` when the block ends well.

    `names` are the measures, in order; `axes` are 3 for volumes, which have more parts. Without
    `overwrite` an older file is replaced by the same bytes only: OutputError.
    """
    check_ending(path)
    with (
        atomic_write(path, overwrite=overwrite) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        yield _KINDS[path.suffix.lower()](file, names, axes)


def column_heading(name: str) -> str:
    """Return what a measure is called, its unit, and an arrow to the better values."""
    metric = METRICS[name]
    return f"{heading(metric)} {better_sign(metric)}".rstrip()


def summary_cells(
    statistics: SummaryStatistics, names: Sequence[str]
) -> list[tuple[str, int, list[str]]]:
    """Return a line for every chain and level: chain, level, and a cell for each measure.

    A cell has the mean over the inputs, and of several ± standard deviation and the interval.
    """
    summaries = _summaries(statistics)
    columns = {name: [summary.statistics.get(name) for summary in summaries] for name in names}
    cells = {name: _statistic_texts(name, column) for name, column in columns.items()}
    return [
        (summary.chain, summary.level, [cells[name][i] for name in names])
        for i, summary in enumerate(summaries)
    ]


def _summaries(statistics: SummaryStatistics) -> list[Summary]:
    if statistics.inputs > 1:
        return list(statistics.summaries())
    return [  # a line for each row: a chain may be there twice
        Summary(
            row.chain, row.level, {name: Statistic(1, value) for name, value in row.values.items()}
        )
        for row in statistics.first
    ]


def _statistic_texts(name: str, column: Sequence[Statistic | None]) -> list[str]:
    means = [None if value is None else value.mean for value in column]
    numbers = NumberFormat.of(METRICS[name], means)
    return [_statistic_text(value, numbers) for value in column]


def _statistic_text(statistic: Statistic | None, numbers: NumberFormat) -> str:
    """Return mean ± standard deviation and the interval of the mean."""
    if statistic is None or statistic.sd is None:
        return numbers.text(statistic.mean if statistic else None)
    mean, sd, low, high = map(
        numbers.text, (statistic.mean, statistic.sd, statistic.low, statistic.high)
    )
    return f"{mean} ± {sd} [{low}, {high}]"
