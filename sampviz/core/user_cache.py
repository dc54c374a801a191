"""The user's cache: what can be made again, in a folder of its own that does not grow for ever.

SAMPVIZ_CACHE names the folder, or says `off`. By default it is sampviz in LOCALAPPDATA (Windows),
~/Library/Caches (macOS), or XDG_CACHE_HOME or ~/.cache (others). It is never an error that it
cannot be used.
"""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from sampviz.core.errors import InputError
from sampviz.core.open_file import open_file

OFF = "off"
MOST = 2**28  # bytes in the folder; what was not used for longest goes
_LARGEST = 2**26  # bytes of a file


def folder() -> Path | None:
    """Return the folder, which need not be there; None if there is to be none."""
    told = os.environ.get("SAMPVIZ_CACHE")
    if told:
        return None if told == OFF else Path(told)
    try:
        return _system_folder() / "sampviz"
    except RuntimeError:  # a user without a home
        return None


def _system_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    told = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return told if told.is_absolute() else Path.home() / ".cache"


def read(name: str) -> bytes:
    """Return what is kept by a name; nothing if nothing is, or another user has written it."""
    where = folder()
    if where is None:
        return b""
    try:
        with open_file(where / name, name) as file:
            facts = os.fstat(file.fileno())
            if facts.st_size > _LARGEST or not _is_owned(facts):
                return b""
            data = file.read()
        os.utime(where / name)
    except (OSError, InputError):
        return b""
    return data


def _is_owned(facts: os.stat_result) -> bool:
    return sys.platform == "win32" or facts.st_uid == os.getuid()


def write(name: str, data: bytes) -> None:
    """Keep data by a name, whole or not at all."""
    where = folder()
    if where is None or len(data) > _LARGEST:
        return
    with suppress(OSError):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=where, suffix=Path(name).suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(where / name)
        except BaseException:
            Path(temporary).unlink()
            raise
        _prune(where, Path(name).suffix)


def _prune(where: Path, suffix: str) -> None:
    """Delete of our files the ones not used for longest, until the rest is not too much."""
    facts = [(path.stat(), path) for path in where.glob("*" + suffix)]
    total = 0
    for fact, path in sorted(facts, key=lambda each: each[0].st_mtime_ns, reverse=True):
        total += fact.st_size
        if total > MOST:
            path.unlink()
