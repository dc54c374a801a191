"""Names of upright lines: none runs into another, or is crossed by a line."""

from hypothesis import given
from hypothesis import strategies as st

from sampviz.figures.charts.reference_lines import label_lanes

SPANS = st.lists(
    st.tuples(st.floats(0, 900), st.floats(0, 60), st.floats(1, 400)), max_size=12
).map(lambda many: sorted(((x, x + group, x + group + width) for x, group, width in many),
                          key=lambda span: span[1]))  # fmt: skip


@given(SPANS)
def test_no_name_meets_another_name_or_a_line_as_high_as_it(
    spans: list[tuple[float, float, float]],
) -> None:
    found = label_lanes(spans)
    for i, (_, start, end) in enumerate(spans):
        for j, (first, its_start, its_end) in enumerate(spans):
            if i == j:
                continue
            if found[i] == found[j]:
                assert end <= its_start or its_end <= start
            # Lines end at the top of their lane: one in a lane below does not reach the name.
            for line in (first, its_start):
                assert not start < line < end or found[j] < found[i]


def test_names_that_do_not_meet_share_the_lowest_lane() -> None:
    assert label_lanes([(0, 0, 10), (10, 10, 20), (30, 30, 35)]) == [0, 0, 0]
    assert label_lanes([(0, 0, 11), (10, 10, 20), (30, 30, 35)]) == [1, 0, 0]
    assert label_lanes([]) == []
