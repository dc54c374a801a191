"""Sentences that define what a figure uses: its operations with their values, and its metrics."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain as chained

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import better_words, unit_of
from sampviz.analysis.metrics import METRICS
from sampviz.figures.captions.caption import Sentence
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Parameter
from sampviz.ops.step import Step
from sampviz.ops.values import format_value

_SIZE_PARAMETERS = ("k", "s", "f")  # are written even where they have their default


_TERM = re.compile(r"\b(as (?:for )?)([a-z0-9]+)\b")  # a measure whose terms a formula uses


def operation_sentences(chains: Iterable[Chain]) -> list[Sentence]:
    """Return a sentence for every operation: what it does, with which values.

    Parameters
    ----------
    chains : iterable of Chain
        What the figure compares.

    Returns
    -------
    list of Sentence
        One for each operation, in the order of their first use.
    """
    steps: dict[Operation, list[Step]] = {}
    for step in chained(*(chain.steps for chain in chains)):
        steps.setdefault(step.op, []).append(step)
    return [_operation_sentence(op, uses) for op, uses in steps.items()]


def _operation_sentence(op: Operation, steps: Sequence[Step]) -> Sentence:
    summary, _, detail = op.summary.rstrip(".").partition(": ")
    values = [
        _parameter_text(parameter, steps)
        for i, parameter in enumerate(op.parameters)
        if i == 0
        or parameter.name in _SIZE_PARAMETERS
        or any(parameter.name in step.changed for step in steps)
    ]
    parts = [
        f"{summary[0].lower()}{summary[1:]}{in_brackets(detail)}",
        ", ".join(filter(None, values)),
    ]
    return Sentence(f"Operation {op.name}: {'; '.join(filter(None, parts))}", op.cite)


def _parameter_text(parameter: Parameter, steps: Sequence[Step]) -> str:
    """Return a value with its unit and meaning, or the default if the steps have several."""
    values = {format_value(dict(step.values)[parameter.name]) for step in steps}
    (value, *other_values) = values if len(values) == 1 else (parameter.default_text, "")
    if value in ("", "none"):
        return ""
    unit = f" {parameter.spec.unit}" if parameter.spec.unit and value[0].isdigit() else ""
    elsewhere = ", unless written otherwise" if other_values else ""
    meaning = parameter.spec.in_caption or parameter.spec.meaning
    return f"{parameter.name} = {value}{unit} ({meaning}{elsewhere})"


def metric_sentences(metrics: Sequence[Metric]) -> list[Sentence]:
    """Return a sentence for every metric: its unit, its meaning and its formula.

    Parameters
    ----------
    metrics : sequence of Metric
        Those on the figure.

    Returns
    -------
    list of Sentence
        One for each, and for those whose formulas define terms of another formula.
    """
    return [_metric_sentence(metric, is_shown=metric in metrics) for metric in _with_terms(metrics)]


def _metric_sentence(metric: Metric, *, is_shown: bool) -> Sentence:
    unshown = "" if is_shown else "not shown, for its terms"
    properties = in_brackets(unit_of(metric), better_words(metric), unshown)
    summary = metric.summary[0].lower() + metric.summary[1:].rstrip(".")
    formula = _TERM.sub(_labelled, metric.sections["Formula"].rstrip("."))
    return Sentence(f"Measure {metric.label}{properties}: {summary}; {formula}", metric.cite)


def _labelled(term: re.Match[str]) -> str:
    words, name = term.groups()
    return words + (METRICS[name].label if name in METRICS else name)


def _with_terms(metrics: Sequence[Metric]) -> list[Metric]:
    """Return metrics, and those whose formulas define the terms of theirs ("as for psnr")."""
    closure = list(metrics)
    for metric in closure:  # grows in the loop
        names = [name for _, name in _TERM.findall(metric.sections["Formula"])]
        closure += [METRICS[n] for n in names if n in METRICS and METRICS[n] not in closure]
    return closure


def in_brackets(*parts: str) -> str:
    """Return the parts that are not empty in brackets, with a space before them.

    Parameters
    ----------
    *parts : str
        Any of which may be empty.

    Returns
    -------
    str
        "" if all are.

    Examples
    --------
    >>> in_brackets("a", "", "b")
    ' (a; b)'
    """
    joined = "; ".join(filter(None, parts))
    return f" ({joined})" if joined else ""
