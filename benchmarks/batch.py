"""Figures and measures of many inputs: two cores against one; a loop of torch and pyplot.

What a batch costs once (a process, and two more) is part of it, as it is for whoever waits.
"""

import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.naive import can_run
from benchmarks.side_by_side import Row, Run, row, run, walls

_PYTHON = (sys.executable, "-m")


@dataclass(frozen=True)
class _Case:
    """So many inputs of noise, and the chains that a figure of each compares."""

    count: int
    side: int
    chains: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.count} inputs of {self.side}x{self.side}, {len(self.chains)} chains"


_SMALL = ("max", "avg", "stride", "blur", "flc")
_LOOP = "loop of torch and pyplot"


def rows(quick: bool) -> Iterator[Row]:
    """Yield two cores against one and against the loop, and the memory of many figures."""
    small = _Case(12 if quick else 100, 64, _SMALL)
    if quick:  # of a few figures most of the time is the start of the processes: no promise
        yield from _rates(small, 1, None)
        return
    yield from _rates(small, 3, 1.7)
    if can_run("batch"):
        yield _against_the_loop(small, 8.0)
    many = _Case(200, 128, ("max", "flc"))
    yield from _rates(many, 3, 1.7)
    yield _memory(many, _Case(50, 128, many.chains))
    yield _measures(_Case(1000, 256, _SMALL), 1, 1.85)  # 2000 times 25 measures of 5 chains


def _rates(case: _Case, rounds: int, wanted: float | None) -> Iterator[Row]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        _inputs(case, folder)
        taken: dict[str, list[Run]] = {"ours": [], "one core": []}
        for _ in range(rounds):
            taken["ours"].append(_batch(folder, cores=2))
            taken["one core"].append(_batch(folder, cores=1))
        one = statistics.median(each.wall for each in taken["one core"])
        limit = _ceiling(folder, one) if wanted else ""
    yield row("batch", str(case), walls(taken), wanted, limit=limit)


def _ceiling(folder: Path, one: float) -> str:
    """Say what two processes that know nothing of each other get done while one does its work."""
    with ThreadPoolExecutor(2) as both:
        walls = [each.wall for each in both.map(lambda _: _batch(folder, cores=1), range(2))]
    return f"two alone, at once: {2 * one / max(walls):.2f} times the work of one"


def _measures(case: _Case, rounds: int, wanted: float) -> Row:
    """Return how much sooner all measures of many slices are there on two cores."""
    taken: dict[str, list[Run]] = {"ours": [], "one core": []}
    with TemporaryDirectory() as name:
        files = _inputs(case, Path(name))
        words = ("measure", *files, "--ops", ",".join(case.chains), "-q", "-o")
        for turn in range(rounds):
            for way, cores in (("ours", 2), ("one core", 1)):
                out = f"{name}/{turn}_{cores}.csv"
                taken[way].append(run((*_PYTHON, "sampviz", *words, out, "-j", str(cores))))
    return row("batch", f"measures of {case.count} slices", walls(taken), wanted)


def _against_the_loop(case: _Case, wanted: float) -> Row:
    with TemporaryDirectory() as name:
        files = _inputs(case, Path(name))
        ours = _batch(Path(name), cores=2)
        loop = run([*_PYTHON, "benchmarks.naive.compare", name, ",".join(case.chains), *files])
    return row("batch", str(case), {"ours": [ours.wall], _LOOP: [loop.wall]}, wanted)


def _memory(many: _Case, few: _Case) -> Row:
    """Return how the memory of few figures compares with that of many: it is to be the same."""
    found = {}
    for way, case in (("ours", many), (f"{few.count} of them", few)):
        with TemporaryDirectory() as name:
            _inputs(case, Path(name))
            found[way] = [_batch(Path(name), cores=1).memory]
    return row("batch", f"memory of {many.count} figures", found, 0.9, unit="MB")


def _inputs(case: _Case, folder: Path) -> list[str]:
    """Write the inputs and a recipe with a figure of each; return the paths of the inputs."""
    rng = np.random.default_rng(0)
    files = [folder / f"{i:03d}.npy" for i in range(case.count)]
    for file in files:
        np.save(file, rng.random((case.side, case.side)).astype(np.float32))
    ops = ", ".join(f'"{chain}"' for chain in case.chains)
    (folder / "r.toml").write_text(
        f'[[figure]]\nname = "f"\nops = [{ops}]\nmatrix = {{ inputs = "*.npy" }}\n'
    )
    return [str(file) for file in files]


def _batch(folder: Path, cores: int) -> Run:
    with TemporaryDirectory() as out:
        words = ("batch", str(folder / "r.toml"), "-j", str(cores), "-o", f"{out}/new", "-q")
        return run((*_PYTHON, "sampviz", *words))
