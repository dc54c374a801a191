"""Baselines lose nothing, are the same bytes every time, and are read with distrust."""

import json
import os
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import DTypeLike

import sampviz
from sampviz.core.atomic_write import atomic_write
from sampviz.core.budget import LimitError
from sampviz.core.errors import InputError
from sampviz.core.open_file import open_file
from sampviz.testing.snapshots import baseline
from sampviz.testing.snapshots.compare import Tolerance, compare_snapshots
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel, snapshot_of


def stored(folder: Path, array: np.ndarray) -> None:
    folder.mkdir(exist_ok=True)
    baseline.write_snapshot(folder, snapshot_of("a", array), None)


def write_npz(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, **arrays)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.int16, np.bool_])
def test_arrays_are_stored_without_loss(tmp_path: Path, dtype: DTypeLike) -> None:
    array = np.random.default_rng(0).normal(scale=9, size=(5, 7)).astype(dtype)
    stored(tmp_path, array)
    (panel,) = baseline.read_snapshot(tmp_path, "a").panels
    assert panel.array.dtype == array.dtype
    assert np.array_equal(panel.array, array)


def test_a_figure_comes_back_as_it_was(tmp_path: Path) -> None:
    figure = sampviz.compare(np.eye(24), "max,blur", rows="image,spectrum,alias,foldspectrum,flat")
    shot = snapshot_of("f", figure)
    baseline.write_snapshot(tmp_path, shot, figure)
    again = baseline.read_snapshot(tmp_path, "f")
    found = compare_snapshots(again, shot, Tolerance(0.0), rms=0)
    assert (found.state, found.arrays, found.picture) == ("same", "9 of 9", "RMS 0")
    assert again.pixels is not None
    assert shot.pixels is not None
    assert np.array_equal(again.pixels, shot.pixels)


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no locks there")
def test_a_baseline_is_not_read_while_it_is_written_nor_written_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    may_read, may_write = [], []

    def allowed(how: int) -> bool:
        """Whether another process would get the lock now."""
        handle = os.open(tmp_path, os.O_RDONLY)
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True

    def writing(*args: Any, **options: Any) -> Any:
        may_read.append(allowed(fcntl.LOCK_SH))
        return atomic_write(*args, **options)

    def reading(*args: Any) -> Any:
        may_read.append(allowed(fcntl.LOCK_SH))
        may_write.append(allowed(fcntl.LOCK_EX))
        return open_file(*args)

    monkeypatch.setattr(baseline, "atomic_write", writing)
    monkeypatch.setattr(baseline, "open_file", reading)
    stored(tmp_path, np.eye(3))
    baseline.read_snapshot(tmp_path, "a")
    assert (may_read, may_write) == ([False, False, True, True], [False, False])
    assert allowed(fcntl.LOCK_EX)  # afterwards
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.npz"]


def test_the_same_snapshot_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        figure = sampviz.compare(np.eye(24), "max", rows="image")
        baseline.write_snapshot(tmp_path / name, snapshot_of("f", figure), figure)
    for ending in ("json", "npz", "png"):
        one, two = ((tmp_path / name / f"f.{ending}").read_bytes() for name in ("one", "two"))
        assert one == two


def test_what_is_stored_beside_the_arrays_can_be_read_in_a_review(tmp_path: Path) -> None:
    panels = [
        SnapshotPanel("image, max", np.eye(3, dtype=np.float32), (0.0, 0.5)),
        SnapshotPanel("two", np.arange(4)),
    ]
    shot = Snapshot("f", panels, "some words", versions={"numpy": "2.0"})
    baseline.write_snapshot(tmp_path, shot, None)
    first, second = (sha256(head + panel.array.tobytes()).hexdigest() for head, panel in zip(
        (b"<f4 (3, 3)", b"<i8 (4,)"), panels, strict=True))  # fmt: skip
    text = (tmp_path / "f.json").read_text()
    assert text.startswith('{\n "schema": 1,\n "panels": [\n  {\n   "name": "image, max",\n')
    assert text.endswith("\n}\n")
    assert json.loads(text) == {
        "schema": 1,
        "panels": [
            {"name": "image, max", "shape": [3, 3], "dtype": "float32", "sha256": first,
             "window": [0, 0.5]},
            {"name": "two", "shape": [4], "dtype": "int64", "sha256": second, "window": None},
        ],
        "words": "some words",
        "dpi": None,
        "versions": {"numpy": "2.0"},
        "record": None,
    }  # fmt: skip
    again = baseline.read_snapshot(tmp_path, "f")
    assert [(panel.name, panel.limits) for panel in again.panels] == [
        ("image, max", (0.0, 0.5)),
        ("two", None),
    ]
    assert (again.name, again.words, again.record) == ("f", "some words", "")
    assert (again.versions, again.dpi, again.pixels) == ({"numpy": "2.0"}, None, None)


