"""Arrays in files: parts that are read equal those of NumPy, and a file that is cut is an error."""

from io import BufferedReader
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core import stored_array
from sampviz.core.errors import InputError
from sampviz.core.stored_array import StoredArray
from sampviz.core.stored_npy import stored_npy
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import npy

START = b"abc"  # what stands before the array: items are not aligned


def in_file(path: Path, array: Array) -> tuple[StoredArray, BufferedReader]:
    """An array that lies in a file in the order of its base, seen as `array` is."""
    base = array if array.base is None else array.base
    path.write_bytes(START + base.tobytes())
    file = path.open("rb")
    ends_early = EOFError
    shape, strides = array.shape, array.strides
    return StoredArray(file, len(START), array.dtype, shape, strides, ends_early), file


@pytest.mark.parametrize("blocks", [(256, 8), (2**22, 2**14)], ids=["small", "as used"])
@pytest.mark.parametrize("dtype", ["<i2", ">f4", "<c16", "u1"])
@pytest.mark.parametrize("shape", [(3, 4, 5), (7,), (2, 1, 9, 3), (16, 17), (1, 1)], ids=str)
def test_parts_are_those_of_numpy(
    shape: tuple[int, ...], dtype: str, blocks: tuple[int, int], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(stored_array, "_AT_ONCE", blocks[0])
    monkeypatch.setattr(stored_array, "_MOST_BETWEEN", blocks[1])
    base = (100 * np.random.default_rng(0).random(shape)).astype(dtype)
    for order in permutations(range(len(shape))):
        array = base.transpose(order)
        stored, file = in_file(tmp_path / "a", array)
        with file:
            assert stored.shape == array.shape
            assert np.array_equal(stored.read(), array)
            assert np.array_equal(np.array(stored[..., -1]), array[..., -1])
            assert np.array_equal(stored[0].read(), array[0])
            assert np.array_equal(stored[:1].read(), array[:1])
            assert np.array_equal(stored[1::2].read(), array[1::2])
            back = np.argsort(order).tolist()
            assert np.array_equal(stored.transpose(back).read(), base)


def test_of_what_is_far_apart_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as sparse:
        sparse.truncate(2**40)
    with path.open("rb", buffering=0) as raw:
        sizes: list[int] = []

        class Counted(BufferedReader):
            def readinto(self, target: memoryview) -> int:  # type: ignore[override]
                sizes.append(len(target))
                return super().readinto(target)

        file = Counted(raw)
        column = StoredArray(file, 0, np.dtype("u1"), (2**10,), (2**30,), EOFError)
        assert not column.read().any()
    assert sum(sizes) == 2**10


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_file_that_is_cut_while_it_is_read_ends_in_words(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.asarray(np.ones((300, 400)), order=order))  # type: ignore[call-overload]

    def cut(file: BufferedReader, where: str) -> StoredArray:
        stored = stored_npy(file, where)
        with path.open("r+b") as other:
            other.truncate(100_000)  # after its size was compared with its header
        return stored

    monkeypatch.setattr(npy, "stored_npy", cut)
    with pytest.raises(InputError, match=r"it ends early: \d+ of 960000 bytes are there"):
        sampviz.load(path)


def test_nothing_is_mapped() -> None:
    sources = Path(sampviz.__file__).parent.rglob("*.py")
    mapped = [
        path.name for path in sources if "mmap" in (text := path.read_text()) or "memmap" in text
    ]
    assert not mapped
