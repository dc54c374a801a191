"""A page that is no higher than it may be: smaller panels, fewer rows, then smaller text.

How high a page comes out is known once its texts are wrapped, so it is laid out, and again with
less height for its panels where it is too high. Nothing is drawn meanwhile.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sampviz.core.warn import warn
from sampviz.figures.layout.page import PAGE_HEIGHT, SMALLEST_TYPE
from sampviz.figures.options import Look

_SIZES = (7.0, 6.0, SMALLEST_TYPE)  # points
_SMALL = 6.0  # points: no page without a journal promises larger type
_TRIES = 4  # of one size of text
_FASTER = 3  # where less height gave the same layout
_SLACK = 0.5  # mm

LaidOut = TypeVar("LaidOut")


def fit_height(
    look: Look, lay_out: Callable[[Look, float], LaidOut], height_of: Callable[[LaidOut], float]
) -> LaidOut:
    """Return a layout that is as high as its page at most.

    Parameters
    ----------
    look : Look
        May name a journal, whose height it is; without one 235 mm. Where it says no size of the
        text, that may be smaller, which is warned of where a journal is
        named, or where it is very small.
    lay_out : callable
        Lays out for a look and a height in mm, about.
    height_of : callable
        The height of a layout, in mm.

    Returns
    -------
    LaidOut
        Where nothing is low enough, that with the text as it was to be.
    """
    highest = look.page_height or PAGE_HEIGHT
    first: LaidOut | None = None
    smaller = () if look.font_size else (size for size in _SIZES if size < look.points)
    for points in (look.points, *smaller):
        height, less, last_excess = highest, 0.0, 0.0
        for _ in range(_TRIES):
            candidate = lay_out(
                look if points == look.points else replace(look, font_size=points), height
            )
            first = candidate if first is None else first
            excess = height_of(candidate) - highest
            if excess <= _SLACK:
                if points < (look.points if look.journal else _SMALL):
                    _warn_of_smaller_text(look, points, height_of(first))
                return candidate
            less = _FASTER * less if excess == last_excess else excess
            height, last_excess = height - less, excess
            if height <= 0:
                break
    assert first is not None
    return first


def _warn_of_smaller_text(look: Look, points: float, height: float) -> None:
    highest = look.page_height or PAGE_HEIGHT
    warn(
        f"the text is {points:g} pt: with {look.points:g} pt the figure would be {height:.0f} mm"
        f" high, and {look.journal or 'a page'} takes at most {highest:g}"
    )
