"""Values of parameters as texts, and texts as values: numbers, words, one for each axis or side."""

import re
from fractions import Fraction
from typing import Any

Sizes = tuple[int, ...]  # a value for each axis, slices x rows x columns
# A tuple has a value for each axis; where sides differ, that of an axis is a pair.
Value = int | float | Fraction | bool | str | tuple[Any, ...]

DECIMALS = 30  # digits after the point
# No sign "+": it stands between steps.
INTEGER = re.compile(r"-?[0-9]{1,12}", re.ASCII)
DECIMAL = re.compile(r"-?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})(e-?[0-9]{1,3})?", re.ASCII)
_MOST_PARTS = 6  # two sides of three axes


def parts_of(text: str) -> list[str]:
    """Return the numbers in a text such as `1x2`; none where it is something else.

    Parameters
    ----------
    text : str
        What stands after `name=` in a chain.

    Returns
    -------
    list of str
        Two numbers or more.
    """
    parts = text.split("x")
    is_list = 2 <= len(parts) <= _MOST_PARTS and all(map(DECIMAL.fullmatch, parts))
    return parts if is_list else []


def one_for_all(values: tuple[Any, ...]) -> Value:
    """Return the value of every axis as one, where they are alike.

    Parameters
    ----------
    values : tuple
        A value for each axis; of one whose sides differ a pair, which stays.

    Returns
    -------
    value
        One value, or the tuple.
    """
    is_one = len(set(values)) == 1 and not isinstance(values[0], tuple)
    return values[0] if is_one else values


def by_sides(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return before, after, before, after, .. as a value for each axis.

    Parameters
    ----------
    values : tuple of int
        Two for each axis.

    Returns
    -------
    tuple
        A pair for each axis; where both of every axis are equal, a number.
    """
    pairs = tuple(zip(values[::2], values[1::2], strict=True))
    return tuple(before for before, _ in pairs) if all(a == b for a, b in pairs) else pairs


def exact_decimal(number: Any) -> Fraction:
    """Return a number as its decimal text says it: 0.29 is 29/100, not the nearest binary one.

    Parameters
    ----------
    number : number
        The number.

    Returns
    -------
    Fraction
        The number.

    Raises
    ------
    ValueError
        If it has too many decimals to be written.
    """
    exact = number if isinstance(number, Fraction) else Fraction(str(number))
    if 10**DECIMALS % exact.denominator:
        raise ValueError(f"{number} has more than {DECIMALS} decimals")
    return exact


def format_value(value: Value) -> str:
    """Write a value in the grammar of chains; `Parameter.read` gives it back.

    Parameters
    ----------
    value : int, float, Fraction, bool, str or tuple
        The value.

    Returns
    -------
    str
        Its text.

    Examples
    --------
    >>> format_value((1, 2)), format_value(0.5), format_value(True), format_value(((0, 1), (2, 3)))
    ('1x2', '0.5', 'true', '0x1x2x3')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "x".join(map(format_value, value))
    if isinstance(value, Fraction):
        whole, part = divmod(int(abs(value) * 10**DECIMALS), 10**DECIMALS)
        return "-" * (value < 0) + f"{whole}.{part:0{DECIMALS}}".rstrip("0").removesuffix(".")
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("e+", "e")
    return str(value)
