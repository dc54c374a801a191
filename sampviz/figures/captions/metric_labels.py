"""Measures under the panels of a figure, and what they mean in its notes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sampviz.analysis.measure import values_of
from sampviz.analysis.metric import Metric
from sampviz.analysis.metrics import METRICS
from sampviz.core.text import MINUS
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.picture_rows import PanelData
from sampviz.figures.panels.view import Column
from sampviz.figures.style import NO_BREAK

# Of every chain the values, and why there are none, by the names of the measures.
MetricValues = Mapping[Column, tuple[Mapping[str, float], Mapping[str, str]]]


def metric_values(pictures: PanelData, measures: Sequence[Metric]) -> MetricValues:
    """Measure every chain of a figure."""
    found = {view: values_of(trial, measures) for view, trial in pictures.trials.items()}
    return {view: (values, undefined) for view, (values, _, undefined) in found.items()}


def label_row(
    row: PanelRow, views: Sequence[Column], numbers: MetricValues, names: Sequence[str]
) -> PanelRow:
    """Return a row with a line for each measure under the panel of every chain."""
    panels = list(row.panels)
    for i, (view, panel) in enumerate(zip(views, panels, strict=True)):
        if view in numbers and isinstance(panel, Panel):
            values, _ = numbers[view]
            lines = [line(name, values.get(name)) for name in names]
            panels[i] = replace(panel, below="\n".join([panel.below, *lines]).lstrip("\n"))
    return replace(row, panels=tuple(panels))


def line(name: str, value: float | None) -> str:
    """Return the name of a measure, its value (a dash for none) and its unit."""
    return NO_BREAK.join((name, "–" if value is None else format_metric(name, value)))


def format_metric(name: str, value: float) -> str:
    """Return the value of a measure to three digits, and its unit if that is a single word."""
    unit = METRICS[name].unit
    shown = f"{value:.3g}".replace("-", MINUS)
    return f"{shown}{NO_BREAK}{unit}" if unit and " " not in unit else shown


def metric_notes(numbers: Sequence[MetricValues], measures: Sequence[Metric]) -> list[str]:
    """Return what each measure is, and why there is a dash where there is one."""
    notes = [f"{each.name}: {each.summary[0].lower()}{each.summary[1:-1]}" for each in measures]
    return notes + reasons(numbers)


def reasons(numbers: Sequence[MetricValues]) -> list[str]:
    """Return why there is no value where there is none."""
    found = [
        f"no {name} for {view.title}: {why}"
        for each in numbers
        for view, (_, undefined) in each.items()
        for name, why in undefined.items()
    ]
    return list(dict.fromkeys(found))
