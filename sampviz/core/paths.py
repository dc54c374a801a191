"""Paths as people give them to functions: one or many, as texts or `Path`."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sampviz.core.errors import UsageError

Paths = str | Path | Iterable[str | Path]


def path_texts(paths: Paths | None) -> list[str]:
    """Return the texts of one path, or of many; none for None."""
    if paths is None:
        return []
    if isinstance(paths, (str, Path)):
        return [os.fspath(paths)]
    many = paths if isinstance(paths, Iterable) and not hasattr(paths, "shape") else [paths]
    return [_text(path) for path in many]


def _text(path: Any) -> str:
    if isinstance(path, (str, os.PathLike)):
        return os.fspath(path)
    raise UsageError(
        f"{type(path).__name__} is no path",
        "inputs",
        "give paths of files; compare, measure, spectrum, shift and apply take images in memory",
    )
