"""What a measure is: a named number about what a chain made of an image, with its definition."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sampviz.analysis.evaluation import Evaluation

Better = Literal["lower", "higher", "nearer 0", "nearer 1", "neither"]
# The headings that every measure's docstring has, in this order, a paragraph each.
SECTIONS = ("Formula", "Range", "Undefined", "Known", "Source")


class UndefinedError(Exception):
    """A measure has no value here; the message says why."""


@dataclass(frozen=True)
class MetricValue:
    """A value and the numbers that it sums up, by name."""

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Metric:
    """A measure: `function(trial)` gives its value, or raises UndefinedError."""

    name: str
    unit: str  # empty for a plain number, such as a ratio
    better: Better
    function: Callable[[Evaluation], float | MetricValue]
    doc: str
    cite: tuple[str, ...] = ()  # keys of references.bib
    parts: tuple[str, ...] = ()  # the names of all parts that it may have

    def __call__(self, trial: Evaluation) -> MetricValue:
        """Return the value and its parts; UndefinedError says why there is none."""
        value = self.function(trial)
        return value if isinstance(value, MetricValue) else MetricValue(float(value))

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.splitlines()[0]

    @property
    def sections(self) -> dict[str, str]:
        """The paragraphs of the documentation under the headings of `SECTIONS`, a line each."""
        pattern = rf"^({'|'.join(SECTIONS)}): "
        _, *parts = re.split(pattern, self.doc, flags=re.MULTILINE)
        return {
            heading: " ".join(text.split())
            for heading, text in zip(parts[::2], parts[1::2], strict=True)
        }


def metric(
    name: str,
    *,
    unit: str = "",
    better: Better,
    cite: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
) -> Callable[[Callable[[Evaluation], float | MetricValue]], Metric]:
    """Make a Measure of a function; its docstring is the definition."""

    def make(function: Callable[[Evaluation], float | MetricValue]) -> Metric:
        doc = inspect.cleandoc(function.__doc__ or "")
        return Metric(name, unit, better, function, doc, cite, parts)

    return make
