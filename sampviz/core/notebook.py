"""What a notebook and a prompt show of a value: a line, a table of HTML, a picture in HTML."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from html import escape
from importlib import import_module
from math import nan
from typing import Any

from sampviz.core.errors import UsageError
from sampviz.core.text import escape_control, short_repr


class ShortRepr:
    """A dataclass, made with `repr=False`, whose repr fits a line."""

    def __repr__(self) -> str:
        values = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))  # type: ignore[arg-type]
        text = " ".join(", ".join(values).split())
        return short_repr(f"{type(self).__name__}({text})")


def html_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of HTML; what its cells say cannot act as markup.

    Parameters
    ----------
    headings : sequence of str
        What stands above each column.
    rows : iterable of sequence of object
        The cells, of which the text is taken.

    Returns
    -------
    str

    Examples
    --------
    >>> html_table(["input"], [["a<b"]])
    '<table><thead><tr><th>input</th></tr></thead><tbody><tr><td>a&lt;b</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{_text(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_image(data: bytes, kind: str, alt: str, width: int = 0) -> str:
    """Return a picture of HTML that holds its bytes.

    Parameters
    ----------
    data : bytes
        Of a file.
    kind : str
        `png` or `gif`.
    alt : str
        What it shows.
    width : int
        At most so many pixels wide, each a sharp block; as it is by default.

    Returns
    -------
    str
    """
    address = f"data:image/{kind};base64,{b64encode(data).decode('ascii')}"
    style = f' style="max-width: {width}px; image-rendering: pixelated"' if width else ""
    return f'<img src="{address}" alt="{_text(alt)}"{style}>'


def data_frame(rows: Iterable[Mapping[str, object]]) -> Any:
    """Return a table of pandas, which is imported here and nowhere else.

    Parameters
    ----------
    rows : iterable of mapping of str to object
        The cells of each, by the names of their columns; None is a missing number.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    UsageError
        If pandas is not installed.
    """
    try:
        pandas = import_module("pandas")
    except ImportError:
        raise UsageError("pandas is not installed", "to_pandas()", "pip install pandas") from None
    cells = [{k: nan if v is None else v for k, v in row.items()} for row in rows]
    return pandas.DataFrame(cells)


class Svg(str):
    """A picture as the text of an SVG, which a notebook draws."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} characters>"

    def _repr_svg_(self) -> str:
        return str(self)


def _text(value: Any) -> str:
    return escape(escape_control(str(value)))
