"""Write files whole or not at all, and never over what sampviz did not make.

A file is written beside its target and takes its name at the end, when it is on the disk: neither
an error, nor a full disk, nor a power cut leaves half a file.
"""

import filecmp
import os
import shlex
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sampviz.core.errors import OutputError, SampvizError, argument, either, system_error

# The first bytes of figures, pages and manifests of sampviz, and the mark near their start or end
# that says so. An SVG that was edited elsewhere keeps the mark, but begins otherwise.
_SIGNATURES = (
    (b"\x89PNG", b"tEXtSoftware\0sampviz "),
    (b"GIF8", b"sampviz "),
    (b"%PDF", b"/Creator (sampviz "),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n", b"%%Creator: sampviz "),
    (b"II*\0", b"\0sampviz "),
    (b'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE', b"<dc:title>sampviz "),
    (b"<!DOCTYPE html>", b'<meta name="generator" content="sampviz '),
    (b'{\n  "schema": ', b'\n  "program": "sampviz '),
)
_SEARCHED = 2**16  # bytes at both ends
_FIX = "choose another name"


def check_target(target: Path, sources: Iterable[str | Path], *, overwrite: bool) -> None:
    """Check that nothing would be lost by writing a file.

    Parameters
    ----------
    target : Path
        The file to be written.
    sources : iterable of str or Path
        The inputs, which must not be replaced, be it by a link or another spelling.
    overwrite : bool
        If false, only an older figure of sampviz may be replaced.

    Raises
    ------
    OutputError
        If something would be lost, or `target` is no regular file.
    """
    try:
        try:
            target.stat()  # of a name that cannot be, `exists` says no from Python 3.14 on
        except FileNotFoundError:
            return
        if not target.is_file():
            raise _unwritable("Is a directory" if target.is_dir() else "Not a regular file", target)
        if any(_is_same_file(target, source) for source in sources):
            raise OutputError("the output would replace the input", str(target), _FIX)
        if not overwrite and not _is_replaceable(target):
            raise _not_replaceable(target)
    except SampvizError:
        raise
    except OSError as err:
        raise _unwritable(err.strerror or str(err), target) from None


def _is_same_file(target: Path, source: str | Path) -> bool:
    try:
        return target.samefile(source)
    except (OSError, ValueError):  # no file, such as sample:t1: reading it reports the error
        return False


def _is_replaceable(file: Path) -> bool:
    """Whether nothing is lost with a file: it is empty, or a figure of sampviz."""
    with file.open("rb") as stream:
        first_and_last = stream.read(_SEARCHED)
        stream.seek(max(0, file.stat().st_size - _SEARCHED))
        first_and_last += stream.read(_SEARCHED)
    return not first_and_last or any(
        first_and_last.startswith(start) and record_mark in first_and_last
        for start, record_mark in _SIGNATURES
    )


def check_inside(target: Path, folder: Path) -> None:
    """Check that no link leads a file that is to be written out of its folder.

    Parameters
    ----------
    target : Path
        The file, which need not be there.
    folder : Path
        Where it belongs, at any depth.

    Raises
    ------
    OutputError
        If a link on the way, or the file itself, leads elsewhere.
    """
    real_folder, real = os.path.realpath(folder), os.path.realpath(target)
    if os.path.commonpath([real_folder, real]) != real_folder:
        raise OutputError(
            "this is a link that leads out of the folder", str(target), "take the link away"
        )