def test_baselines_are_listed_by_name_if_they_have_arrays(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        baseline.write_snapshot(tmp_path, snapshot_of(name, np.eye(3)), None)
    (tmp_path / "c.npz").unlink()
    (tmp_path / "d.npz").touch()
    assert baseline.names_in(tmp_path) == ["a", "b"]
    assert [baseline.is_there(tmp_path, name) for name in ("a", "b", "d")] == [True, True, False]


def test_what_is_painted_is_what_is_stored() -> None:
    """The window takes the stored array to the grey levels of the picture."""
    rng = np.random.default_rng(0)
    shot = snapshot_of("f", sampviz.compare(rng.random((24, 20)), "max,stride", rows="image"))
    assert shot.pixels is not None
    for panel in shot.panels:
        assert panel.limits
        assert panel.region
        low, high = panel.limits
        levels = np.clip(256 * (panel.array - low) / (high - low), 0, 255).astype(int)
        drawn = shot.pixels[panel.region][..., 0].astype(int)
        zoom = [d // n for d, n in zip(drawn.shape, levels.shape, strict=True)]
        assert np.array_equal(drawn, levels.repeat(zoom[0], 0).repeat(zoom[1], 1))


def damage_hash(folder: Path, digit: str = "0") -> None:
    table = json.loads((folder / "a.json").read_text())
    table["panels"][0]["sha256"] = digit * 64
    (folder / "a.json").write_text(json.dumps(table))


def damage_array(folder: Path) -> None:
    write_npz(folder / "a.npz", {"0": np.ones(3)})


def pickle_array(folder: Path) -> None:
    write_npz(folder / "a.npz", {"0": np.array([object()], object)})


def claim(path: Path, *counts: int) -> None:
    """Write arrays of float64 whose headers say that they have so many values; they have none."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for number, count in enumerate(counts):
            head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({count},)}}".encode()
            start = b"\x93NUMPY\1\0" + len(head.ljust(117) + b"\n").to_bytes(2, "little")
            held.writestr(f"{number}.npy", start + head.ljust(117) + b"\n")


def garble_array(folder: Path) -> None:
    arrays: dict[str, Any] = {"0": np.eye(3)}
    np.savez_compressed(folder / "a.npz", **arrays)
    data = bytearray((folder / "a.npz").read_bytes())
    name, extra = data[26], data[28]
    start = 30 + name + extra
    data[start : start + 8] = b"\xff" * 8
    (folder / "a.npz").write_bytes(data)


DAMAGE = {
    "a hash": damage_hash,
    "another hash": lambda folder: damage_hash(folder, "f"),
    "an array": damage_array,
    # The bytes are the same: only what they are said to be differs.
    "a dtype": lambda folder: write_npz(folder / "a.npz", {"0": np.eye(3).view(np.int64)}),
    "a shape": lambda folder: write_npz(folder / "a.npz", {"0": np.eye(3).ravel()}),
    "an array of objects": pickle_array,
    "an array of a claimed size": lambda folder: claim(folder / "a.npz", 10**12),
    "no JSON": lambda folder: (folder / "a.json").write_text("{"),
    "a list": lambda folder: (folder / "a.json").write_text("[]"),
    "no arrays": lambda folder: (folder / "a.npz").unlink(),
    "no compressed bytes": garble_array,
    "no zip": lambda folder: (folder / "a.npz").write_bytes(b"PK\3\4"),
    "deep": lambda folder: (folder / "a.json").write_text("[" * 100_000),
}


def test_a_baseline_for_which_there_is_no_memory_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise MemoryError("an array")

    stored(tmp_path, np.eye(3))
    with monkeypatch.context() as patch:
        patch.setattr(np, "load", refuse)
        with pytest.raises(MemoryError, match="an array"):
            baseline.read_snapshot(tmp_path, "a")
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((2, 2), np.uint8))
    monkeypatch.setattr("sampviz.images.formats.opencv_decode.reserve", refuse)
    with pytest.raises(LimitError):
        baseline.read_png(tmp_path / "a.png")


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_baseline_is_an_input_that_cannot_be_read(tmp_path: Path, harm: object) -> None:
    stored(tmp_path, np.eye(3))
    harm(tmp_path)  # type: ignore[operator]
    with pytest.raises(InputError, match="the baseline is damaged") as caught:
        baseline.read_snapshot(tmp_path, "a")
    assert caught.value.where == str(tmp_path / "a.json")
    assert "update" in caught.value.fix
    assert "\n" not in caught.value.what


@pytest.mark.parametrize("counts", [(2**29 + 1,), (2**28 + 1, 2**28), (1, 2**29)])
def test_arrays_of_more_than_4_gib_together_are_refused_before_they_are_read(
    tmp_path: Path, counts: tuple[int, ...]
) -> None:
    stored(tmp_path, np.eye(3))
    claim(tmp_path / "a.npz", *counts)
    with pytest.raises(InputError, match="its arrays are too large"):
        baseline.read_snapshot(tmp_path, "a")
