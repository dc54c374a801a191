"""Figures per second of a batch: on two cores against one, and against a loop of torch and pyplot.

What a batch costs once (a process, and two more) is part of it, as it is for whoever waits.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
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


def rows(quick: bool) -> Iterator[Row]:
    """Yield two cores against one, the loop, and the memory of many figures against few."""
    small = _Case(12 if quick else 100, 64, _SMALL)
    promised = not quick  # of few figures the start-up of the workers is most
    yield from _rates(small, 1 if quick else 3, 1.7 if promised else None)
    if not quick:
        yield from _rates(_Case(200, 128, ("max", "flc")), 2, 1.7)


def _rates(case: _Case, rounds: int, wanted: float | None) -> Iterator[Row]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = _inputs(case, folder)
        ways: dict[str, Callable[[], Run]] = {
            "two cores": lambda: _batch(folder, 2),
            "one core": lambda: _batch(folder, 1),
        }
        looped = case.chains == _SMALL and can_run("batch")
        if looped:
            ways["loop of torch and pyplot"] = lambda: _loop(files, folder)
        taken: dict[str, list[Run]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, begin in ways.items():
                taken[way].append(begin())
    walls = {way: [each.wall / case.count for each in runs] for way, runs in taken.items()}
    two, one = walls["two cores"], walls["one core"]
    yield row("batch", str(case), {"ours": two, "one core": one}, wanted)
    if looped:
        loop = walls["loop of torch and pyplot"]
        yield row("batch", str(case), {"ours": two, "loop of torch and pyplot": loop}, 8.0)
