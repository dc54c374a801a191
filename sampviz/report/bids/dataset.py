"""What lies in a BIDS data set: its images, or the tables that were made of them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from sampviz.core.errors import InputError, UsageError, argument, did_you_mean
from sampviz.core.installation import install_command
from sampviz.core.open_file import open_file
from sampviz.core.text import counted
from sampviz.core.warn import warn

DESCRIPTION = "dataset_description.json"
DESC = "sampviz"  # the value of the entity `desc` in the names of all outputs
_LABEL = re.compile("[A-Za-z0-9]+")
_IMAGES = (".nii", ".nii.gz")
_COLUMNS = ["sub", "ses", "desc", "suffix", "ext", "datatype", "path"]
_AT_ONCE = 200  # subjects, of each of which the library takes 50 kB while it makes a table of them
_NO_PICTURES = ("defacemask",)  # of the folder `anat`
_LARGEST = 10_000_000  # bytes of a description


@dataclass(frozen=True)
class BidsFile:
    """A file of a data set.

    Attributes
    ----------
    path : str
        From the root, with slashes.
    subject, session, suffix, desc : str
        Of its name; "" where it has none.
    """

    path: str
    subject: str
    session: str
    suffix: str
    desc: str = ""

    @property
    def name(self) -> str:
        """The name without its ending, `sub-01_ses-1_T1w`."""
        return PurePosixPath(self.path).name.partition(".")[0]

    def output(self, ending: str, figure: str = "") -> str:
        """Return the path of what is made of it: the same entities, and `desc-sampviz`.

        Parameters
        ----------
        ending : str
            Such as ".tsv".
        figure : str
            The name of a figure, where there are several.

        Returns
        -------
        str
            From the root of the outputs.
        """
        entities, _, suffix = self.name.rpartition("_")
        entities = re.sub("_desc-[A-Za-z0-9]+", "", entities)
        own = "".join(word.capitalize() for word in re.findall("[A-Za-z0-9]+", self.desc))
        figure_label = "".join(word.capitalize() for word in re.findall("[A-Za-z0-9]+", figure))
        name = f"{entities}_desc-{DESC}{own}{figure_label}_{suffix}{ending}"
        return str(PurePosixPath(self.path).with_name(name))


def description_of(root: Path) -> dict[str, Any]:
    """Return what a data set says of itself; InputError if it is none."""
    path = root / DESCRIPTION
    try:
        with open_file(path, str(path)) as file:
            values = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        if not root.exists():
            raise InputError("there is no such folder", str(root), "check ROOT") from None
        what = f"it is no BIDS data set: it has no {DESCRIPTION}"
        raise InputError(what, str(root), "give the folder that holds this file") from None
    except ValueError as err:
        what = f"the description cannot be read: {' '.join(str(err).split())}"
        raise InputError(what, str(path), "mend the JSON") from None
    if not isinstance(values, dict):
        raise InputError("the description is no object", str(path), "mend the JSON")
    return values


def images_of(
    root: Path, labels: Sequence[str] | None = None, suffixes: Sequence[str] | None = None
) -> list[BidsFile]:
    """Return the images of a data set, subject by subject.

    Parameters
    ----------
    root : Path
        The data set.
    labels : sequence of str, optional
        Of subjects, with or without `sub-`; all by default.
    suffixes : sequence of str, optional
        Such as "T1w"; by default all images of the folder `anat` that are no masks.

    Returns
    -------
    list of BidsFile

    Raises
    ------
    InputError
        If it is no data set, or has no such image.
    UsageError
        For a subject that is not there.
    """
    description_of(root)
    subjects = None if labels is None else [_label(label) for label in labels]
    rows = _index(root, subjects)
    if subjects is not None:
        _check_subjects(subjects, rows, root)
    images = [row for row in rows if row["ext"] in _IMAGES]
    if suffixes is None:
        chosen = [
            row for row in images
            if row["datatype"] == "anat" and row["suffix"] not in _NO_PICTURES
        ]  # fmt: skip
    else:
        chosen = [row for row in images if row["suffix"] in suffixes]
    if not chosen:
        there = ", ".join(sorted({row["suffix"] for row in images})) or "none"
        what = "the data set has no such image"
        fix = f"there are images of the suffixes: {there}; choose with {argument('suffix')}"
        raise InputError(what, str(root), fix)
    if suffixes is None:
        _warn_of_others({row["suffix"] for row in chosen}, {row["suffix"] for row in images})
    return sorted(map(_file, chosen), key=lambda file: (file.subject, file.path))


def _warn_of_others(chosen: set[str], there: set[str]) -> None:
    if others := there - chosen:
        what = f"taken are the images {', '.join(sorted(chosen))}, not {', '.join(sorted(others))}"
        text = f"{what}: {argument('suffix')} chooses others"
        warn(text)


def tables_of(root: Path) -> list[BidsFile]:
    """Return the tables that were made, subject by subject."""
    tables = [
        _file(row)
        for row in _index(root, None)
        if row["ext"] == ".tsv" and str(row["desc"]).startswith(DESC)
    ]
    return sorted(tables, key=lambda file: (file.subject, file.path))


def _label(text: str) -> str:
    label = text.removeprefix("sub-")
    if not _LABEL.fullmatch(label):
        where = argument("participant_label", text)
        raise UsageError("a label has letters and digits only", where, "write it as 01 or sub-01")
    return label


def _check_subjects(labels: Iterable[str], rows: list[dict[str, Any]], root: Path) -> None:
    there = {row["sub"] for row in rows}
    for label in labels:
        if label not in there:
            names = [path.name.removeprefix("sub-") for path in sorted(root.glob("sub-*"))]
            fix = did_you_mean(
                label, names, f"{counted(len(names), 'subject is', 'subjects are')} in {root}"
            )
            where = argument("participant_label", label)
            raise UsageError(f"there is no subject {label!r} with files", where, fix)


def _index(root: Path, subjects: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return a dict of entities for every file that has a name of BIDS."""
    try:
        bids2table = import_module("bids2table")
    except ImportError:
        raise UsageError(
            "bids2table is not installed", "sampviz bids", install_command("bids")
        ) from None
    if subjects is None:
        subjects = sorted(path.name.removeprefix("sub-") for path in root.glob("sub-*"))
    labels = list(dict.fromkeys(subjects))
    rows: list[dict[str, Any]] = []
    for start in range(0, len(labels), _AT_ONCE):
        included = [f"sub-{label}" for label in labels[start : start + _AT_ONCE]]
        rows += bids2table.index_dataset(root, included).select(_COLUMNS).to_pylist()
    return rows


def _file(row: dict[str, Any]) -> BidsFile:
    return BidsFile(
        row["path"], row["sub"], row["ses"] or "", row["suffix"] or "", row["desc"] or ""
    )
