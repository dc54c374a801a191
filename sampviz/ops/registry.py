"""The registry `OPS`: every operation by its name, ours and those of plug-ins.

Ours are the operations that stand in the modules of `sampviz.ops.families`; none is listed. Those
of other packages stand beside ours; they are imported when `OPS` is first used.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint
from pkgutil import iter_modules
from types import MappingProxyType

from sampviz.core.notebook import html_table
from sampviz.core.plugins import Registry
from sampviz.ops import aliases, families
from sampviz.ops.operation import Operation
from sampviz.ops.plugins import GROUP, plugin_operations

# Well-known compounds; they are texts, not operations, and are printed in full.
NAMED_CHAINS = {
    "maxblur": "max:s=1+blur",
    "convblur": "conv:s=1+relu+blur",
    "flcmax": "flc+max:s=1",
    "resizeconv": "nearest:2+conv:s=1",
    "latentdown": "pad:p=0x1x0x1+conv:p=0",
    "icnrblur": "shuffle:2+pad:p=1x0x1x0:mode=edge+avg:k=2:s=1",
    "segnet": "max+conv:s=1+unpool",
    "afrelu": "sinc:2+relu+ideal:s=2",
    "sg3relu": "kaiserup+relu+kaiser",
    "nnunetimage": "resize:f=0.5:round=half:filter=spline:order=3:clip=true",
    "nnunetlabels": "onehot+resize:f=0.5:round=half:filter=spline:order=1:clip=true"
    "+argmax:tie=nearest",
    "patchmerge": "unshuffle:2+conv:box:k=1:s=1:p=0",
    "patchify": "conv:box:k=4:s=4:p=0",
}
_ORDER = ("down", "up", "same")


def _load_families() -> list[Operation]:
    modules = [
        module.name for module in iter_modules(families.__path__) if not module.name.startswith("_")
    ]
    return [
        value
        for name in modules
        for value in vars(import_module(f"{families.__name__}.{name}")).values()
        if isinstance(value, Operation)
    ]


def _by_name(ops: list[Operation]) -> Mapping[str, Operation]:
    ordered = sorted(ops, key=lambda op: (_ORDER.index(op.kind), op.name))
    by_name = {op.name: op for op in ordered}
    assert len(by_name) == len(ops), "two operations have one name"
    return MappingProxyType(by_name)


OURS = _by_name(_load_families())


def _with_plugins(entries: Sequence[EntryPoint]) -> Mapping[str, Operation]:
    return _by_name([*OURS.values(), *plugin_operations({*OURS, *NAMED_CHAINS}, entries)])


class _Operations(Registry[Operation]):
    """All operations by their names: ours, and those of installed packages."""

    def __repr__(self) -> str:
        return f"<{len(self)} operations: {', '.join(list(self)[:3])}, ...>"

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = (
            (op.name, op.kind, "yes" if op.linear else "no", op.summary) for op in self.values()
        )
        return html_table(["operation", "kind", "linear", "what it does"], rows)


OPS: Mapping[str, Operation] = _Operations(GROUP, OURS, _with_plugins)


def canonical_name(name: str) -> str | None:
    """Return the operation or the named chain that a name means, be it an alias.

    Parameters
    ----------
    name : str
        As it was written.

    Returns
    -------
    str or None
        The name here; None where there is none.
    """
    if name in OPS or name in NAMED_CHAINS:
        return name
    alias = aliases.canonical_name(name)
    return alias if alias in OPS or alias in NAMED_CHAINS else None
