"""Every promise of speed against the peers that are installed: python -m benchmarks [--quick].

It prints a table, part by part, and writes benchmarks.json; it ends with 1 if a promise is not
kept. The machine must be quiet: any other work on it makes the figures worthless.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.side_by_side import Row
from sampviz.core.process_pool import cores

# Each is a module here with `rows(quick)`, which yields a Row as soon as it is measured.
PARTS = ("operations", "volumes", "startup", "figure", "nifti", "batch", "measures", "page",
         "coverage")  # fmt: skip
WITH_CASES = ("volumes", "coverage")
PEERS = ("numpy", "scipy", "opencv-python-headless", "matplotlib", "nibabel", "isal",
         "scikit-image", "torch", "kornia")  # fmt: skip


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


def main() -> int:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds: a minute")
    parser.add_argument("--only", metavar="PARTS", help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--case", metavar="TEXT", default="", help="volumes and coverage: cases that have it"
    )
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), help="the file")
    given = parser.parse_args()
    machine = {
        "machine": platform.machine(),
        "cores": cores(),
        "python": platform.python_version(),
        **{peer: _version(peer) for peer in PEERS},
    }
    print("  ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    found: list[Row] = []
    for name in given.only.split(",") if given.only else PARTS:
        rows: Callable[..., Iterable[Row]] = import_module(f"benchmarks.{name}").rows
        options = {"case": given.case} if name in WITH_CASES else {}
        print(f"\n{name}: ours, the fastest peer, how many times it takes, wanted", flush=True)
        for row in rows(given.quick, **options):
            print(text(row), flush=True)
            found.append(row)
    given.json.write_text(
        json.dumps({"machine": machine, "rows": [row.as_json() for row in found]}, indent=1) + "\n"
    )
    missed = [row for row in found if not row.met]
    print(f"\n{len(found)} comparisons, {len(missed)} of the promises missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
