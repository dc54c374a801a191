"""The user's cache folder: data that can be computed again, bounded in size.

SAMPVIZ_CACHE names the folder, or says `off`. By default it is sampviz in LOCALAPPDATA (Windows),
~/Library/Caches (macOS), or XDG_CACHE_HOME or ~/.cache (others). A cache that cannot be used is
never an error.
"""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from sampviz.core.errors import InputError
from sampviz.core.open_file import open_file

OFF = "off"
MOST = 2**28  # bytes in the folder; least recently used files are deleted
_LARGEST = 2**26  # bytes of a file


def folder() -> Path | None:
    """Return the cache folder, which need not exist; None if there is none.

    Returns
    -------
    Path or None
    """
    setting = os.environ.get("SAMPVIZ_CACHE")
    if setting:
        return None if setting == OFF else Path(setting)
    try:
        return _system_folder() / "sampviz"
    except RuntimeError:  # a user without a home
        return None


def _system_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return xdg if xdg.is_absolute() else Path.home() / ".cache"


def read_entry(name: str, position: int = 0, size: int = -1) -> bytes:
    """Return the data stored under a name.

    Parameters
    ----------
    name : str
        Of a file in the folder.
    position, size : int
        In bytes: a part of the data; all that is there from the position on for a negative size.

    Returns
    -------
    bytes
        b"" if nothing is stored, or another user has written it.
    """
    cache_folder = folder()
    if cache_folder is None:
        return b""
    try:
        with open_file(cache_folder / name, name) as file:
            status = os.fstat(file.fileno())
            if status.st_size > _LARGEST or not _is_owned(status):
                return b""
            file.seek(position)
            data = file.read(size)
        os.utime(cache_folder / name)
    except (OSError, InputError):
        return b""
    return data


def _is_owned(status: os.stat_result) -> bool:
    return sys.platform == "win32" or status.st_uid == os.getuid()


def write_entry(name: str, data: bytes) -> None:
    """Store data under a name, whole or not at all.

    Parameters
    ----------
    name : str
        Of a file in the folder; least recently used files of the same suffix make room for it.
    data : bytes
        At most 64 MB; more is not stored.
    """
    cache_folder = folder()
    if cache_folder is None or len(data) > _LARGEST:
        return
    with suppress(OSError):
        cache_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=cache_folder, suffix=Path(name).suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(cache_folder / name)
        except BaseException:
            Path(temporary).unlink()
            raise
        _prune(cache_folder, Path(name).suffix)


def _prune(cache_folder: Path, suffix: str) -> None:
    """Delete the least recently used files of a suffix, until the rest has `MOST` bytes at most."""
    files = [(path.stat(), path) for path in cache_folder.glob("*" + suffix)]
    total = 0
    for status, path in sorted(files, key=lambda file: file[0].st_mtime_ns, reverse=True):
        total += status.st_size
        if total > MOST:
            path.unlink()
