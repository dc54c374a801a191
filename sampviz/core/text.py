"""Text of others (file names, headers, chains) on its way to a terminal, a table or a figure."""

from collections.abc import Collection
from unicodedata import category

LONGEST = 1000
_LONGEST_REPR = 100
MINUS = "\u2212"


def escape_control(text: str) -> str:
    r"""Return a text on one line, in which a terminal finds nothing to obey.

    Control characters, those that turn the direction of writing or have no width, line ends,
    and bytes of a file name that are no text are written as escapes, such as `\x1b` or `\u202e`.
    """
    return "".join(map(_escape, text))


def ellipsize(text: str) -> str:
    """Return a text without the middle of what is beyond `LONGEST` characters."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}…{text[-half:]}"


def paragraphs(doc: str, headings: Collection[str]) -> dict[str, str]:
    """Return the paragraphs of a docstring that start with `HEADING: `, by it, a line each."""
    found: dict[str, str] = {}
    heading = ""
    for line in doc.splitlines():
        start, colon, rest = line.partition(": ")
        if colon and start in headings:
            heading, found[start] = start, rest
        elif heading and line.strip():
            found[heading] += " " + line.strip()
    return found


def shortened(text: str) -> str:
    """Return a repr that fits a line: without the middle of what is longer."""
    half, text = _LONGEST_REPR // 2, escape_control(text)
    return text if len(text) <= _LONGEST_REPR else f"{text[: half - 1]}…{text[-half:]}"


def _escape(char: str) -> str:
    # C: control, format, surrogate, private, unassigned. Zl and Zp end lines; Zs are spaces.
    if category(char)[0] == "C" or category(char) in ("Zl", "Zp"):
        return char.encode("unicode_escape").decode("ascii")
    return char
