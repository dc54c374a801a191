"""The chart of a choice: the front is right, and everything on it can be read."""

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from sampviz.analysis.tradeoff import Axis, Point, pareto
from sampviz.dsp.dtypes import Array
from sampviz.figures.charts.pareto_chart import draw_tradeoff
from tests.figures.drawn import place_texts
from tests.figures.layout.test_layout import overlap
from tests.figures.readable import assert_readable

pytestmark = pytest.mark.slow

ALIAS = Axis("alias share", "", "lower")
DETAIL = Axis("detail kept", "% of the pass band", "higher")
NAN = float("nan")
POINTS = st.lists(
    st.tuples(st.sampled_from([0.0, 1, 2, 3, NAN]), st.sampled_from([0.0, 1, 2, 3, NAN])),
    max_size=9,
).map(lambda many: [Point(str(n), x, y) for n, (x, y) in enumerate(many)])
Better = Literal["lower", "higher"]
BETTERS: list[Better] = ["lower", "higher"]
BETTER = st.sampled_from(BETTERS)


@given(POINTS, BETTER, BETTER)
def test_front_is_what_no_other_point_beats(
    points: list[Point], x_better: Better, y_better: Better
) -> None:
    x, y = Axis("x", "", x_better), Axis("y", "", y_better)

    def as_good(one: Point, other: Point) -> tuple[bool, bool]:
        return (
            one.x >= other.x if x_better == "higher" else one.x <= other.x,
            one.y >= other.y if y_better == "higher" else one.y <= other.y,
        )

    told = [point for point in points if not np.isnan(point.x + point.y)]
    best = {
        point.label
        for point in told
        if not any(all(as_good(o, point)) and not all(as_good(point, o)) for o in told)
    }
    front = pareto(points, x, y)
    assert {point.label for point in front} == best
    assert len(front) == len(best)
    for one, following in pairwise(front):
        assert as_good(one, following)[0]  # the best in x comes first


def test_rounding_puts_no_point_on_the_front() -> None:
    points = [Point("one", 0.016, 6e-8), Point("two", 0.022, 7e-9), Point("far", 0.34, 0.66)]
    lower = Axis("x", "", "lower")
    assert [point.label for point in pareto(points, lower, lower)] == ["one"]
    assert len(pareto([Point("a", 0.0, 0.0), Point("b", 0.0, 0.0)], lower, lower)) == 2


def spread(value: float, part: float) -> tuple[float, float]:
    return value * (1 - part), value * (1 + part)


def crowd(count: int, width: float) -> list[Point]:
    rng = np.random.default_rng(count)
    return [
        Point(f"conv:kernel=random:seed={n}" if n % 3 == 0 else f"blur:k={n}", float(x), float(y))
        for n, (x, y) in enumerate(0.2 + width * rng.normal(size=(count, 2)) ** 2)
    ]


NAMES = ["max", "stride", "avg", "blur", "flc", "asap", "dpp", "conv:kernel=gauss:pad=reflect"]
VALUES = [(0.21, 0.95), (0.3, 1), (0.06, 0.8), (0.03, 0.62), (0, 0.97), (0.002, 0.93),
          (0.065, 0.81), (0.0305, 0.63)]  # fmt: skip
EIGHT = [
    Point(name, x, y, spread(x, 0.2), spread(y, 0.03))
    for name, (x, y) in zip(NAMES, VALUES, strict=True)
]
CASES = {
    "three": [Point("max", 0.2, 0.9), Point("blur", 0.02, 0.7), Point("flc", 0.01, 0.98)],
    "eight": EIGHT,
    "twenty": crowd(20, 0.3),
    "twenty, two of them far": [*crowd(18, 0.001), Point("max", 0.9, 0.9), Point("flc", 1e-3, 0.5)],
    # So many that their legend makes the figure higher.
    "all the same": [Point(f"chain number {n}", 0.5, 0.5) for n in range(38)],
    "long": [Point("wide:words=win:" * 12, 1, 2), Point("max", 2, 3)],
    "one": [Point("max", 0, 0)],
    "none": [Point("max", NAN, 0)],
}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def figure(request: pytest.FixtureRequest) -> Figure:
    made = draw_tradeoff(CASES[request.param], ALIAS, DETAIL, "Aliasing against detail kept")
    place_texts(made)
    return made


def markers(figure: Figure) -> list[Line2D]:
    return [line for line in figure.axes[0].lines if line.get_marker() not in ("None", "")]


