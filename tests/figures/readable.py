"""Whether a drawn chart can be read: what is written on it, and that nothing overlaps or is cut."""

from itertools import chain, combinations

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.figures.layout.test_layout import overlap


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


def assert_readable(figure: Figure) -> None:
    boxes = [(text.get_text(), text.get_window_extent()) for text in written(figure)]
    for text, box in boxes:
        assert box.x0 >= -0.5 and box.y0 >= -0.5, text  # noqa: PT018
        assert box.x1 <= figure.bbox.x1 + 0.5 and box.y1 <= figure.bbox.y1 + 0.5, text  # noqa: PT018
    for (one, box), (other, its) in combinations(boxes, 2):
        assert not overlap(box, its), f"{one!r} runs into {other!r}"
