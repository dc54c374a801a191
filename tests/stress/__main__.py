"""Many processes at once in one folder, and what must hold: `python -m tests.stress`.

Every process runs a command line of the program, forked from one that has imported it. In each
scene every process ends as it would alone, every file has the bytes that one alone writes, and
none is left that nobody asked for. It prints a line a scene, and ends with 1 if one is violated.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.stress import scenes

SCENES: dict[str, Callable[[Path, int], list[str]]] = {
    "figures into one folder": scenes.figures,
    "figures onto one file": scenes.one_file,
    "batches, and one that is killed": scenes.batches,
    "check beside check --update": scenes.checks,
    "slices by marks that are written by many and poisoned": scenes.marks,
}


def main() -> int:
    """Play the scenes."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress", description=__doc__)
    parser.add_argument("--processes", type=int, default=50, metavar="N")
    parser.add_argument("--only", default="", metavar="TEXT", help="scenes whose name has it")
    given = parser.parse_args()
    violated = 0
    for name, scene in SCENES.items():
        if given.only not in name:
            continue
        with tempfile.TemporaryDirectory(prefix="sampviz-") as folder:
            os.environ["SAMPVIZ_CACHE"] = str(Path(folder) / "cache")
            begin = time.perf_counter()
            Path(folder, "work").mkdir()
            found = scene(Path(folder) / "work", given.processes)
            violated += bool(found)
            said = "violated" if found else "holds"
            print(f"{said:<8} {time.perf_counter() - begin:5.0f} s  {name}", flush=True)
            for line in dict.fromkeys(found):
                print(f"    {line}")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