def first_place(line: Line2D) -> Array:
    """The place of the first point of a line: x, y in its data."""
    return np.asarray(line.get_xydata())[0]


def test_no_text_overlaps_another_or_is_cut(figure: Figure) -> None:
    assert_readable(figure)


def test_no_label_lies_on_a_point(figure: Figure) -> None:
    (axes,) = figure.axes
    half = markers(figure)[0].get_markersize() / 2 * figure.dpi / 72 if markers(figure) else 0
    for line in markers(figure):
        x, y = axes.transData.transform(first_place(line))
        marker = Bbox([[x - half, y - half], [x + half, y + half]])
        for text in axes.texts:
            assert not overlap(text.get_window_extent(), marker), text.get_text()


def test_every_chain_is_named_once_and_drawn_where_it_is(
    figure: Figure, request: pytest.FixtureRequest
) -> None:
    points = CASES[request.node.callspec.params["figure"]]
    labels = [text.get_text() for text in figure.axes[0].texts]
    legend = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    labels += [text.replace("\n", "") for text in legend]
    told = [point for point in points if not np.isnan(point.x)]
    assert sorted(labels) == sorted(point.label for point in told)
    low, _ = figure.axes[0].get_xlim()
    places = [tuple(first_place(line)) for line in markers(figure)]
    assert places == [(max(point.x, low), point.y) for point in told]


def test_few_chains_need_no_legend() -> None:
    assert not draw_tradeoff(EIGHT, ALIAS, DETAIL, "").legends
    assert not draw_tradeoff(SPREAD, ALIAS, DETAIL, "").legends


SPREAD = [Point(f"blur:k={n}", n % 5, n // 5) for n in range(20)]


def words(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.texts)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((1, 2, 9), "linear"),
        ((1, 2, 11), "log"),
        ((-1, 2, 90), "linear"),
        ((0, 2, 11), "linear"),
        ((0, 1, 11), "log"),
        ((1e-9, 1, 11), "log"),
        ((0, 0, 0), "linear"),
    ],
)
def test_an_axis_is_logarithmic_where_values_span_more_than_a_decade(
    values: tuple[float, ...], scale: str
) -> None:
    points = [Point(f"{n}", x, n) for n, x in enumerate(values)]
    made = draw_tradeoff(points, ALIAS, DETAIL, "")
    assert made.axes[0].get_xscale() == scale
    assert made.axes[0].get_yscale() == "linear"


def test_what_a_log_axis_cannot_show_is_at_its_edge_and_in_words() -> None:
    made = draw_tradeoff(EIGHT, ALIAS, DETAIL, "", ["8 inputs"])
    flc = markers(made)[NAMES.index("flc")]
    assert first_place(flc)[0] == made.axes[0].get_xlim()[0]
    assert "at the edge: alias share below 0.001" in words(made)
    assert words(made).strip().startswith("8 inputs; line and full markers: the Pareto front")
    assert "bars: 95 % bootstrap intervals over the inputs" in words(made)
    assert "the edge" not in words(draw_tradeoff(CASES["three"], ALIAS, DETAIL, ""))
    assert "bars" not in words(draw_tradeoff(CASES["three"], ALIAS, DETAIL, ""))


def test_chains_without_a_value_are_named_in_words() -> None:
    made = draw_tradeoff([*EIGHT, Point("lp", NAN, 1)], ALIAS, DETAIL, "")
    assert words(made).endswith("not drawn, as a value is not defined: lp")


def test_axes_say_which_end_is_better() -> None:
    (axes,) = draw_tradeoff(EIGHT, ALIAS, DETAIL, "").axes
    assert axes.get_xlabel().replace("\u00a0", " ") == "← lower is better, alias share"
    assert " ".join(axes.get_ylabel().split()) == (
        "detail kept (% of the pass band), higher is better →"
    )


def test_the_shade_covers_what_the_front_beats_and_nothing_else() -> None:
    (axes,) = draw_tradeoff(CASES["three"] + EIGHT, ALIAS, DETAIL, "").axes
    (shade,) = axes.patches
    front = {p.label for p in pareto(CASES["three"] + EIGHT, ALIAS, DETAIL)}
    inside = shade.get_path()
    for point in CASES["three"] + EIGHT:
        if point.label not in front and point.x > 0:
            assert inside.contains_point((point.x, point.y)), point.label
    assert not inside.contains_point((0.0021, 0.999))
