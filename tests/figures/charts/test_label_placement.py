"""Labels beside points: what no placement may do."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Bbox

from sampviz.figures.charts.label_placement import place_labels

pytestmark = pytest.mark.slow

ROOM = (600.0, 400.0)
RADIUS = 7.0
SIZE = st.tuples(st.integers(10, 200), st.just(20))
POINTS = st.lists(
    st.tuples(st.integers(0, 600), st.integers(0, 400), SIZE), min_size=1, max_size=20
)
NO_LINES = np.empty((0, 2))


def apart(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one[:2] >= other[2:]).any() or (other[:2] >= one[2:]).any())


@given(POINTS, st.integers(0, 3))
def test_no_label_lies_on_a_marker_or_a_label_or_outside(
    given_: list[tuple[int, int, tuple[int, int]]], bare: int
) -> None:
    points = np.array([point[:2] for point in given_], float)
    sizes = np.array([point[2] for point in given_], float)[: max(0, len(points) - bare)]
    labels = place_labels(points, sizes, ROOM, RADIUS, NO_LINES)
    boxes = [
        np.hstack([label.corner, label.corner + size])
        for label, size in zip(labels, sizes, strict=True)
        if label
    ]
    for box in boxes:
        assert (box[:2] >= 0).all()
        assert (box[2:] <= ROOM).all()
        assert all(apart(box, np.hstack([at - RADIUS, at + RADIUS])) for at in points)
    assert all(apart(one, other) for one, other in combinations(boxes, 2))
    for label in labels:
        if label and len(label.leader):
            start, end = label.leader
            way = np.linspace(start, end, 200)[:-2]  # it ends at its own label
            for box in boxes:
                assert not ((way > box[:2] + 1) & (way < box[2:] - 1)).all(axis=1).any()


def test_a_point_alone_has_its_label_close_on_the_right() -> None:
    (label,) = place_labels(
        np.array([[100.0, 100]]), np.array([[50.0, 20]]), ROOM, RADIUS, NO_LINES
    )
    assert label
    assert label.corner.tolist() == [112, 90]  # the radius and a quarter of the height away
    assert not len(label.leader)


def test_a_label_goes_where_there_is_room() -> None:
    at = np.array([[595.0, 200]])
    (label,) = place_labels(at, np.array([[50.0, 20]]), ROOM, RADIUS, NO_LINES)
    assert label
    assert label.corner[0] + 50 < 595
    assert place_labels(at, np.array([[700.0, 20]]), ROOM, RADIUS, NO_LINES) == [None]


def test_labels_keep_off_lines_while_there_is_another_place() -> None:
    at, size = np.array([[300.0, 200]]), np.array([[50.0, 20]])
    line = np.stack([np.arange(300.0, 600), np.full(300, 200.0)], axis=1)
    (label,) = place_labels(at, size, ROOM, RADIUS, line)
    assert label
    assert label.corner[0] + 50 < 300
    everywhere = np.stack(np.meshgrid(np.arange(0.0, 600, 3), np.arange(0.0, 400, 3)), -1)
    (label,) = place_labels(at, size, ROOM, RADIUS, everywhere.reshape(-1, 2))
    assert label


def test_a_far_label_has_a_leader() -> None:
    crowd = np.array([[300.0 + 10 * i, 200 + 10 * j] for i in range(-3, 4) for j in range(-3, 4)])
    middle = np.argsort(np.abs(crowd - [300, 200]).max(axis=1), kind="stable")
    (label,) = place_labels(crowd[middle], np.array([[80.0, 20]]), ROOM, RADIUS, NO_LINES)
    assert label
    start, end = label.leader
    assert np.abs(start - [300, 200]).max() < 2 * RADIUS
    assert (label.corner <= end).all()
    assert (end - label.corner <= (80, 20)).all()


def test_a_label_without_a_leader_is_nearest_to_its_own_point() -> None:
    points = np.array([[300.0, 200], [330, 205]])
    labels = place_labels(points, np.array([[100.0, 20], [100, 20]]), ROOM, RADIUS, NO_LINES)
    for n, label in enumerate(labels):
        assert label
        assert not len(label.leader)
        box = Bbox([label.corner, label.corner + np.array([100, 20])])
        away = [np.hypot(*(np.clip(at, box.p0, box.p1) - at)) for at in points]
        assert 1.5 * away[n] < away[1 - n]
