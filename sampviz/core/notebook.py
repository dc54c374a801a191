"""What a notebook and a prompt show of a value: a line, a table of HTML, a picture in HTML."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import fields
from html import escape
from typing import Any

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


def html_image(data: bytes, kind: str, alt: str) -> str:
    """Return a picture of HTML that holds its bytes.

    Parameters
    ----------
    data : bytes
        Of a file.
    kind : str
        `png` or `gif`.
    alt : str
        What it shows.

    Returns
    -------
    str
    """
    address = f"data:image/{kind};base64,{b64encode(data).decode('ascii')}"
    return f'<img src="{address}" alt="{_text(alt)}">'


def _text(value: Any) -> str:
    return escape(escape_control(str(value)))
