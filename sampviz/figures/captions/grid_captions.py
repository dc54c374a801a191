"""Captions of the grid figures, made from what the figures were drawn from."""

from collections.abc import Sequence

from sampviz.analysis.metric import Metric
from sampviz.core.text import counted
from sampviz.figures.captions import annotations
from sampviz.figures.captions.caption import Caption, Sentence, build_caption
from sampviz.figures.captions.definitions import (
    in_brackets,
    metric_sentences,
    operation_sentences,
)
from sampviz.figures.captions.metric_labels import MetricValues, metric_texts, undefined_reasons
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.ops.chain import Chain

_LONGEST_LIST = 200  # characters


def compare_caption(
    scenes: Sequence[PanelData],
    titles: Sequence[Sequence[str]],
    rows: Sequence[PanelRow],
    facts: Sequence[str],
    metrics: Sequence[Metric],
    metric_values: Sequence[MetricValues],
    title: str | None,
    charts: Sequence[str] = (),
) -> Caption:
    """Return the caption of a comparison.

    Parameters
    ----------
    scenes : sequence of PanelData
        What was drawn.
    titles : sequence of sequence of str
        The lines above each column.
    rows : sequence of PanelRow
        All rows of the figure.
    facts : sequence of str
        What a reader must know to read it.
    metrics : sequence of Metric
        Those under the panels.
    metric_values : sequence of MetricValues
        One for each scene, or none.
    title : str or None
        The user's title.
    charts : sequence of str
        What the charts below the rows are, then their numbers; none where there are no charts.

    Returns
    -------
    Caption
    """
    inputs = [_input_text(scene) for scene in scenes]
    columns = [label for label, *_ in titles]
    chains = [column.chain for column in scenes[0].columns if column.chain]
    input_word = "Input" if len(inputs) == 1 else "Inputs"
    sentences = [
        Sentence(f"{input_word}: {'; '.join(inputs)}"),
        Sentence(f"Columns: {_columns_text(titles, scenes)}"),
        Sentence(f"Rows: {'; '.join(map(_row_text, rows)) or 'none'}"),
        *map(Sentence, charts[:1]),
        *operation_sentences(chains),
        *metric_sentences(metrics),
        *(Sentence(f"There is {reason}") for reason in undefined_reasons(metric_values)),
    ]
    alt = [
        f"Grid of pictures with {counted(len(columns), 'column')} and {counted(len(rows), 'row')}",
        f"Columns: {_short_list(columns)}",
        f"Rows: {_short_list([row.name for row in rows])}",
        f"{input_word}: {_short_list(inputs, '; ')}",
    ]
    alt += charts[1:]
    if len(list(filter(None, metric_values))) == 1:
        alt += [_values_text(metric, metric_values[0]) for metric in metrics]
    sources = {id(scene.source): scene.source for scene in scenes}
    header = annotations.header(list(sources.values()), scenes[0].columns[0].show)
    return build_caption(title or header, title, sentences, facts, alt)


def steps_caption(
    panel_data: PanelData,
    chains: Sequence[Chain],
    panels: Sequence[Panel],
    titles: Sequence[Sequence[str]],
    arrows: Sequence[str],
    facts: Sequence[str],
    title: str | None,
) -> Caption:
    """Return the caption of a chain step by step.

    Parameters
    ----------
    panel_data : PanelData
        The image after each step.
    chains : sequence of Chain
        The one whose steps were drawn, and those whose outputs stand beside its own.
    panels : sequence of Panel
        All panels, in their order.
    titles : sequence of sequence of str
        The lines above each panel.
    arrows : sequence of str
        The text over the arrow before each panel.
    facts : sequence of str
        What a reader must know to read the figure.
    title : str or None
        The user's title.

    Returns
    -------
    Caption
    """
    names = [
        ": ".join(filter(None, (_one_line(arrow), label)))
        for arrow, (label, *_) in zip(arrows, titles, strict=True)
    ]
    panel_texts = [
        name + in_brackets(_size_text(*sizes), *panel.text_below.split("\n"))
        for name, panel, (_, *sizes) in zip(names, panels, titles, strict=True)
    ]
    image, columns = panel_data.image, panel_data.columns
    sentences = [
        Sentence(f"Input: {_input_text(panel_data)}"),
        Sentence(f"The chain {chains[0].label}, step by step: {'; '.join(panel_texts)}"),
        *operation_sentences(chains),
    ]
    result = len(columns) - len(chains)
    alt = [
        f"{counted(len(panels), 'panel')} with arrows between them, in the order of the steps",
        f"They show {_short_list(names, '; ')}",
        f"The input is {_input_text(panel_data)}",
        f"The result has {_size_text(annotations.size_of(columns[result], image))}",
    ]
    header = title or annotations.header([image], columns[0].show)
    return build_caption(header, title, sentences, facts, alt)


