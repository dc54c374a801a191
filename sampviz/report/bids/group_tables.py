"""The numbers of all images of a derivative: one table, and that of the outliers."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sampviz.analysis.metrics import METRICS
from sampviz.analysis.outliers import distribution
from sampviz.core.errors import InputError
from sampviz.report.bids.columns import described, number, read_tsv, tsv
from sampviz.report.bids.dataset import BidsFile
from sampviz.report.bids.group_page import Group, Value
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


def groups_of(rows: Sequence[tuple[BidsFile, Row]]) -> list[Group]:
    """Return the values of every measure, suffix, chain and level, in the order of measures."""
    values: dict[tuple[str, str, str, str], list[Value]] = {}
    for file, row in rows:
        for name in METRICS:
            value = number(row.get(name))
            if value is not None:
                key = (file.suffix, name, row["chain"], row["level"])
                values.setdefault(key, []).append(Value(file, value))
    order = {name: place for place, name in enumerate(METRICS)}
    groups = []
    for suffix, name, chain, level in sorted(values, key=lambda key: (key[0], order[key[1]])):
        rising = sorted(values[suffix, name, chain, level], key=lambda v: (v.value, v.file.path))
        told = distribution([v.value for v in rising])
        groups.append(Group(suffix, chain, level, name, tuple(rising), told))
    return groups


def group_files(rows: Sequence[tuple[BidsFile, Row]], groups: Sequence[Group]) -> dict[str, bytes]:
    """Return the tables of all images and of the outliers, with their sidecars."""
    columns = list(dict.fromkeys(column for _, row in rows for column in row))
    measures = [
        {**_who(file), **{column: row.get(column) for column in columns}} for file, row in rows
    ]
    outliers = [
        {
            **_who(v.file),
            **dict(zip(_OUTLIER, _outlier(group, v.value), strict=True)),
        }
        for group in groups
        for v in group.outliers
    ]
    files = {}
    for name, table in (("measures", measures), ("outliers", outliers)):
        columns = list(table[0]) if table else [*_WHO, *_OUTLIER]
        files[f"group_{name}.tsv"] = tsv(table, columns).encode()
        files[f"group_{name}.json"] = json_bytes(described(columns))
    return files


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
