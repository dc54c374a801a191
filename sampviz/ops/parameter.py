"""Parameters of operations: type, bounds, unit and meaning, said once, in the type."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Annotated, Any, Literal, get_args, get_origin

from sampviz.core.text import short_repr
from sampviz.ops.values import (
    DECIMAL,
    INTEGER,
    Value,
    by_sides,
    exact_decimal,
    format_value,
    one_for_all,
    parts_of,
)

_SHOWN = 40  # characters of a value that is wrong


@dataclass(frozen=True)
class Param:
    """What the annotation of a parameter says of it.

    Parameters
    ----------
    low, high : float, optional
        Bounds, inclusive.
    unit : str
        Unit of the value, such as `px`.
    meaning : str
        What the parameter is, in a few words, for help.
    words : tuple of str
        Words that are allowed, beside numbers if the type is a number.
    is_path : bool
        Whether it is the path of a .npy file.
    per_axis : bool
        Whether it may have a value for each axis, `s=1x2`; one value for all axes is an int.
    is_factor : bool
        Whether it says how many times smaller or larger an axis gets; an axis with 1 is left alone.
    decimals : bool
        Whether a whole number may be a decimal too, exactly as it is written: f=1.5.
    sides : bool
        Whether it may have a value for each side of each axis: p=0x1x0x1.
    synonyms : tuple of (str, str)
        Other words, each with the one it stands for.
    in_caption : str
        What a caption calls it, where `meaning` says how to write it, too.
    check_axes : callable, optional
        Is given the value and the number of axes; DoesNotFitError where these do not go together.
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""
    meaning: str = ""
    words: tuple[str, ...] = ()
    is_path: bool = False
    per_axis: bool = False
    is_factor: bool = False
    decimals: bool = False
    sides: bool = False
    synonyms: tuple[tuple[str, str], ...] = ()
    in_caption: str = ""
    check_axes: Callable[[Any, int], None] | None = None


@dataclass(frozen=True)
class Derived:
    """A default that follows from the other parameters.

    Parameters
    ----------
    text : str
        The rule, for people.
    rule : callable
        Gives the value from the values of all parameters.
    """

    text: str
    rule: Callable[[Mapping[str, Any]], Value]


def derived(text: str, rule: Callable[[Mapping[str, Any]], Value]) -> Any:
    """Return a default for a signature that follows from the other parameters.

    Parameters
    ----------
    text : str
        The rule, for people, such as `k`.
    rule : callable
        Gives the value from a mapping of the values of all parameters.

    Returns
    -------
    object
        The default; typed Any, so that it fits the annotation of the parameter.

    Examples
    --------
    >>> AS_WINDOW = derived("k", lambda values: values["k"])
    """
    return Derived(text, rule)


def for_all_axes(value: int | str) -> Any:
    """Return a default for a parameter of which an operation takes the values of all axes.

    Parameters
    ----------
    value : int or str
        The value of every axis.

    Returns
    -------
    object
        The value; typed Any, so that it fits the annotation of the parameter, a tuple.
    """
    return value


