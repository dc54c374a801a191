"""Standard input as a file: `-` on the command line.

It can be read once only, while files are opened several times: to know their kind, their checksum
and their pixels. So it is kept in a temporary file, which nobody else can open, for one command.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import IO

from sampviz.core.errors import InputError, UsageError

STDIN = "-"
NAME = "stdin"  # what it is called
PATH = Path(STDIN)
MOST_BYTES = 2**32
_PIECE = 2**20
_kept: list[IO[bytes]] = []  # the temporary file, once there is one


def input_name(source: str) -> str:
    """Return what an input is called in tables and errors: its path, or stdin."""
    return NAME if source == STDIN else source


def input_path(source: str | Path) -> Path:
    """Return the path of an input; that of a file whose own name is `-` is written in full.

    Parameters
    ----------
    source : str or Path
        A path; "-" is standard input, "./-" the file.

    Returns
    -------
    Path
    """
    path = Path(source)
    return path.absolute() if path == PATH and str(source) != STDIN else path


def check_stdin_once(sources: Sequence[str | Path | None]) -> None:
    """Raise UsageError if standard input is meant more than once."""
    if sum(str(source) == STDIN for source in sources) > 1:
        raise UsageError(
            "stdin is an input twice, and can be read once only", STDIN, "save it to a file first"
        )


def refuse_stdin(sources: Sequence[str], where: str) -> None:
    """Raise UsageError if standard input is among what has to be read again at another time."""
    if STDIN in sources:
        raise UsageError("stdin cannot be read again", where, "save it to a file, and name that")


def open_stdin() -> BufferedReader:
    """Open what came through standard input; it may be opened again until `forget_stdin`.

    Returns
    -------
    BufferedReader
        At its start; to be closed by the caller.

    Raises
    ------
    InputError
        If there is no standard input, it is a terminal, or it is longer than `MOST_BYTES`.
    """
    if not _kept:
        _kept.append(_keep())
    # Of the same open file, whose position they share: each caller reads it alone.
    handle = os.dup(_kept[0].fileno())
    os.lseek(handle, 0, os.SEEK_SET)
    return os.fdopen(handle, "rb")


def forget_stdin() -> None:
    """Close the temporary file, where there is one, which removes it."""
    while _kept:
        _kept.pop().close()


def _keep() -> IO[bytes]:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("there is no stdin", NAME, "give the path of a file")
    if stream.isatty():
        raise InputError("stdin is a terminal", NAME, "send a file: sampviz info - < FILE")
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it is kept
    try:
        size = 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                raise InputError(
                    f"more than {MOST_BYTES} bytes come through stdin", NAME, "save them to a file"
                )
            file.write(piece)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file
