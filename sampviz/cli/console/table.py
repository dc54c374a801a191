"""Tables on the terminal; as wide as they need to be where a program or a file takes them."""

import sys
from collections.abc import Iterable, Sequence

from sampviz.core.text import escape_control

_WIDTH_OF_A_FILE = 240


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
