"""The command `apply`, of one input and one chain."""

from pathlib import Path

from sampviz.cli.app import run


def apply(source: Path | str, chain: str, out: Path, *options: str) -> int:
    return run(["apply", str(source), chain, "-o", str(out), *options])
