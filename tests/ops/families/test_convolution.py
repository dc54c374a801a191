"""Strided convolution: named kernels, kernels from files, and what cannot be meant."""

import os
import time
from io import BufferedReader, BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import DTypeLike

from sampviz.core.errors import ChainError, InputError
from sampviz.core.open_file import open_file
from sampviz.ops import conv_weights
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

VARIANTS = (
    "conv:gauss",
    "conv:gauss:pad=reflect:s=1",
    "conv:box:k=5:p=2:pad=edge",
    "conv:gauss:k=4:p=0:s=3",
    "conv:gauss:d=2:p=2:pad=wrap",
    "conv:box:p=same",
    "conv:laplacian",
    "conv:gauss:p=0x1x0x1",
    "conv:sobelx:pad=edge",
    "conv:random:seed=7",
)

conv = OPS["conv"]


def test_laplacian_folds_a_checkerboard_to_a_flat_image() -> None:
    board = np.add.outer(np.arange(8), np.arange(8)) % 2.0
    inner = conv(board, kernel="laplacian")[1:-1, 1:-1]
    assert np.allclose(inner, 4)


def test_random_kernel_is_drawn_like_an_untrained_layer_and_stays_the_same() -> None:
    x = np.zeros((9, 9))
    x[4, 4] = 1
    one = conv(x, kernel="random", s=1, seed=3)
    assert np.abs(one).max() <= 1 / 3
    assert np.array_equal(one, conv(x, kernel="random", s=1, seed=3))
    assert not np.array_equal(one, conv(x, kernel="random", s=1, seed=4))


def test_a_kernel_by_name_is_made_once_and_cannot_be_written_to() -> None:
    taps = conv_weights.weights("random", 64, 1, "")
    assert conv_weights.weights("random", 64, 1, "") is taps
    with pytest.raises(ValueError, match="read-only"):
        taps[0, 0] = 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int16])
def test_weights_come_from_a_file(tmp_path: Path, dtype: DTypeLike) -> None:
    weights = np.array([[1, 2], [3, 4]], dtype)
    np.save(tmp_path / "w.npy", weights)
    x = np.arange(16.0).reshape(4, 4)
    chain = Chain.parse(f"conv:file={tmp_path / 'w.npy'}:p=0:s=2")
    expected = [[(x[i : i + 2, j : j + 2] * weights).sum() for j in (0, 2)] for i in (0, 2)]
    assert np.allclose(chain(x), expected)
    assert chain.shape((4, 4)) == (2, 2)


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros((1, 3)), "a kernel is a square of 1..64 px, not an array of (1, 3)"),
        (np.zeros((65, 65)), "a kernel is a square of 1..64 px, not an array of (65, 65)"),
        (np.zeros(3), "a kernel is a square of 1..64 px, not an array of (3,)"),
        (np.zeros((1, 1, 3, 2)), "a kernel is a square of 1..64 px, not an array of (1, 1, 3, 2)"),
        (np.zeros((2,) * 6), f"a kernel is a square of 1..64 px, not an array of {(2,) * 6}"),
        (np.full((3, 3), np.nan), "a weight is NaN or infinite"),
        (np.zeros((3, 3), complex), "an array of real numbers is wanted, not of complex128"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(
    tmp_path: Path, array: np.ndarray, what: str
) -> None:
    np.save(tmp_path / "w.npy", array)
    with pytest.raises(InputError) as caught:
        conv(np.zeros((9, 9)), file=str(tmp_path / "w.npy"))
    assert caught.value.what == what
    assert caught.value.where == f"file={tmp_path / 'w.npy'}"


@pytest.mark.parametrize("side", [1, 64])
def test_the_smallest_and_the_largest_kernel_are_taken(side: int, tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.ones((side, side)))
    chain = Chain.parse(f"conv:file={tmp_path}/w.npy:p=0:s=1")
    assert np.array_equal(chain(np.ones((64, 65))), np.full((65 - side, 66 - side), side**2))


@pytest.mark.parametrize("name", ["conv", "transpose"])
def test_weights_that_are_written_again_count(tmp_path: Path, name: str) -> None:
    path, x = tmp_path / "w.npy", np.random.default_rng(0).random((12, 14), np.float32)
    chain, made = Chain.parse(f"{name}:file={path}"), []
    for number, weights in enumerate((np.ones((3, 3)), np.full((3, 3), 2.0))):
        np.save(path, weights)
        os.utime(path, (number + 1, number + 1))  # written long ago: what was read is kept
        made += [chain(x), chain(x)]
    assert np.array_equal(made[0], made[1])
    assert np.array_equal(made[2], made[3])
    np.testing.assert_allclose(made[2], 2 * made[0], rtol=1e-6)


def test_weights_written_twice_within_a_tick_of_the_clock_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times of files are whole seconds on some file systems, on others every second one."""
    path, written, reads = tmp_path / "w.npy", 10**18, []
    chain = Chain.parse(f"conv:file={path}:p=0")

    def opened(path: Path, where: str) -> BufferedReader:
        reads.append(path)
        return open_file(path, where)

    def sum_of_weights(nanoseconds_later: int) -> float:
        monkeypatch.setattr(time, "time_ns", lambda: written + nanoseconds_later)
        return float(chain(np.ones((3, 3)))[0, 0])

    monkeypatch.setattr(conv_weights, "open_file", opened)
    for later in (0, 1_999_999_999):
        for weight in (1.0, 2.0):
            path.write_bytes(saved(np.full((3, 3), weight)))
            os.utime(path, ns=(written, written))
            assert sum_of_weights(later) == 9 * weight
    reads.clear()
    assert [sum_of_weights(2_000_000_001) for _ in range(3)] == [18] * 3
    assert len(reads) == 1


def saved(array: np.ndarray) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_a_file_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.array([[{}]], object), allow_pickle=True)
    with pytest.raises(InputError, match="not an array that can be read"):
        conv(np.zeros((9, 9)), file=str(tmp_path / "w.npy"))


def test_a_missing_file_is_an_unreadable_input() -> None:
    with pytest.raises(InputError, match="there is no such file") as caught:
        conv(np.zeros((9, 9)), file="nowhere.npy")
    assert caught.value.exit_code == 3


def test_a_kernel_that_exists_for_side_3_only_refuses_another() -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("max,conv:sobelx:k=5".partition(",")[2])
    assert caught.value.what == "kernel=sobelx is 3x3, not 5x5; box, gauss and random take any k"


def test_reflection_wider_than_the_image_is_refused() -> None:
    with pytest.raises(ChainError, match="reflect needs an axis longer than its padding: 2 px"):
        conv(np.zeros((2, 9)), kernel="gauss", k=5, p=2, pad="reflect", s=1)
