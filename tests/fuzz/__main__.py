"""Fuzz the readers: `python -m tests.fuzz --minutes 30`.

Real files are damaged and read in a process with 1 GB of room and 10 s for each; what is found is
kept in a folder, a file and what was said of it. The same seed makes the same files.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from tests.fuzz.judge import judge
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import Seeds, seeds

ROOM = 2**30
SECONDS = 10
_PICKS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"volume": True, "series": True},
    {"plane": "sagittal"},
)


def case(number: int, seed: int, given: Seeds) -> tuple[str, bytes, dict[str, Any]]:
    """Return the ending, the bytes and what is picked of case `number`."""
    rng = random.Random(f"{seed}:{number}")
    ending = rng.choice(list(given))
    pick = rng.choice(_PICKS) if ending.startswith("nii") else {}
    # The last seeds are large: they are taken seldom.
    files = given[ending] if rng.random() < 0.02 else given[ending][:-1]
    return ending, mutated(rng.choice(files), ending, rng, files), pick


def try_one(number: int, seed: int, given: Seeds, folder: Path) -> str:
    """Judge a case; what is wrong is raised."""
    ending, data, pick = case(number, seed, given)
    path = folder / f"case.{ending}"
    path.write_bytes(data)
    return judge(path, ending, **pick)


def work(first: int, seed: int, until: float, folder: Path) -> None:
    """Try case after case, telling each result in a line; a worker that dies tells no more."""
    given = seeds()
    judge_all_kinds(given, folder)
    limit = _in_use() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    native = os.memfd_create("stderr")
    os.dup2(native, 2)
    warnings.simplefilter("ignore")  # numpy's: they are no native words
    said = 0
    number = first
    while time.time() < until:
        print("try", number, flush=True)
        signal.alarm(SECONDS)
        try:
            told = try_one(number, seed, given, folder)
            said, before = os.fstat(2).st_size, said
            if said > before:
                told = "finding native words on stderr"
        except BaseException as err:  # that is what is looked for
            place = traceback.extract_tb(err.__traceback__)[-1]
            what = " ".join(f"{type(err).__name__}: {err}".split())
            told = f"finding {what[:300]} ({Path(place.filename).name}:{place.lineno})"
        signal.alarm(0)
        print(told, flush=True)
        number += 1


def judge_all_kinds(given: Seeds, folder: Path) -> None:
    """Read what is not damaged: it is right, and all libraries are loaded before room is short."""
    for ending, files in given.items():
        for data in files:
            path = folder / f"case.{ending}"
            path.write_bytes(data)
            assert judge(path, ending) == "image"


def _in_use() -> int:
    """Return how many bytes of addresses this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")


def main() -> int:
    """Run workers one after the other until the time is over; return 1 if anything was found."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("--minutes", type=float, default=30)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--keep", type=Path, default=Path("fuzz_findings"))
    words.add_argument("--worker", nargs=3, metavar=("FIRST", "UNTIL", "FOLDER"))
    given = words.parse_args()
    if given.worker:
        first, until, folder = given.worker
        work(int(first), given.seed, float(until), Path(folder))
        return 0
    counts: Counter[str] = Counter()
    found: dict[str, int] = {}
    number, start = -1, time.time()
    until = start + 60 * given.minutes
    with tempfile.TemporaryDirectory() as folder:
        while time.time() < until:
            again = [sys.executable, "-m", "tests.fuzz", "--seed", str(given.seed)]
            again += ["--worker", str(number + 1), str(until), folder]
            with subprocess.Popen(again, stdout=subprocess.PIPE, text=True) as worker:
                assert worker.stdout
                told = "finding a worker that does not start"
                for line in worker.stdout:
                    kind, _, rest = line.strip().partition(" ")
                    if kind == "try":
                        number, told = int(rest), ""
                        continue
                    told = line.strip()
                    counts[kind] += 1
                    if kind == "finding":
                        _keep(given, number, rest, found)
            if time.time() < until and not told:
                died = f"the process died: {worker.returncode}"
                counts["finding"] += 1
                _keep(given, number, died, found)
            elif told.startswith("finding a worker"):
                print(told, file=sys.stderr)
                return 1
    report = {"seed": given.seed, "minutes": round((time.time() - start) / 60, 1)}
    print(json.dumps({**report, "executions": number + 1, **counts, "findings": found}, indent=2))
    return int(bool(found))


def _keep(given: argparse.Namespace, number: int, what: str, found: dict[str, int]) -> None:
    """Keep the first file of every kind of finding."""
    kind = what.rpartition("(")[2] if "(" in what else what
    if any(each.endswith(kind) for each in found):
        return
    found[what] = number
    with contextlib.suppress(FileExistsError):
        given.keep.mkdir(parents=True)
    ending, data, pick = case(number, given.seed, seeds())
    (given.keep / f"{number}.{ending}").write_bytes(data)
    (given.keep / f"{number}.txt").write_text(f"{what}\n{pick}\n")
    print(f"case {number}: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
