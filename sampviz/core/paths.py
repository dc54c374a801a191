"""Paths as people give them to functions: one or many, as texts or `Path`."""

import os
from collections.abc import Iterable
from pathlib import Path

Paths = str | Path | Iterable[str | Path]


def path_texts(paths: Paths | None) -> list[str]:
    """Return the texts of one path, or of many; none for None."""
    if paths is None:
        return []
    if isinstance(paths, (str, Path)):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]
