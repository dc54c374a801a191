"""Fuzz with coverage: `python -m tests.fuzz.guided --minutes 60 [TARGET ..]`, with atheris.

Every target has a process of its own, which libFuzzer ends when its time is over. Inputs that reach
new code are kept in a corpus, which begins with the files of `tests/fuzz/corpus`; `--shrink` puts
the least that reach as much there. Findings are kept beside it, a file and what was said of it.
"""

import argparse
import json
import random
import re
import shlex
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_LONGEST = 2**16  # bytes
_LIMITS = ("-timeout=20", "-report_slow_units=20", "-rss_limit_mb=2048", f"-max_len={_LONGEST}")
_OF_CORPUS = 16_000  # bytes of a target's files in the tree


def work(name: str, words: list[str], corpus: Path, keep: Path) -> None:
    """Fuzz a target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["sampviz"]):  # those inside functions, too
        from tests.fuzz.targets import TARGETS

        target = TARGETS[name]
        corpus.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(target.seeds()):
            (corpus / f"seed{number}").write_bytes(data)

        def mutate(data: bytes, most: int, seed: int) -> bytes:
            rng = random.Random(seed)
            if rng.random() < 0.5:
                return atheris.Mutate(data, most)
            return target.mutate(data, rng)[:most]

        words = [*_LIMITS, f"-artifact_prefix={keep}/{name}-", *words]
        program = _program(name, corpus.parent, keep)
        atheris.Setup([program, *words], _kept(target.attempt, name, keep), custom_mutator=mutate)
        atheris.Fuzz()


def _program(name: str, corpus: Path, keep: Path) -> str:
    """Write a program that does what this process does: libFuzzer starts it where it merges."""
    program = keep / f"run-{name}"
    program.write_text(
        '#!/bin/sh\nfor word; do set -- "$@" "--worker=$word"; shift; done\n'
        f'exec {shlex.join(_command(name, corpus, keep))} "$@"\n'
    )
    program.chmod(0o755)
    return str(program.resolve())


def _kept(attempt: Callable[[bytes], None], name: str, keep: Path) -> Callable[[bytes], None]:
    """Return what tries bytes, and keeps the first of all that raise at one place."""
    places: set[str] = set()

    def attempt_and_keep(data: bytes) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                attempt(data)
        except Exception as err:  # that is what is looked for
            place = traceback.extract_tb(err.__traceback__)[-1]
            where = f"{type(err).__name__} {Path(place.filename).name}:{place.lineno}"
            if where in places:
                return
            places.add(where)
            file = keep / f"{name}-{len(places)}"
            file.write_bytes(data)
            file.with_name(f"{file.name}.txt").write_text(f"{where}: {err}\n")
            print(f"finding {file}: {where}: {err}", file=sys.stderr, flush=True)

    return attempt_and_keep


def fuzz(name: str, seconds: float, corpus: Path, keep: Path) -> dict[str, object]:
    """Fuzz a target; return how often it was tried, and how many places of the code were reached.

    A process that is killed, for its time or its memory, is followed by another.
    """
    executions, reached, until = 0, "0", time.time() + seconds
    while (left := until - time.time()) > 5:
        ended = _worker(name, corpus, keep, f"-max_total_time={left:.0f}", "-print_final_stats=1")
        executions += sum(map(int, re.findall(r"executed_units:\s+(\d+)", ended)))
        reached = [reached, *re.findall(r"cov: (\d+)", ended)][-1]
        for line in ended.splitlines():
            if line.startswith(("finding", "==", "SUMMARY", "Traceback")):
                print(name, line, file=sys.stderr, flush=True)
    files = len(list((corpus / name).iterdir()))
    return {"target": name, "executions": executions, "reached": int(reached), "corpus": files}


def shrink(name: str, corpus: Path, keep: Path) -> None:
    """Put the fewest files that reach as much into the corpus of the tree, the shortest of them."""
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in [*folder.iterdir()]:
        (corpus / name / file.name).write_bytes(file.read_bytes())
        file.unlink()
    _worker(name, corpus, keep, "-merge=1", str(folder))
    size = 0
    for file in sorted(folder.iterdir(), key=lambda file: (file.stat().st_size, file.name)):
        size += file.stat().st_size
        if size > _OF_CORPUS:
            file.unlink()


def _worker(name: str, corpus: Path, keep: Path, *words: str) -> str:
    """Run a process that fuzzes; return what it says."""
    again = _command(name, corpus, keep)
    again += [f"--worker={word}" for word in (*words, str(corpus / name))]
    return subprocess.run(again, stderr=subprocess.PIPE, text=True, errors="replace").stderr


def _command(name: str, corpus: Path, keep: Path) -> list[str]:
    places = ["--corpus", str(corpus), "--keep", str(keep)]
    return [sys.executable, "-m", "tests.fuzz.guided", name, *places]


def main() -> int:
    """Fuzz one target after the other; return 1 if anything was found."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    words.add_argument("targets", nargs="*", metavar="TARGET")
    words.add_argument("--minutes", type=float, default=60, help="of all targets together")
    words.add_argument("--corpus", type=Path, default=Path("fuzz_findings/corpus"))
    words.add_argument("--keep", type=Path, default=Path("fuzz_findings"))
    words.add_argument("--shrink", action="store_true", help="keep the corpus in the tree")
    words.add_argument("--worker", action="append", help=argparse.SUPPRESS)
    arguments = words.parse_args()
    corpus, keep = arguments.corpus, arguments.keep
    keep.mkdir(parents=True, exist_ok=True)
    if arguments.worker:
        (name,) = arguments.targets
        work(name, arguments.worker, corpus / name, keep)
    from tests.fuzz.targets import TARGETS

    names = arguments.targets or list(TARGETS)
    for name in names:
        folder = corpus / name
        folder.mkdir(parents=True, exist_ok=True)
        if arguments.shrink:
            shrink(name, corpus, keep)
            continue
        for file in (CORPUS / name).glob("*"):
            (folder / file.name).write_bytes(file.read_bytes())
        report = fuzz(name, 60 * arguments.minutes / len(names), corpus, keep)
        print(json.dumps(report), flush=True)
    return int(any(path.suffix == ".txt" for path in keep.iterdir()))


if __name__ == "__main__":
    sys.exit(main())
