"""Numbers, sums and places in words, as a worked example writes them."""

from collections.abc import Sequence
from fractions import Fraction
from math import isclose, lcm

_DIGITS = 5
_LARGEST_DENOMINATOR = 4096
_NEGLIGIBLE = 1e-12


def number(value: complex) -> str:
    """Return a number in five digits, whole ones in full; a complex one as `1-2i`.

    >>> number(0.25), number(-3.0), number(2 - 0.5j)
    ('0.25', '-3', '2-0.5i')
    """
    if isinstance(value, complex):
        real, imaginary = _clean(value.real), _clean(value.imag)
        if not imaginary:
            return number(real)
        part = {1.0: "i", -1.0: "-i"}.get(imaginary, f"{number(imaginary)}i")
        return part if not real else number(real) + "+" * (imaginary > 0) + part
    value = _clean(value)
    if value == round(value, 0) and abs(value) < 1e9:
        return str(int(value))
    return f"{value:.{_DIGITS}g}"


def sum_of(
    values: Sequence[float], weights: Sequence[float], result: float, *, write_ones: bool = False
) -> str:
    """Return the weighted sum written out; weights that are fractions share a denominator.

    Weights that are all 1 are left out, but if `write_ones`.

    >>> sum_of([0, 1, 3, 4], [0, 1, 2, 3], 19)
    '0*0 + 1*1 + 3*2 + 4*3 = 19'
    >>> sum_of([0, 1, 3, 4], [1 / 4] * 4, 2)
    '(0 + 1 + 3 + 4) / 4 = 2'
    """
    if not len(values):
        return f"nothing = {number(result)}"
    denominator = denominator_of(weights)
    counts = [weight * (denominator or 1) for weight in weights]
    counts = [round(count) for count in counts] if denominator else counts
    all_ones = all(count == 1 for count in counts) and not (write_ones and denominator == 1)
    terms = [
        _factor(v, first=i == 0) + ("" if all_ones else f"*{_factor(c)}")
        for i, (v, c) in enumerate(zip(values, counts, strict=True))
    ]
    text = " + ".join(terms)
    if denominator and denominator > 1:
        text = f"({text}) / {denominator}" if len(terms) > 1 else f"{text} / {denominator}"
    written_sum = sum(
        float(number(v)) * float(number(c)) for v, c in zip(values, counts, strict=True)
    )
    return f"{text} {_equals(written_sum / (denominator or 1), result)} {number(result)}"


def function_of(name: str, values: Sequence[float], result: float) -> str:
    """Return `max(0, 1, 3, 4) = 4`."""
    exact = all(map(_exact, [*values, result]))
    return f"{name}({', '.join(map(number, values))}) {'=' if exact else '≈'} {number(result)}"


def span(indices: Sequence[int]) -> str:
    """Return `1`, `0..2` or `0, 2` for indices in order."""
    ordered = sorted(set(indices))
    if len(ordered) > 1 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]}..{ordered[-1]}"
    return ", ".join(map(str, ordered))


def area(positions: Sequence[tuple[int, int]]) -> str:
    """Return the rows and columns of positions: `row 0, columns 1..2`."""
    parts = []
    for word, indices in zip(("row", "column"), zip(*positions, strict=True), strict=True):
        parts.append(f"{word}{'s' * (len(set(indices)) > 1)} {span(indices)}")
    return ", ".join(parts)


def _clean(value: float) -> float:
    return 0.0 if abs(value) < _NEGLIGIBLE else float(value)


def _exact(value: float) -> bool:
    return isclose(float(number(value)), value, rel_tol=1e-9, abs_tol=_NEGLIGIBLE)


def _equals(written: float, result: float) -> str:
    same = isclose(written, result, rel_tol=1e-9, abs_tol=1e-9) and _exact(result)
    return "=" if same else "≈"


def _factor(value: float, *, first: bool = False) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") and not first else text


def denominator_of(weights: Sequence[float]) -> int | None:
    """Return the least n for which n times every weight is whole; None if it is too large."""
    weights = sorted(set(weights))  # a kernel has few that differ
    fractions = [Fraction(w).limit_denominator(_LARGEST_DENOMINATOR) for w in weights]
    denominator = lcm(*(fraction.denominator for fraction in fractions))
    is_exact = all(
        isclose(f, w, rel_tol=1e-12, abs_tol=1e-12) for f, w in zip(fractions, weights, strict=True)
    )
    return denominator if is_exact and denominator <= _LARGEST_DENOMINATOR else None
