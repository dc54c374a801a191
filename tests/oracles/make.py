"""Store what the peers give: `python -m tests.oracles.make`, with the extras torch and test.

Writes peers.npz (inputs and outputs) and peers.json (the chain, program and version of each). What
was stored of programs that are not installed is kept.
"""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.testing.parity.compare import inputs
from sampviz.testing.parity.programs import PROGRAMS, Program

FOLDER = Path(__file__).parent


def main() -> None:
    """Run every program on every input that it takes."""
    given = inputs()
    arrays: dict[str, Any] = {f"in_{name}": array for name, array in given.items()}
    cases: list[dict[str, str]] = []
    stored = json.loads((FOLDER / "peers.json").read_text())
    old_arrays = np.load(FOLDER / "peers.npz")
    for program, told in PROGRAMS.items():
        if not told.is_installed:
            for case in (c for c in stored if c["program"] == program):
                key = f"out_{len(cases):03d}"
                arrays[key] = old_arrays[case["output"]]
                cases.append({**case, "output": key})
            continue
        for chain, run in told.cases().items():
            for name, array in given.items():
                key = f"out_{len(cases):03d}"
                arrays[key] = np.asarray(run(array), np.float32)
                cases.append(
                    {
                        "chain": chain,
                        "input": name,
                        "output": key,
                        "program": program,
                        "version": _version(told),
                    }
                )
    np.savez_compressed(FOLDER / "peers.npz", **arrays)
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    (FOLDER / "peers.json").write_text(f"[\n{lines}\n]\n")


def _version(program: Program) -> str:
    """Return the version of the package, or of the module that one of another name installed."""
    try:
        return version(program.package)
    except PackageNotFoundError:
        return program.version


if __name__ == "__main__":
    main()
