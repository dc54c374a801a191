"""The layout of a chart, whose labels are broken where they would be cut, and then frozen."""

import numpy as np
from matplotlib.axes import Axes

from sampviz.figures.charts.axes import text_size_of
from sampviz.figures.drawn_figure import DrawnFigure

_MOST_WRAPS = 3


def freeze_layout(figure: DrawnFigure, axes: Axes) -> tuple[float, float]:
    """Lay a figure out and freeze it, so that artists can be placed in pixels afterwards.

    Parameters
    ----------
    figure : Figure
        From `new_chart`; its layout does not change any more.
    axes : Axes
        One of its axes.

    Returns
    -------
    tuple of float
        Width and height of the axes, in pixels.
    """
    figure.draw_without_rendering()
    for _ in range(_MOST_WRAPS):  # a label of more lines takes room from the axes of others
        if not _wrap_labels(figure):
            break
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches() * figure.dpi
    for each_axes in figure.axes:
        # Whole pixels: the last digits of the layout differ from run to run, and so would the file.
        x, y = np.rint(each_axes.get_position().get_points() * (width, height)).T
        each_axes.set_position((x[0] / width, y[0] / height, np.ptp(x) / width, np.ptp(y) / height))
    box = axes.get_window_extent()
    return float(box.width), float(box.height)


def _wrap_labels(figure: DrawnFigure) -> bool:
    """Break labels and titles of axes that are cut, or lie on another; return whether any was."""
    labels = [label for axes in figure.axes for label in (axes.xaxis.label, axes.yaxis.label)]
    boxes = {label: label.get_window_extent() for label in labels if label.get_text()}
    wrapped = False
    for axes in figure.axes:
        text_size = text_size_of(figure, float(axes.xaxis.label.get_fontsize()))
        margin = text_size.line // 2
        for label, dimension in ((axes.xaxis.label, 0), (axes.yaxis.label, 1)):
            if label not in boxes:
                continue
            low, high = boxes[label].get_points()[:, dimension]
            middle, end = (low + high) / 2, figure.bbox.size[dimension]
            room = 2 * min(middle, end - middle)
            others = [box for other, box in boxes.items() if other is not label]
            if dimension and any(boxes[label].overlaps(box) for box in others):
                room = min(room, axes.bbox.height)
            if high - low > room:
                text = label.get_text().replace("\n", " ")
                widest = max(map(text_size.width, text.split()))  # no word is broken
                lines = text_size.wrap(text, max(widest, round(room) - margin))
                label.set_text("\n".join(lines))
                wrapped = True
        title, room = axes.get_title(loc="left"), figure.bbox.width - axes.bbox.x0
        if any(text_size.width(line) > room for line in title.split("\n")):
            lines = text_size.wrap(title.replace("\n", " "), round(room) - margin)
            axes.set_title("\n".join(lines), loc="left", fontsize=text_size.points)
            wrapped = True
    return wrapped
