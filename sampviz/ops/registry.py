"""The registry `OPS`: every operation by its name, ours and those of plug-ins.

Ours are the operations that stand in the modules of `sampviz.ops.families`; none is listed.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from sampviz.ops import families
from sampviz.ops.operation import Operation
from sampviz.ops.plugins import plugin_operations

# Well-known compounds; they are texts, not operations, and are printed in full.
NAMED_CHAINS = {
    "maxblur": "max:s=1+blur",
    "convblur": "conv:s=1+relu+blur",
    "flcmax": "flc+max:s=1",
    "resizeconv": "nearest:2+conv:s=1",
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
OPS = _by_name([*OURS.values(), *plugin_operations({*OURS, *NAMED_CHAINS})])
