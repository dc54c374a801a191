"""The reference of operations: a page for each, from its declaration and docstring."""

import re
from collections.abc import Iterator

from sampviz.core.docstring import split_paragraphs
from sampviz.figures.captions.bibliography import bibliography
from sampviz.ops.aliases import aliases_of
from sampviz.ops.catalogue import GROUPS, KINDS
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation
from sampviz.ops.registry import NAMED_CHAINS, OURS
from sampviz.ops.rules import SECTIONS
from site_pages.differences_page import deviation_text, parity
from site_pages.written import contents, drawn, heading, prose, references, table

_INTRODUCTION = """
What a step of a chain can be. Each has a page: what it does, its size rule, where its samples lie,
its borders, what it makes of three small images, and what it does to waves. `sampviz ops NAME`
prints the same in the terminal, `help(sampviz.OPS["max"])` in Python.

"""
_IMAGES = "sample:dwi sample:zoneplate:64x64 sample:siemens:64x64"


def operation_pages() -> dict[str, str]:
    """Return the pages by their paths."""
    index = heading("Operations") + _INTRODUCTION
    for group, title in GROUPS.items():
        members = [op for op in OURS.values() if op.group == group]
        if members:
            index += heading(title, "-") + table(
                ("operation", "kind", "linear", "what it does"),
                [
                    (
                        f":doc:`{op.name} <{op.name}>`",
                        KINDS[op.kind],
                        "yes" if op.linear else "no",
                        prose(op.summary),
                    )
                    for op in members
                ],
                "15 15 10 60",
            )
    index += _named_chains() + contents(f"{name} <{name}>" for name in OURS)
    pages = {f"operations/{op.name}.rst": _page(op) for op in OURS.values()}
    return {"operations/index.rst": index, **pages}


def _named_chains() -> str:
    rows = [
        (
            f"`{name}`",
            f"`{text}`",
            ", ".join(f":doc:`{step} <{step}>`" for step in dict.fromkeys(_names(text))),
        )
        for name, text in NAMED_CHAINS.items()
    ]
    return heading("Chains by name", "-") + table(("name", "stands for", "steps"), rows, "15 55 30")


def _names(chain: str) -> list[str]:
    return [step.op.name for step in Chain.parse(chain).steps]


def _page(op: Operation) -> str:
    return "".join(_parts(op))


def _parts(op: Operation) -> Iterator[str]:
    introduction, paragraphs = split_paragraphs(op.doc, SECTIONS)
    title = re.sub(r",? ?\{\w+\}", "", op.title)  # the places of values
    yield heading(f"{op.name}: {title}" if title else op.name)
    yield prose(introduction) + "\n\n"
    facts = [("Chain", f"`{op.example}`"), ("Kind", KINDS[op.kind])]
    facts.append(("Linear", "yes" if op.linear else "no"))
    facts += [(name, prose(text)) for name, text in paragraphs.items()]
    if elsewhere := aliases_of(op.name):
        facts.append(("Names elsewhere", ", ".join(map(prose, elsewhere))))
    yield "".join(f":{name}: {text}\n" for name, text in facts) + "\n"
    yield from _parameters(op)
    yield heading("What it makes of images", "-")
    yield drawn(
        f"sampviz compare {_IMAGES} --together --rows image --ops {op.example}"
        f" --scale unit --width 100 --dpi 150",
        f"A brain, a zone plate and a star, each before and after {op.example}",
    )
    yield heading("What it does to waves", "-")
    yield drawn(
        f"sampviz response --ops {op.example} --width 130 --dpi 150",
        f"Gain of {op.example} over the frequency of a wave",
        may_refuse=True,
    )
    yield from _deviations(op)
    yield references([bibliography()[key] for key in op.cite])


def _parameters(op: Operation) -> Iterator[str]:
    yield heading("Parameters", "-")
    if not op.parameters:
        yield "None.\n\n"
        return
    yield "The first may be given without its name; every step takes `times=N` too.\n\n"
    rows = [
        (
            f"`{p.name}`",
            prose(p.spec.meaning),
            prose(p.allowed),
            f"`{p.default_text}`" if p.default_text else "none: it must be given",
        )
        for p in op.parameters
    ]
    yield table(("name", "meaning", "values", "default"), rows, "12 40 33 15")


def _deviations(op: Operation) -> Iterator[str]:
    deviations = [deviation for deviation in parity().deviations if op.name in deviation["ops"]]
    if deviations:
        yield heading("How it differs from programs", "-")
        yield from map(deviation_text, deviations)
