"""Measures as readers see them: one name, one unit a column, an arrow, no exponents."""

import re
from math import inf

import numpy as np
import pytest

import sampviz
from sampviz.analysis.measure import measure
from sampviz.analysis.metric_text import NumberFormat, better_sign, better_words, heading
from sampviz.analysis.metrics import METRICS
from sampviz.images.image import Image
from tests.every import every


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


def test_a_measure_is_in_percent_or_in_a_unit_unless_it_is_a_number_of_its_own() -> None:
    """Powers are compared in decades, and similarity is an index from 1 down."""
    bare = {metric.name for metric in METRICS.values() if not (metric.share or metric.unit)}
    assert bare == {"spectral", "ssim", "msssim"}
    assert not any(metric.share and metric.unit for metric in METRICS.values())


@every("name", [name for name, metric in METRICS.items() if not metric.on_request])
def test_what_changes_nothing_has_the_best_value(name: str) -> None:
    metric = METRICS[name]
    image = Image.of(1 + np.random.default_rng(0).random((48, 48)))
    value = measure(image, "identity", measures=name)[0].values.get(name)
    best = {"lower": 0, "nearer 0": 0, "nearer 1": 1, "higher": 1, "neither": value}
    assert value is None or value == pytest.approx(best[metric.better], abs=1e-9)


def test_the_table_of_measures_has_a_unit_or_a_dash_for_each() -> None:
    table = re.findall(r"<t[hd]>(.*?)</t[hd]>", METRICS._repr_html_())  # type: ignore[attr-defined]
    assert table[:4] == ["measure", "unit", "better", "what it is"]
    units = dict(zip(table[4::4], table[5::4], strict=True))
    assert list(units) == list(METRICS)
    assert [units[name] for name in ("psnr", "delta", "ssim", "alias")] == ["dB", "px", "–", "–"]


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
