"""Estimates of memory hold within a factor of two, and what costs too much is refused before."""

import ctypes
import gc
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.analysis.plane_memory import Work, check_plane_memory, measured_at_once
from sampviz.core.bounded_cache import clear_all
from sampviz.core.budget import LimitError, limits
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from tests.conftest import Cli

_CHAINS = [Chain.parse("max"), Chain.parse("flc")]
_MEMORY = Path("/proc/self/clear_refs")


def _image(side: int) -> Image:
    return as_image(np.random.default_rng(0).random((side, side), dtype=np.float32))


def _estimate(work: Work, image: Image, chains: list[Chain]) -> float:
    """Return the least memory with which the work is not refused."""
    low, high = 1.0, 1e12
    while high - low > 1e5:
        middle = (low + high) / 2
        try:
            with limits(int(middle)):
                check_plane_memory(work, image, chains)
            high = middle
        except LimitError:
            low = middle
    return high


def _status(name: str) -> int:
    match = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())
    assert match
    return 1024 * int(match[1])


def _peak(work: Callable[[], object]) -> int:
    """Return how much memory a copy of this process, in which nothing is kept, takes."""
    reading, writing = os.pipe()
    if not os.fork():
        clear_all()
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what tests before this one left free would not count
        _MEMORY.write_text("5")  # the peak begins anew
        before = _status("VmRSS")
        work()
        os.write(writing, str(_status("VmHWM") - before).encode())
        os._exit(0)
    os.close(writing)
    os.wait()
    with os.fdopen(reading) as pipe:
        return int(pipe.read())


@pytest.mark.slow
@pytest.mark.skipif(
    not (_MEMORY.exists() and hasattr(ctypes.CDLL(None), "malloc_trim")),
    reason="glibc on Linux says the peak of a process",
)
def test_estimates_are_within_a_factor_of_two(tmp_path: Path) -> None:
    grown = Chain.parse("max+bilinear:2")
    path = tmp_path / "a.npy"
    works: dict[Work, tuple[list[Chain], Callable[[Image], object]]] = {
        "compare": (_CHAINS, lambda image: sampviz.compare(image, _CHAINS)),
        "measure": (_CHAINS[1:], lambda image: sampviz.measure(image, _CHAINS[1], threads=1)),
        "apply": ([grown], lambda image: sampviz.apply(image, grown, path, overwrite=True)),
    }
    small, image = _image(32), _image(1024)
    ratios = {}
    for work, (chains, run) in works.items():
        run(small)  # what is imported once does not count
        ratios[work] = _estimate(work, image, chains) / _peak(partial(run, image))
    assert all(0.5 < ratio < 2 for ratio in ratios.values()), ratios


def test_fewer_chains_are_measured_at_once_where_memory_is_short() -> None:
    image = _image(64)
    one = 28 * image.array.nbytes
    with limits(3 * one):
        assert measured_at_once(image, _CHAINS * 4, 8) == 4
    with limits(one):
        assert measured_at_once(image, _CHAINS, 8) == 1
    with limits(one - 1), pytest.raises(LimitError, match="about 4"):
        measured_at_once(image, _CHAINS, 8)


def test_a_stage_that_is_larger_counts() -> None:
    image = _image(64)
    with limits(image.array.nbytes * 20):
        check_plane_memory("apply", image, [Chain.parse("max+bilinear:2")])
        with pytest.raises(LimitError, match="1 chain on 64x64 px"):
            check_plane_memory("apply", image, [Chain.parse("bilinear:4+max:times=4")])


def test_a_command_refuses_in_three_lines(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "a.npy"
    np.save(source, np.ones((256, 256), np.float32))
    out = cli("measure", source, "--ops", "max", "--max-memory", "3MB")
    assert (out.code, out.out) == (3, "")
    what, where, fix = out.err.splitlines()
    assert re.fullmatch(r"error: about [0-9.]+MB of memory for .*, and 3MB is the most", what)
    assert where == "  in:  a"
    assert re.fullmatch(r"  fix: a part of it \(\d+x\d+ px\), or --max-memory \S+MB, .*", fix)
    out = cli("measure", source, "--ops", "max,avg", "--max-memory", "3MB")
    assert out.err.splitlines()[2].startswith("  fix: fewer chains, a part of it (")
