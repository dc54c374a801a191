"""Slices of a long .nii.gz by marks that are kept: the same as without, or the marks are not used.

How many bytes are unpacked says whether marks were used.
"""

import functools
import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.images.formats import gzip_index
from sampviz.images.formats import gzip_reader as gunzip
from sampviz.images.formats.deflate import WINDOW
from sampviz.images.formats.gzip_reader import GzipReader
from sampviz.images.load import load
from tests.images.build import Array, diagonal, nifti, read_nifti

pytestmark = pytest.mark.slow

SHAPE = (64, 64, 32, 20)  # 5 MB
FRAMES = SHAPE[3]
LATE: dict[str, Any] = {"slice": 9, "frame": FRAMES - 1}
CLOSE = 2**19


@functools.cache
def series(seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(1000, 25, SHAPE).astype(np.int16)


@functools.cache
def zipped(seed: int = 0) -> bytes:
    return gzip.compress(nifti(series(seed), diagonal((1, 1, 1))), 1, mtime=0)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make marks close together, and keep even a few, in this folder."""
    for module in (gzip_index, gunzip):
        monkeypatch.setattr(module, "APART", CLOSE)
    monkeypatch.setattr(gzip_index, "FEWEST", 2)
    monkeypatch.setenv("SAMPVIZ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return a function that says how many bytes were unpacked since it was last asked."""
    count = 0
    more = GzipReader._read_some

    def counting(self: GzipReader, most: int) -> bytes:
        nonlocal count
        found = more(self, most)
        count += len(found)
        return found

    def since() -> int:
        nonlocal count
        told, count = count, 0
        return told

    monkeypatch.setattr(GzipReader, "_read_some", counting)
    return since


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "v.nii.gz"
    path.write_bytes(zipped())
    return path


def seen(volume: Array, pick: dict[str, int], plane: str = "axial") -> Array:
    across = {"axial": 2, "coronal": 1, "sagittal": 0}[plane]
    return np.asarray(volume[..., pick["frame"]].take(pick["slice"], across).T[::-1])


def test_a_second_slice_takes_a_mark_and_is_the_same(
    cache: Path, file: Path, unpacked: Callable[[], int]
) -> None:
    before = load(file, **LATE).array
    assert unpacked() > 0.9 * series().nbytes
    assert len(list(cache.iterdir())) == 1
    for frame in (FRAMES - 1, 7, 12):
        pick: dict[str, Any] = {"slice": 9, "frame": frame}
        assert np.array_equal(load(file, **pick).array, seen(series(), pick))
        assert unpacked() < 2.2 * CLOSE
    assert np.array_equal(load(file, **LATE).array, before)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_with_marks_and_without_all_planes_are_the_same(
    cache: Path, file: Path, plane: str
) -> None:
    load(file, **LATE)
    picks: list[dict[str, Any]] = [{"slice": 30, "frame": 10}, {"slice": 31, "frame": FRAMES - 1}]
    for pick in picks:
        assert np.array_equal(load(file, plane=plane, **pick).array, seen(series(), pick, plane))
    volume = load(file, volume=True, frame=12).array
    assert np.array_equal(volume[9], seen(series(), {"slice": 9, "frame": 12}))


def test_marks_grow_as_later_slices_are_read(
    cache: Path, file: Path, unpacked: Callable[[], int]
) -> None:
    load(file, slice=0, frame=8)
    (kept,) = cache.iterdir()
    first = kept.stat().st_size
    unpacked()
    load(file, slice=0, frame=16)
    assert unpacked() < 0.6 * series().nbytes
    assert kept.stat().st_size > first


def test_of_a_short_file_nothing_is_kept(
    cache: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gzip_index, "FEWEST", 99)
    load(file, **LATE)
    assert not cache.exists()


def test_there_is_a_mark_for_every_four_mb(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen are kept where 64 MB were unpacked, as the manual says; of 5 MB there is one."""
    monkeypatch.setenv("SAMPVIZ_CACHE", str(tmp_path / "cache"))
    load(file, **LATE)
    assert not (tmp_path / "cache").exists()
    monkeypatch.setattr(gzip_index, "FEWEST", 1)
    load(file, **LATE)
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.stat().st_size // WINDOW == 1


def test_the_end_is_read_by_a_mark_only_after_its_checksum_was_right_once(
    cache: Path, file: Path, unpacked: Callable[[], int]
) -> None:
    last: dict[str, Any] = {"slice": SHAPE[2] - 1, "frame": FRAMES - 1}
    load(file, **LATE)
    for expected in (series().nbytes + 352, 2.2 * CLOSE):
        unpacked()
        assert np.array_equal(load(file, **last).array, seen(series(), last))
        assert unpacked() <= expected


def test_with_marks_a_wrong_checksum_is_told_as_without(cache: Path, file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-8] ^= 1
    file.write_bytes(data)
    load(file, **LATE)  # so far from the end nobody looks
    assert len(list(cache.iterdir())) == 1
    for _ in range(2):
        with pytest.raises(InputError, match="the gzip file is damaged: CRC check failed"):
            load(file, slice=SHAPE[2] - 1, frame=FRAMES - 1)


@pytest.mark.parametrize("kept_time", [False, True])
def test_marks_of_a_file_that_was_changed_are_not_used(
    cache: Path, file: Path, unpacked: Callable[[], int], kept_time: bool
) -> None:
    load(file, **LATE)
    told = file.stat()
    file.write_bytes(zipped(1))
    if kept_time:
        os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns))
    unpacked()
    assert np.array_equal(load(file, **LATE).array, seen(series(1), LATE))
    assert unpacked() > 0.9 * series().nbytes
    assert len(list(cache.iterdir())) == 1  # the new ones take the place of the old


def test_a_file_that_is_only_touched_is_read_anew(
    cache: Path, file: Path, unpacked: Callable[[], int]
) -> None:
    load(file, **LATE)
    os.utime(file, (1, 1))
    unpacked()
    load(file, **LATE)
    assert unpacked() > 0.9 * series().nbytes


HEAD, FIRST, RECORD = gzip_index._HEAD_SIZE, gzip_index._TABLE.size, gzip_index._RECORD.size


def table_of(data: bytes) -> bytearray:
    count = int.from_bytes(data[HEAD + 1 : HEAD + FIRST], "little")
    return bytearray(data[HEAD : HEAD + FIRST + count * RECORD])


def with_table(data: bytes, table: bytes) -> bytes:
    """Return stored marks with another table, and a digest that agrees with it."""
    return data[: HEAD - 32] + sha256(table).digest() + table + data[HEAD + len(table) :]


def damaged(data: bytes, how: str) -> bytes:
    table = table_of(data)
    if how == "cut within the table":
        return data[: HEAD + 100]
    if how == "empty":
        return b""
    if how == "flipped":
        return data[: HEAD + 20] + bytes([data[HEAD + 20] ^ 1]) + data[HEAD + 21 :]
    if how == "other version":
        return data.replace(b"marks 2", b"marks 1", 1)
    if how == "too many":
        table[1:FIRST] = b"\xff" * 4
    elif how == "behind the end":
        table[FIRST : FIRST + 8] = b"\xff" * 8
    else:
        table[FIRST + 8 : FIRST + 16] = b"\xff" * 8
    return with_table(data, bytes(table))


@pytest.mark.parametrize(
    "how",
    [
        *("cut within the table", "empty", "flipped", "other version"),
        # With a digest that agrees: written by somebody who means it.
        *("too many", "behind the end", "not in order"),
    ],
)
def test_damaged_marks_are_not_used_and_made_again(
    cache: Path, file: Path, unpacked: Callable[[], int], how: str
) -> None:
    load(file, **LATE)
    (kept,) = cache.iterdir()
    good = kept.read_bytes()
    kept.write_bytes(damaged(good, how))
    unpacked()
    assert np.array_equal(load(file, **LATE).array, seen(series(), LATE))
    assert unpacked() > 0.9 * series().nbytes
    assert kept.read_bytes() == good


@pytest.mark.parametrize("how", ["flipped", "cut"])
def test_a_damaged_window_is_noticed_and_the_mark_before_it_is_used(
    cache: Path, file: Path, unpacked: Callable[[], int], how: str
) -> None:
    load(file, **LATE)
    (kept,) = cache.iterdir()
    good = kept.read_bytes()
    changed = bytes([good[-1000] ^ 1]) + good[-999:] if how == "flipped" else b""
    kept.write_bytes(good[:-1000] + changed)
    unpacked()
    for most in (3.2, 2.2):  # with the one before, then with one that was made in its place
        assert np.array_equal(load(file, **LATE).array, seen(series(), LATE))
        assert unpacked() < most * CLOSE
        assert kept.read_bytes() != good[:-1000] + changed


def test_of_more_marks_than_are_kept_every_second_is(
    cache: Path, file: Path, monkeypatch: pytest.MonkeyPatch, unpacked: Callable[[], int]
) -> None:
    load(file, **LATE)
    (kept,) = cache.iterdir()
    size = kept.stat().st_size
    count = size // WINDOW
    kept.unlink()
    monkeypatch.setattr(gzip_index, "MOST", count - 1)
    load(file, **LATE)
    assert kept.stat().st_size / size == pytest.approx(-(-count // 2) / count, rel=0.01)
    pick: dict[str, Any] = {"slice": 9, "frame": 12}
    unpacked()
    assert np.array_equal(load(file, **pick).array, seen(series(), pick))
    assert unpacked() < 3.2 * CLOSE


@pytest.mark.parametrize(("count", "step"), [(1900, 1), (1901, 2), (3800, 2), (3801, 3)])
def test_of_8_gb_and_more_every_second_or_third_mark_is_kept(count: int, step: int) -> None:
    points = [gzip_index.SeekPoint(n, n * 2**22, b"") for n in range(count)]
    assert gzip_index.SeekPoints([*points]).with_windows() == points[::step]


def test_where_a_mark_leads_into_nonsense_the_file_is_read_from_its_start(
    cache: Path, file: Path
) -> None:
    load(file, slice=9, frame=14)
    (kept,) = cache.iterdir()
    good = kept.read_bytes()
    table = table_of(good)
    for place in range(FIRST, len(table), RECORD):  # every block a bit later
        table[place] ^= 1
    kept.write_bytes(with_table(good, bytes(table)))
    pick: dict[str, Any] = {"slice": 9, "frame": 14}
    assert np.array_equal(load(file, **pick).array, seen(series(), pick))
    assert kept.read_bytes() == good


@pytest.mark.parametrize("hindrance", ["a file", "not to be written", "a folder inside", "off"])
def test_without_a_cache_the_slice_is_the_same_and_nobody_complains(
    cache: Path, file: Path, monkeypatch: pytest.MonkeyPatch, hindrance: str
) -> None:
    if hindrance == "a file":
        cache.write_bytes(b"")
    elif hindrance == "not to be written":
        monkeypatch.setenv("SAMPVIZ_CACHE", "/proc/1/cache")
    elif hindrance == "a folder inside":
        cache.mkdir()
        (cache / gzip_index._name(file)).mkdir()
    else:
        monkeypatch.setenv("SAMPVIZ_CACHE", "off")
    for _ in range(2):
        assert np.array_equal(load(file, **LATE).array, seen(series(), LATE))
    assert hindrance != "a folder inside" or len(list(cache.iterdir())) == 1


_PROGRAM = """
import sys
if "zlib" in sys.argv:
    sys.modules["isal"] = None
from sampviz.images.load import load
from sampviz.images.formats import gzip_index, gzip_reader as gunzip
gzip_index.APART = gunzip.APART = 2**19
gzip_index.FEWEST = 2
for path in sys.argv[2:]:
    for frame in (19, 3, 11):
        print(int(load(path, slice=9, frame=frame).array.sum()))
"""


def sums_of_the_program() -> list[int]:
    return [int(series()[:, :, 9, frame].sum(dtype=np.int64)) for frame in (19, 3, 11)]


def test_several_processes_at_once_read_the_same(cache: Path, file: Path) -> None:
    command = [sys.executable, "-c", _PROGRAM, "fastest", str(file)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    wanted = sums_of_the_program()
    for process in running:
        out, _ = process.communicate()
        assert (process.returncode, [int(line) for line in out.split()]) == (0, wanted)
    assert len(list(cache.iterdir())) == 1


def test_marks_of_one_library_serve_the_other(
    cache: Path, file: Path, unpacked: Callable[[], int]
) -> None:
    """This process has the faster library where it is installed, the other zlib."""
    other = file.with_name("other.nii.gz")
    other.write_bytes(zipped())
    assert np.array_equal(load(file, **LATE).array, seen(series(), LATE))
    program = [sys.executable, "-c", _PROGRAM, "zlib", str(file), str(other)]
    out = subprocess.check_output(program)
    assert [int(line) for line in out.split()] == sums_of_the_program() * 2
    assert len(list(cache.iterdir())) == 2
    unpacked()
    assert np.array_equal(load(other, **LATE).array, seen(series(), LATE))
    assert unpacked() < 2.2 * CLOSE


def test_nothing_is_left_beside_the_file(cache: Path, file: Path) -> None:
    load(file, **LATE)
    assert {path.name for path in file.parent.iterdir()} == {"cache", "v.nii.gz"}


def test_nibabel_reads_the_same(cache: Path, file: Path) -> None:
    theirs = read_nifti(file).dataobj
    for frame in (18, 2, 17):
        ours = load(file, slice=3, frame=frame).array
        assert np.array_equal(ours, np.asarray(theirs[:, :, 3, frame]).T[::-1])
