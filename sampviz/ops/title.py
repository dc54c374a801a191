"""Chains in words, as they stand above pictures: "Max pooling 3×3, step 2"."""

from collections.abc import Sequence
from itertools import groupby
from string import Formatter
from typing import TYPE_CHECKING

from sampviz.ops.values import Value, format_value

if TYPE_CHECKING:
    from sampviz.ops.step import Step

# How the value of a parameter reads, for operations that say nothing else.
_PHRASES = {
    "k": "{}",
    "s": "step {}",
    "p": "padding {}",
    "d": "dilation {}",
    "o": "offset {}",
    "f": "factor {}",
    "size": "to {}",
    "pad": "{} border",
    "mode": "{}",
    "filter": "{}",
    "kernel": "{} kernel",
    "norm": "power {}",
    "name": "{}",
    "taps": "{} taps",
    "window": "{} window",
    "tie": "ties {}",
    "file": "own kernel",
}
_STRIDED = "Strided "  # what a title does not say of a step of 1


def title_of(steps: Sequence["Step"], times: int = 1) -> str:
    """Return steps in words: the title of each operation, and what differs from its defaults.

    Parameters
    ----------
    steps : sequence of Step
        Of a chain.
    times : int
        How many times over they are applied.

    Returns
    -------
    str
        Equal steps are written once, with ×N.
    """
    runs = [(title, len(list(same))) for title, same in groupby(map(_title_of_step, steps))]
    text = " + ".join(title + f" ×{count}" * (count > 1) for title, count in runs)
    if times == 1:
        return text
    if len(runs) == 1:
        return f"{runs[0][0]} ×{runs[0][1] * times}"
    return f"({text}) ×{times}"


def _title_of_step(step: "Step") -> str:
    op = step.op
    # What a title names itself, "{k}", it says for the defaults too.
    named = {name for _, name, _, _ in Formatter().parse(op.title) if name}
    texts = {name: _phrase(step, name, value) for name, value in step.values if name in named}
    title = op.title.format(**texts)
    values = {name: value for name, value in step.changed.items() if name not in named}
    if title.startswith(_STRIDED) and values.get("s") == 1:
        title = title.removeprefix(_STRIDED).capitalize()
        del values["s"]
    words = [_phrase(step, name, value) for name, value in values.items() if name != "k"]
    if "k" in values:
        window = _phrase(step, "k", values["k"])
        title += f", {window}" if "k" in op.phrases else f" {window}"
    return ", ".join([title, *words])


def _phrase(step: "Step", name: str, value: Value) -> str:
    if isinstance(value, bool):
        return name if value else f"no {name}"
    text = format_value(value).replace("x", "×") if not isinstance(value, str) else value
    if name == "k" and name not in step.op.phrases and isinstance(value, int):
        text = f"{value}×{value}"
    return step.op.phrases.get(name, _PHRASES.get(name, f"{name} {{}}")).format(text)
