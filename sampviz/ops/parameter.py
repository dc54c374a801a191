"""Parameters of operations: type, bounds, unit and meaning, said once, in the type."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Any, Literal, get_args, get_origin

Sizes = tuple[int, ...]  # a value for each axis, slices x rows x columns
Value = int | float | bool | str | Sizes

_SHOWN = 40  # characters of a value that is wrong
# No sign "+": it stands between steps.
_INTEGER = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_SIZES = re.compile(r"[0-9]{1,12}(x[0-9]{1,12}){1,2}", re.ASCII)
_DECIMAL = re.compile(r"-?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})(e-?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Param:
    """What the annotation of a parameter says: bounds (inclusive), unit, meaning, allowed words.

    A parameter `per_axis` may have a value for each axis, `s=1x2`; one that fits all is an int.
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""
    meaning: str = ""
    words: tuple[str, ...] = ()
    is_path: bool = False
    per_axis: bool = False


@dataclass(frozen=True)
class Derived:
    """A default that follows from the other parameters; `text` says how, for people."""

    text: str
    rule: Callable[[Mapping[str, Any]], Value]


def derived(text: str, rule: Callable[[Mapping[str, Any]], Value]) -> Any:
    """Return a default for a signature that follows from the other parameters."""
    return Derived(text, rule)


def for_all_axes(value: int | str) -> Any:
    """Return a default for a parameter that an operation takes for all axes at once."""
    return value


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
        if get_origin(base) is Literal:
            base = str
        elif get_origin(base) is tuple:
            base = int
        else:
            base = next((arg for arg in get_args(base) if arg is not str), base)
        return cls(name, base, spec, default)

    def read(self, text: str) -> Value:
        """Turn the text of a value into a value; raise BadValueError where it cannot be one."""
        if text in self.spec.words or self._takes_any_word:
            return text
        if self.type is bool and text in ("true", "false"):
            return text == "true"
        if self.type is int and _INTEGER.fullmatch(text):
            return self.check(int(text))
        if self.spec.per_axis and _SIZES.fullmatch(text):
            return self.check(tuple(int(part) for part in text.split("x")))
        if self.type is float and _DECIMAL.fullmatch(text):
            return self.check(float(text))
        raise BadValueError(f"{self.name}={text[:_SHOWN]}: wanted {self.wanted}")

    def check(self, value: Any) -> Value:
        """Return a value as the parameter's own type; raise BadValueError if out of bounds."""
        if isinstance(value, tuple) and self.spec.per_axis and 2 <= len(value) <= 3:
            return _one_for_all(tuple(int(self.check(for_all_axes)) for for_all_axes in value))  # type: ignore[arg-type]
        if isinstance(value, str):
            fits = value in self.spec.words or self._takes_any_word
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

    @property
    def _takes_any_word(self) -> bool:
        return self.type is str and not self.spec.words

    def _in_bounds(self, value: float) -> bool:
        low, high = self.spec.low, self.spec.high
        return isfinite(value) and (low is None or value >= low) and (high is None or value <= high)

    @property
    def wanted(self) -> str:
        """What a value may be: `1..64 px`, `true or false`, `zero, reflect, edge or wrap`."""
        if self.type is bool:
            return "true or false"
        if self.spec.is_path:
            return "the path of a .npy file"
        if self._takes_any_word:
            return "a word"
        if self.type is not str and self.spec.low is None:
            return "a whole number" if self.type is int else "a number"
        parts = list(self.spec.words)
        if self.type is not str:
            parts.insert(0, f"{self.spec.low:g}..{self.spec.high:g} {self.spec.unit}".rstrip())
        return " or ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    @property
    def default_text(self) -> str:
        """The default as it is written on the command line, or the rule it follows."""
        return (
            self.default.text if isinstance(self.default, Derived) else format_value(self.default)
        )


def _one_for_all(values: Sizes) -> Value:
    return values[0] if len(set(values)) == 1 else values


def format_value(value: Value) -> str:
    """Write a value in the grammar of chains; `Parameter.read` gives it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("e+", "e")
    return str(value)


# The same parameter twice: an operation that works along one axis is given the value of that
# axis, one that works on all at once is given the values of all.
AUTO = "auto"  # what brings the pixels nearest to cubes
