"""Open files for reading: regular ones only, with an error that says how to go on."""

import os
import shlex
import stat
from difflib import get_close_matches
from io import BufferedReader, FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from sampviz.core.errors import InputError, MissingInputError
from sampviz.core.standard_input import PATH as STDIN_PATH
from sampviz.core.standard_input import open_stdin

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def open_file(path: Path, where: str) -> BufferedReader:
    """Open a regular file.

    Parameters
    ----------
    path : Path
        Of the file; "-" is standard input.
    where : str
        The name of the input, for errors.

    Returns
    -------
    BufferedReader
        To be closed by the caller.

    Raises
    ------
    InputError
        If there is no such file, it cannot be opened, or it is a folder, a pipe or a device. A pipe
        is not waited for.
    """
    if path == STDIN_PATH:
        return open_stdin()
    try:
        # Without O_NONBLOCK opening a pipe waits for its writer.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except FileNotFoundError:
        if path.is_symlink() and ".git/annex/objects" in str(path.readlink()):
            file = shlex.quote(str(path))
            raise MissingInputError(
                f"{path.name} is a link of git-annex, and its content is not on this machine",
                where,
                f"fetch it with `datalad get {file}` or `git annex get {file}`",
            ) from None
        if path.is_symlink():
            raise MissingInputError(
                f"{path.name} is a link to a file that is not there", where, "mend the link"
            ) from None
        raise MissingInputError("there is no such file", where, _similar_names(path)) from None
    except (OSError, ValueError) as err:
        reason = getattr(err, "strerror", None) or str(err)
        raise InputError(
            f"the file cannot be opened: {reason}", where, "check its path and its permissions"
        ) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise InputError(f"{path.name or where} is {kind}", where, "give the path of a file")
    return BufferedReader(_InputFile(handle, where))


class _InputFile(FileIO):
    """An open file whose errors say that it was an input that could not be read."""

    def __init__(self, handle: int, where: str) -> None:
        super().__init__(handle, "rb")
        self._where = where

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError as err:
            raise self._unreadable(err) from None

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError as err:
            raise self._unreadable(err) from None

    def _unreadable(self, err: OSError) -> InputError:
        return InputError(
            f"the file cannot be read: {err.strerror or err}",
            self._where,
            "check the disk or the network it lies on, or get the file again",
        )


def file_size(file: BufferedReader) -> int:
    """Return the size of an open file.

    Parameters
    ----------
    file : BufferedReader
        At any position, which is kept.

    Returns
    -------
    int
        Bytes.
    """
    return os.fstat(file.fileno()).st_size


def _similar_names(path: Path) -> str:
    folder = path.parent
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:  # no such folder, or one that may not be listed
        names = []
    similar = get_close_matches(path.name, names, n=1)
    if similar:
        return f"did you mean {folder / similar[0]}?"
    is_recipe = path.suffix.lower() == ".toml"
    return (
        f"check the path, or {'begin with `sampviz recipe init`' if is_recipe else 'try sample:t1'}"
    )
