"""Parameters of operations: type, bounds, unit and meaning, said once, in the type."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from sampviz.arrays.taps import KERNELS

Value = int | float | bool | str

# No sign "+": it stands between steps.
_INTEGER = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_DECIMAL = re.compile(r"-?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})(e-?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Param:
    """What the annotation of a parameter says: bounds (inclusive), unit, meaning, allowed words."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    meaning: str = ""
    words: tuple[str, ...] = ()
    is_path: bool = False


@dataclass(frozen=True)
class Derived:
    """A default that follows from the other parameters; `text` says how, for people."""

    text: str
    rule: Callable[[Mapping[str, Any]], Value]


def derived(text: str, rule: Callable[[Mapping[str, Any]], Value]) -> Any:
    """Return a default for a signature that follows from the other parameters."""
    return Derived(text, rule)


class BadValueError(ValueError):
    """A value that a parameter cannot take; the message starts with `name=value`."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of one operation."""

    name: str
    type: type[int] | type[float] | type[bool] | type[str]
    spec: Param
    default: Any

    @classmethod
    def of(cls, name: str, hint: Any, default: Any) -> "Parameter":
        """Read the type and the `Param` out of an `Annotated` type."""
        if get_origin(hint) is not Annotated:
            raise TypeError(f"{name}: annotate it as Annotated[type, Param(...)]")
        base, spec = get_args(hint)
        base = next((arg for arg in get_args(base) if arg is not str), base)
        return cls(name, base, spec, default)

    def read(self, text: str) -> Value:
        """Turn the text of a value into a value; raise BadValueError where it cannot be one."""
        if text in self.spec.words or (self.type is str and self.spec.is_path):
            return text
        if self.type is bool and text in ("true", "false"):
            return text == "true"
        if self.type is int and _INTEGER.fullmatch(text):
            return self.check(int(text))
        if self.type is float and _DECIMAL.fullmatch(text):
            return self.check(float(text))
        raise BadValueError(f"{self.name}={text}: wanted {self.wanted}")

    def check(self, value: Any) -> Value:
        """Return a value as the parameter's own type; raise BadValueError if out of bounds."""
        if isinstance(value, str):
            fits = value in self.spec.words or self.spec.is_path
            kept: Value = value
        elif self.type is bool or isinstance(value, bool):
            fits, kept = self.type is bool and isinstance(value, bool), value
        else:
            try:
                kept = self.type(value)
                fits = kept == value and self._in_bounds(float(kept))
            except (TypeError, ValueError, OverflowError):
                fits = False
        if not fits:
            raise BadValueError(f"{self.name}={value}: wanted {self.wanted}")
        return kept

    def _in_bounds(self, value: float) -> bool:
        low, high = self.spec.low, self.spec.high
        return (low is None or value >= low) and (high is None or value <= high)

    @property
    def wanted(self) -> str:
        """What a value may be: `1..64 px`, `true or false`, `zero, reflect, edge or wrap`."""
        if self.type is bool:
            return "true or false"
        if self.spec.is_path:
            return "the path of a .npy file"
        parts = list(self.spec.words)
        if self.type is not str:
            parts.insert(0, f"{self.spec.low:g}..{self.spec.high:g} {self.spec.unit}".rstrip())
        return " or ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    @property
    def default_text(self) -> str:
        """The default as it is written on the command line, or the rule it follows."""
        return self.default.text if isinstance(self.default, Derived) else write(self.default)


def write(value: Value) -> str:
    """Write a value in the grammar of chains; `Parameter.read` gives it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("e+", "e")
    return str(value)


Window = Annotated[int, Param(1, 64, "px", "side of the window")]
Stride = Annotated[int, Param(1, 64, "px", "distance between the windows")]
Offset = Annotated[int, Param(0, 63, "px", "index of the first sample kept")]
Dilation = Annotated[int, Param(1, 64, "px", "distance between the taps of a window")]
Factor = Annotated[int, Param(2, 64, "", "how many times smaller or larger")]
Padding = Annotated[
    int | str,
    Param(0, 64, "px", "padding on every side, or the rule of Keras", words=("same",)),
]
Ceil = Annotated[bool, Param(meaning="keep a last window that reaches beyond the edge")]
BorderName = Annotated[
    str, Param(meaning="what lies beyond the edge", words=("zero", "reflect", "edge", "wrap"))
]
KernelName = Annotated[str, Param(meaning="weights known by name", words=KERNELS)]
KernelFile = Annotated[str, Param(meaning="weights: a square 2-D array", is_path=True)]
Seed = Annotated[int, Param(0, 2**31 - 1, "", "seed of kernel=random")]
Mode = Annotated[
    str,
    Param(meaning="the right cut, or the authors' program", words=("corrected", "faithful")),
]
AsapPad = Annotated[
    str, Param(meaning="zeros around the image first", words=("none", "one", "large"))
]
CountPad = Annotated[bool, Param(meaning="padding counts in the mean")]
ExtraPadding = Annotated[int, Param(0, 64, "px", "padding beyond what the kernel needs")]
Corners = Annotated[bool, Param(meaning="outermost samples stay at the outermost places")]
Exponent = Annotated[float, Param(0, 64, "", "how much a pixel that stands out weighs")]
Alpha = Annotated[float, Param(0, 22026, "", "weight that every pixel has")]
Symmetric = Annotated[bool, Param(meaning="dark pixels stand out as bright ones do")]
Full = Annotated[bool, Param(meaning="smooth with a 3x3 kernel instead of the 2x2 mean")]
