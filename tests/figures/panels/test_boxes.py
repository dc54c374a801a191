"""Boxes of new Nyquist frequencies: on the spectrum, named where they are several."""

from itertools import combinations

import numpy as np
import pytest

from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.panel import Box, Panel
from sampviz.figures.panels.spectrum_rows import nyquist_boxes
from sampviz.figures.render.box_labels import place_box_labels
from sampviz.figures.style import TextSize
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains


def boxes_of(size: tuple[int, int], chains: str) -> tuple[Box, ...]:
    image = Image.of(np.random.default_rng(0).random(size))
    return nyquist_boxes(columns_of(image, parse_chains(chains), 1, "magnitude"))


def test_a_box_is_as_large_as_its_band_and_lies_on_the_spectrum() -> None:
    (box,) = boxes_of((16, 32), "stride:s=1x4")
    assert (box.top, box.height, box.left, box.width) == (0, 16, 12.5, 8)  # frequency 0 is bin 16
    (box,) = boxes_of((16, 32), "nearest+stride:s=1x4")
    assert (box.top, box.height, box.left, box.width) == (0, 16, 8.5, 16)
    assert not boxes_of((16, 32), "nearest")


def test_boxes_are_named_by_their_factors_where_they_are_several() -> None:
    assert [box.label for box in boxes_of((16, 32), "max,avg")] == [""]
    labels = [box.label for box in boxes_of((16, 32), "max,stride:s=1x4,avg:k=1x2,max:times=2")]
    assert labels == ["÷1×2", "÷1×4", "÷2", "÷4"]


def test_steps_that_read_the_same_have_one_box() -> None:
    # Of 451 px max pooling keeps 225 with step 2, FLC pooling 226 with step 1.9956.
    assert [box.label for box in boxes_of((300, 451), "max,flc")] == [""]


@pytest.mark.parametrize(("zoom", "fewest"), [(12, 3), (30, 4)])
def test_a_name_lies_on_no_other_name_and_on_no_outline(zoom: int, fewest: int) -> None:
    boxes = boxes_of((16, 24), "max,stride:s=1x4,avg:k=1x2,max:times=2")
    panel = Panel(np.zeros((16, 24, 3), np.uint8), (zoom, zoom), boxes=boxes)
    text_size = TextSize(7, 150)
    names = [
        (left, top, left + text_size.width(f" {box.label} "), top + text_size.line)
        for box, left, top in place_box_labels(panel, text_size)
    ]
    assert len(names) >= fewest
    for left, top, right, bottom in names:
        assert 0 <= left < right <= 24 * zoom and 0 <= top < bottom <= 16 * zoom  # noqa: PT018
        for box in boxes:
            for edge in (box.left * zoom, (box.left + box.width) * zoom):
                spans = box.top * zoom < bottom and top < (box.top + box.height) * zoom
                assert not (spans and left < edge < right)
            for edge in (box.top * zoom, (box.top + box.height) * zoom):
                spans = box.left * zoom < right and left < (box.left + box.width) * zoom
                assert not (spans and top < edge < bottom)
    for one, other in combinations(names, 2):
        apart = one[2] <= other[0] or other[2] <= one[0]
        assert apart or one[3] <= other[1] or other[3] <= one[1]
