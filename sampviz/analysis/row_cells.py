"""The cells of a row of numbers, for CSV and pandas: columns of measures and their parts."""

from collections.abc import Sequence
from typing import Any

from sampviz.analysis.evaluation import AXIS_NAMES
from sampviz.analysis.metrics import METRICS


def row_cells(row: Any, names: Sequence[str], axes: int) -> dict[str, Any]:
    """Return what a row holds, by the names of columns; None where there is nothing.

    Parameters
    ----------
    row : MetricRow
        Numbers of one input, chain and level.
    names : sequence of str
        Of measures.
    axes : {2, 3}
        Of planes or of volumes, whose rows have notes, too.

    Returns
    -------
    dict of str to object
        The parts of a measure stand behind it, as `delta rows`.
    """
    cells = {"input": row.input, "chain": row.chain, "level": row.level}
    cells |= dict(zip(AXIS_NAMES[-axes:], row.size, strict=True))
    for name in names:
        parts = row.parts.get(name, {})
        cells[name] = row.values.get(name)
        cells |= {f"{name} {part}": parts.get(part) for part in METRICS[name].parts_of(axes)}
    cells |= {"span": row.range.span, "span_source": row.range.source, "taken": row.taken}
    texts = {"undefined": row.undefined, **({"notes": row.notes} if axes > 2 else {})}
    for column, text_of in texts.items():
        cells[column] = "; ".join(f"{name}: {text}" for name, text in text_of.items())
    return cells


def columns(names: Sequence[str], axes: int) -> list[str]:
    """Return the columns that `row_cells` fills, in their order."""
    parts = {name: [f"{name} {part}" for part in METRICS[name].parts_of(axes)] for name in names}
    numbers = [column for name in names for column in (name, *parts[name])]
    tail = ["span", "span_source", "taken", "undefined", *(["notes"] if axes > 2 else [])]
    return ["input", "chain", "level", *AXIS_NAMES[-axes:], *numbers, *tail]
