"""The folder of a derivative: what it says of itself, and files that are written whole."""

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from typing import Any

from sampviz.core.atomic_write import atomic_write, check_inside, make_folder
from sampviz.core.errors import InputError, OutputError
from sampviz.core.open_file import open_file
from sampviz.core.version import __version__
from sampviz.report.bids.dataset import DESCRIPTION, BidsFile, description_of
from sampviz.report.bids.one_image import json_bytes

_PROGRAM = "sampviz"
_URL = "https://github.com/sampviz/sampviz"
_LARGEST = 10_000_000  # bytes of a sidecar
# Pages, pictures and tables of measures have no place in the rules of BIDS yet.
_IGNORED = "*.html\n**/*_desc-sampviz*\ngroup_*\n"
_README = """What chains of operations make of the images of a data set, by sampviz {version}.

Each image has a table of measures (.tsv) whose columns its sidecar (.json) describes, and a figure
(.png), beside each other under the entities of the image and desc-sampviz. Each subject has a page,
sub-LABEL.html; group.html shows distributions and outliers of all of them, and group_measures.tsv
has all numbers.
"""


class OutputFolder:
    """The folder of a derivative.

    Parameters
    ----------
    path : Path
        The folder.
    root : Path
        The data set that it is made of.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self._root = path, root

    def open(self) -> None:
        """Make the folder and its description."""
        make_folder(self.path, "choose another")
        self.write(DESCRIPTION, json_bytes(self._description()))
        for name, text in ((".bidsignore", _IGNORED), ("README", _README)):
            if not (self.path / name).exists():
                self.write(name, text.format(version=__version__).encode())

    def check(self) -> None:
        """Raise OutputError if the folder is a data set of something else."""
        if not (self.path / DESCRIPTION).exists():
            return
        programs = description_of(self.path).get("GeneratedBy") or [{}]
        first = programs[0] if isinstance(programs, list) else {}
        if not isinstance(first, dict) or first.get("Name") != _PROGRAM:
            what = "the folder is a data set that sampviz did not make"
            raise OutputError(what, str(self.path), "choose another folder, such as derivatives/..")

    def _description(self) -> dict[str, Any]:
        of_source = description_of(self._root)
        link = Path(os.path.relpath(self._root.resolve(), self.path.resolve())).as_posix()
        doi = of_source.get("DatasetDOI")
        return {
            "Name": f"sampviz of {of_source.get('Name') or self._root.name}",
            "BIDSVersion": str(of_source.get("BIDSVersion") or "1.10.0"),
            "DatasetType": "derivative",
            "GeneratedBy": [{"Name": _PROGRAM, "Version": __version__, "CodeURL": _URL}],
            "DatasetLinks": {"raw": link},
            **({"SourceDatasets": [{"DOI": str(doi)}]} if doi else {}),
        }

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole; one of the same bytes is left alone."""
        target = self.path / name
        if target.is_file() and not target.is_symlink() and target.read_bytes() == data:
            return
        check_inside(target, self.path)  # before a folder is made elsewhere
        make_folder(target.parent)
        with atomic_write(target, within=self.path) as temporary:
            temporary.write_bytes(data)

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write a file whole, line by line, at the top of the folder."""
        with (
            atomic_write(self.path / name, within=self.path) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as file,
        ):
            file.writelines(lines)

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Write the files of an image, the record last."""
        for name, data in files.items():
            self.write(name, data)

    def holds(self, image: BidsFile, key: str) -> bool:
        """Whether all files of an image are those that were written under this key."""
        record = self.record(image)
        digests = record.get("SHA256")
        if record.get("Key") != key or not isinstance(digests, dict) or not digests:
            return False
        return all(self._digest(name) == digest for name, digest in digests.items())

    def record(self, image: BidsFile) -> dict[str, Any]:
        """Return the sidecar of an image; {} if there is none."""
        path = self.path / image.output(".json")
        try:
            with open_file(path, str(path)) as file:
                values = json.loads(file.read(_LARGEST))
        except (OSError, ValueError, InputError, RecursionError):
            return {}
        return values if isinstance(values, dict) else {}

    def forget(self, image: BidsFile) -> None:
        """Take away the table of an image that can no longer be read, and its record."""
        if "Key" in self.record(image):
            for ending in (".tsv", ".json"):
                (self.path / image.output(ending)).unlink(missing_ok=True)

    def figures(self, image: BidsFile) -> list[str]:
        """Return the figures of an image, as its record has them."""
        digests = self.record(image).get("SHA256")
        names = map(PurePosixPath, sorted(digests) if isinstance(digests, dict) else ())
        folder = PurePosixPath(image.path).parent  # anyone may have written the record
        return [str(n) for n in names if n.parent == folder and n.suffix == ".png"]

    def _digest(self, name: str) -> str:
        path = self.path / name
        try:
            with open_file(path, str(path)) as file:
                return file_digest(file, "sha256").hexdigest()
        except (OSError, InputError, ValueError):
            return ""
