"""How a run compares with an older one: ratios of ratios, with an interval.

Every row is a ratio to a peer that was measured in turn with ours, so it hardly depends on how
fast the machine is, or how busy. A quotient of two such ratios, of the same peer, says how many
times as long ours takes as before. Its estimate is the median of the quotients of every round then
with every round now (Hodges and Lehmann 1963); its interval holds the true one with a probability
of 99 %, however rounds are distributed, for it comes from ranks alone (Mann and Whitney 1947).
"""

import json
import math
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.side_by_side import Row, quartiles

SLOWER = 1.15  # times as long, which is to be seen
_OUTSIDE = 0.01  # probability that the interval does not hold the true quotient
_PROCESSES = 3  # that must agree, for a process as a whole may be slower than another

Record = dict[str, Any]  # as it stands in a file: `machine`, and `rows` of Row.as_json


@dataclass(frozen=True)
class Change:
    """How many times as long a row takes as before, beside `peer`, and the interval of that."""

    part: str
    case: str
    peer: str
    factor: float
    low: float
    high: float

    @property
    def slower(self) -> bool:
        """Whether it is slower for sure."""
        return self.low > SLOWER

    @property
    def faster(self) -> bool:
        """Whether it is faster for sure."""
        return self.high < 1 / SLOWER

    def __str__(self) -> str:
        mark = "SLOWER" if self.slower else "faster" if self.faster else ""
        spread = f"[{self.low:.2f}-{self.high:.2f}]"
        return (
            f"{self.part:<10} {self.case:<36} {self.factor:6.2f} {spread:<13} {mark:<6} {self.peer}"
        )


def changes(old: Record, new: Record) -> list[Change]:
    """Return the change of each row of `new` that has a row in `old`, with a peer of both."""
    before = {
        (row["part"], row["case"], peer): ratios
        for row in old["rows"]
        for peer, ratios in row["ratios"].items()
    }
    found = []
    for row in new["rows"]:
        peers = [each for each in row["ratios"] if (row["part"], row["case"], each) in before]
        if peers:
            peer = row["peer"] if row["peer"] in peers else peers[0]
            then, now = before[row["part"], row["case"], peer], row["ratios"][peer]
            spread = factor(then, now, noise=row["unit"] == "s")
            found.append(Change(row["part"], row["case"], peer, *spread))
    return found


def factor(
    old: Sequence[float], new: Sequence[float], *, noise: bool
) -> tuple[float, float, float]:
    """Return how many times as much it takes, from ratios then and now, and the interval's ends.

    Where there are too few rounds for an interval that is so sure, it goes from 0 to infinity;
    without noise, as memory is, it is that of all quotients.
    """
    quotients = sorted(a / b for a in old for b in new)
    middle = statistics.median(quotients)
    end = left_out(len(old), len(new), _OUTSIDE) if noise else 0
    return (middle, quotients[end], quotients[-1 - end]) if end >= 0 else (middle, 0.0, math.inf)


@cache
def left_out(n: int, m: int, outside: float) -> int:
    """Return how many of the n m sorted quotients lie beyond each end of the interval.

    They are the most for which the statistic U of Mann and Whitney, of two samples from one
    distribution, is at most as small or as large with the probability `outside`. Negative if even
    none are too many.
    """
    # ways[k][u]: how many samples of k of the ranks so far have the statistic u
    ways = [[0] * (n * m + 1) for _ in range(n + 1)]
    ways[0][0] = 1
    for rank in range(n + m):
        for k in range(min(rank + 1, n), 0, -1):
            shift = rank - (k - 1)
            for u in range(n * m, shift - 1, -1):
                ways[k][u] += ways[k - 1][u - shift]
    most, below, u = outside / 2 * math.comb(n + m, n), 0, 0
    while u < n * m // 2 and below + ways[n][u] <= most:
        below += ways[n][u]
        u += 1
    return u - 1


def pooled(first: Record, second: Record) -> Record:
    """Return the first with the rounds of the second beside its own, row by row.

    Its ratio is that of all of them, beside the peer that is the fastest by all.
    """
    more = {(row["part"], row["case"], *sorted(row["ratios"])): row for row in second["rows"]}
    rows = []
    for row in first["rows"]:
        other = more.get((row["part"], row["case"], *sorted(row["ratios"])))
        ratios = {
            peer: values + (other["ratios"][peer] if other else [])
            for peer, values in row["ratios"].items()
        }
        peer = min(ratios, key=lambda name: statistics.median(ratios[name]))
        low, ratio, high = quartiles(ratios[peer])
        fields = {name: value for name, value in row.items() if name != "met"}
        judged = {"peer": peer, "ratio": ratio, "low": low, "high": high, "ratios": ratios}
        rows.append(Row(**{**fields, **judged}).as_json())
    return {**first, "rows": rows}


def run_again(options: Iterable[str], parts: Iterable[str]) -> Record:
    """Return what parts give in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "again.json")
        words = ("--only", ",".join(parts), "--json", str(path), *options)
        subprocess.run([sys.executable, "-m", "benchmarks", *words], stdout=subprocess.DEVNULL)
        return load(path)


def load(path: Path) -> Record:
    """Return what a run has written."""
    record: Record = json.loads(path.read_text("utf-8"))
    if not record["machine"] or not record["rows"]:
        raise ValueError("it has no rows")
    return record


def save(path: Path, record: Record) -> None:
    """Write a run, a row a line."""
    rows = ",\n".join(json.dumps(row) for row in record["rows"])
    path.write_text(f'{{"machine": {json.dumps(record["machine"])}, "rows": [\n{rows}\n]}}\n')


def compare(old: Record, new: Record, options: Sequence[str]) -> list[Change]:
    """Return the changes; what seems slower is measured again, in up to two more processes."""
    for _ in range(_PROCESSES - 1):
        suspects = dict.fromkeys(each.part for each in changes(old, new) if each.slower)
        if not suspects:
            break
        new = pooled(new, run_again(options, suspects))
    return changes(old, new)
