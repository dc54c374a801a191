"""The flat-field row: patterns as numbers, and a word where there is none."""

import numpy as np

from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.flat_field_row import flat_field_row
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import PanelWindow
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains


def row_of(chains: str) -> PanelRow:
    image = Image.of(np.random.default_rng(0).random((32, 32)))
    columns = tuple(columns_of(image, parse_chains(chains), 1, "magnitude"))
    windows = (PanelWindow((0.0, 1.0)),) * len(columns)
    return flat_field_row(PanelData(image, columns, (4, 4), windows, "gray", False))


def test_what_stays_constant_is_said_in_a_word() -> None:
    row = row_of("max,flc,avg,transpose:k=4:s=2")
    # Four taps, one of every two along each axis, overlap: 2 along each, 4 in all.
    assert row.panels[1:] == ("all 1", "all 1", "all 1", "all 4")
    assert row.bar is None


def test_a_pattern_is_drawn_with_its_numbers() -> None:
    panel = row_of("max,zeros").panels[2]
    assert isinstance(panel, Panel)
    every_second = np.arange(6) % 2 == 0
    expected = (every_second[:, None] & every_second).astype(int)
    assert [int(text) for text, _ in panel.digits] == expected.ravel().tolist()
