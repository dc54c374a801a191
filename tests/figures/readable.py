"""Whether a drawn chart can be read: what is written on it, and that nothing overlaps or is cut."""

from itertools import chain

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.figures.drawn import extents, overlapping


def written(figure: Figure) -> list[Text]:
    """All texts of a chart that is drawn."""
    found = [*figure.texts, *chain(*(legend.get_texts() for legend in figure.legends))]
    for axes in figure.axes:
        found += [*axes.texts, *_beside(axes.xaxis), *_beside(axes.yaxis)]
        for child in axes.child_axes:
            found += _beside(child.xaxis)
    return [text for text in found if text.get_text()]


def _beside(axis: Axis) -> list[Text]:
    """The name of an axis and of its ticks; of ticks only those that are seen."""
    low, high = sorted(axis.get_view_interval())
    ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
    return [axis.label, *(label for place, label in ticks if low <= place <= high)]


def texts_of(figure: Figure) -> list[Text]:
    """All texts of a page that is drawn: those of its charts have titles, too."""
    titles = [title for axes in figure.axes for title in (axes.title, axes._left_title)]  # type: ignore[attr-defined]
    return [text for text in [*written(figure), *titles] if text.get_text()]


def assert_page(figure: Figure, width: float, highest: float) -> None:
    """A page that is drawn has the width in mm, is not too high, and can be read when printed."""
    size = figure.get_size_inches() * 25.4
    assert abs(size[0] - width) < 0.2
    assert size[1] <= highest + 0.5
    texts = texts_of(figure)
    assert min(float(text.get_fontsize()) for text in texts) >= (5 if width < 120 else 6)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    panels = extents(figure)
    for box in [*(box for _, box in boxes), *panels]:
        assert box.x0 >= -1, box
        assert box.y0 >= -1, box
        assert box.x1 <= figure.bbox.x1 + 1, box
        assert box.y1 <= figure.bbox.y1 + 1, box
    assert overlapping(boxes, boxes, 2) == []
    assert overlapping(boxes, [("a panel", panel) for panel in panels], 2) == []


def assert_readable(figure: Figure) -> None:
    boxes = [(text.get_text(), text.get_window_extent()) for text in written(figure)]
    for text, box in boxes:
        assert box.x0 >= -0.5 and box.y0 >= -0.5, text  # noqa: PT018
        assert box.x1 <= figure.bbox.x1 + 0.5 and box.y1 <= figure.bbox.y1 + 0.5, text  # noqa: PT018
    assert overlapping(boxes, boxes) == []
