"""What libraries in C write to stderr, where only we speak."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_STDERR = 2
_MOST = 2**16  # bytes
_ALONE = Lock()  # there is one stderr for all threads


@contextmanager
def captured_stderr() -> Iterator[list[str]]:
    """Hold back what is written to stderr by other than Python; its lines are there afterwards.

    A decoder often says only so that a picture is damaged, and goes on. There is no other way to
    it than to turn the process's stderr away while the picture is decoded: what other threads
    write there meanwhile is held back too.
    """
    lines: list[str] = []
    with _ALONE, tempfile.TemporaryFile() as file:
        try:
            kept = os.dup(_STDERR)
        except OSError:  # a process without stderr
            kept = None
        try:
            os.dup2(file.fileno(), _STDERR)
            yield lines
        finally:
            if kept is not None:
                os.dup2(kept, _STDERR)
                os.close(kept)
            file.seek(0)
            lines += file.read(_MOST).decode("utf-8", "replace").splitlines()
            if kept is None and file.fileno() != _STDERR:
                os.close(_STDERR)
