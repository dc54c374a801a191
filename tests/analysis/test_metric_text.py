"""Measures as readers see them: one name, one unit a column, an arrow, no exponents."""

import re
from math import inf

import pytest

import sampviz
from sampviz.analysis.metric_text import NumberFormat, better_sign, better_words, heading
from sampviz.analysis.metrics import METRICS


@pytest.mark.parametrize(
    ("name", "words", "sign", "better"),
    [
        ("equivariance", "shift error (%)", "↓", "lower is better"),
        ("alias", "folded energy (%)", "↓", "lower is better"),
        ("detail", "detail (%)", "→ 100", "nearer 100 % is better"),
        ("bias", "brightness bias (of the image's values)", "→ 0", "nearer 0 is better"),
        ("psnr", "psnr (dB)", "↑", "higher is better"),
        ("nyquist", "nyquist (%)", "", ""),
    ],
)
def test_what_a_measure_is_called_and_which_values_are_better(
    name: str, words: str, sign: str, better: str
) -> None:
    metric = METRICS[name]
    assert (heading(metric), better_sign(metric), better_words(metric)) == (words, sign, better)


def test_no_two_measures_are_called_the_same() -> None:
    assert len({metric.label for metric in METRICS.values()}) == len(METRICS)


@pytest.mark.parametrize(
    ("name", "column", "texts"),
    [
        ("residual", [3.896e-06, 0.0, 0.05873, 1.5], ["<0.01", "0", "5.87", "150"]),
        ("psnr", [79.53, inf, None], ["79.5", "inf", "–"]),
        ("ssim", [0.99969, 2e-9], ["1", "<0.001"]),
        ("bias", [13424.2, -0.02, -2.6e-06], ["13400", "−0.02", "<0.001"]),
        ("bias", [2e-4, 4e-8], ["0.0002", "<2e-07"]),  # an image of small values
    ],
)
def test_numbers_have_three_digits_and_one_unit(
    name: str, column: list[float | None], texts: list[str]
) -> None:
    number_format = NumberFormat.of(METRICS[name], column)
    assert [number_format.text(value) for value in column] == texts


def test_the_same_words_and_numbers_stand_in_tables_figures_and_captions() -> None:
    """Of one image: those of the notebook's table, under the panels, and in the caption."""
    names = ["residual", "ssim", "equivariance"]
    rows = sampviz.measure("sample:t1", "max,flc", measures=names)
    table = re.findall(r"<t[hd]>(.*?)</t[hd]>", rows._repr_html_())
    columns = [table[i::7] for i in range(4, 7)]
    figure = sampviz.compare("sample:t1", "max,flc", in_panel=names, rows="image")
    panels = [p.panel.text_below.replace("\u00a0", " ") for p in figure.sheet.panels[1:]]
    assert figure.caption is not None
    for title, *cells in columns:
        label = title.split(" (")[0].split(" ↑")[0]
        sign, unit = title[-1], " %" if "(%)" in title else ""
        for text, cell in zip(panels, cells, strict=True):
            cell = cell.replace("&lt;", "<")
            assert f"{label} {cell}{unit} {sign}" in text.split("\n")
        max_cell, flc_cell = (cell.replace("&lt;", "<") for cell in cells)
        assert f"Measure {label}: max {max_cell}{unit}, flc {flc_cell}{unit}" in figure.caption.alt
    assert "<0.01 %" in panels[1]
