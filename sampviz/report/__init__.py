"""The interactive page: what is shown, how it is packed, how it is written."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def _report() -> Callable[..., Any]:
    """Return the function; what it draws with is imported when it is first asked for."""
    from sampviz.report.build import report

    return report


class _Call:
    """The call of an object, which is that of the function."""

    def __get__(self, package: object, kind: type) -> Callable[..., Any]:
        return _report()


class _CallableModule(ModuleType):
    """This package, which can be called as the function that it is named after.

    `sampviz.report` is a public function. When any module of the package of the same name is
    imported, Python sets the attribute `report` of `sampviz` to the package: so this can be called.
    """

    __call__ = _Call()

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return _report().__doc__


sys.modules[__name__].__class__ = _CallableModule