class BadValueError(ValueError):
    """Raised for a value that a parameter cannot take; the message starts with `name=value`."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of one operation.

    Parameters
    ----------
    name : str
        Its name in chains and signatures.
    type : type
        int, float, Fraction (a decimal, exactly as it is written), bool or str.
    spec : Param
        Bounds, unit and meaning.
    default : value or Derived
        The default.
    """

    name: str
    type: type[int] | type[float] | type[Fraction] | type[bool] | type[str]
    spec: Param
    default: Any

    @classmethod
    def of(cls, name: str, hint: Any, default: Any) -> "Parameter":
        """Make a parameter of its annotation.

        Parameters
        ----------
        name : str
            Its name.
        hint : Annotated
            Annotated[type, Param(...)].
        default : value or Derived
            The default.

        Returns
        -------
        Parameter
            The parameter.

        Raises
        ------
        TypeError
            If the annotation is another.
        """
        if get_origin(hint) is not Annotated:
            raise TypeError(f"{name}: annotate it as Annotated[type, Param(...)]")
        base, spec = get_args(hint)
        if get_origin(base) is Literal:
            base = str
        elif get_origin(base) is tuple:
            base = int
        else:
            base = next((arg for arg in get_args(base) if arg in (int, float, Fraction)), base)
        return cls(name, base, spec, default)

    def read(self, text: str) -> Value:
        """Parse the text of a value.

        Parameters
        ----------
        text : str
            What stands after `name=` in a chain.

        Returns
        -------
        int, float, Fraction, bool, str or tuple of int
            The value.

        Raises
        ------
        BadValueError
            If the text is no value of the parameter.
        """
        text = dict(self.spec.synonyms).get(text, text)
        if text in self.spec.words or self._takes_any_word:
            return text
        if self.type is bool and text in ("true", "false"):
            return text == "true"
        if self.spec.per_axis and (parts := parts_of(text)):
            with suppress(BadValueError):
                return self.check(tuple(map(self._number, parts)))
        elif self.type in (int, float, Fraction):
            if self.type is int and INTEGER.fullmatch(text):
                return self.check(int(text))
            with suppress(BadValueError):  # which would say the number, not what was written
                return self.check(self._number(text))
        raise BadValueError(f"{self.name}={text[:_SHOWN]}: wanted {self.allowed}")

    def _number(self, text: str) -> Value:
        if self.type is int and INTEGER.fullmatch(text):
            return int(text)
        if (self.type is int and not self.spec.decimals) or not DECIMAL.fullmatch(text):
            raise BadValueError(f"{self.name}={text[:_SHOWN]}: wanted {self.allowed}")
        return Fraction(text) if self.type is int else self.type(text)

    def check(self, value: Any) -> Value:
        """Return a value as the parameter's own type.

        Parameters
        ----------
        value : object
            A number, word, bool or tuple.

        Returns
        -------
        int, float, Fraction, bool, str or tuple of int
            The value.

        Raises
        ------
        BadValueError
            If the value is out of bounds or of another type.
        """
        if isinstance(value, tuple) and self.spec.per_axis and 2 <= len(value) <= 6:
            return self._check_axes(value)
        if isinstance(value, str):
            is_valid = value in self.spec.words or self._takes_any_word
            converted: Value = value
        elif self.type is bool or isinstance(value, bool):
            is_valid, converted = self.type is bool and isinstance(value, bool), value
        else:
            try:
                is_decimal = self.type is Fraction or (self.spec.decimals and value % 1 != 0)
                converted = exact_decimal(value) if is_decimal else self.type(value)
                is_same = is_decimal or converted == value
                is_valid = is_same and self._in_bounds(float(converted))
            except (TypeError, ValueError, OverflowError):
                is_valid = False
        if not is_valid:
            text = format_value(value) if isinstance(value, Fraction) else value
            raise BadValueError(f"{self.name}={text}: wanted {self.allowed}")
        return converted

    def _check_axes(self, values: tuple[Any, ...]) -> Value:
        if self.spec.sides and all(isinstance(value, tuple) for value in values):
            values = sum(values, ())
        if len(values) > 3:
            if not (self.spec.sides and len(values) in (4, 6)):
                text = format_value(values)
                raise BadValueError(f"{self.name}={text[:_SHOWN]}: wanted {self.allowed}")
            return one_for_all(by_sides(tuple(map(self._check_number, values))))
        return one_for_all(tuple(map(self.check, values)))

    def _check_number(self, value: Any) -> Value:
        if isinstance(value, str):
            raise BadValueError(f"{self.name}={value[:_SHOWN]}: wanted a number for each side")
        return self.check(value)

    def __repr__(self) -> str:
        return short_repr(f"<Parameter {self.name}={self.default_text}: {self.allowed}>")

    @property
    def is_choice(self) -> bool:
        """Whether a value is one of some words and nothing else."""
        return self.type is str and bool(self.spec.words)

    @property
    def _takes_any_word(self) -> bool:
        return self.type is str and not self.spec.words

    def _in_bounds(self, value: float) -> bool:
        low, high = self.spec.low, self.spec.high
        return isfinite(value) and (low is None or value >= low) and (high is None or value <= high)

    @property
    def allowed(self) -> str:
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


# Factors by the size of the pixels: nearest to cubes, or as nnU-Net halves axes.
AUTO_WORDS = AUTO, NNUNET = "auto", "nnunet"
