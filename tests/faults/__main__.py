"""Run every command while the k-th call of a kind fails, for all k: `python -m tests.faults`.

Names of commands limit it to those; `--all` takes every allocation, and not a share of them.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.harness import KINDS, LIBRARY, Faults, build

COMMANDS = {
    "apply-npy": "apply a.npy max -o o.npy --overwrite",
    "apply-nii": "apply a.nii.gz max -o o.nii.gz --record --overwrite",
    "apply-png": "apply a.png max -o o.png --overwrite",
    "compare": "compare a.png --ops max -o o.png --caption md --overwrite",
    "compare-pdf": "compare a.npy --ops max --rows image -o o.pdf --overwrite",
    "measure": "measure a.npy --ops max --measures psnr --json",
    "measure-csv": "measure a.npy --ops max --measures psnr -o o.csv --overwrite",
    "measure-workers": "measure a.npy a.png a.nii.gz a.npy a.npy --ops max --measures psnr -j 2 -k",
    "spectrum": "spectrum a.npy --ops max -o o.png --overwrite",
    "shift": "shift a.npy max -o o.gif --step 1 --overwrite",
    "tradeoff": "tradeoff a.npy --ops max,flc -o o.png --overwrite",
    "detect": "detect a.npy --ops flc -o o.png --overwrite",
    "report": "report a.npy --ops max --measures psnr -o o.html --overwrite",
    "figure": "figure recipe.toml -o o.png --overwrite",
    "batch": "batch recipe.toml -o figures --jobs 1 --overwrite",
    "check": "check recipe.toml --baseline base --update",
    "bids": "bids data out participant",
    "inspect": "inspect made.png",
    "rerun": "rerun made.png -o o.png --overwrite",
    "info": "info a.nii.gz",
    "explain": "explain max",
    "response": "response --ops max -o o.png --overwrite",
    "shape": "shape max --size 64x64",
    "ops": "ops max",
    "recipe": "recipe init o.toml",
    "network": "network sample:unet",
}
_RECIPE = """
[[figure]]
name = "one"
inputs = "a.npy"
ops = ["max"]
rows = "image"
"""
_MOST = 30  # allocations of a run that fail, and reads, unless all are wanted


def _prepare(folder: Path) -> None:
    import numpy as np

    from sampviz.cli.app import run

    folder.mkdir()
    os.chdir(folder)
    np.save("a.npy", np.random.default_rng(0).random((256, 208)).astype(np.float32))
    run(["apply", "a.npy", "identity", "-o", "a.png", "-q"])
    run(["apply", "sample:dwi", "max", "-o", "a.nii.gz", "-q"])
    run(["compare", "a.npy", "--ops", "max", "--rows", "image", "-o", "made.png", "-q"])
    Path("recipe.toml").write_text(_RECIPE)
    for name in ("o.npy", "o.nii.gz", "o.png", "o.pdf", "o.csv", "o.gif", "o.html"):
        Path(name).write_bytes(b"the old file")


def _main(words: list[str]) -> int:
    if LIBRARY not in os.environ:
        with TemporaryDirectory() as place:
            library = build(Path(place))
            if library is None:
                print("needs gcc, on Linux")
                return 0
            environment = {**os.environ, LIBRARY: str(library), "LD_PRELOAD": str(library)}
            program = [sys.executable, "-m", "tests.faults", *words]
            return os.spawnve(os.P_WAIT, sys.executable, program, environment)
    names = [word for word in words if word in COMMANDS] or list(COMMANDS)
    findings = 0
    totals: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as root:
        os.environ["XDG_CACHE_HOME"] = f"{root}/cache"
        folder = Path(root, "work")
        _prepare(folder)
        for name in names:
            findings += _try(name, folder, totals, all_numbers="--all" in words)
    for kind in KINDS:
        outcomes = ", ".join(f"{count} {what}" for (k, what), count in totals.items() if k == kind)
        print(f"{kind}: {outcomes or 'none'}")
    print(f"{findings} findings")
    return bool(findings)


def _try(name: str, folder: Path, totals: Counter[tuple[str, str]], *, all_numbers: bool) -> int:
    from sampviz.cli.app import run

    words = COMMANDS[name].split()
    warm = Faults(folder, lambda: run(words))
    warm.counts()
    # What is imported is imported before: here, and undone by the next run.
    os.chdir(folder)
    stdout, stderr = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1), os.dup2(nowhere, 2)
    run(words)
    sys.stdout.flush()
    os.dup2(stdout, 1), os.dup2(stderr, 2)
    whole, counts = warm.counts()
    print(f"{name}: exit code {whole.code}, {counts}", flush=True)
    findings = 0
    for kind, count in counts.items():
        stride = 1 if all_numbers else max(1, count // _MOST)
        for number, made, fault in warm.of(kind, range(1, count + 1, stride), whole):
            totals[kind, "wrong" if fault else f"with exit code {made.code}"] += 1
            if fault:
                findings += 1
                print(f"  {kind} {number}: {fault}", flush=True)
    return findings


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
