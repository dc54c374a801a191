"""Tables as text: cells of CSV, lines of Markdown, values of JSON, and the names of their files."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from sampviz.core.errors import OutputError
from sampviz.core.option import join_words
from sampviz.core.text import escape_control


def check_table_ending(path: Path, endings: Sequence[str]) -> None:
    """Raise OutputError if no table can be written under that name.

    Parameters
    ----------
    path : Path
        The file.
    endings : sequence of str
        Those of the tables that there are, such as ".csv".
    """
    if path.suffix.lower() not in endings:
        raise OutputError(
            f"a table cannot be written as {path.suffix or 'a name without ending'}",
            str(path),
            f"end the name in {join_words(endings)}",
        )


def csv_cell(text: str) -> str:
    """Return a text from outside as a cell of CSV.

    A spreadsheet takes what begins with = + - or @ for a formula and computes it; an apostrophe in
    front makes it text.

    Parameters
    ----------
    text : str
        From anywhere, such as the name of a file.

    Returns
    -------
    str
        The cell.
    """
    escaped = escape_control(text)
    return f"'{escaped}" if escaped.startswith(("=", "+", "-", "@")) else escaped


def markdown_lines(rows: Iterable[Sequence[str]]) -> str:
    """Return the lines of a table in Markdown.

    Parameters
    ----------
    rows : iterable of sequence of str
        The cells of each, from anywhere.

    Returns
    -------
    str
        A line for each.
    """
    return "".join("| " + " | ".join(map(_markdown_cell, row)) + " |\n" for row in rows)


def _markdown_cell(text: str) -> str:
    return escape_control(text).replace("\\", "\\\\").replace("|", "\\|")


def json_values(value: object) -> object:
    """Return a value that JSON can hold: it knows no NaN and no infinity, and has null for them.

    Parameters
    ----------
    value : object
        Mappings, lists and tuples of texts and numbers.

    Returns
    -------
    object
        The same in dicts and lists.
    """
    if isinstance(value, Mapping):
        return {name: json_values(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(json_values, value))
    return None if isinstance(value, float) and not isfinite(value) else value
