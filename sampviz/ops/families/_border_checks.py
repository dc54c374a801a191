"""Checks of borders that several operations share."""

from sampviz.dsp.sliding_window import WindowLayout
from sampviz.ops.rules import DoesNotFitError


def check_mirror(layout: WindowLayout, border: str) -> None:
    """Check that a mirrored border has enough pixels to show.

    Parameters
    ----------
    layout : WindowLayout
        Windows along the axis.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edge.

    Raises
    ------
    DoesNotFitError
        If the padding is as long as the axis, for `reflect`.
    """
    widest = max(layout.before, layout.reach)
    if border == "reflect" and widest >= layout.n:
        raise DoesNotFitError(
            f"reflect needs an axis longer than its padding: {layout.n} px, padding {widest}"
        )
