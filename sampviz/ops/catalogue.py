"""The operations as a table, for people and for programs; made from the operations alone."""

from typing import Any

from sampviz.ops.aliases import aliases_of
from sampviz.ops.chain import Chain
from sampviz.ops.operation import Operation
from sampviz.ops.registry import NAMED_CHAINS, OPS, OURS

# The headings of the list, in order.
GROUPS = {
    "pooling": "Pooling and unpooling",
    "filters": "Filters, interpolation and resizing",
    "spectrum": "Spectrum and wavelets",
    "learned": "Convolutions, and poolings that networks learn",
    "labels": "Label maps",
    "pixels": "Pixels, channels and borders",
    "": "Others",
}
KINDS = {"down": "downsampling", "up": "upsampling", "same": "same size"}
_KIND_WORDS = {"down": "downsampling downsample", "up": "upsampling upsample", "same": "same size"}


def parameters(op: Operation) -> str:
    """Return the parameters of an operation with their defaults, as they are written in a chain.

    Parameters
    ----------
    op : Operation
        The operation.

    Returns
    -------
    str
        `k=2 s=k p=0`, or `none`.
    """
    shown_parameters = (p for p in op.parameters if not p.spec.is_path)
    return (
        " ".join(f"{p.name}={p.default_text.partition(',')[0]}" for p in shown_parameters) or "none"
    )


def describe(op: Operation) -> dict[str, Any]:
    """Return everything that is known of an operation, for JSON.

    Parameters
    ----------
    op : Operation
        The operation.

    Returns
    -------
    dict
        Name, kind, summary, paragraphs and parameters.
    """
    return {
        "name": op.name,
        "kind": op.kind,
        "group": op.group,
        "linear": op.linear,
        "summary": op.summary,
        "size": op.sections["Size"],
        "delta": op.sections["Delta"],
        "edges": op.sections["Edges"],
        "source": op.sections["Source"],
        "parameters": [
            {
                "name": p.name,
                "default": p.default_text,
                "wanted": p.allowed,
                "meaning": p.spec.meaning,
            }
            for p in op.parameters
        ],
    }


def grouped(search: str = "") -> dict[str, list[Operation]]:
    """Return the operations under the headings of the list.

    Parameters
    ----------
    search : str
        Words that an operation has in its name, its manual or its names in other programs; all by
        default.

    Returns
    -------
    dict of str to list of Operation
        By heading, in the order of `ranked`; without headings that have none.
    """
    found = ranked(search)
    headings = GROUPS if not search else dict.fromkeys(op.group for op in found)
    by_group = {GROUPS[key]: [op for op in found if op.group == key] for key in headings}
    return {title: ops for title, ops in by_group.items() if ops}


def ranked(search: str = "") -> list[Operation]:
    """Return the operations that a search finds: those first that have its text in their name.

    Parameters
    ----------
    search : str
        As for `grouped`.

    Returns
    -------
    list of Operation
        Then those that have it in their title, then the others, each in the order of `OPS`.
    """
    text = search.lower().strip()
    found = [
        op
        for op in OPS.values()
        if matches(search, op.name, op.title, op.doc, op.group, _KIND_WORDS[op.kind])
    ]

    def rank(op: Operation) -> tuple[bool, ...]:
        title = op.title.lower()
        return op.name != text, text not in op.name, not title.startswith(text), text not in title

    return sorted(found, key=rank)


def matches(search: str, name: str, *texts: str) -> bool:
    """Tell whether all words of a search stand in texts of an operation or in its aliases.

    Parameters
    ----------
    search : str
        Words; capitals and hyphens do not count.
    name : str
        Name of the operation or named chain.
    *texts : str
        What else is said of it.

    Returns
    -------
    bool
    """
    whole = _plain(" ".join([name, *texts, *aliases_of(name)]))
    return all(word in whole for word in _plain(search).split())


def _plain(text: str) -> str:
    """Return a text as it is searched: anti-aliasing and anti_aliasing are antialiasing."""
    return text.lower().replace("-", "").replace("_", "")


def chains(*, volumes: bool = False) -> list[str]:
    """Return a chain for each operation, with what it needs before it.

    Parameters
    ----------
    volumes : bool
        Only those that volumes go through.

    Returns
    -------
    list of str
        The chains, in the order of `OPS`; one that shows two operations stands once.
    """
    texts = dict.fromkeys(op.example for op in OPS.values())
    steps = {text: Chain.parse(text).steps for text in texts} if volumes else {}
    return [t for t in texts if all(step.op.form != "plane" for step in steps.get(t, ()))]


def markdown() -> str:
    """Return the table of operations of the README, without those of plug-ins.

    Returns
    -------
    str
        A table in Markdown.
    """
    lines = ["| operation | kind | linear | parameters and defaults | what it does |"]
    lines.append("|---|---|---|---|---|")
    for op in OURS.values():
        linear = "yes" if op.linear else "no"
        lines.append(
            f"| `{op.name}` | {KINDS[op.kind]} | {linear} | `{parameters(op)}` | {op.summary} |"
        )
    for name, text in NAMED_CHAINS.items():
        lines.append(f"| `{name}` | named chain | | | Stands for `{text}`. |")
    return "\n".join(lines)
