"""Text from outside (file names, headers, chains), made safe for terminals, tables and figures."""

from collections.abc import Iterable
from math import floor, log10
from unicodedata import category

LONGEST = 1000  # characters
_LONGEST_REPR = 100
_LONGEST_WHOLE = 1e7  # written with an exponent from here on
_MOST_DIGITS = 15  # of a float64
MINUS = "\u2212"  # the sign, not the hyphen of the keyboard


def escape_control(text: str) -> str:
    r"""Return a text on one line that cannot control a terminal.

    Parameters
    ----------
    text : str
        From anywhere.

    Returns
    -------
    str
        In which control characters, those that change the direction of writing or have no width,
        line ends, and bytes of a file name that are no text are escapes, such as `\x1b` or
        `\u202e`.

    Examples
    --------
    >>> escape_control("a\tb")
    'a\\tb'
    """
    return "".join(map(_escape, text))


def ellipsize(text: str) -> str:
    """Return a text of at most `LONGEST` characters, and an ellipsis in place of its middle.

    Parameters
    ----------
    text : str
        Of any length.

    Returns
    -------
    str
    """
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}…{text[-half:]}"


def short_repr(text: str) -> str:
    """Return a repr that fits a line, and an ellipsis in place of its middle.

    Parameters
    ----------
    text : str
        Of any length.

    Returns
    -------
    str
        At most 100 characters.
    """
    half, text = _LONGEST_REPR // 2, escape_control(text)
    return text if len(text) <= _LONGEST_REPR else f"{text[: half - 1]}…{text[-half:]}"


def _escape(char: str) -> str:
    # C: control, format, surrogate, private, unassigned. Zl and Zp end lines; Zs are spaces.
    if category(char)[0] == "C" or category(char) in ("Zl", "Zp"):
        return char.encode("unicode_escape").decode("ascii")
    return char


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with what it counts.

    Parameters
    ----------
    number : int
        How many there are.
    one : str
        What one of them is called.
    several : str
        What others are called; by default with an s.

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1, "axis", "axes"), counted(2, "channel"), counted(0, "value is", "values are")
    ('1 axis', '2 channels', '0 values are')
    """
    return f"{number} {one if number == 1 else several or one + 's'}"


def three_digits(value: float) -> str:
    """Return a number to three significant digits, without an exponent where it can be helped.

    Parameters
    ----------
    value : float
        Any finite number.

    Returns
    -------
    str
        With the sign for minus.

    Examples
    --------
    >>> three_digits(13424.0), three_digits(-0.02), three_digits(0.99969)
    ('13400', '−0.02', '1')
    """
    return _significant(value, 3)


def axes_text(values: Iterable[float], sign: str = "×") -> str:
    """Return one number for each axis, or one for all where they are written alike.

    Parameters
    ----------
    values : iterable of float
        One for each axis, such as the sides of a voxel.
    sign : str
        What stands between them.

    Returns
    -------
    str
        To three significant digits.

    Examples
    --------
    >>> axes_text([7, 0.859, 0.859]), axes_text([1.0, 1.0])
    ('7×0.859×0.859', '1')
    """
    numbers = [f"{value:.3g}" for value in values]
    return numbers[0] if len(set(numbers)) == 1 else sign.join(numbers)


def interval_text(low: float, high: float) -> str:
    """Return the ends of an interval, each to three significant digits.

    Ends that lie close together have as many digits as tell them apart, and an end that is nothing
    beside the length is 0.

    Parameters
    ----------
    low, high : float
        Finite; in order.

    Returns
    -------
    str

    Examples
    --------
    >>> interval_text(23.4, 222), interval_text(0.00015, 1), interval_text(1000.2, 1000.9)
    ('23.4..222', '0..1', '1000.2..1000.9')
    """
    half_length = high / 2 - low / 2  # is finite, as the length may not be
    ends = [0.0 if abs(end) < half_length / 500 else end for end in (low, high)]
    half = max(map(abs, ends)) / 2
    common = floor(log10(half / half_length)) if 0 < half_length < half else 0  # digits of both
    low_text, high_text = (_significant(end, min(3 + common, _MOST_DIGITS)) for end in ends)
    return f"{low_text}..{high_text}"


def _significant(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    if "e+" in text and abs(value) < _LONGEST_WHOLE:
        text = f"{float(text):.0f}"
    return text.replace("-", MINUS)
