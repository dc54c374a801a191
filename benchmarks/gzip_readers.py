"""Slices of a long `.nii.gz`, beside the libraries that read gzip at any place, from Python.

Every reader opens the file, reads an axial slice and closes it: the first slice of a file that was
never read, a second one with what was kept of the first, then, with the marks of the whole file,
20 slices from all over it. `indexed_gzip` and `rapidgzip` keep their index in a file as ours does;
`rapidgzip` makes that of the whole file at once, on two threads, when it is to be kept.
"""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.nifti import SIDES, make
from benchmarks.side_by_side import Call, Row, row, run, time_calls

HEADER, SLICE = 352, 2 * SIDES[0] * SIDES[1]
SWEEP = 20
Reader = Callable[[Path, int, Path], bytes]


def ours(path: Path, position: int, index: Path) -> bytes:
    """Read with our own reader, and its marks in the folder `index`."""
    from sampviz.images.formats.nifti_voxels import _open

    os.environ["SAMPVIZ_CACHE"] = str(index)
    with _open(path, str(path)) as file:
        file.seek(position, jump=True)  # type: ignore[call-arg]
        return file.read(SLICE)


def indexed_gzip(path: Path, position: int, index: Path) -> bytes:
    """Read with zran, of marks 4 MB apart; the index is written where it has grown."""
    import indexed_gzip as peer

    with peer.IndexedGzipFile(str(path), spacing=2**22) as file:
        return _with_index(file, position, index)


def rapidgzip(path: Path, position: int, index: Path) -> bytes:
    """Read with two threads. It must be closed: else it ends the interpreter."""
    import rapidgzip as peer

    file = peer.open(str(path), parallelization=2)
    try:
        return _with_index(file, position, index)
    finally:
        file.close()


def _with_index(file: Any, position: int, index: Path) -> bytes:
    stored = index / "index"
    if stored.exists():
        file.import_index(str(stored))
    file.seek(position)
    content: bytes = file.read(SLICE)
    if not stored.exists():
        index.mkdir(exist_ok=True)
        file.export_index(str(stored))
    return content


READERS: dict[str, Reader] = {"ours": ours, "indexed_gzip": indexed_gzip, "rapidgzip": rapidgzip}


def rows(quick: bool) -> Iterator[Row]:
    """Yield first slice, second and sweep, memory and size of the index, against each peer."""
    peers = [name for name in READERS if name != "ours" and find_spec(name)]
    if not peers:
        print("neither indexed_gzip nor rapidgzip is installed", file=sys.stderr)
        return
    frames, rounds = (2, 3) if quick else (8, 5)
    with TemporaryDirectory(prefix="sampviz-") as name:
        folder = Path(name)
        maker = get_context("spawn").Process(target=make, args=(folder / "v.nii", frames))
        maker.start()
        maker.join()
        size = HEADER + 2 * SIDES[0] * SIDES[1] * SIDES[2] * frames
        for peer in peers:
            yield from _against(peer, folder, size, rounds)


def _against(peer: str, folder: Path, size: int, rounds: int) -> Iterator[Row]:
    path, names = folder / "v.nii.gz", ("ours", peer)
    middle, later, last = size // 2, 3 * size // 4, size - SLICE
    sweep = [last * number // (SWEEP - 1) for number in range(SWEEP)]

    def read(name: str, *positions: int, forget: bool = False) -> None:
        if forget:
            rmtree(folder / name, ignore_errors=True)
        for position in positions:
            READERS[name](path, position, folder / name)

    def times(*positions: int, forget: bool = False) -> dict[str, list[float]]:
        calls: dict[str, Call] = {
            name: partial(read, name, *positions, forget=forget) for name in names
        }
        return time_calls(calls, rounds)

    yield row("gzip", "first slice", times(middle, forget=True))
    both = times(middle, later, forget=True)
    yield row("gzip", "first and second slice", both)
    for name in names:
        read(name, last, forget=True)
    yield row("gzip", "a slice, all marks kept", times(later))
    yield row("gzip", f"{SWEEP} slices, all marks kept", times(*sweep))
    sizes = {
        name: [sum(each.stat().st_size for each in (folder / name).iterdir()) / 1e6]
        for name in names
    }
    yield row("gzip", "marks", sizes, unit="MB")
    memory = {name: [_memory(name, path, middle, folder / "fresh" / name)] for name in names}
    yield row("gzip", "first slice, whole process", memory, unit="MB")


def _memory(name: str, path: Path, position: int, index: Path) -> float:
    index.parent.mkdir(exist_ok=True)
    program = (
        "import sys; from pathlib import Path; from benchmarks.gzip_readers import READERS;"
        " READERS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))"
    )
    return run([sys.executable, "-c", program, name, str(path), str(position), str(index)]).memory
