"""A deviation: in words, with numbers that are measured when it is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sampviz.core.errors import SampvizWarning
from sampviz.core.ignored_warnings import ignored_warnings

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Deviation:
    """What of `ops` differs from `program`; `text` has places for the numbers.

    `instead` is a chain that gives the other behaviour; empty if there is none.
    """

    ops: tuple[str, ...]
    program: str
    text: str
    why: str
    instead: str
    measure: Callable[[], Numbers]

    def measured(self) -> dict[str, Any]:
        """Measure, and return everything as JSON can hold it: None for what is not finite."""
        with ignored_warnings(SampvizWarning):
            numbers = {key: float(value) for key, value in self.measure().items()}
        return {
            "ops": list(self.ops),
            "program": self.program,
            "what": self.text.format(**numbers),
            "why": self.why,
            "instead": self.instead or None,
            "numbers": {key: v if np.isfinite(v) else None for key, v in numbers.items()},
        }
