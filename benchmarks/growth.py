"""How time and memory of `measure` grow with the number of images.

    python benchmarks/growth.py [SIZE ..]

Every size runs in a process of its own, so that its peak of memory is its own. The images are 100
files of 32x32 that come again and again: what grows is what is kept of them.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from sampviz.analysis.measure_sources import MeasurementSpec, measure_each
from sampviz.analysis.metric_tables import new_table
from sampviz.analysis.statistics import SummaryStatistics

SIZES = (100, 1_000, 10_000, 100_000)
MEASURES = "bias,psnr"
_FILES = 100


def peak(who: int) -> float:
    """Return the largest memory of a process so far, in MB."""
    return resource.getrusage(who).ru_maxrss / 1024


def one(size: int, folder: Path) -> None:
    """Measure so many images, and print a line."""
    rng = np.random.default_rng(0)
    files = [folder / f"{i}.npy" for i in range(_FILES)]
    for file in files:
        np.save(file, rng.random((32, 32)).astype(np.float32))
    sources = [str(files[i % _FILES]) for i in range(size)]
    names = MEASURES.split(",")
    tally, begin = SummaryStatistics(names), time.perf_counter()
    with new_table(folder / "rows.csv", names) as table:
        for outcome in measure_each(
            sources, MeasurementSpec(("max", "flc"), measures=MEASURES), workers=2
        ):
            rows = outcome.get()
            tally.add(rows)
            table.add(rows)
    mean = next(tally.summaries()).statistics["bias"]
    seconds = time.perf_counter() - begin
    own, workers = peak(resource.RUSAGE_SELF), peak(resource.RUSAGE_CHILDREN)
    print(
        f"{size:>8} {seconds:>8.1f} s {1000 * seconds / size:>8.2f} ms/image"
        f" {own:>7.0f} MB {workers:>7.0f} MB   mean of {mean.count}"
    )


def main() -> None:
    """Measure every size."""
    if "--one" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            one(int(sys.argv[-1]), Path(folder))
        return
    print("  images       time                     program  worker")
    for size in map(int, sys.argv[1:] or SIZES):
        subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)


if __name__ == "__main__":
    main()
