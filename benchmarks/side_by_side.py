"""Times of several ways to do one thing, taken in turn, and the ratios between them.

A machine gets slower and faster while one measures. So the ways take turns, round by round, and a
ratio is taken inside each round; what is told is the median of the rounds, and their quartiles.
"""

import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Call = Callable[[], object]
Rounds = dict[str, list[float]]

_PAUSE = 0.01
_LAUNCH = Path(__file__).with_name("launch.py")
_LEAST_SECONDS = 0.001  # of repeated calls, far beyond the clock's tick
_WARM_SECONDS = 0.02  # of calls before a sample: after a pause a processor is slow for a while
_SAMPLE_SECONDS = 0.004  # a sample is the fastest of as many such runs of calls as this takes
_OTHER_BYTES = 2**27  # memory that fills the caches with something else
_COLD_CALLS = 3  # a sample is the fastest of


@dataclass(frozen=True)
class Row:
    """One comparison: `ratio` is how many times the peer's figure is ours; larger is better.

    `ours` and `theirs` are medians in `unit` ("s", or "MB" of memory); `low` and `high` are the
    quartiles of the ratio; `wanted` is the least ratio that is promised, None where nothing is.
    `limit` says how far we are from what the hardware allows, and of what kind that limit is.
    `ratios` has the ratio of every round, by peer, for later runs to compare with.
    """

    part: str
    case: str
    ours: float
    peer: str
    theirs: float
    ratio: float
    low: float
    high: float
    wanted: float | None = None
    limit: str = ""
    unit: str = "s"
    ratios: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.wanted is None or self.ratio >= self.wanted

    def as_json(self) -> dict[str, Any]:
        """Return the row for a program."""
        ratios = self.ratios or {self.peer: [self.ratio]}
        rounded = {peer: [float(f"{each:.4g}") for each in ratios[peer]] for peer in ratios}
        return {**asdict(self), "met": self.met, "ratios": rounded}


def row(
    part: str,
    case: str,
    rounds: Rounds,
    wanted: float | None = None,
    *,
    limit: str = "",
    unit: str = "s",
) -> Row:
    """Return the row of `rounds["ours"]` against the fastest of the others."""
    ours = rounds["ours"]
    others = {name: values for name, values in rounds.items() if name != "ours"}
    peer = min(others, key=lambda name: statistics.median(others[name]))
    ratios = {
        name: [b / a for a, b in zip(ours, values, strict=True)] for name, values in others.items()
    }
    low, middle, high = quartiles(ratios[peer])
    amounts = statistics.median(ours), peer, statistics.median(others[peer])
    return Row(part, case, *amounts, middle, low, high, wanted, limit, unit, ratios)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def time_calls(calls: Mapping[str, Call], rounds: int) -> Rounds:
    """Return the seconds of one call of each, `rounds` times in turn, after a warm-up.

    In each round the fastest of some: what else runs on the machine only ever adds.
    """
    plans = {name: _plan(call) for name, call in calls.items()}
    found: Rounds = {name: [] for name in calls}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                # The threads of the one before go on looking for work for a while.
                time.sleep(_PAUSE)
                warm = time.perf_counter() + _WARM_SECONDS
                call()
                while time.perf_counter() < warm:
                    call()
                runs, count = plans[name]
                found[name].append(min(_seconds(call, count) for _ in range(runs)) / count)
    finally:
        gc.enable()
    return found


def time_cold_calls(calls: Mapping[str, Call], rounds: int) -> Rounds:
    """Return the seconds of one call of each, `rounds` times in turn, each with cold caches.

    As for an array that was just made by something else, with a result that is kept. A call that is
    repeated finds its input in the cache, if it is small enough, and memory that its last result
    was in, if that had less than 32 MB; of two types of number it may be that of one of them alone.
    """
    other = np.ones(_OTHER_BYTES, np.uint8)

    def seconds(call: Call) -> float:
        _return_freed_memory()
        other.max()
        return _seconds(call, 1)

    found: Rounds = {name: [] for name in calls}
    for call in calls.values():
        call()  # the first one imports and plans
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(min(seconds(call) for _ in range(_COLD_CALLS)))
    return found


def _return_freed_memory() -> None:
    """Give the system back what was freed, where the C library is glibc."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


def _plan(call: Call) -> tuple[int, int]:
    """Return how many runs, of how many calls, make a sample; they are the warm-up as well."""
    call()  # the first one imports and plans
    count = 1
    while (seconds := _seconds(call, count)) < _LEAST_SECONDS:
        count = max(2 * count, int(1.2 * count * _LEAST_SECONDS / max(seconds, 1e-7)))
    return max(1, round(_SAMPLE_SECONDS / seconds)), count


def _seconds(call: Call, count: int) -> float:
    begin = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - begin


@dataclass(frozen=True)
class Run:
    """What a process took: seconds on the wall and of the processors, its largest memory in MB.

    The processor time is that of the process and of its children that it waited for.
    """

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end, without its output; RuntimeError if it fails."""
    done = subprocess.run(
        [sys.executable, "-S", str(_LAUNCH), *command],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
    )
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr}")
    return Run(*json.loads(done.stdout))


def time_commands(
    commands: Mapping[str, Sequence[str]], rounds: int, env: Mapping[str, str] | None = None
) -> dict[str, list[Run]]:
    """Return the runs of each command, `rounds` times in turn, after a run that is not counted."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            taken = run(command, env)
            if turn:
                found[name].append(taken)
    return found


def walls(runs: Mapping[str, Sequence[Run]]) -> Rounds:
    """Return the seconds on the wall of each."""
    return {name: [each.wall for each in taken] for name, taken in runs.items()}
