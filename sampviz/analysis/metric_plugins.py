"""Metrics of installed packages, by entry points."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint
from math import isnan
from numbers import Real
from typing import Any, get_args

from sampviz.analysis.evaluation import AXIS_NAMES
from sampviz.analysis.metric import SECTIONS, Better, Metric, MetricValue, UndefinedError
from sampviz.core.errors import SampvizError, UsageError
from sampviz.core.plugins import load_plugins, package_of, with_errors_in_words

GROUP = "sampviz.measures"  # of entry points
_NAME = re.compile("[a-z][a-z0-9]*")
# Columns of tables, beside the measures.
_TAKEN = {"input", "chain", "level", "size", "parts", "span", "taken", "undefined", "notes"}


def plugin_metrics(
    ours: Mapping[str, Metric], entries: Iterable[EntryPoint]
) -> Mapping[str, Metric]:
    """Return our metrics and those that installed packages offer.

    One that cannot be used, or whose name is taken, is left out with a warning.

    Parameters
    ----------
    ours : mapping of str to Metric
        By their names.
    entries : iterable of EntryPoint
        What installed packages offer.

    Returns
    -------
    mapping of str to Metric
        Ours first.
    """
    used_names = {*ours, *_TAKEN, *AXIS_NAMES}
    rejection = partial(_rejection, {metric.label: metric.name for metric in ours.values()})
    theirs = [
        _guarded(replace(metric, package=package_of(entry)))
        for entry, metric in load_plugins(entries, "measure", used_names, rejection)
    ]
    return {**ours, **{metric.name: metric for metric in theirs}}


def _rejection(used_labels: Mapping[str, str], value: Any) -> str:
    """Say why a value is no metric, or nothing if it is one."""
    if not isinstance(value, Metric):
        return f"it is not made with @metric, but of type {type(value).__name__}"
    if not _NAME.fullmatch(value.name):
        return f"its name {value.name!r} has more than the letters a-z and digits"
    if value.better not in get_args(Better):
        return f"better={value.better!r} is none of {', '.join(get_args(Better))}"
    if used_labels.get(value.label, value.name) != value.name:
        return f"another measure has the label {value.label!r}"
    missing = [heading for heading in SECTIONS if heading not in value.sections]
    return f"its docstring has no paragraph '{missing[0]}: '" if missing else ""


def _guarded(metric: Metric) -> Metric:
    """Return a metric of others whose exceptions and wrong results are errors in words."""
    function = with_errors_in_words(
        f"the measure {metric.name} of {metric.package}",
        metric.function,
        UsageError,
        partial(_check_value, {*metric.parts, *metric.volume_parts}),
        (SampvizError, UndefinedError),
    )
    return replace(metric, function=function)


def _check_value(part_names: set[str], name: str, result: Any) -> None:
    has_parts = isinstance(result, MetricValue)
    value, parts = (result.value, result.parts) if has_parts else (result, {})
    if not isinstance(value, Real):
        raise UsageError(
            f"{name} returned a {type(value).__name__}", fix="return a number, or a MetricValue"
        )
    undeclared = [part for part in parts if part not in part_names]
    if undeclared or not all(isinstance(number, Real) for number in parts.values()):
        what = f"the part {undeclared[0]!r}" if undeclared else "a part that is no number"
        raise UsageError(f"{name} returned {what}", fix="name it in parts= of @metric, a number")
    if isnan(value):
        raise UndefinedError("it is NaN")
