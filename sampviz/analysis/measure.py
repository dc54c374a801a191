"""Measure what chains make of an image: a row of numbers for every chain and level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from sampviz.analysis.evaluation import Evaluation, evaluate, source_of
from sampviz.analysis.metric import Metric, UndefinedError
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.parallel import in_threads
from sampviz.core.text import shortened
from sampviz.dsp.grid import Size
from sampviz.images.convert import as_image
from sampviz.ops.chain import Chain
from sampviz.ops.convert import as_chains

# Values of an image from which on threads pay: eight chains of 1024x1024 px took 664 ms on one core
# and 379 on two, but 256x256 px 44 and 63, as most of their time is spent in Python.
_WORTH_THREADS = 2**20


@dataclass(frozen=True)
class MetricRow:
    """The numbers of one chain on one input: `undefined` says why a measure has no value."""

    input: str
    chain: str
    level: int
    size: Size
    values: Mapping[str, float]
    parts: Mapping[str, Mapping[str, float]]
    undefined: Mapping[str, str]

    def __repr__(self) -> str:
        level = f" ×{self.level}" if self.level > 1 else ""
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in self.values.items())
        return shortened(f"<MetricRow {self.input}, {self.chain}{level}: {numbers}>")

    def json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the row with a key for each measure, None where it is undefined."""
        return {
            "input": self.input,
            "chain": self.chain,
            "level": self.level,
            "size": list(self.size),
            **{name: self.values.get(name) for name in names},
            "parts": {name: dict(parts) for name, parts in self.parts.items()},
            "undefined": dict(self.undefined),
        }


def measure(
    image: Any,
    chains: Any,
    *,
    levels: int = 1,
    measures: str | Sequence[str] | None = None,
    span: float | None = None,
    threads: int | None = None,
) -> list[MetricRow]:
    """Measure what every chain makes of an image, for levels 1 .. `levels`.

    `image` is whatever `as_image` takes, `chains` whatever `as_chains` takes. `measures` is a text
    with commas or a list, all by default; `span` is the range of values that PSNR and
    SSIM refer to, that of the format by default, or the input's largest less its smallest value.
    The chains are shared among all cores, or `threads` threads; the numbers are the same.
    """
    shown = as_image(image)
    wanted = parse_metrics(measures)
    parsed = as_chains(chains)
    original = source_of(shown, span)

    def row(asked: tuple[Chain, int]) -> MetricRow:
        chain, level = asked
        trial = evaluate(original, chain.repeat(level).resolve(shown.size, shown.spacing))
        values, parts, undefined = values_of(trial, wanted)
        size = tuple(grid.size for grid in trial.grids)
        return MetricRow(shown.name, str(chain), level, size, values, parts, undefined)

    most = threads if original.array.size >= _WORTH_THREADS else 1
    return in_threads(row, list(product(parsed, range(1, levels + 1))), most)


def values_of(
    trial: Evaluation, measures: Sequence[Metric]
) -> tuple[dict[str, float], dict[str, Mapping[str, float]], dict[str, str]]:
    """Return the values, their parts, and why there is none, each by the name of the measure."""
    odd = trial.original.nonfinite
    values: dict[str, float] = {}
    parts: dict[str, Mapping[str, float]] = {}
    undefined: dict[str, str] = {}
    for each in measures:
        try:
            if odd:
                raise UndefinedError(f"{odd} values of the image are NaN or infinite")
            with np.errstate(all="ignore"):
                found = each(trial)
            if not np.isfinite(found.value):
                raise UndefinedError("the numbers are too large")
        except (UndefinedError, OverflowError) as err:
            told = isinstance(err, UndefinedError)
            undefined[each.name] = str(err) if told else "the numbers are too large"
            continue
        values[each.name] = found.value
        if found.parts:
            parts[each.name] = found.parts
    return values, parts, undefined
