"""Run every command while the k-th call of a kind fails, for all k: `python -m tests.faults`."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.harness import KINDS, LIBRARY, Faults, build
from tests.faults.scenes import SCENES, prepare


def _main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("scenes", nargs="*", default=list(SCENES), metavar="SCENE")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only calls of this kind")
    parser.add_argument(
        "--most", type=int, default=1000, help="calls of a kind that fail: of more a share"
    )
    arguments = parser.parse_args(words)
    if LIBRARY not in os.environ:
        return _with_library(words)
    findings = 0
    totals: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as root:
        os.environ["XDG_CACHE_HOME"] = f"{root}/cache"
        folder = Path(root, "work")
        prepare(folder, arguments.scenes)
        print(_row("calls that failed", KINDS, "seconds"), flush=True)
        for name in arguments.scenes:
            findings += _try(name, folder, totals, arguments.kind or KINDS, arguments.most)
    for kind in arguments.kind or KINDS:
        outcomes = ", ".join(f"{count} {what}" for (k, what), count in totals.items() if k == kind)
        print(f"{kind}: {outcomes or 'none'}")
    print(f"{findings} findings")
    return bool(findings)


def _with_library(words: Sequence[str]) -> int:
    with TemporaryDirectory() as place:
        library = build(Path(place))
        if library is None:
            print("needs gcc, on Linux")
            return 0
        environment = {**os.environ, LIBRARY: str(library), "LD_PRELOAD": str(library)}
        program = [sys.executable, "-m", "tests.faults", *words]
        return os.spawnve(os.P_WAIT, sys.executable, program, environment)


def _try(
    name: str, folder: Path, totals: Counter[tuple[str, str]], kinds: Sequence[str], most: int
) -> int:
    from sampviz.cli.app import run

    start = time.monotonic()
    words = SCENES[name].split()
    faults = Faults(folder, lambda: run(words))
    # What is imported is imported before: here, and undone by the next run.
    os.chdir(folder)
    stdout, stderr = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1), os.dup2(nowhere, 2)
    run(words)
    sys.stdout.flush()
    os.dup2(stdout, 1), os.dup2(stderr, 2)
    whole, counts = faults.counts()
    findings = int(whole.code != 0)
    if findings:
        print(f"{name}, where nothing fails: exit code {whole.code}: {whole.err[-300:]}")
    tried: Counter[str] = Counter()
    for kind in kinds:
        stride = -(-counts[kind] // most) or 1
        for number, made, fault in faults.of(kind, range(1, counts[kind] + 1, stride), whole):
            tried[kind] += 1
            totals[kind, "wrong" if fault else f"with exit code {made.code}"] += 1
            if fault:
                findings += 1
                print(f"{name}, {kind} {number}: {fault}", flush=True)
    faults.restore()
    shares = [f"{tried[kind]} of {counts[kind]}" if counts[kind] else "-" for kind in KINDS]
    print(_row(name, shares, f"{time.monotonic() - start:.0f}"), flush=True)
    return findings


def _row(name: str, cells: Sequence[str], last: str) -> str:
    return f"{name:<18}" + "".join(f"{cell:>12}" for cell in cells) + f"{last:>9}"


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
