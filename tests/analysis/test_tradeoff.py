"""The choice among chains counts how far detail is from all of it."""

import pytest

from sampviz.analysis.measure import MetricRow, measure
from sampviz.analysis.metrics import METRICS
from sampviz.analysis.tradeoff import Point, Tradeoff, pareto
from sampviz.images.value_range import ValueRange


def choice_of(rows: list[MetricRow]) -> tuple[dict[str, Point], set[str]]:
    """The points by their labels, and the labels of those on the front."""
    choice = Tradeoff(METRICS["equivariance"], METRICS["detail"])
    choice.add(rows)
    points = choice.points()
    front = {point.label for point in pareto(points, *choice.axes)}
    return {point.label: point for point in points}, front


def test_more_than_all_of_the_detail_is_as_far_off_as_less() -> None:
    details = {"above": 1.016, "all": 1.0, "below": 0.984}
    span = ValueRange(0.0, 1.0, "")
    rows = [
        MetricRow("x", chain, 1, (4, 4), {"equivariance": 0.2, "detail": value}, {}, {}, span)
        for chain, value in details.items()
    ]
    points, front = choice_of(rows)
    assert front == {"all"}
    assert points["above"].y == pytest.approx(points["below"].y)
    assert choice_of([rows[0], rows[2]])[1] == {"above", "below"}


@pytest.mark.parametrize("sample", ["t1", "dwi", "zoneplate"])
def test_striding_is_not_on_the_front_where_an_ideal_crop_is(sample: str) -> None:
    rows = measure(f"sample:{sample}", "stride,flc", measures="equivariance,detail")
    points, front = choice_of(list(rows))
    assert front == {"flc"}
    assert points["flc"].y < 1e-6  # with which all others are compared
