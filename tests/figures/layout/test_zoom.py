"""Zooms are chosen so that all fits into the width."""

import numpy as np

from sampviz.figures.layout.zoom import MM_PER_INCH, zooms_within
from sampviz.figures.options import Look
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.scene import Scene
from sampviz.images.image import Image


def test_what_stands_beside_the_columns_has_its_room_at_every_resolution() -> None:
    image = Image.of(np.eye(24))
    scene = Scene("", image, tuple(columns_of(image, [], 1, "magnitude")), 24)
    inches, beside = 180 / MM_PER_INCH, 5
    found = zooms_within(
        [scene], edge_labels=False, tick_text="", letters=False, look=Look(180.0), columns=1,
        beside=lambda text_size: round(beside * text_size.dpi),
    )  # fmt: skip
    for zooms in found:
        *_, largest = zooms
        dpi = largest.spacing.text_size.dpi
        (width,) = (column.width(largest.zooms[0]) for column in scene.columns)
        left = round((inches - beside) * dpi) - largest.spacing.total_width([width])
        assert 0 <= left < 24  # a zoom of one more does not fit
