"""Where the names of boxes on a panel stand: each beside its own, on no other box or name."""

from collections.abc import Iterator

from sampviz.figures.panels.panel import Box, Panel
from sampviz.figures.style import TextSize

Area = tuple[float, float, float, float]  # left, top, right and bottom, in figure pixels


def place_box_labels(panel: Panel, text_size: TextSize) -> list[tuple[Box, float, float]]:
    """Return the boxes that are named, and where their names stand.

    Parameters
    ----------
    panel : Panel
        With its boxes.
    text_size : TextSize
        The size of the text.

    Returns
    -------
    list of (Box, float, float)
        The left and the top of each name, in figure pixels from the top left corner of the panel.
        A box beside which there is no room has none.
    """
    height, width = panel.size
    areas = [_area(box, panel) for box in panel.boxes]
    placed: list[tuple[Box, float, float]] = []
    taken: list[Area] = []
    for box, area in zip(panel.boxes, areas, strict=True):
        if not box.label:
            continue
        for left, top in _corners(area, text_size.width(f" {box.label} "), text_size.line):
            name = left, top, left + text_size.width(f" {box.label} "), top + text_size.line
            is_inside = min(left, top) >= 0 and name[2] <= width and name[3] <= height
            is_free = not any(_meets(name, other) for other in taken)
            if is_inside and is_free and not any(_crosses(name, other) for other in areas):
                placed.append((box, left, top))
                taken.append(name)
                break
    return placed


def _area(box: Box, panel: Panel) -> Area:
    down, along = panel.zoom
    left, top = box.left * along, box.top * down
    return left, top, left + box.width * along, top + box.height * down


def _corners(area: Area, width: float, height: float) -> Iterator[tuple[float, float]]:
    """Yield the left and top of a name at each corner of a box, inside, then outside."""
    left, top, right, bottom = area
    for y in (top, bottom - height):
        yield from ((left, y), (right - width, y))
    for y in (top - height, bottom):
        yield from ((left, y), (right - width, y))
    for y in (top, bottom - height):
        yield from ((right, y), (left - width, y))


def _meets(one: Area, other: Area) -> bool:
    """Return whether two areas overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(name: Area, box: Area) -> bool:
    """Return whether the outline of a box runs through a name."""
    is_within = box[0] <= name[0] and name[2] <= box[2] and box[1] <= name[1] and name[3] <= box[3]
    return _meets(name, box) and not is_within
