"""Grids of numbers on the terminal, some of them marked."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

Cells = Sequence[Sequence[str]]
Position = tuple[int, int]
WINDOW, TAKEN = "[]", "<>"  # seen without colour too
_WIDEST = 10_000
_STYLES = {WINDOW: "bold cyan", TAKEN: "bold yellow"}


def format_grid(
    title: str,
    cells: Cells,
    window_positions: Collection[Position] = (),
    chosen_pixel: Position | None = None,
) -> "RenderableType":
    """Return numbers under a title; `window_positions` stand in [ ], `chosen_pixel` in < >."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SQUARE, show_header=False, padding=0)
    for _ in cells[0]:
        table.add_column(justify="right", no_wrap=True)
    for i, row in enumerate(cells):
        texts = []
        for j, cell in enumerate(row):
            signs = (
                TAKEN if (i, j) == chosen_pixel else WINDOW if (i, j) in window_positions else "  "
            )
            texts.append(Text(signs[0] + (cell or "·") + signs[1], _STYLES.get(signs, "")))
        table.add_row(*texts)
    return Group(Text(title, "bold"), table)


def print_row(parts: Sequence["RenderableType"]) -> None:
    """Print grids side by side, none folded: the terminal wraps where it is too narrow."""
    from rich.console import Console
    from rich.table import Table

    row = Table.grid(padding=(0, 3))
    row.add_row(*parts)
    console = Console(markup=False, emoji=False, highlight=False)
    needed = console.measure(row, options=console.options.update(max_width=_WIDEST)).maximum
    console.width = max(console.width, needed)
    console.print(row)
