"""Opening files: regular ones only, and what a file of no known kind is."""

import os
import stat
from difflib import get_close_matches
from io import BufferedReader
from pathlib import Path

from sampviz.core.errors import InputError, MissingInputError


def open_file(path: Path, where: str) -> BufferedReader:
    """Open a regular file; InputError for all others, at once: a pipe is not waited for."""
    try:
        # Without O_NONBLOCK opening a pipe waits for its writer.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except FileNotFoundError:
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
    return os.fdopen(handle, "rb")


def file_size(file: BufferedReader) -> int:
    """Return how many bytes an open file has."""
    return os.fstat(file.fileno()).st_size


def _similar_names(path: Path) -> str:
    folder = path.parent
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:  # no such folder, or one that may not be listed
        names = []
    near = get_close_matches(path.name, names, n=1)
    if near:
        return f"did you mean {folder / near[0]}?"
    is_recipe = path.suffix.lower() == ".toml"
    return (
        f"check the path, or {'begin with `sampviz recipe init`' if is_recipe else 'try sample:t1'}"
    )
