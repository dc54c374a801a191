"""Figures per second of a batch: on two cores against one, and against a loop of torch and pyplot.

What a batch costs once (a process, and two more) is part of it, as it is for whoever waits.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.naive import can_run
from benchmarks.side_by_side import Row, Run, row, run

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
    # Of a few figures most of the time is the start of the processes: nothing is promised.
    yield from _rates(small, 1, None if quick else 1.7, None if quick else 8.0)
    if not quick:
        yield from _rates(_Case(200, 128, ("max", "flc")), 1, 1.7, None)


def _rates(case: _Case, rounds: int, wanted: float | None, of_loop: float | None) -> Iterator[Row]:
    taken: dict[str, list[Run]] = {"ours": [], "one core": [], _LOOP: []}
    loops = case.chains == _SMALL and can_run("batch")
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = _inputs(case, folder)
        for _ in range(rounds):
            taken["ours"].append(_batch(folder, cores=2))
            taken["one core"].append(_batch(folder, cores=1))
            if loops:
                script = (*_PYTHON, "benchmarks.naive.compare", name, ",".join(case.chains))
                taken[_LOOP].append(run([*script, *files]))
    seconds = {way: [each.wall for each in runs] for way, runs in taken.items()}
    ours = seconds["ours"]
    busy = (f"processor {taken[way][0].cpu:.1f} s" for way in ("ours", "one core"))
    limit = " against ".join(busy)
    one = {"ours": ours, "one core": seconds["one core"]}
    yield row("batch", str(case), one, wanted, limit=limit)
    if loops:
        yield row("batch", str(case), {"ours": ours, _LOOP: seconds[_LOOP]}, of_loop)


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
        words = ("batch", str(folder / "r.toml"), "-j", str(cores), "-o", out, "-q")
        return run((*_PYTHON, "sampviz", *words))
