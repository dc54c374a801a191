"""The numbers of all images of a derivative: one table, and that of the outliers."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from sampviz.analysis.metrics import METRICS
from sampviz.analysis.outliers import distribution
from sampviz.core.errors import InputError
from sampviz.report.bids.columns import columns_of, described, number, read_tsv, tsv, tsv_lines
from sampviz.report.bids.dataset import BidsFile
from sampviz.report.bids.group_page import Group
from sampviz.report.bids.one_image import json_bytes
from sampviz.report.bids.output_folder import OutputFolder

Row = dict[str, str]


def all_rows(folder: OutputFolder, tables: Sequence[BidsFile]) -> Iterator[tuple[BidsFile, Row]]:
    """Yield every row of every table, with the table."""
    for table in tables:
        for row in read_tsv(folder.path / table.path):
            if not {"chain", "level"} <= set(row):
                fix = "take it away, and make it again"
                raise InputError("it is no table of measures", str(folder.path / table.path), fix)
            yield table, row


class GroupValues:
    """The values of every measure, suffix, chain and level, collected from rows as they pass."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str, str], tuple[array[float], list[BidsFile]]] = {}

    def collect(self, rows: Iterable[tuple[BidsFile, Row]]) -> Iterator[dict[str, str | None]]:
        """Yield the rows as they stand in the table of all images."""
        for file, row in rows:
            for name in METRICS:
                value = number(row.get(name))
                if value is not None:
                    key = (file.suffix, name, row["chain"], row["level"])
                    values, files = self._values.setdefault(key, (array("d"), []))
                    values.append(value)
                    files.append(file)
            yield {**_who(file), **row}

    def groups(self) -> list[Group]:
        """Return them, in the order of suffixes and measures."""
        order = {name: place for place, name in enumerate(METRICS)}
        groups = []
        for key in sorted(self._values, key=lambda key: (key[0], order[key[1]])):
            suffix, name, chain, level = key
            values, files = np.array(self._values[key][0]), self._values[key][1]
            rising = np.argsort(values, kind="stable")
            told = distribution(values[rising])
            of_each = [files[i] for i in rising]
            groups.append(Group(suffix, chain, level, name, values[rising], of_each, told))
        return groups


def write_group_tables(folder: OutputFolder, tables: Sequence[BidsFile]) -> list[Group]:
    """Write the tables of all images and of the outliers, with their sidecars; return the groups.

    Rows are written as they are read: of each its numbers are kept, and nothing else.
    """
    named = (name for table in tables for name in columns_of(folder.path / table.path))
    columns = [*_WHO, *dict.fromkeys(named)]
    kept = GroupValues()
    rows = kept.collect(all_rows(folder, tables))
    folder.write_lines("group_measures.tsv", tsv_lines(rows, columns))
    folder.write("group_measures.json", json_bytes(described(columns)))
    groups = kept.groups()
    outliers = [
        {**_who(v.file), **dict(zip(_OUTLIER, _outlier(group, v.value), strict=True))}
        for group in groups
        for v in group.outliers
    ]
    columns = [*_WHO, *_OUTLIER]
    folder.write("group_outliers.tsv", tsv(outliers, columns).encode())
    folder.write("group_outliers.json", json_bytes(described(columns)))
    return groups


_WHO = ("participant_id", "session_id", "suffix", "table")


_OUTLIER = ("chain", "level", "measure", "value", "low", "high", "distance")


def _outlier(group: Group, value: float) -> tuple[Any, ...]:
    told = group.distribution
    where = (value, told.low, told.high, told.distance(value))
    return (group.chain, group.level, group.measure, *where)


def _who(file: BidsFile) -> dict[str, Any]:
    session = f"ses-{file.session}" if file.session else None
    return dict(zip(_WHO, (f"sub-{file.subject}", session, file.suffix, file.path), strict=True))


def by_subject(files: Sequence[BidsFile]) -> dict[str, list[BidsFile]]:
    """Return files by their subjects, which follow each other."""
    return {subject: list(own) for subject, own in groupby(files, lambda file: file.subject)}
