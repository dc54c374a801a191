"""The interactive page: what is shown, how it is packed, how it is written."""

import sys
from types import ModuleType

from sampviz.report.build import report


class _CallableModule(ModuleType):
    """This package, which can be called as the function that it is named after.

    `sampviz.report` is a public function. When any module of the package of the same name is
    imported, Python sets the attribute `report` of `sampviz` to the package: so this can be called.
    """

    __call__ = staticmethod(report)


sys.modules[__name__].__class__ = _CallableModule
__doc__ = report.__doc__ or __doc__
