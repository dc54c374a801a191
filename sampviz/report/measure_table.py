"""The table of measures: a row for each measure, a column for each chain."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_tables import heading
from sampviz.core.text import three_digits
from sampviz.figures.captions.metric_labels import MetricValues
from sampviz.report.subjects import Subject

_LEAST_SHARE = 0.001  # of the largest of a row, or of 1: less is nearly 0
_BETTER = {"lower": "↓", "higher": "↑", "nearer 0": "→ 0", "nearer 1": "→ 1", "neither": ""}


def defined(metric: Metric) -> dict[str, Any]:
    """Return the short heading of a measure, with its unit, and its definition."""
    return {
        "heading": f"{metric.name} (%)" if metric.share else heading(metric.name),
        "arrow": "→ 100"
        if metric.share and metric.better == "nearer 1"
        else _BETTER[metric.better],
        "summary": metric.summary,
        "better": metric.better,
        "sections": list(metric.sections.items()),
    }


def measure_table(
    metrics: Sequence[Metric], index: int, subject: Subject, number: int
) -> dict[str, Any]:
    """Return the measures of a subject at a level: a row each, with a cell for each chain."""
    numbers = subject.levels[number].numbers
    return {
        "subject": index,
        "level": number,
        "chains": [{"heading": column.heading, "text": column.title} for column in numbers],
        "label": subject.label,
        "rows": [{**defined(metric), "cells": _cells(metric, numbers)} for metric in metrics],
    }


def _cells(metric: Metric, numbers: MetricValues) -> list[dict[str, Any]]:
    """Return the cells of a row: three digits, in percent what is a share, or why there is none."""
    name, scale = metric.name, 100 if metric.share else 1
    known = [values[name] for values, _ in numbers.values() if name in values]
    largest = max((abs(value) for value in known if isfinite(value)), default=0.0)
    least = 0.01 if metric.share else _LEAST_SHARE * min(1.0, largest)
    cells: list[dict[str, Any]] = []
    for values, undefined in numbers.values():
        if name not in values:
            cells.append({"why": undefined.get(name), "value": None, "text": "not defined"})
            continue
        value = scale * values[name]
        text = f"<{least:.3g}" if 0 < abs(value) < least else three_digits(value)
        cells.append({"why": None, "value": repr(values[name]), "text": text})
    return cells
