"""Windows along an axis, counted one by one."""

from fractions import Fraction
from itertools import count, takewhile

import numpy as np

from sampviz.dsp.sliding_window import window_layout
from tests.every import every

WINDOWS = [
    (n, k, s, p, d)
    for n in range(1, 10)
    for k in range(1, 5)
    for s in range(1, 4)
    for p in ((0, 0), (1, 1), (1, 0), (0, 2), (2, 2))
    for d in (1, 2)
    if max(p) <= k // 2
]


def window_starts(n: int, k: int, s: int, p: tuple[int, int], d: int, ceil: bool) -> list[int]:
    """Return where windows start: whole ones, with `ceil` one that is short of less than a step."""

    def is_kept(start: int) -> bool:
        missing = start + d * (k - 1) + 1 - (n + p[1])
        return missing <= 0 or (ceil and missing < s and start < n)

    return list(takewhile(is_kept, count(-p[0], s)))


@every("ceil", [False, True])
@every("n, k, s, p, d", WINDOWS)
def test_windows_are_those_that_fit(
    n: int, k: int, s: int, p: tuple[int, int], d: int, ceil: bool
) -> None:
    layout = window_layout(n, k=k, s=s, p=p, d=d, ceil=ceil)
    starts = window_starts(n, k, s, p, d, ceil)
    assert max(layout.count, 0) == len(starts)
    if starts:
        end = starts[-1] + d * (k - 1) + 1
        assert layout.reach == max(0, end - n)
        assert layout.all_whole == (end <= n + p[1])
        middles = [start + Fraction(d * (k - 1), 2) for start in starts]
        grid = layout.grid
        assert [m * grid.step + grid.delta for m in range(grid.size)] == middles


@every("ceil", [False, True])
@every("n, k, s, p", [(n, k, s, p) for n, k, s, p, d in WINDOWS if d == 1])
def test_a_window_holds_the_samples_that_are_there(
    n: int, k: int, s: int, p: tuple[int, int], ceil: bool
) -> None:
    layout = window_layout(n, k=k, s=s, p=p, ceil=ceil)
    for countpad, there in ((False, range(n)), (True, range(-p[0], n + p[1]))):
        held = [
            len({*range(start, start + k)} & {*there})
            for start in window_starts(n, k, s, p, 1, ceil)
        ]
        if held:
            assert np.array_equal(layout.sizes(countpad=countpad), held)


@every("n, k, s, d", [(n, k, s, d) for n, k, s, p, d in WINDOWS if p == (0, 0)])
def test_the_rule_of_keras_pads_as_little_as_gives_a_window_for_each_step(
    n: int, k: int, s: int, d: int
) -> None:
    layout, windows = window_layout(n, k=k, s=s, p="same", d=d), -(-n // s)
    padded = layout.before + layout.after
    assert layout.count == windows
    assert layout.after - layout.before in (0, 1)
    assert window_layout(n + padded, k=k, s=s, d=d).count == windows or padded == 0
    assert padded == 0 or window_layout(n + padded - 1, k=k, s=s, d=d).count == windows - 1