def inputs_caption(
    columns: Sequence[Sequence[str]], facts: Sequence[str], title: str | None
) -> Caption:
    """Return the caption of images side by side.

    Parameters
    ----------
    columns : sequence of sequence of str
        For every image its name, which slice it is, its size, window and Nyquist frequency.
    facts : sequence of str
        What a reader must know to read the figure.
    title : str or None
        The user's title.

    Returns
    -------
    Caption
    """
    rows = [
        "the images at one scale",
        "their spectra on one axis in cycles/mm",
        "a chart of their radial power",
    ]
    column_texts = [", ".join(filter(None, column)) for column in columns]
    sentences = [
        Sentence(f"Columns: {'; '.join(column_texts)}"),
        Sentence(f"Rows: {'; '.join(rows)}"),
    ]
    alt = [
        f"Grid of pictures with {counted(len(columns), 'column')} and 2 rows, and a chart",
        f"Columns: {_short_list([f'{name} ({size})' for name, _, size, *_ in columns])}",
        f"Rows: {'; '.join(rows)}",
        *(f"{name}: {nyquist}" for name, *_, nyquist in columns),
    ]
    header = ", ".join(name for name, *_ in columns)
    return build_caption(title or header, title, sentences, facts, alt)


def _input_text(panel_data: PanelData) -> str:
    original, image = panel_data.columns[0], panel_data.image
    size = _size_text(annotations.size_of(original, image))
    return f"{annotations.header([image], original.show)}, {size}"


def _size_text(text: str = "") -> str:
    """Return `256x192, 0.9 mm` with its units: `256x192 px of 0.9 mm`."""
    size, _, mm = text.partition(", ")
    return f"{size} px" * bool(size) + f" of {mm}" * bool(mm)


def _columns_text(titles: Sequence[Sequence[str]], scenes: Sequence[PanelData]) -> str:
    window_labels = [window.label for window in scenes[0].windows]
    if len(scenes) > 1:
        window_labels = [""] * len(titles)
    labels = [label for label, *_ in titles]
    details = [
        in_brackets(_size_text(*sizes), window)
        for (_, *sizes), window in zip(titles, window_labels, strict=True)
    ]
    if len(set(details[1:])) == 1:  # the same for all outputs: written once
        details[1:-1] = [""] * (len(details) - 2)
        if len(details) > 2:
            details[-1] = details[-1].replace("(", "(each ", 1)
    columns = "; ".join(map("".join, zip(labels, details, strict=True)))
    signs = {" + ": "+ stands for then", "×": "×N stands for N times over"}
    legend = [text for sign, text in signs.items() if any(sign in label for label in labels)]
    return "; ".join([columns, *legend])


def _row_text(row: PanelRow) -> str:
    first = row.panels[0]
    text = ", ".join(filter(None, (row.name, row.region_text)))
    return text + (in_brackets(_one_line(first)) if isinstance(first, str) else "")


def _values_text(metric: Metric, metric_values: MetricValues) -> str:
    """Return the value of a metric for every chain."""
    texts = metric_texts(metric, metric_values)
    values = [f"{column.title} {text.replace('–', 'none')}" for column, text in texts.items()]
    return f"Measure {metric.label}: {', '.join(values)}"


def _short_list(items: Sequence[str], separator: str = ", ") -> str:
    """Join as many items as fit into `_LONGEST_LIST`, and say how many more there are."""
    if not items:
        return "none"
    text = items[0][:_LONGEST_LIST]
    for i, item in enumerate(items[1:], start=1):
        if len(text) + len(item) > _LONGEST_LIST:
            return f"{text} and {len(items) - i} more"
        text += separator + item
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))
