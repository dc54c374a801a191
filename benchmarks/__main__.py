"""Every promise of speed against the peers that are installed: python -m benchmarks [--quick].

It prints a table, part by part, and writes benchmarks.json; it ends with 1 if a promise is not
kept. The machine must be quiet: any other work on it makes the figures worthless. With --processes
all is measured again, in processes one after another, and promises are judged by all rounds: a row
near its mark lies now above it and now below, as the machine is faster and slower.
With --compare it says what has become slower since an older file was written, and ends with 1 if
something has for sure: what seems slower is measured again, in processes of its own.
"""

import argparse
import platform
import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import history
from benchmarks.side_by_side import Row
from sampviz.core.process_pool import cores

# Each is a module here with `rows(quick)`, which yields a Row as soon as it is measured.
PARTS = ("operations", "volumes", "startup", "figure", "nifti", "gzip_readers", "batch",
         "measures", "growth", "page", "coverage")  # fmt: skip
WITH_CASES = ("volumes", "coverage")
PEERS = ("numpy", "scipy", "opencv-python-headless", "matplotlib", "nibabel", "isal",
         "scikit-image", "torch", "kornia", "indexed_gzip", "rapidgzip")  # fmt: skip


def text(row: Row) -> str:
    """Return the row as a line of the table."""
    ours, theirs = (_amount(value, row.unit) for value in (row.ours, row.theirs))
    wanted = f"{row.wanted:5.2f}" if row.wanted else "    -"
    mark = "" if row.wanted is None else "ok" if row.met else "MISSED"
    spread = f"[{row.low:.2f}-{row.high:.2f}]"
    return (
        f"{row.case:<34} {ours:>9} {row.peer:<28} {theirs:>9} {row.ratio:7.2f} {spread:<15}"
        f" {wanted} {mark:<6} {row.limit}"
    )


def _amount(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1e3:.3f} ms" if value < 1 else f"{value:.2f} s"
    return f"{value:.0f} {unit}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def machine() -> dict[str, Any]:
    """Return what two runs must have in common for a promise to be the same."""
    return {
        "machine": f"{platform.machine()} {_processor()}".strip(),
        "cores": cores(),
        "python": platform.python_version(),
        **{peer: _version(peer) for peer in PEERS},
    }


def _processor() -> str:
    try:
        names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        return platform.processor()
    return names[0] if names else ""


def measure(parts: Iterable[str], quick: bool, case: str) -> list[Row]:
    """Print the rows of parts as soon as they are measured, and return them."""
    measured = []
    for name in parts:
        rows: Callable[..., Iterable[Row]] = import_module(f"benchmarks.{name}").rows
        options = {"case": case} if name in WITH_CASES else {}
        print(f"\n{name}: ours, the fastest peer, how many times it takes, wanted", flush=True)
        for row in rows(quick, **options):
            print(text(row), flush=True)
            measured.append(row)
    return measured


def report_changes(old: history.Record, new: history.Record, options: list[str]) -> int:
    """Print how rows compare with those of `old`; return 1 if one is slower, on the same machine.

    On another one, or with other versions of the peers, ratios may differ by that.
    """
    others = [name for name in new["machine"] if old["machine"].get(name) != new["machine"][name]]
    print("\nhow many times as long as in the older run, beside the same peer", flush=True)
    changes = history.compare(old, new, options)
    for change in changes:
        print(change)
    slower = sum(change.slower for change in changes)
    print(f"\n{len(changes)} rows, {slower} slower by more than {history.SLOWER - 1:.0%}")
    if others:
        print(f"that run had another {', '.join(others)}: nothing is judged")
    return 1 if slower and not others else 0


def report_pooled(record: history.Record, processes: int) -> None:
    """Print the ratios of the rounds of several processes together, where something is promised."""
    print(f"\nby the rounds of {processes} processes: how many times it takes, wanted", flush=True)
    for row in record["rows"]:
        if row["wanted"] is not None:
            spread, mark = f"[{row['low']:.2f}-{row['high']:.2f}]", "ok" if row["met"] else "MISSED"
            print(f"{row['case']:<34} {row['peer']:<28} {row['ratio']:7.2f} {spread:<15}"
                  f" {row['wanted']:5.2f} {mark}")  # fmt: skip


def main() -> int:
    """Run the parts that are named; compare them with an older run, if there is one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds: a minute")
    parser.add_argument("--only", metavar="PARTS", help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--case", metavar="TEXT", default="", help="volumes and coverage: cases that have it"
    )
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), help="the file")
    parser.add_argument(
        "--processes", metavar="N", type=int, default=1, help="judge the rounds of so many"
    )
    parser.add_argument(
        "--compare", metavar="OLD.json", type=Path, help="say what has become slower, instead"
    )
    given = parser.parse_args()
    parts = given.only.split(",") if given.only else list(PARTS)
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}: some of {','.join(PARTS)}")
    if given.processes < 1:
        parser.error("--processes is 1 or more")
    try:
        old = history.load(given.compare) if given.compare else None
    except (OSError, ValueError, KeyError, TypeError) as err:
        parser.error(f"{given.compare} is no file of --json: {err!r}")
    facts = machine()
    print("  ".join(f"{name} {value}" for name, value in facts.items()), flush=True)
    measured = measure(parts, given.quick, given.case)
    record: history.Record = {"machine": facts, "rows": [row.as_json() for row in measured]}
    options = ["--quick"] * given.quick + ["--case", given.case]
    for _ in range(1, given.processes):
        record = history.pooled(record, history.run_again(options, parts))
    history.save(given.json, record)
    if old:
        return report_changes(old, record, options)
    if given.processes > 1:
        report_pooled(record, given.processes)
    missed = sum(not row["met"] for row in record["rows"])
    print(f"\n{len(measured)} comparisons, {missed} of the promises missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
