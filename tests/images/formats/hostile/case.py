"""A file that is hostile or odd, and what is to come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Case:
    """A file by its content, or by how it is made in a folder.

    It is refused with `error`, the start of what is said, or read as `values`: upright, as drawn,
    exact or to `close`. `told` are other facts that `info --json` gives, among them all warnings.
    """

    name: str  # of the file; what is before the first blank says what is special
    made: bytes | Callable[[Path], None]
    error: str = ""
    values: Array | None = None
    told: dict[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    close: float = 0.0

    def make(self, folder: Path) -> Path:
        """Write the file; return its path."""
        path = folder / self.name.partition(" ")[2]
        if isinstance(self.made, bytes):
            path.write_bytes(self.made)
        else:
            self.made(path)
        return path

    @property
    def facts(self) -> dict[str, Any]:
        """What `info --json` is to say of the values."""
        assert self.values is not None
        finite = np.abs(self.values) if self.values.dtype.kind == "c" else self.values
        finite = finite[np.isfinite(finite)].astype(np.longdouble)
        return {
            "shape": list(self.values.shape),
            "min": float(finite.min()) if finite.size else None,
            "max": float(finite.max()) if finite.size else None,
            "mean": float(finite.mean()) if finite.size else None,
            "nan": int(np.isnan(self.values).sum()),
            "inf": int(np.isinf(self.values).sum()),
            "warnings": [],
            **self.told,
        }


def refused(name: str, made: bytes | Callable[[Path], None], error: str, *words: str) -> Case:
    """Return a case of a file that is refused."""
    return Case(name, made, error=error, words=words)


def read(
    name: str, made: bytes | Callable[[Path], None], values: Any, *words: str, **told: Any
) -> Case:
    """Return a case of a file that is read."""
    return Case(name, made, values=np.asarray(values), told=told, words=words)
