"""The folder of a batch: figures, a record of each, and a manifest and a page made of the records.

A figure counts as drawn when its record is there, which is written last. Nothing is half written:
files take their places whole, and a figure and its record change together, under a lock.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sampviz.core.atomic_write import atomic_write, check_target, locked
from sampviz.core.errors import OutputError, either
from sampviz.core.version import __version__
from sampviz.recipes.batch.index_page import index_page

MANIFEST, PAGE = "manifest.json", "index.html"
Record = dict[str, Any]
_RECORDS = ".sampviz"
_LARGEST = 10_000_000  # bytes of a record


class Folder:
    """A folder for figures; it is made when the first is kept."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self.path, self._overwrite = path, overwrite
        self._records = path / _RECORDS

    def open(self, files: Mapping[str, Iterable[str]]) -> None:
        """Make the folder; OutputError if one of `files`, each with its inputs, must not go there.

        That is a link that leads out of the folder, or a file that sampviz did not make.
        """
        try:
            self._records.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise OutputError(
                f"the folder cannot be made: {err.strerror}",
                str(self.path),
                f"choose another{either('', ' with -o')}",
            ) from None
        self._check_inside(self._records)
        with self._locked():  # what a killed run left: no other writes now
            for leftover in self._records.glob(".sampviz-*"):
                leftover.unlink(missing_ok=True)
        for name, sources in {MANIFEST: (), PAGE: (), **files}.items():
            self._check_inside(self.path / name)
            check_target(self.path / name, sources, overwrite=self._overwrite)

    def record(self, name: str) -> Record | None:
        """Return the record of a figure; None if there is none that can be read."""
        path = self._records / f"{name}.json"
        try:
            if path.stat().st_size > _LARGEST:
                return None
            record = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return record if isinstance(record, dict) and record.get("schema") == 1 else None

    def holds(self, name: str, key: str) -> bool:
        """Whether the figure was drawn with this key, and its files are as they were written."""
        record = self.record(name)
        if not record or record.get("key") != key:
            return False
        try:
            return all(
                output["sha256"] == _digest((self.path / output["file"]).read_bytes())
                for output in record["outputs"]
            )
        except OSError:
            return False

    def keep(self, record: Record, files: Mapping[str, bytes]) -> None:
        """Write the files of a figure, and then its record."""
        outputs = [{"file": file, "sha256": _digest(data)} for file, data in files.items()]
        text = json.dumps({"schema": 1, **record, "outputs": outputs}, ensure_ascii=True)
        with self._locked():
            for file, data in files.items():
                self._write(self.path / file, data, overwrite=self._overwrite)
            self._write(self._records / f"{record['name']}.json", text.encode(), overwrite=True)

    def finish(self, title: str, names: Iterable[str], failed: Mapping[str, str]) -> None:
        """Write the manifest and the page of the figures that are there; `failed` says why not."""
        names = list(names)
        with self._locked():
            self._write_pieces(self.path / MANIFEST, self._manifest(names, failed))
            self._write_pieces(self.path / PAGE, index_page(title, self._records_of(names), failed))

    def _records_of(self, names: Iterable[str]) -> Iterator[Record]:
        return (record for name in names if (record := self.record(name)))

    def _manifest(self, names: list[str], failed: Mapping[str, str]) -> Iterator[str]:
        """Yield the manifest piece by piece; the seconds, which differ, stand at its end."""
        yield f'{{\n  "schema": 1,\n  "program": "sampviz {__version__}",\n  "figures": ['
        comma = ""
        for record in self._records_of(names):
            entry = {k: v for k, v in record.items() if k not in ("schema", "seconds")}
            yield f"{comma}\n    {json.dumps(entry)}"
            comma = ","
        yield f'\n  ],\n  "failed": {json.dumps(dict(failed))},\n  "seconds": {{'
        comma = ""
        for record in self._records_of(names):
            yield f"{comma}\n    {json.dumps(record['name'])}: {json.dumps(record['seconds'])}"
            comma = ","
        yield "\n  }\n}\n"

    def _write(self, target: Path, data: bytes, *, overwrite: bool) -> None:
        with atomic_write(target, overwrite=overwrite, temporary_folder=self._records) as temporary:
            temporary.write_bytes(data)

    def _write_pieces(self, target: Path, pieces: Iterable[str]) -> None:
        with (
            atomic_write(target, temporary_folder=self._records) as temporary,
            temporary.open("w", encoding="utf-8") as file,
        ):
            file.writelines(pieces)

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self._records / "lock")

    def _check_inside(self, target: Path) -> None:
        folder, real = os.path.realpath(self.path), os.path.realpath(target)
        if os.path.commonpath([folder, real]) != folder:
            raise OutputError(
                "this is a link that leads out of the folder", str(target), "take the link away"
            )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
