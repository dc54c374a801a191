"""Change the package, a place at a time, and see whether tests notice: `python -m tests.mutants`.

cosmic-ray says which changes there are. The fast tests run once under coverage; then each change
is tried on the tests that run its line, in a copy of the tree. Its place in a package is drawn; the
same seed draws the same. What survives is written with its line to a file, for somebody to read.
"""

import argparse
import compileall
import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from py_compile import PycInvalidationMode

from tests.mutants.changes import Change, drawn
from tests.mutants.covering import measure, read_lines, read_times
from tests.mutants.trial import Verdict, covering_tests, patience_of, try_change, warm_up

PACKAGES = ("dsp", "ops", "analysis/metrics", "images/formats", "recipes", "testing/snapshots")


def interval(killed: int, count: int) -> tuple[float, float]:
    """Return the share with 95 % confidence (Wilson)."""
    if not count:
        return 0.0, 1.0
    share, z = killed / count, 1.96**2 / count
    middle, reach = share + z / 2, sqrt(z * share * (1 - share) + z**2 / 4)
    return (middle - reach) / (1 + z), (middle + reach) / (1 + z)


def copied(folder: Path) -> Path:
    """Copy the tree, and compile it so that a changed file is compiled anew."""
    root = folder / "tree"
    listed = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(listed, stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in names.splitlines():
        if Path(name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(name, root / name)
    compileall.compile_dir(
        root / "sampviz", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH
    )
    return root


def order(root: Path, packages: list[str], seed: int) -> Iterator[tuple[str, Change]]:
    """Yield changes, a package after the other."""
    draws = {}
    for package in packages:
        folder = root / "sampviz" / package
        files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]
        names = [str(file.relative_to(root)) for file in files]
        draws[package] = drawn(root, names, random.Random(f"{seed}:{package}"))
    while draws:
        for package in list(draws):
            change = next(draws[package], None)
            if change is None:
                del draws[package]
            else:
                yield package, change


def main() -> int:
    """Try changes until the time is over; print the share that is noticed, per package."""
    words = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    words.add_argument("packages", nargs="*", default=list(PACKAGES), metavar="PACKAGE")
    words.add_argument("--minutes", type=float, default=60)
    words.add_argument("--most", type=int, default=10**9, help="changes of all packages together")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--store", type=Path, default=Path("mutants"))
    arguments = words.parse_args()
    store = arguments.store.resolve()
    shutil.rmtree(store / "tree", ignore_errors=True)
    root = copied(store)
    if not (store / "lines").is_file():
        measure(root, store, [f"sampviz/{package}" for package in PACKAGES])
    lines, times = read_lines(store), read_times(store)
    warm_up(root, PACKAGES, sorted({test.partition("::")[0] for test in times if _is_near(test)}))
    until = time.time() + 60 * arguments.minutes
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with (store / "verdicts.jsonl").open("a", encoding="utf-8") as file:
        for number, (package, change) in enumerate(order(root, arguments.packages, arguments.seed)):
            if time.time() > until or number >= arguments.most:
                break
            path = root / change.file
            source = path.read_text("utf-8")
            changed = change.apply(source)
            if not changed:
                continue
            tests = covering_tests(lines, times, change.file, change.line)
            verdict = Verdict("survived", "no test runs it")
            if tests:
                verdict = try_change(path, source, changed, tests, patience_of(times, tests))
            counts[package][verdict.state] += 1
            record = _record(package, change, source, changed, verdict, len(tests))
            file.write(json.dumps(record) + "\n")
            file.flush()
    for package, count in counts.items():
        tried = count["killed"] + count["survived"]
        low, high = interval(count["killed"], tried)
        share = f"{count['killed']} of {tried} killed, {low:.0%}..{high:.0%}"
        print(f"{package}: {share}; {count['broken']} more could not be imported")
    return 0


def _is_near(test: str) -> bool:
    folders = {package.partition("/")[0] for package in PACKAGES}
    return test.split("/")[1] in folders


def _record(
    package: str, change: Change, source: str, changed: str, verdict: Verdict, tests: int
) -> dict[str, object]:
    pairs = zip(source.splitlines(), changed.splitlines(), strict=False)
    before, after = next(((a, b) for a, b in pairs if a != b), ("", ""))
    return {
        "package": package,
        "file": change.file,
        "line": change.line,
        "operator": change.operator.rpartition("/")[2],
        "before": before.strip(),
        "after": after.strip(),
        "state": verdict.state,
        "test": verdict.test,
        "tests": tests,
        "seconds": round(verdict.seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