@contextmanager
def atomic_write(
    target: Path,
    *,
    overwrite: bool = True,
    within: Path | None = None,
    temporary_folder: Path | None = None,
) -> Iterator[Path]:
    """Write a file by way of a temporary one, which takes its name when the block ends well.

    If the block fails, nothing is left behind and an older file stays whole. A file that is
    replaced keeps its permissions.

    Parameters
    ----------
    target : Path
        The file to be written; a link stays a link, and the file that it leads to is written.
    overwrite : bool
        If false, an older file is replaced only by the same bytes, or if it is a figure of sampviz.
    within : Path, optional
        The folder that the file must lie in, where its name was not typed by the user: others may
        have laid links there.
    temporary_folder : Path, optional
        The folder of the temporary file, on the same disk; that of `target` by default.

    Yields
    ------
    Path
        Of the temporary file, empty.

    Raises
    ------
    OutputError
        If the file cannot be written, must not be replaced, or lies outside `within`.
    InputError
        If a file elsewhere that the block needs cannot be opened, such as a font.
    """
    temporary = None
    try:
        if within:
            check_inside(target, within)
        real = Path(os.path.realpath(target))
        temporary = _new_file(temporary_folder or real.parent, real.name[-7:])
        yield temporary
        replaceable = overwrite or not real.exists() or _is_replaceable(real)
        if not replaceable and not filecmp.cmp(real, temporary, shallow=False):
            raise _not_replaceable(target)
        if real.exists():
            temporary.chmod(stat.S_IMODE(real.stat().st_mode))
        _await_disk(temporary)
        temporary.replace(real)
        temporary = None
    except SampvizError:
        raise
    except OSError as err:
        if temporary and _is_elsewhere(err, temporary, real, target):
            raise system_error(err) from None
        raise _unwritable(err.strerror or str(err), target) from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def make_folder(folder: Path, fix: str | None = None) -> None:
    """Make a folder for outputs, if it is not there.

    Parameters
    ----------
    folder : Path
        Made with its parents.
    fix : str, optional
        What mends it where it cannot be made: another name, unless said.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        what = f"the folder cannot be made: {err.strerror}"
        fix = fix or f"choose another{either('', ' with -o')}"
        raise OutputError(what, str(folder), fix) from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock during the block: other processes wait for it.

    Parameters
    ----------
    path : Path
        The lock's file, which is made and stays. The system frees the lock of a process that is
        killed.

    Yields
    ------
    None
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


@contextmanager
def folder_locked(folder: Path, *, shared: bool) -> Iterator[None]:
    """Hold a lock on a folder during the block, for files in it that belong together.

    Parameters
    ----------
    folder : Path
        The folder itself is locked: nothing is made in it.
    shared : bool
        Whether others may hold it, too, as readers do; else other processes wait for it.

    Yields
    ------
    None
        Without a lock where the system has none for folders: on Windows, and on some networks.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = None
    try:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _not_replaceable(target: Path) -> OutputError:
    what = "the file is there already, and sampviz may not have made it"
    return OutputError(what, str(target), f"{_FIX}, or {argument('overwrite', True)}")


def _unwritable(reason: str, target: Path) -> OutputError:
    what = f"the file cannot be written: {reason}"
    fix = f"choose another folder or name{either('', ' with -o')}"
    # A link that leads nowhere has a folder.
    if not target.parent.exists() and not target.is_symlink():
        fix += f", or make the folder: mkdir -p {shlex.quote(str(target.parent))}"
    return OutputError(what, str(target), fix)


def _is_elsewhere(error: OSError, *files: Path) -> bool:
    """Whether an error names a file in none of the folders of these, such as a font."""
    name = error.filename
    return isinstance(name, str | bytes | os.PathLike) and Path(os.fsdecode(name)).parent not in {
        file.parent for file in files
    }


def _await_disk(file: Path) -> None:
    """Wait until the content of a file is on the disk.

    A name may reach it before the content does: after a power cut it would stand for an empty file.
    """
    with file.open("rb+") as stream:  # Windows takes no file that is open for reading alone
        os.fsync(stream.fileno())


def _new_file(folder: Path, ending: str) -> Path:
    """Make an empty file with the permissions of any new file.

    Files of tempfile are private, and the umask of the process can be read only by changing it,
    for all threads.
    """
    while True:
        path = folder / f".sampviz-{os.urandom(6).hex()}{ending}"
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path
