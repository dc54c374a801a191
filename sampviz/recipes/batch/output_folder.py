"""The folder of a batch: figures, a record of each, and a manifest and pages made of the records.

A figure counts as drawn when its record is there, which is written last. Nothing is half written:
files take their places whole, and a figure and its record change together, under a lock.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from hashlib import file_digest, sha256
from os.path import relpath
from pathlib import Path
from typing import Any

from sampviz.core.atomic_write import (
    atomic_write,
    check_inside,
    check_target,
    locked,
    make_folder,
)
from sampviz.core.errors import InputError, OutputError, argument
from sampviz.core.open_file import open_file
from sampviz.core.page_list import page_names, parts_of, remove_older_pages
from sampviz.core.text import short_repr
from sampviz.core.version import __version__
from sampviz.recipes.batch.index_page import index_page

MANIFEST = "manifest.json"
Record = dict[str, Any]
_RECORDS = ".sampviz"
_RECIPE = "recipe"  # among the records: the file of the recipe, from the folder on
_LARGEST = 10_000_000  # bytes of a record
_OF_HEAD = 2000  # bytes of a manifest, in which its title stands
_TITLE = re.compile(r'^  "recipe": (".*"),$', re.MULTILINE)


class Folder:
    """A folder for figures; it is made when the first is kept."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self.path, self._overwrite = path, overwrite
        self._records = path / _RECORDS

    def open(
        self,
        title: str,
        files: Mapping[str, Iterable[str]],
        count: int,
        recipe: Path | None = None,
    ) -> None:
        """Make the folder; OutputError if one of `files`, each with its inputs, must not go there.

        That is a link that leads out of the folder, or a file that sampviz did not make; so with
        the pages of so many figures. Nor does a second recipe: the manifest is of one, by its
        title, and by its file if it is given.
        """
        if not self._overwrite:
            self._check_recipe(title, recipe)
        make_folder(self.path)
        make_folder(self._records)
        check_inside(self._records, self.path)
        with self._locked():  # what a killed run left: no other writes now
            for leftover in self._records.glob(".sampviz-*"):
                leftover.unlink(missing_ok=True)
            if recipe:
                place = _relative(recipe, self.path).encode(errors="replace")
                self._write(self._records / _RECIPE, place, overwrite=True)
        own = dict.fromkeys([MANIFEST, *page_names(count)], ())
        for name, sources in {**own, **files}.items():
            check_inside(self.path / name, self.path)
            check_target(self.path / name, sources, overwrite=self._overwrite)

    def _check_recipe(self, title: str, recipe: Path | None) -> None:
        """Raise OutputError if the folder holds the figures of another recipe."""
        other, namesake = self._title(), self._namesake(recipe)
        if other in (None, title) and not namesake:
            return
        name = f"of this name, {namesake}" if namesake else repr(other)
        raise OutputError(
            f"the folder holds the figures of another recipe, {short_repr(name)}",
            str(self.path),
            f"give each recipe its own folder, or {argument('overwrite', True)} to list those"
            f" of {short_repr(repr(title))} alone",
        )

    def _namesake(self, recipe: Path | None) -> Path | None:
        """Return the file that the figures are of, if it is there, of the same name and another."""
        if not recipe:
            return None
        path = self._records / _RECIPE
        try:
            with open_file(path, str(path)) as file:
                other = (self.path.resolve() / file.read(_OF_HEAD).decode()).resolve()
            is_namesake = other.stem == recipe.stem and other.is_file()
            return other if is_namesake and not other.samefile(recipe) else None
        except (OSError, ValueError, InputError):
            return None

    def _title(self) -> str | None:
        """Return the title of the recipe that the manifest is of; None where it says none."""
        path = self.path / MANIFEST
        try:
            with open_file(path, str(path)) as file:
                match = _TITLE.search(file.read(_OF_HEAD).decode(errors="replace"))
            return str(json.loads(match[1])) if match else None
        except (OSError, ValueError, InputError):
            return None

    def record(self, name: str) -> Record | None:
        """Return the record of a figure; None if there is none that can be read.

        Anyone may have written it: what it says of the files is not believed, see `holds`.
        """
        path = self._records / f"{name}.json"
        try:
            with open_file(path, str(path)) as file:
                record = json.loads(file.read(_LARGEST))
        except (OSError, ValueError, RecursionError, InputError):
            return None
        return record if _is_record(record, name) else None

    def holds(self, name: str, key: str, files: Iterable[str]) -> bool:
        """Whether the figure was drawn with this key, and its files are as they were written."""
        record = self.record(name)
        if not record or record["key"] != key:
            return False
        digests = {output["file"]: output["sha256"] for output in record["outputs"]}
        return digests.keys() == set(files) and all(
            digest == _file_digest(self.path / file) for file, digest in digests.items()
        )

    def keep(self, record: Record, files: Mapping[str, bytes]) -> None:
        """Write the files of a figure, and then its record."""
        outputs = [{"file": file, "sha256": _digest(data)} for file, data in files.items()]
        text = json.dumps({"schema": 1, **record, "outputs": outputs}, ensure_ascii=True)
        with self._locked():
            for file, data in files.items():
                self._write(self.path / file, data, overwrite=self._overwrite)
            self._write(self._records / f"{record['name']}.json", text.encode(), overwrite=True)

    def finish(self, title: str, names: Iterable[str], failed: Mapping[str, str]) -> None:
        """Write the manifest and the pages of the figures that are there; `failed` says why not."""
        seconds: dict[str, float] = {}
        with self._locked():
            self._write_pieces(self.path / MANIFEST, self._manifest(title, names, failed, seconds))
            kept = list(seconds)
            pages = page_names(len(kept))
            for number, (page, part) in enumerate(zip(pages, parts_of(kept), strict=True)):
                pieces = index_page(title, self._records_of(part), failed, kept, number)
                self._write_pieces(self.path / page, pieces)
            remove_older_pages(self.path, len(kept))

    def _records_of(self, names: Iterable[str]) -> Iterator[Record]:
        return (record for name in names if (record := self.record(name)))

    def _manifest(
        self,
        title: str,
        names: Iterable[str],
        failed: Mapping[str, str],
        seconds: dict[str, float],
    ) -> Iterator[str]:
        """Yield the manifest piece by piece; the seconds, which differ, stand at its end.

        They are put into `seconds`, by the names of the figures that are there.
        """
        yield f'{{\n  "schema": 1,\n  "program": "sampviz {__version__}",\n'
        yield f'  "recipe": {json.dumps(title)},\n  "figures": ['
        comma = ""
        for record in self._records_of(names):
            entry = {k: v for k, v in record.items() if k not in ("schema", "seconds")}
            yield f"{comma}\n    {json.dumps(entry)}"
            seconds[record["name"]] = record["seconds"]
            comma = ","
        yield f'\n  ],\n  "failed": {json.dumps(dict(failed))},\n  "seconds": {{'
        comma = ""
        for name, value in seconds.items():
            yield f"{comma}\n    {json.dumps(name)}: {json.dumps(value)}"
            comma = ","
        yield "\n  }\n}\n"

    def _write(self, target: Path, data: bytes, *, overwrite: bool) -> None:
        with atomic_write(
            target, overwrite=overwrite, within=self.path, temporary_folder=self._records
        ) as temporary:
            temporary.write_bytes(data)

    def _write_pieces(self, target: Path, pieces: Iterable[str]) -> None:
        with (
            atomic_write(target, within=self.path, temporary_folder=self._records) as temporary,
            temporary.open("w", encoding="utf-8") as file,
        ):
            file.writelines(pieces)

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self._records / "lock")


def _relative(recipe: Path, folder: Path) -> str:
    """Return where a recipe lies, from a folder on: both may be moved together."""
    try:
        return Path(relpath(recipe.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return recipe.resolve().as_posix()


def _is_record(value: Any, name: str) -> bool:
    """Whether a value has all that `Folder.keep` writes, in the right types."""
    if not isinstance(value, dict) or value.get("schema") != 1 or value.get("name") != name:
        return False
    texts = [value.get("key"), value.get("about"), *_items(value.get("chains"))]
    for keys, table in (("file", "sha256"), "outputs"), (("name",), "inputs"):
        for entry in _items(value.get(table)):
            texts += [entry.get(key) for key in keys] if isinstance(entry, dict) else [None]
    seconds = value.get("seconds")
    return all(isinstance(text, str) for text in texts) and isinstance(seconds, (int, float))


def _items(value: Any) -> list[Any]:
    """Return the items of a list, and one that is no text for all else."""
    return value if isinstance(value, list) else [None]


def _file_digest(path: Path) -> str:
    """Return the digest of a regular file; empty if there is none that can be read."""
    try:
        with open_file(path, str(path)) as file:
            return file_digest(file, "sha256").hexdigest()
    except (OSError, InputError):
        return ""


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
