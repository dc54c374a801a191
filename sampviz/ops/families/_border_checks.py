"""Checks of borders that several operations share."""

from sampviz.dsp.sliding_window import WindowLayout
from sampviz.ops.rules import DoesNotFitError


def check_mirror(windows: WindowLayout, border: str) -> None:
    """Raise DoesNotFitError where a mirror would have to show more pixels than there are."""
    widest = max(windows.before, windows.reach)
    if border == "reflect" and widest >= windows.n:
        raise DoesNotFitError(
            f"reflect needs an axis longer than its padding: {windows.n} px, padding {widest}"
        )
