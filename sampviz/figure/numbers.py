"""Measures under the panels of a figure, and what they mean in its notes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sampviz.figure.panel import Panel, Row
from sampviz.figure.rows import Pictures
from sampviz.figure.style import NO_BREAK
from sampviz.figure.view import View
from sampviz.measurement import Measure
from sampviz.measures import MEASURES
from sampviz.measuring import values_of

MINUS = "\u2212"
# Of every chain the values, and why there are none, by the names of the measures.
Numbers = Mapping[View, tuple[Mapping[str, float], Mapping[str, str]]]


def numbers_of(pictures: Pictures, measures: Sequence[Measure]) -> Numbers:
    """Measure every chain of a figure."""
    found = {view: values_of(trial, measures) for view, trial in pictures.trials.items()}
    return {view: (values, undefined) for view, (values, _, undefined) in found.items()}


def with_numbers(row: Row, views: Sequence[View], numbers: Numbers, names: Sequence[str]) -> Row:
    """Return a row with a line for each measure under the panel of every chain."""
    panels = list(row.panels)
    for i, (view, panel) in enumerate(zip(views, panels, strict=True)):
        if view in numbers and isinstance(panel, Panel):
            values, _ = numbers[view]
            lines = [line(name, values.get(name)) for name in names]
            panels[i] = replace(panel, below="\n".join([panel.below, *lines]).lstrip("\n"))
    return replace(row, panels=tuple(panels))


def line(name: str, value: float | None) -> str:
    """Return the name, the value to three digits (a dash for none) and the unit of a measure."""
    told = "–" if value is None else f"{value:.3g}".replace("-", MINUS)
    unit = MEASURES[name].unit if value is not None else ""
    return NO_BREAK.join(part for part in (name, told, unit if " " not in unit else "") if part)


def number_notes(numbers: Sequence[Numbers], measures: Sequence[Measure]) -> list[str]:
    """Return what each measure is, and why there is a dash where there is one."""
    notes = [f"{each.name}: {each.summary[0].lower()}{each.summary[1:-1]}" for each in measures]
    for each in numbers:
        for view, (_, undefined) in each.items():
            notes += [f"no {name} for {view.title}: {why}" for name, why in undefined.items()]
    return list(dict.fromkeys(notes))
