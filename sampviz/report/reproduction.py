"""How a page was made: the command, a recipe of the same figure, what to cite, the inputs."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sampviz.analysis.metric import Metric
from sampviz.core.text import escape_control
from sampviz.figures.captions.bibliography import Entry, bibliography
from sampviz.figures.captions.caption import PROGRAM
from sampviz.figures.captions.definitions import operation_sentences
from sampviz.figures.grids.compare import compare
from sampviz.images.load import load
from sampviz.ops.chain import Chain
from sampviz.recipes.provenance import record_of
from sampviz.recipes.recipe import Recipe

_OF_PAGE = ("measures", "max_size", "allow_code")  # options that a figure does not have


@dataclass(frozen=True)
class Reproduction:
    """All that is needed to make the page again, and to say in a text what it shows."""

    command: str
    recipe: str
    inputs: tuple[tuple[str, str | None], ...]  # names, and SHA-256 where there are bytes
    versions: Mapping[str, str]
    citations: tuple[Entry, ...]


def reproduction_of(
    sources: Sequence[str],
    chains: Sequence[Chain],
    metrics: Sequence[Metric],
    options: Mapping[str, Any],
) -> Reproduction:
    """Return how a page of these inputs was made; `options` are those that were given.

    Inputs are named without their folders.
    """
    ops = [str(chain) for chain in chains]
    drawing_options = {name: value for name, value in options.items() if name not in _OF_PAGE}
    slices = [
        part.strip() for part in str(drawing_options.pop("slice", "")).split(",") if part.strip()
    ]
    drawing_options |= {"slice": slices[0]} if len(slices) == 1 else {}
    recipe = Recipe("report", "compare", {"ops": ops, **drawing_options})
    record = record_of(recipe, sources, (), (load, compare))
    names = record.recipe.inputs
    axes = {"inputs": names, "slice": slices}
    varied_axes = {name: values for name, values in axes.items() if len(values) > 1}
    cited = [key for op in operation_sentences(chains) for key in op.cite]
    cited += [key for metric in metrics for key in metric.cite]
    entries = bibliography()
    return Reproduction(
        _command(names, ops, options),
        _toml({k: v for k, v in record.recipe.values.items() if k not in varied_axes}, varied_axes),
        tuple(
            (escape_control(name), digest)
            for name, digest in zip(names, record.digests, strict=True)
        ),
        record.versions,
        tuple(entries[key] for key in dict.fromkeys([*cited, PROGRAM]) if key in entries),
    )


def _command(names: Sequence[str], ops: Sequence[str], options: Mapping[str, Any]) -> str:
    arguments = ["sampviz", "report", *names]
    for name, value in {"ops": ",".join(ops), **options}.items():
        arguments.append("--" + name.replace("_", "-"))
        arguments += [] if value is True else [str(value)]
    return escape_control(shlex.join(arguments))


def _toml(values: Mapping[str, Any], matrix: Mapping[str, Sequence[str]]) -> str:
    lines = ["[[figure]]", 'name = "report"', *(f"{k} = {_value(v)}" for k, v in values.items())]
    if matrix:
        lines += ["", "[figure.matrix]", *(f"{k} = {_value(v)}" for k, v in matrix.items())]
    return "\n".join(lines)


def _value(value: Any) -> str:
    """Return a text, a number, a flag or a list of them in TOML: as JSON has them."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
