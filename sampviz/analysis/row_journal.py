"""Rows that are kept as they come, beside the table that they are for: an interrupted run goes on.

A line of JSON for each input, written at once and whole; behind a first line that says what is
measured. What is not of the same files, options and versions is measured again.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.analysis.measure import MetricRow
from sampviz.core.errors import InputError, OutputError
from sampviz.core.standard_input import STDIN
from sampviz.core.version import __version__
from sampviz.images.formats.registry import files_of
from sampviz.images.input_names import PREFIX
from sampviz.images.value_range import ValueRange

ENDING = ".partial"
_PROGRAM = f"rows of sampviz {__version__}, numpy {np.__version__}"
_START = b'{"program": "rows of sampviz '


class RowJournal:
    """The rows of the inputs that are measured, in a file.

    Parameters
    ----------
    path : Path
        The file.
    question : mapping
        What is measured of every input; of another question nothing is taken.
    """

    def __init__(self, path: Path, question: Any) -> None:
        self.path = path
        self._head = json.dumps({"program": _PROGRAM, "question": question}, default=str)
        self._entries = dict(self._stored())
        self.table_digest = ""
        if "" in self._entries:
            self.table_digest = str(self._entries.pop("").get("table", ""))

    def _stored(self) -> Iterator[tuple[str, Any]]:
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as err:
            what = f"the rows of an earlier run cannot be read: {err.strerror}"
            raise OutputError(what, str(self.path), "take the file away") from None
        if lines and not lines[0].startswith(_START):
            what = "the file is there already, and sampviz did not make it"
            raise OutputError(what, str(self.path), "rename it, or choose another output")
        if not lines or lines[0] != self._head.encode():
            return
        for line in lines[1:]:
            try:  # the last may have been cut off
                entry = json.loads(line)
                yield entry["input"], entry
            except (ValueError, KeyError, TypeError):
                continue

    def rows(self, source: str) -> list[MetricRow] | None:
        """Return the rows of an input that is as it was when it was measured; None without them."""
        entry = self._entries.get(source)
        if source == STDIN or entry is None or entry.get("file") != _identity(source):
            return None
        try:
            return [
                MetricRow(
                    **{**row, "size": tuple(row["size"]), "range": ValueRange(**row["range"])}
                )
                for row in entry["rows"]
            ]
        except (TypeError, KeyError):
            return None

    def add(self, source: str, rows: Sequence[MetricRow]) -> None:
        """Keep the rows of an input."""
        table = [asdict(row) for row in rows]
        self._append({"input": source, "file": _identity(source), "rows": table})

    def add_table(self, table: Path) -> None:
        """Keep what the table is that was written without the inputs that failed."""
        self._append({"input": "", "table": sha256(table.read_bytes()).hexdigest()})

    def wrote(self, table: Path) -> bool:
        """Whether a table is that of an earlier run in which some inputs failed."""
        try:
            return self.table_digest == sha256(table.read_bytes()).hexdigest()
        except OSError:
            return False

    def _append(self, entry: Any) -> None:
        try:
            is_new = not self._entries and not self.table_digest
            with open(self.path, "wb" if is_new else "ab", opener=_open_no_link) as file:
                start = self._head.encode() + b"\n" if is_new else b""
                # Behind what a run that was killed has left of a line.
                file.write(start + json.dumps(entry).encode() + b"\n")
        except OSError as err:
            what = f"the rows cannot be kept: {err.strerror}"
            raise OutputError(what, str(self.path), "make room, or write elsewhere") from None
        self._entries[entry["input"] or "\0"] = entry

    def remove(self) -> None:
        """Take the file away: all rows are in the table."""
        self.path.unlink(missing_ok=True)


def _open_no_link(path: str, flags: int) -> int:
    """Open a file, and nothing that somebody laid a link to where it will be."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _identity(source: str) -> Any:
    """Return size and time of the files of an input; None for a sample and for what is gone.

    All files of an image count, such as both of a NIfTI pair.
    """
    if source.startswith(PREFIX):
        return None
    try:
        stats = [os.stat(file) for file in files_of(Path(source), source)]  # noqa: PTH116
    except (OSError, InputError):
        return None
    return [[stat.st_size, stat.st_mtime_ns] for stat in stats]


def is_journal(path: Path) -> bool:
    """Whether rows are kept in a file."""
    try:
        with path.open("rb") as file:
            return file.read(len(_START)) == _START
    except OSError:
        return False


def journal_path(table: Path) -> Path:
    """Return the file beside a table in which its rows are kept meanwhile."""
    return table.with_name(table.name + ENDING)
