"""What work on a large volume takes is said before it begins."""

import warnings
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.analysis import volume_memory
from sampviz.core import memory
from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.convert import as_image_of

MEASURES = ["bias"]
MB = 10**6


@pytest.fixture
def volume(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """A volume that counts as large, of 64 KB; the work on a chain takes 192 KiB beside it."""
    monkeypatch.setattr(volume_memory, "LARGE", 1000)
    return np.random.default_rng(0).random((16, 32, 32), np.float32)


def free(monkeypatch: pytest.MonkeyPatch, count: int | None) -> None:
    monkeypatch.setattr(volume_memory, "free_memory", lambda: count)


@pytest.mark.parametrize("free_bytes", [None, 200_000, 10 * MB])
def test_what_fits_is_measured(
    volume: np.ndarray, free_bytes: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, free_bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        rows = sampviz.measure(volume, "avg,blur", axes=3, measures=MEASURES)
    assert [row.chain for row in rows] == ["avg", "blur"]


def test_what_does_not_fit_is_refused(volume: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 190_000)
    with pytest.raises(InputError, match=r"16x32x32 voxels takes about 0\.0 GB .* are free"):
        sampviz.measure(volume, "max", axes=3, measures=MEASURES)
    with pytest.raises(InputError, match="of memory are free"):
        sampviz.compare(as_image_of(volume, 3), "max")


def test_chains_that_need_the_whole_are_named(
    volume: np.ndarray, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free(monkeypatch, None)
    monkeypatch.setattr("sampviz.ops.slabs._AT_ONCE", 4000)
    with pytest.warns(SampvizWarning, match="flc cannot be worked on slab by slab") as caught:
        sampviz.measure(volume, "avg,flc", axes=3, measures=MEASURES)
    assert not any("avg" in str(warning.message) for warning in caught)
    with pytest.warns(SampvizWarning, match="flc cannot be worked on slab by slab"):
        sampviz.apply(as_image_of(volume, 3), "flc", tmp_path / "small.npy")


@pytest.mark.parametrize(
    ("machine", "most", "used", "expected"),
    [
        ("MemTotal: 9 kB\nMemAvailable:    7 kB\n", None, None, 7 * 1024),
        ("MemAvailable: 7 kB\n", "5000", "1000", 4000),
        ("MemAvailable: 7 kB\n", "max", "1000", 7 * 1024),
        ("nothing of the kind", "max", "1", None),
    ],
)
def test_free_memory_is_the_less_of_machine_and_container(
    machine: str,
    most: str | None,
    used: str | None,
    expected: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "meminfo").write_text(machine)
    for name, text in (("memory.max", most), ("memory.current", used)):
        if text:
            (tmp_path / name).write_text(text)
    monkeypatch.setattr(memory, "_SYSTEM", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    assert memory.free_memory() == expected
