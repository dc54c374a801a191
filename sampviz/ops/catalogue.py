"""The operations as a table, for people and for programs; made from the operations alone."""

from typing import Any

from sampviz.ops.operation import Operation
from sampviz.ops.registry import NAMED_CHAINS, OPS, OURS

KINDS = {"down": "downsampling", "up": "upsampling", "same": "same size"}

# Operations that need another before them, for pooling indices or channels.
_BEFORE = {"unpool": "max+unpool", "shuffle": "unshuffle+shuffle"}


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


def chains() -> list[str]:
    """Return a chain for each operation, with what it needs before it.

    Returns
    -------
    list of str
        The chains, in the order of `OPS`.
    """
    return [_BEFORE.get(name, name) for name in OPS]


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
