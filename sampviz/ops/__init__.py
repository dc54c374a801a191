"""The operations, one family a file; every file in this folder is looked into, none is listed."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from sampviz.op import Op

_ORDER = ("down", "up", "same")


def _found() -> Mapping[str, Op]:
    modules = [each.name for each in iter_modules(__path__) if not each.name.startswith("_")]
    ops = [
        value
        for name in modules
        for value in vars(import_module(f"{__name__}.{name}")).values()
        if isinstance(value, Op)
    ]
    ops.sort(key=lambda op: (_ORDER.index(op.kind), op.name))
    by_name = {op.name: op for op in ops}
    assert len(by_name) == len(ops), "two operations have one name"
    return MappingProxyType(by_name)


OPS = _found()
