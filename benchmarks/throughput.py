"""Figures per second of a batch on one core and on two, and the memory of its largest process.

    python benchmarks/throughput.py [FIGURES [ROUNDS]]

The runs take turns, so that other work on the machine disturbs both alike; the seconds of
processor time say what they would take alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np


def recipe(folder: Path, count: int) -> Path:
    """Write a recipe of so many figures: two chains on noise of 128x128, with spectra."""
    rng = np.random.default_rng(0)
    for i in range(count):
        np.save(folder / f"{i:03d}.npy", rng.random((128, 128)).astype(np.float32))
    file = folder / "r.toml"
    file.write_text('[[figure]]\nname = "f"\nops = ["max", "flc"]\nmatrix = { inputs = "*.npy" }\n')
    return file


def run(file: Path, jobs: int) -> tuple[float, float, float]:
    """Return the seconds of a batch, its seconds of processor time, and its memory in MB."""
    with tempfile.TemporaryDirectory() as out:
        begin = time.perf_counter()
        words = ["batch", str(file), "-j", str(jobs), "-o", out, "-q"]
        process = subprocess.Popen(
            [sys.executable, "-m", "sampviz", *words], stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return (
            time.perf_counter() - begin,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024,
        )


def main() -> None:
    """Run one and two processes in turn."""
    count, rounds = (int(word) for word in (sys.argv[1:] + ["200", "3"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        file = recipe(Path(folder), count)
        for turn in range(rounds):
            for jobs in (1, 2):
                wall, cpu, memory = run(file, jobs)
                print(
                    f"round {turn + 1}: -j {jobs}: {wall:6.1f} s {count / wall:6.2f} figures/s,"
                    f" processor {cpu:6.1f} s, {memory:4.0f} MB, load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
