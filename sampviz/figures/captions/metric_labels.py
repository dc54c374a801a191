"""Metrics on a figure: values under the panels, definitions in the notes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sampviz.analysis.measure import values_of
from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import NumberFormat, better_sign, unit_of
from sampviz.analysis.metrics import METRICS
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.style import NO_BREAK

# For every chain the values by the names of the metrics, and the reasons where there are none.
MetricValues = Mapping[Column, tuple[Mapping[str, float], Mapping[str, str]]]


def metric_values(panel_data: PanelData, metrics: Sequence[Metric]) -> MetricValues:
    """Measure every chain of a scene.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    metrics : sequence of Metric
        What is measured.

    Returns
    -------
    mapping of Column to (mapping, mapping)
        Values, and reasons why there are none, by the names of the metrics.
    """
    results = {
        column: values_of(evaluation, metrics)
        for column, evaluation in panel_data.evaluations.items()
    }
    return {column: (values, undefined) for column, (values, _, undefined) in results.items()}


def label_row(
    row: PanelRow, columns: Sequence[Column], values: MetricValues, metrics: Sequence[Metric]
) -> PanelRow:
    """Write metrics under the panels of a row.

    Parameters
    ----------
    row : PanelRow
        One panel for each column.
    columns : sequence of Column
        The original first.
    values : MetricValues
        As `metric_values` returns them.
    metrics : sequence of Metric
        Those that are written, one a line.

    Returns
    -------
    PanelRow
    """
    texts = {metric: metric_texts(metric, values) for metric in metrics}
    panels = list(row.panels)
    for i, (column, panel) in enumerate(zip(columns, panels, strict=True)):
        if column in values and isinstance(panel, Panel):
            lines = [_metric_line(metric, texts[metric][column]) for metric in metrics]
            text = "\n".join([panel.text_below, *lines]).lstrip("\n")
            panels[i] = replace(panel, text_below=text)
    return replace(row, panels=tuple(panels))


def _metric_line(metric: Metric, text: str) -> str:
    """Return the line of a metric, which breaks after its label where it is too long."""
    value = f"{text} {better_sign(metric)}".rstrip()
    return " ".join(words.replace(" ", NO_BREAK) for words in (metric.label, value))


def metric_texts(metric: Metric, values: MetricValues) -> dict[Column, str]:
    """Return the value of a metric for every chain, with its unit if that is a single word.

    Parameters
    ----------
    metric : Metric
        One of those that were measured.
    values : MetricValues
        As `metric_values` returns them.

    Returns
    -------
    dict of Column to str
        "24.6 %"; a dash where there is none.
    """
    column_values = {column: numbers.get(metric.name) for column, (numbers, _) in values.items()}
    number_format = NumberFormat.of(metric, column_values.values())
    unit = unit_of(metric)
    suffix = f"{NO_BREAK}{unit}" if unit and " " not in unit else ""
    return {
        column: number_format.text(value) + suffix * (value is not None)
        for column, value in column_values.items()
    }


def metric_notes(values: Sequence[MetricValues], metrics: Sequence[Metric]) -> list[str]:
    """Return what each metric is, and why there is a dash where there is one.

    Parameters
    ----------
    values : sequence of MetricValues
        One for each scene.
    metrics : sequence of Metric
        Those on the figure.

    Returns
    -------
    list of str
        Facts without a full stop.
    """
    notes = [
        f"{metric.label}: {metric.summary[0].lower()}{metric.summary[1:-1]}" for metric in metrics
    ]
    return notes + undefined_reasons(values)


def undefined_reasons(values: Sequence[MetricValues]) -> list[str]:
    """Return why there is no value where there is none, each reason once.

    Parameters
    ----------
    values : sequence of MetricValues
        One for each scene.

    Returns
    -------
    list of str
        Such as "no psnr for max: ..".
    """
    reasons = [
        f"no {METRICS[name].label} for {column.title}: {reason}"
        for scene_values in values
        for column, (_, undefined) in scene_values.items()
        for name, reason in undefined.items()
    ]
    return list(dict.fromkeys(reasons))
