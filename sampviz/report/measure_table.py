"""The table of measures: a row for each measure, a column for each chain."""

from collections.abc import Sequence
from typing import Any

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import (
    NumberFormat,
    best_value,
    better_sign,
    better_words,
    heading,
)
from sampviz.figures.captions.metric_labels import MetricValues
from sampviz.report.subjects import Subject


def defined(metric: Metric) -> dict[str, Any]:
    """Return the short heading of a measure, with its unit, and its definition."""
    return {
        "name": metric.name,
        "label": metric.label,
        "heading": heading(metric),
        "arrow": better_sign(metric),
        "best": best_value(metric),
        "summary": metric.summary,
        "better": better_words(metric),
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
    """Return the cells of a row: numbers in one unit, or why there is none."""
    name = metric.name
    number_format = NumberFormat.of(metric, [values.get(name) for values, _ in numbers.values()])
    cells: list[dict[str, Any]] = []
    for values, undefined in numbers.values():
        if name not in values:
            cells.append({"why": undefined.get(name), "value": None, "text": "not defined"})
            continue
        text = number_format.text(values[name])
        cells.append({"why": None, "value": repr(values[name]), "text": text})
    return cells
