"""The reference of measures: a page for each, from its docstring."""

import re
from collections.abc import Iterator
from functools import cache

from sampviz.analysis.measure import measure
from sampviz.analysis.metric import SECTIONS, Metric
from sampviz.analysis.metric_text import better_words, unit_of
from sampviz.analysis.metrics import FAMILIES, OURS
from sampviz.core.docstring import split_paragraphs
from sampviz.figures.captions.bibliography import bibliography
from site_pages.written import contents, drawn, heading, prose, references, table

_INTRODUCTION = """
Numbers about what a chain makes of an image, each with its formula, its range and a known answer.
Images are compared on the same samples: the reference is taken where the output's samples lie, so
no chain gains or loses by its sampling phase. `sampviz measure --explain NAME` prints the same in
the terminal.

"""
# Inputs and chains of the picture: the first on which a measure tells chains apart.
_EXAMPLES = (
    ("sample:t1", "max,stride,avg,blur,flc"),
    ("sample:t1", "nearest,bilinear,zeros,transpose"),
    ("sample:t1_lesions", "max,stride,majority"),
)
# Words of the glossary, and how they stand in formulas.
_TERMS = (
    ("Op", re.compile(r"\bOp\b")),
    ("P", re.compile(r"\bPx\b|\bP as for")),
    ("step", re.compile(r"\bstep\b")),
)


def measure_pages() -> dict[str, str]:
    """Return the pages by their paths."""
    index = heading("Measures") + _INTRODUCTION
    for title, members in FAMILIES:
        index += heading(title.rstrip("."), "-") + table(
            ("measure", "in tables", "what it is"),
            [(f":doc:`{m.name} <{m.name}>`", prose(m.label), prose(m.summary)) for m in members],
            "15 25 60",
        )
    pages = {f"measures/{m.name}.rst": "".join(_parts(m)) for m in OURS.values()}
    return {"measures/index.rst": index + contents(f"{name} <{name}>" for name in OURS), **pages}


def _parts(metric: Metric) -> Iterator[str]:
    introduction, paragraphs = split_paragraphs(metric.doc, SECTIONS)
    yield heading(f"{metric.name}: {metric.label}" if metric.label != metric.name else metric.name)
    yield prose(introduction) + "\n\n"
    facts = {"Unit": unit_of(metric) or "none", "Better": better_words(metric) or "neither"}
    facts |= paragraphs
    terms = [f":term:`{name}`" for name, word in _TERMS if word.search(paragraphs["Formula"])]
    if metric.parts:
        facts["Parts"] = ", ".join(metric.parts)
    if metric.volume_parts:
        facts["Of volumes"] = ", ".join(metric.volume_parts)
    if metric.on_request:
        facts["Measured"] = "only where it is named"
    for name, text in facts.items():
        yield f":{name}: {prose(text)}\n"
        if name == "Formula" and terms:
            yield f":Its words: {', '.join(terms)}\n"
    yield "\n"
    yield heading("On an image", "-")
    source, chains = _example(metric.name)
    yield drawn(
        f"sampviz compare {source} --rows image --ops {chains}"
        f" --in-panel {metric.name} --width 130 --dpi 150",
        f"{source} after {chains}, with {metric.label} below each",
    )
    yield references([bibliography()[key] for key in metric.cite])


def _example(name: str) -> tuple[str, str]:
    for source, chains in _EXAMPLES:
        values = {value for value in _values(source, chains)[name] if value is not None}
        if len(values) > 1:
            return source, chains
    return _EXAMPLES[0]


@cache
def _values(source: str, chains: str) -> dict[str, list[float | None]]:
    rows = measure(source, chains, measures=list(OURS))
    return {name: [row.values.get(name) for row in rows] for name in OURS}
