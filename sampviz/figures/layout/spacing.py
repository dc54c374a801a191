"""The sizes of everything between the panels of a figure, all from the size of its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sampviz.figures.style import TextSize

TICK = 0.2  # of the height of a line: ticks, and the gaps beside them
_NARROWEST_TITLE = "0" * 10  # a column is at least as wide as ten digits


@dataclass(frozen=True)
class Spacing:
    """Margins, gaps and column widths of a grid figure, in figure pixels.

    Parameters
    ----------
    text_size : TextSize
        The text that they are measured in.
    edge_labels : bool
        Whether letters stand at the sides of a panel.
    tick_text : str
        As wide as the widest label of a colour bar's ticks; "" for a figure without bars.
    letters : bool
        Whether rows are lettered, left of their names.
    name_lines : int
        In how many lines the name of a row may stand.
    """

    text_size: TextSize
    edge_labels: bool
    tick_text: str
    letters: bool = False
    name_lines: int = 1

    @cached_property
    def gap(self) -> int:
        """The gap between columns; the letter at the side of the original stands in it."""
        return self.text_size.line

    @cached_property
    def left_margin(self) -> int:
        """From the edge of the figure to the first panel."""
        lines = 2 if self.edge_labels else 1
        return self.text_size.line * (lines + self.letters + self.name_lines)

    @cached_property
    def right_margin(self) -> int:
        """From the last panel to the edge of the figure: the colour bar and its texts."""
        if not self.tick_text:
            return self.text_size.line
        gaps = round(3 * TICK * self.text_size.line)
        texts = 3 * self.text_size.line + self.text_size.width(self.tick_text)
        return self.bar_width + gaps + texts

    @property
    def bar_width(self) -> int:
        """The width of a colour bar."""
        return max(3, round(0.6 * self.text_size.line))

    def column_width(self, panel_width: int) -> int:
        """Return the width of a column of panels that are `panel_width` pixels wide."""
        return max(panel_width, self._narrowest)

    @cached_property
    def _narrowest(self) -> int:
        return self.text_size.width(_NARROWEST_TITLE)

    def total_width(self, panel_widths: Sequence[int]) -> int:
        """Return the width of a figure of columns side by side.

        Parameters
        ----------
        panel_widths : sequence of int
            The width of the widest panel of each column, in figure pixels.

        Returns
        -------
        int
            With the margins and the gaps.
        """
        columns = sum(self.column_width(width) for width in panel_widths)
        gaps = self.gap * (len(panel_widths) - 1)
        return self.left_margin + columns + gaps + self.right_margin
