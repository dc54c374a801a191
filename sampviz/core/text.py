"""Text from outside (file names, headers, chains), made safe for terminals, tables and figures."""

from unicodedata import category

LONGEST = 1000  # characters
_LONGEST_REPR = 100
_LONGEST_WHOLE = 1e7  # written with an exponent from here on
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
    text = f"{value:.3g}"
    if "e+" in text and abs(value) < _LONGEST_WHOLE:
        text = f"{float(text):.0f}"
    return text.replace("-", MINUS)
