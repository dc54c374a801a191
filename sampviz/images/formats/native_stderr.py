"""Capture what libraries in C write to stderr, past Python's sys.stderr."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_STDERR = 2
_MOST_BYTES = 2**16
_LOCK = Lock()  # there is one stderr for all threads


@contextmanager
def captured_stderr() -> Iterator[list[str]]:
    """Capture the stderr of the process during the block.

    A decoder often reports only there that a picture is damaged, and goes on. There is no other
    way to it than to redirect the stderr of the process while the picture is decoded: what other
    threads write there meanwhile is captured too.

    Yields
    ------
    list of str
        Empty at first; holds the lines, at most 64 KB, when the block has ended.
    """
    lines: list[str] = []
    with _LOCK, tempfile.TemporaryFile() as file:
        try:
            original = os.dup(_STDERR)
        except OSError:  # a process without stderr
            original = None
        try:
            os.dup2(file.fileno(), _STDERR)
            yield lines
        finally:
            if original is not None:
                os.dup2(original, _STDERR)
                os.close(original)
            file.seek(0)
            lines += file.read(_MOST_BYTES).decode("utf-8", "replace").splitlines()
            if original is None and file.fileno() != _STDERR:
                os.close(_STDERR)
