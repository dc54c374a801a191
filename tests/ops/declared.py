"""What the tests of the families say of their operations, for the laws.

VARIANTS: chains beside every operation with its defaults: parameters that change borders, sizes or
places. STEPS: what a step makes of an array, by definition, where it is not window by window.
VALUES: the value of a window of what is not linear, from the values in it, without padding,
and the parameters. GAINS: what a constant is multiplied by, from the parameters and the number of
axes, where no response says it. RIPPLES: by how much a constant is off, where it is by design.
WITHOUT_PEER: operations that no other program has; closed forms in the test hold them.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.ops import families

MODULES = [import_module(f"{families.__name__}.{m.name}") for m in iter_modules(families.__path__)]
VARIANTS: tuple[str, ...] = tuple(
    dict.fromkeys(text for module in MODULES for text in getattr(module, "VARIANTS", ()))
)
STEPS: dict[str, Callable[[Any, Any], Any]] = {
    name: plain for module in MODULES for name, plain in getattr(module, "STEPS", {}).items()
}
VALUES: dict[str, Callable[[Any, Any], float]] = {
    name: value for module in MODULES for name, value in getattr(module, "VALUES", {}).items()
}
GAINS: dict[str, Callable[[Any, int], float]] = {
    name: gain for module in MODULES for name, gain in getattr(module, "GAINS", {}).items()
}
RIPPLES: dict[str, Callable[[Any], float]] = {
    name: ripple for module in MODULES for name, ripple in getattr(module, "RIPPLES", {}).items()
}
WITHOUT_PEER: tuple[str, ...] = tuple(
    name for module in MODULES for name in getattr(module, "WITHOUT_PEER", ())
)
