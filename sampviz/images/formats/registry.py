"""All formats of images: of what format a file or a folder is, and what it is made of.

A format of ours is declared in a module of this folder, as `FORMAT` or `FORMATS`, that is named
here; those of installed packages come behind ours.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from sampviz.core.errors import InputError
from sampviz.core.open_file import open_file
from sampviz.core.option import join_words
from sampviz.core.standard_input import PATH as STDIN_PATH
from sampviz.images.formats.basic import NIFTI
from sampviz.images.formats.format import Format, Source
from sampviz.images.formats.signature import (
    SIGNATURE_SIZE,
    is_gzip,
    pair_of,
    recognised,
    unpacked_start,
)

# A DICOM may start as a TIFF does, too, so it comes before.
# The first are those that are read most.
_MODULES = (
    "basic",
    "dicom_format",
    "tiff",
    "npz",
    "matlab",
    "hdf5",
    "nrrd",
    "metaimage",
    "zarr",
)
_MOST_LISTED = 10_000  # names of a folder that is given in the place of a file


def our_formats() -> Iterator[Format]:
    """Yield the formats that sampviz reads itself, in the order in which they are tried.

    A module is imported when those before it are not meant.

    Yields
    ------
    Format
    """
    for name in _MODULES:
        yield from _declared(name)


@cache
def _declared(module_name: str) -> Sequence[Format]:
    module = import_module(f"sampviz.images.formats.{module_name}")
    return getattr(module, "FORMATS", None) or (module.FORMAT,)


def all_formats() -> Iterator[Format]:
    """Yield all formats in the order in which they are tried: ours, then those of packages.

    Packages are imported when none of ours is meant.

    Yields
    ------
    Format
    """
    yield from our_formats()
    yield from _other_formats()


@cache
def _other_formats() -> tuple[Format, ...]:
    # With it all comes that reads what is installed: 30 ms.
    from sampviz.images.formats.plugins import plugin_formats

    return tuple(plugin_formats([known.name for known in our_formats()]))


def open_source(path: Path, name: str, where: str) -> Source:
    """Return an input with its first bytes.

    Parameters
    ----------
    path : Path
        Of a file, or of a folder that is one image; "-" is standard input.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.

    Returns
    -------
    Source

    Raises
    ------
    InputError
        If it cannot be opened, is empty, or is a folder that is no image.
    """
    if folder_format(path):
        return Source(path, name, where)
    refuse_folder(path, where)
    with open_file(path, where) as file:
        start = file.read(SIGNATURE_SIZE)
    if not start:
        raise InputError("the file is empty", where, "get the file again")
    return Source(path, name, where, start)


def folder_format(path: Path) -> Format | None:
    """Return the format of a folder that is one image.

    Parameters
    ----------
    path : Path
        Of anything.

    Returns
    -------
    Format or None
        None for a file, and for a folder of other files.
    """
    # Not Path.is_dir, which raises for a name that is too long.
    if path == STDIN_PATH or not os.path.isdir(path):  # noqa: PTH112
        return None
    return next((known for known in all_formats() if known.matches_folder(path)), None)


def refuse_folder(path: Path, where: str) -> None:
    """Raise InputError for a folder that is no image, with a file of it that may be one.

    Parameters
    ----------
    path : Path
        Of anything; files are left to those that open them.
    where : str
        The name of the input, for the error.

    Raises
    ------
    InputError
        With the first name in it that ends as images do, and the pattern of its kind.
    """
    if path == STDIN_PATH or not os.path.isdir(path):  # noqa: PTH112
        return
    endings = tuple(ending for known in our_formats() for ending in known.endings)
    fix = "give the path of a file"
    with suppress(OSError), os.scandir(path) as entries:
        names = sorted(entry.name for entry in islice(entries, _MOST_LISTED) if entry.is_file())
        first = next((name for name in names if name.lower().endswith(endings)), None)
        if first:
            ending = max((end for end in endings if first.lower().endswith(end)), key=len)
            pattern = path / f"*{first[-len(ending) :]}"
            fix = f'give a file, such as {path / first}, or a pattern: "{pattern}"'
    raise InputError(f"{path.name or where} is a folder", where, fix)


def format_of(source: Source) -> Format:
    """Return the format of an input, by its content.

    Parameters
    ----------
    source : Source
        With its first bytes.

    Returns
    -------
    Format

    Raises
    ------
    InputError
        For what we know and cannot read, with the way to mend it, and for what we do not know.
    """
    if not source.start and (folder := folder_format(source.path)):
        return folder
    pair = pair_of(source.path)
    # What stands in the half of a pair that has no header may look like anything.
    if pair and source.path == pair[1] and pair[0].is_file():
        return NIFTI
    is_packed = is_gzip(source.start)
    content = unpacked_start(source.start) if is_packed else source.start
    if is_packed and is_gzip(content):
        raise InputError(
            "not a NIfTI that can be read: it does not start with a header, but with gzip again:"
            " it was packed twice",
            source.where,
            "unpack it once, with gunzip",
        )
    for known in all_formats():
        if known.matches(content):
            if is_packed and not known.is_packed:
                what = f"the file is {known.phrase}, packed with gzip"
                raise InputError(what, source.where, "unpack it with gunzip")
            return known
    if error := recognised(content, source.where):
        what, where, fix = error.texts
        raise InputError(f"{what}, packed with gzip" if is_packed else what, where, fix)
    named = source.path.name.lower().endswith((".nii", ".nii.gz") if is_packed else ".nii")
    if pair or named:
        return NIFTI
    raise InputError("the file is of no known kind", source.where, f"{_readable()} can be read")


def _readable() -> str:
    names = [known.name for known in all_formats()]
    return join_words(names).replace(" or ", " and ")


def check_installed(known: Format, where: str) -> None:
    """Check that the library of a format can be imported.

    Parameters
    ----------
    known : Format
        Of the input.
    where : str
        The name of the input, for the error.

    Raises
    ------
    InputError
        With the extra that brings it, if it is not installed.
    """
    if known.library and find_spec(known.library) is None:
        from sampviz.core.installation import install_command

        what = f"the file is {known.phrase}, which the extra {known.extra} reads: {known.library}"
        raise InputError(f"{what} is not installed", where, install_command(known.extra))


def files_of(path: Path, where: str) -> Sequence[Path]:
    """Return the files that an image is made of.

    Parameters
    ----------
    path : Path
        Of a file, or of a folder that is one image; "-" is standard input.
    where : str
        The name of the input, for errors.

    Returns
    -------
    sequence of Path
        The file itself; both files of a NIfTI pair; all files of a folder, by name.

    Raises
    ------
    InputError
        If the input cannot be opened.
    """
    if path == STDIN_PATH:
        return (path,)
    if folder_format(path):
        return sorted(Path(root, name) for root, _, names in os.walk(path) for name in names)
    if pair_of(path):
        return NIFTI.files(path)
    with open_file(path, where) as file:
        start = file.read(SIGNATURE_SIZE)
    if is_gzip(start):  # one file, whatever is packed; its format is looked for when it is read
        return (path,)
    known = next((known for known in our_formats() if known.matches(start)), None)
    return known.files(path) if known else (path,)


def markdown() -> str:
    """Return the table of our formats, for the manual.

    Returns
    -------
    str
    """
    lines = ["| format | files | what is read | extra |", "|---|---|---|---|"]
    for known in our_formats():
        endings = ", ".join(f"`{ending}`" for ending in known.endings)
        extra = f"`{known.extra}` ({known.library})" if known.extra else ""
        lines.append(f"| {known.name} | {endings} | {known.content} | {extra} |")
    return "\n".join(lines)
