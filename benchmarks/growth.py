"""How time and memory grow with the number of figures that are drawn and of slices measured.

    python -m benchmarks --only growth
    python -m benchmarks.growth figures 20000
    python -m benchmarks.growth slices 200000

Every size runs in a process of its own, so that its peak of memory is its own, with two workers.
The inputs are 100 files of 32x32 that come again and again, each figure with another window: what
grows is what is kept of them. A time is that of the processors, per figure or slice: of what is
linear it stays, or falls, since the start is shared by more.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.side_by_side import Row, Run, row, run
from sampviz.analysis.measure_sources import MeasurementSpec, measure_each
from sampviz.analysis.metric_tables import new_table
from sampviz.analysis.statistics import SummaryStatistics
from sampviz.cli.app import run as run_command

SIZES = {"figures": (500, 100), "slices": (5_000, 1_000)}  # n, and n where it is to be quick
MEASURES = "bias,psnr"
_FILES = 100
_WANTED = 0.9  # of the time and of the memory of n


def rows(quick: bool) -> Iterator[Row]:
    """Yield time and memory of 2n and 4n beside those of n."""
    for kind, sizes in SIZES.items():
        n = sizes[quick]
        of_n = _run(kind, n)
        for size in (2 * n, 4 * n):
            taken = _run(kind, size)
            each = {"ours": [taken.cpu / size], f"each of {n}": [of_n.cpu / n]}
            limit = f"{taken.wall:.0f} s on the wall, {of_n.wall:.0f} s of {n}"
            yield row("growth", f"{size} {kind}: each", each, _WANTED, limit=limit)
            memory = {"ours": [taken.memory], f"memory of {n}": [of_n.memory]}
            yield row("growth", f"{size} {kind}: memory", memory, _WANTED, unit="MB")


def draw(count: int, folder: Path) -> None:
    """Draw so many figures."""
    windows = ", ".join(f'"0,{1 + number}"' for number in range(count // _FILES))
    (folder / "r.toml").write_text(
        '[[figure]]\nname = "f"\nops = "max"\nrows = "image"\n'
        f'matrix = {{ inputs = "*.npy", window = [{windows}] }}\n'
    )
    words = ("batch", str(folder / "r.toml"), "-j", "2", "-o", str(folder / "out"), "-q")
    assert run_command(list(words)) == 0


def measure(count: int, folder: Path, files: list[str]) -> None:
    """Measure so many slices, into a table and its statistics."""
    names = MEASURES.split(",")
    tally = SummaryStatistics(names)
    sources = [files[i % _FILES] for i in range(count)]
    spec = MeasurementSpec(("max", "flc"), measures=MEASURES)
    with new_table(folder / "rows.csv", names) as table:
        for outcome in measure_each(sources, spec, workers=2):
            rows_of_one = outcome.get()
            tally.add(rows_of_one)
            table.add(rows_of_one)
    assert next(tally.summaries()).statistics["bias"].count == count


def _run(kind: str, size: int) -> Run:
    return run([sys.executable, "-m", "benchmarks.growth", kind, str(size)])


def main() -> None:
    """Draw or measure as many as is said; of figures a multiple of 100."""
    kind, count = sys.argv[1], int(sys.argv[2])
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{i}.npy" for i in range(_FILES)]
        for file in files:
            np.save(file, rng.random((32, 32)).astype(np.float32))
        if kind == "figures":
            draw(count, folder)
        else:
            measure(count, folder, [str(file) for file in files])


if __name__ == "__main__":
    main()
