"""Writing files whole or not at all, and never over what sampviz did not make."""

import filecmp
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sampviz.core.errors import OutputError, SampvizError, argument, either

# How a figure, a page or a manifest of sampviz begins, and how it says, near its begin or its end,
# who made it. An SVG that was changed by hand still says so, but no longer begins like this.
_OURS = (
    (b"\x89PNG", b"tEXtSoftware\0sampviz "),
    (b"GIF8", b"sampviz "),
    (b"%PDF", b"/Creator (sampviz "),
    (b'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE', b"<dc:title>sampviz "),
    (b"<!DOCTYPE html>", b'<meta name="generator" content="sampviz '),
    (b'{\n  "schema": ', b'\n  "program": "sampviz '),
)
_SEARCHED = 2**16
_OTHER = "choose another name"


def check_target(target: Path, sources: Iterable[str | Path], *, overwrite: bool) -> None:
    """Raise OutputError if something would be lost by writing `target`.

    That is one of `sources`, be it by a link or another spelling, or anything that is no plain
    file; and without `overwrite` any file but an older figure of sampviz.
    """
    try:
        if not target.exists():
            return
        if not target.is_file():
            raise _unwritable("Is a directory" if target.is_dir() else "Not a regular file", target)
        if any(_is_same_file(target, source) for source in sources):
            raise OutputError("the output would replace the input", str(target), _OTHER)
        if not overwrite and not _is_replaceable(target):
            raise _lock_lost(target)
    except SampvizError:
        raise
    except OSError as err:
        raise _unwritable(err.strerror or str(err), target) from None


def _is_same_file(target: Path, source: str | Path) -> bool:
    try:
        return target.samefile(source)
    except (OSError, ValueError):  # it is no file, as sample:t1, and whoever reads it says so
        return False


def _is_replaceable(file: Path) -> bool:
    """Whether nothing is lost with a file: it is empty, or a figure of sampviz."""
    with file.open("rb") as opened:
        ends = opened.read(_SEARCHED)
        opened.seek(max(0, file.stat().st_size - _SEARCHED))
        ends += opened.read(_SEARCHED)
    return not ends or any(ends.startswith(start) and mark in ends for start, mark in _OURS)


@contextmanager
def atomic_write(
    target: Path, *, overwrite: bool = True, scratch: Path | None = None
) -> Iterator[Path]:
    """Give a temporary path beside `target`, which takes its place when the block ends well.

    Or in the folder `scratch`, on the same disk.

    If the block fails, nothing is left behind and an older file stays whole. Without `overwrite`
    that is replaced only by the same bytes, or if it is an older figure of sampviz. A link stays
    a link. The system's errors become OutputError.
    """
    temporary = None
    try:
        real = Path(os.path.realpath(target))
        temporary = _new_file(scratch or real.parent, real.name[-7:])
        yield temporary
        may_go = overwrite or not real.exists() or _is_replaceable(real)
        if not may_go and not filecmp.cmp(real, temporary, shallow=False):
            raise _lock_lost(target)
        temporary.replace(real)
        temporary = None
    except SampvizError:
        raise
    except OSError as err:
        raise _unwritable(err.strerror or str(err), target) from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, if it is not there; OutputError if it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        what = f"the folder cannot be made: {err.strerror}"
        raise OutputError(what, str(folder), "choose another with -o") from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock, a file at `path`, during the block: other processes wait for it.

    The system takes it from a process that is killed.
    """
    with path.open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock_lost(target: Path) -> OutputError:
    what = "the file is there already, and sampviz may not have made it"
    return OutputError(what, str(target), f"{_OTHER}, or {argument('overwrite', True)}")


def _unwritable(why: str, target: Path) -> OutputError:
    what = f"the file cannot be written: {why}"
    return OutputError(what, str(target), f"choose another folder or name{either('', ' with -o')}")


def _new_file(folder: Path, ending: str) -> Path:
    """Make an empty file with the permissions of any new file.

    Those of tempfile are private, and what others get can be asked only by changing it, for all
    threads.
    """
    while True:
        path = folder / f".sampviz-{os.urandom(6).hex()}{ending}"
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path
