"""What a figure shows, in words: a caption, a text for those who cannot see it, what to cite."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain as chained

from sampviz.analysis.metric import Metric
from sampviz.analysis.metrics import METRICS
from sampviz.core.text import escape_control
from sampviz.core.version import __version__
from sampviz.figures.captions import annotations as wording
from sampviz.figures.captions.metric_labels import MetricValues, format_metric, reasons
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.picture_rows import PanelData
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Parameter, format_value
from sampviz.ops.step import Step

PROGRAM = "sampviz"  # its key in the bibliography
LONGEST_ALT = 500  # characters: readers of screens cannot skip within it
_LONGEST_LIST = 200
_SIZES = ("k", "s", "f")  # parameters that are told even where they are the defaults
_ZOOM = re.compile(r"zoom ([0-9]+)x([0-9]+)\+([0-9]+)$")


@dataclass(frozen=True)
class Sentence:
    """A sentence without its full stop, and the keys of what it cites."""

    text: str
    cite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caption:
    """The caption of a figure: a short title, the sentences, and the text in place of a picture."""

    title: str
    sentences: tuple[Sentence, ...]
    alt: str

    @property
    def cite(self) -> tuple[str, ...]:
        """The keys of all that is cited, each once, in the order of the text."""
        return tuple(dict.fromkeys(chained(*(each.cite for each in self.sentences))))


def compare_caption(
    pictures: Sequence[PanelData],
    titles: Sequence[Sequence[str]],
    rows: Sequence[PanelRow],
    facts: Sequence[str],
    measures: Sequence[Metric],
    numbers: Sequence[MetricValues],
    title: str | None,
) -> Caption:
    """Return the caption of a comparison, from what it was drawn of."""
    inputs = [_subject(each) for each in pictures]
    columns = [label for label, *_ in titles]
    chains = [view.chain for view in pictures[0].views if view.chain]
    sentences = [
        Sentence(f"{'Input' if len(inputs) == 1 else 'Inputs'}: {'; '.join(inputs)}"),
        Sentence(f"Columns: {_columns(titles, pictures)}"),
        Sentence(f"Rows: {'; '.join(map(_row, rows))}"),
        *operations(chains),
        *(_definition(each, shown=each in measures) for each in _with_terms(measures)),
        *(Sentence(f"There is {why}") for why in reasons(numbers)),
    ]
    alt = [
        f"Grid of pictures with {_count(len(columns), 'column')} and {_count(len(rows), 'row')}",
        f"Columns: {_brief(columns)}",
        f"Rows: {_brief([row.name for row in rows])}",
        f"{'Input' if len(inputs) == 1 else 'Inputs'}: {_brief(inputs, '; ')}",
        *(_numbers(each.name, numbers[0]) for each in measures if len(numbers) == 1),
    ]
    header = wording.header([each.image for each in pictures], pictures[0].views[0].show)
    return _caption(title or header, title, sentences, facts, alt)


def steps_caption(
    pictures: PanelData,
    chain: Chain,
    panels: Sequence[Panel],
    titles: Sequence[Sequence[str]],
    arrows: Sequence[str],
    facts: Sequence[str],
    title: str | None,
) -> Caption:
    """Return the caption of a method step by step, from what it was drawn of."""
    names = [
        ": ".join(filter(None, (_flat(arrow), label)))
        for arrow, (label, *_) in zip(arrows, titles, strict=True)
    ]
    shown = [
        name + _brackets(_size(*sizes), *panel.below.split("\n"))
        for name, panel, (_, *sizes) in zip(names, panels, titles, strict=True)
    ]
    sentences = [
        Sentence(f"Input: {_subject(pictures)}"),
        Sentence(f"The chain {chain.label}, step by step: {'; '.join(shown)}"),
        *operations([chain]),
    ]
    alt = [
        f"{_count(len(panels), 'panel')} with arrows between them, in the order of the steps",
        f"They show {_brief(names, '; ')}",
        f"The input is {_subject(pictures)}",
        f"The result has {_size(wording.size_of(pictures.views[-1], pictures.image))}",
    ]
    header = title or wording.header([pictures.image], pictures.views[0].show)
    return _caption(header, title, sentences, facts, alt)


def inputs_caption(
    columns: Sequence[Sequence[str]], facts: Sequence[str], title: str | None
) -> Caption:
    """Return the caption of images side by side.

    Of every image it is told the name, which slice it is, the size, the window and the Nyquist
    frequency.
    """
    rows = ["the images at one scale", "their spectra on one axis in cycles/mm"]
    sentences = [
        Sentence(f"Columns: {'; '.join(', '.join(filter(None, each)) for each in columns)}"),
        Sentence(f"Rows: {'; '.join(rows)}"),
    ]
    alt = [
        f"Grid of pictures with {_count(len(columns), 'column')} and 2 rows",
        f"Columns: {_brief([f'{name} ({size})' for name, _, size, *_ in columns])}",
        f"Rows: {'; '.join(rows)}",
        *(f"{name}: {nyquist}" for name, *_, nyquist in columns),
    ]
    header = ", ".join(name for name, *_ in columns)
    return _caption(title or header, title, sentences, facts, alt)


def operations(chains: Iterable[Chain]) -> list[Sentence]:
    """Say of every operation, once, what it does, with which values."""
    steps: dict[Operation, list[Step]] = {}
    for step in chained(*(chain.steps for chain in chains)):
        steps.setdefault(step.op, []).append(step)
    return [_operation(op, found) for op, found in steps.items()]


def _operation(op: Operation, steps: Sequence[Step]) -> Sentence:
    what, _, tail = op.summary.rstrip(".").partition(": ")
    values = [
        _value(each, steps)
        for i, each in enumerate(op.parameters)
        if i == 0 or each.name in _SIZES or any(each.name in step.changed for step in steps)
    ]
    parts = [f"{what[0].lower()}{what[1:]}{_brackets(tail)}", ", ".join(filter(None, values))]
    return Sentence(f"Operation {op.name}: {'; '.join(filter(None, parts))}", op.cite)


def _value(parameter: Parameter, steps: Sequence[Step]) -> str:
    """Return a value with its unit and meaning, or the default if the steps have several."""
    values = {format_value(dict(step.values)[parameter.name]) for step in steps}
    (value, *more) = values if len(values) == 1 else (parameter.default_text, "")
    if value in ("", "none"):
        return ""
    unit = f" {parameter.spec.unit}" if parameter.spec.unit and value[0].isdigit() else ""
    elsewhere = ", unless written otherwise" if more else ""
    return f"{parameter.name} = {value}{unit} ({parameter.spec.meaning}{elsewhere})"


def _definition(measure: Metric, *, shown: bool) -> Sentence:
    better = "" if measure.better == "neither" else f"{measure.better} is better"
    known = _brackets(measure.unit, better, "" if shown else "not shown, for its terms")
    what = measure.summary[0].lower() + measure.summary[1:].rstrip(".")
    formula = measure.sections["Formula"].rstrip(".")
    return Sentence(f"Measure {measure.name}{known}: {what}; {formula}", measure.cite)


def _with_terms(measures: Sequence[Metric]) -> list[Metric]:
    """Return the measures, and those whose formulas say what the letters in theirs mean."""
    found = list(measures)
    for measure in found:  # it grows meanwhile
        named = re.findall(r"\bas (?:for )?([a-z0-9]+)\b", measure.sections["Formula"])
        found += [METRICS[n] for n in named if n in METRICS and METRICS[n] not in found]
    return found


def _subject(pictures: PanelData) -> str:
    view, image = pictures.views[0], pictures.image
    return f"{wording.header([image], view.show)}, {_size(wording.size_of(view, image))}"


def _size(text: str = "") -> str:
    """Return `256x192, 0.9 mm` with its units: `256x192 px of 0.9 mm`."""
    size, _, mm = text.partition(", ")
    return f"{size} px" * bool(size) + f" of {mm}" * bool(mm)


def _columns(titles: Sequence[Sequence[str]], pictures: Sequence[PanelData]) -> str:
    windows = [window.line for window in pictures[0].windows]
    if len(pictures) > 1:
        windows = [""] * len(titles)
    labels = [label for label, *_ in titles]
    known = [
        _brackets(_size(*sizes), window)
        for (_, *sizes), window in zip(titles, windows, strict=True)
    ]
    if len(set(known[1:])) == 1:  # said once
        known[1:-1] = [""] * (len(known) - 2)
        known[-1] = known[-1].replace("(", "(each ", 1) if len(known) > 2 else known[-1]
    shown = "; ".join(map("".join, zip(labels, known, strict=True)))
    signs = {" + ": "+ stands for then", "×": "×N stands for N times over"}
    read = [said for sign, said in signs.items() if any(sign in label for label in labels)]
    return "; ".join([shown, *read])


def _row(row: PanelRow) -> str:
    found = _ZOOM.search(row.name)
    if found:
        down, along, side = found.groups()
        return f"{row.name}, the {side}x{side} px from row {down} and column {along} on"
    first = row.panels[0]
    return row.name + (_brackets(_flat(first)) if isinstance(first, str) else "")


def _numbers(name: str, numbers: MetricValues) -> str:
    each = [
        f"{view.title} {format_metric(name, values[name]) if name in values else 'none'}"
        for view, (values, _) in numbers.items()
    ]
    return f"Measure {name}: {', '.join(each)}"


def _count(n: int, word: str) -> str:
    return f"{n} {word}" + "s" * (n != 1)


def _brief(items: Sequence[str], between: str = ", ") -> str:
    """Join as many items as have room, and say how many there are more."""
    text = items[0][:_LONGEST_LIST]
    for i, item in enumerate(items[1:], start=1):
        if len(text) + len(item) > _LONGEST_LIST:
            return f"{text} and {len(items) - i} more"
        text += between + item
    return text


def _brackets(*parts: str) -> str:
    inside = "; ".join(filter(None, parts))
    return f" ({inside})" if inside else ""


def _flat(text: str) -> str:
    return " ".join(text.split("\n"))


def _caption(
    header: str,
    title: str | None,
    sentences: Sequence[Sentence],
    facts: Sequence[str],
    alt: Sequence[str],
) -> Caption:
    """Put a caption together; `alt` is cut after the last part that has room."""
    kept = [
        *([Sentence(title)] if title else []),
        *sentences,
        *([Sentence(f"To read it: {'; '.join(facts)}")] if facts else []),
        Sentence(f"Drawn with sampviz {__version__}; no panel is resampled", (PROGRAM,)),
    ]
    said = ""
    for part in alt:
        if len(said) + len(part) + 2 <= LONGEST_ALT:
            said = f"{said} {part}.".strip()
    clean = tuple(Sentence(_clean(each.text), each.cite) for each in kept)
    return Caption(_clean(header), clean, _clean(said))


def _clean(text: str) -> str:
    """Return a text on one line, with plain spaces and nothing that cannot be seen."""
    return escape_control(" ".join(text.split()))
