"""The files of a folder as series of DICOM: which belong together, and which one is read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.open_file import open_file
from sampviz.images.formats.dicom_file import open_dicom
from sampviz.images.formats.dicom_planes import Plane, planes_of
from sampviz.images.formats.dicom_stored import MOST_IMAGES, modality_of
from sampviz.images.formats.signature import SIGNATURE_SIZE, is_dicom
from sampviz.images.selection import Selection

MOST_FILES = 20_000
_MOST_STACKS = 1000
_MOST_LISTED = 12  # stacks in a text
_FIX = "give the file or the folder that has the images"


@dataclass(frozen=True, eq=False)
class Stack:
    """Images that belong together.

    Parameters
    ----------
    label : str
        The number of their series, such as "3"; where several stacks have it, "3.1" and "3.2".
    planes : list of Plane
        In the order of their files.
    """

    label: str
    planes: list[Plane]

    def __str__(self) -> str:
        stored = self.planes[0].stored
        size, plural = f"{stored.rows}x{stored.columns}", "s" * (len(self.planes) > 1)
        return f"{self.label} ({stored.modality}, {size}, {len(self.planes)} image{plural})"


def read_stack(path: Path, where: str, selection: Selection) -> tuple[Stack, tuple[str, ...]]:
    """Read what a file or a folder says of its images, and choose those that belong together.

    Parameters
    ----------
    path : Path
        Of a file, or of a folder, whose own files are read.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the number of images; its `dataset` is the label of a stack, where there are several.

    Returns
    -------
    stack : Stack
    notes : tuple of str
        What a reader should know of the other files.

    Raises
    ------
    InputError
        If there is no image.
    UsageError
        If there are several stacks and none is chosen, or none has the label.
    """
    if path.is_dir():
        planes, notes = _planes_of_folder(path, where, selection)
    else:
        planes, notes = _planes_of_file(path, where, selection), ()
    return _chosen(_stacks(planes, where), where, selection.dataset), notes


def _planes_of_file(path: Path, where: str, selection: Selection) -> list[Plane]:
    with open_dicom(path, where, selection.most) as dicom:
        if "DirectoryRecordSequence" in dicom.elements:
            raise InputError(
                "the file is a DICOMDIR, a list of files", where, "name the folder of a series"
            )
        planes = planes_of(dicom, path, where, selection.most)
        if not planes:
            kind = modality_of(dicom.elements)
            raise InputError(f"the file is DICOM without an image ({kind})", where, _FIX)
    return planes


def _planes_of_folder(
    folder: Path, where: str, selection: Selection
) -> tuple[list[Plane], tuple[str, ...]]:
    """Read all files of a folder; others than images are counted."""
    planes: list[Plane] = []
    others = without_image = again = 0
    seen: set[str] = set()
    for path in _files(folder, where):
        name = str(path)
        with open_file(path, name) as file:
            start = file.read(SIGNATURE_SIZE)
        if not is_dicom(start):
            others += 1
            continue
        with open_dicom(path, name, selection.most) as dicom:
            images = planes_of(dicom, path, name, selection.most)
        if not images:
            without_image += 1
            continue
        identity = images[0].stored.instance_id
        if identity and identity in seen:
            again += 1
            continue
        seen.add(identity)
        planes += images
        if len(planes) > MOST_IMAGES:
            raise InputError(f"more than {MOST_IMAGES} images", where, "give a smaller folder")
    if not planes:
        raise InputError(
            f"none of its {others + without_image} files is a DICOM image",
            where,
            "give the folder in which the files of a series lie",
        )
    counts = (
        (others, "{} no DICOM: not read"),
        (without_image, "{} DICOM without an image: not read"),
        (again, "{} an image that another file holds: taken once"),
    )
    notes = [text.format(_files_are(count)) for count, text in counts if count]
    return planes, tuple(notes)


def _files_are(count: int) -> str:
    return "1 file is" if count == 1 else f"{count} files are"


def _files(folder: Path, where: str) -> list[Path]:
    """Return the files of a folder, but hidden ones and a DICOMDIR, in the order of their names."""
    try:
        paths = list(islice(folder.iterdir(), MOST_FILES + 1))
    except OSError as err:
        raise InputError(
            f"the folder cannot be read: {err.strerror or err}", where, "check its permissions"
        ) from None
    if len(paths) > MOST_FILES:
        raise InputError(f"more than {MOST_FILES} files", where, "give the folder of one series")
    return sorted(
        path
        for path in paths
        if path.is_file() and path.name != "DICOMDIR" and not path.name.startswith(".")
    )


def _stacks(planes: Sequence[Plane], where: str) -> list[Stack]:
    """Return the stacks, in the order of the numbers of their series."""
    groups: list[list[Plane]] = []
    for plane in planes:
        for members in reversed(groups):  # mostly that of the file before
            if plane.belongs_to(members[0]):
                members.append(plane)
                break
        else:
            groups.append([plane])
        if len(groups) > _MOST_STACKS:
            raise InputError(f"more than {_MOST_STACKS} series", where, "give a smaller folder")
    ordered = sorted(groups, key=lambda members: _number(members[0]))
    count = Counter(_number(members[0]) for members in ordered)
    used: Counter[int] = Counter()
    stacks = []
    for members in ordered:
        number = _number(members[0])
        used[number] += 1
        label = str(number) if count[number] == 1 else f"{number}.{used[number]}"
        stacks.append(Stack(label, members))
    return stacks


def _number(plane: Plane) -> int:
    return plane.stored.series or 0


def _chosen(stacks: list[Stack], where: str, dataset: str | None) -> Stack:
    listed = ", ".join(map(str, stacks[:_MOST_LISTED]))
    if len(stacks) > _MOST_LISTED:
        listed += f" and {len(stacks) - _MOST_LISTED} more"
    if dataset is not None:
        for stack in stacks:
            if stack.label == dataset:
                return stack
        raise UsageError(
            f"there is no series {dataset}",
            f"{argument('dataset')}, for {where}",
            f"it has {listed}",
        )
    if len(stacks) > 1:
        raise UsageError(
            f"it holds {len(stacks)} series: {listed}",
            where,
            f"choose one: {argument('dataset', stacks[0].label)}",
        )
    return stacks[0]
