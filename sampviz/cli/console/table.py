"""Tables on the terminal; as wide as they need to be where a program or a file takes them."""

import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction

from sampviz.core.text import escape_control

_WIDTH_OF_A_FILE = 240
_LARGEST_DENOMINATOR = 16


def fraction_text(value: Fraction | float) -> str:
    """Return a fraction as it is where it is short, other numbers to four digits."""
    is_short = isinstance(value, Fraction) and value.denominator <= _LARGEST_DENOMINATOR
    return str(value) if is_short else f"{float(value):.4g}"


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a plain table; cells are folded, never cut."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading == headings[0])
    for row in rows:
        table.add_row(*map(escape_control, row))
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    Console(markup=False, emoji=False, highlight=False, width=width).print(table)
