"""What benchmarks say has become slower: intervals as in printed tables, and noise is no change."""

import copy
from typing import Any

import numpy as np
import pytest

from benchmarks import history
from benchmarks.__main__ import report_changes
from benchmarks.history import changes, factor, left_out
from benchmarks.side_by_side import row

# Critical values of U, two-sided, as tables of the test of Mann and Whitney print them.
CRITICAL = {
    0.05: {(4, 4): 0, (5, 5): 2, (7, 7): 8, (9, 9): 17, (8, 10): 17, (20, 20): 127, (3, 3): -1},
    0.01: {(5, 5): 0, (7, 7): 4, (9, 9): 11, (8, 10): 11, (20, 20): 105, (4, 4): -1},
}


@pytest.mark.parametrize("outside", CRITICAL)
def test_ranks_are_those_of_printed_tables(outside: float) -> None:
    found = {sizes: left_out(*sizes, outside) for sizes in CRITICAL[outside]}
    assert found == CRITICAL[outside]


def test_the_factor_is_how_many_times_as_long_it_takes() -> None:
    # The peer took twice as long as ours, and 1.6 times; of the quotients 2 / 1.6 is the middle.
    then, now = [1.8, 1.9, 2.0, 2.1, 2.2], [1.6] * 5
    expected = 2 / 1.6, 1.8 / 1.6, 2.2 / 1.6
    assert factor(then, now, noise=True) == pytest.approx(expected)
    assert factor(then[:3], now, noise=True) == pytest.approx((1.9 / 1.6, 0, np.inf))
    assert factor([3.0], [2.0], noise=False) == (1.5, 1.5, 1.5)


def test_the_interval_holds_no_change_of_noisy_rounds_99_times_of_100() -> None:
    rng = np.random.default_rng(0)
    rounds = 2 * np.exp(0.5 * rng.standard_cauchy((2000, 2, 7)).clip(-9, 9))
    ends = np.array([factor(*map(tuple, pair), noise=True)[1:] for pair in rounds])
    held = (ends[:, 0] <= 1) & (ends[:, 1] >= 1)
    assert 0.985 < held.mean() < 0.999


def record(ours: float, scatter: float = 0.02) -> Any:
    """Return a run whose peers take 2 and 3 seconds, and ours so many times a second."""
    scattered = ours * (1 + scatter * np.linspace(-1, 1, 7))
    rounds = {"ours": scattered.tolist(), "torch 1T": [2.0] * 7, "torch 2T": [3.0] * 7}
    return {
        "machine": {"machine": "x86_64", "torch": "2.6"},
        "rows": [row("operations", "max2 256", rounds).as_json()],
    }


@pytest.mark.parametrize(
    ("ours", "scatter", "said"),
    [(1.25, 0.02, "SLOWER"), (1.1, 0.02, ""), (1.25, 0.5, ""), (0.8, 0.02, "faster")],
)
def test_only_what_is_slower_for_sure_is_said_to_be(ours: float, scatter: float, said: str) -> None:
    (change,) = changes(record(1.0, scatter), record(ours, scatter))
    assert change.factor == pytest.approx(ours, rel=0.01)
    assert (change.slower, change.faster) == (said == "SLOWER", said == "faster")


def test_the_same_peer_is_compared_though_another_is_the_fastest_now() -> None:
    old, new = record(1.0), record(1.0)
    new["rows"][0]["peer"] = "kornia 1T"
    new["rows"][0]["ratios"]["kornia 1T"] = [1.0] * 7
    del new["rows"][0]["ratios"]["torch 1T"]
    (change,) = changes(old, new)
    assert (change.peer, change.slower) == ("torch 2T", False)


@pytest.mark.parametrize(
    ("again", "status"), [(1.0, 0), (1.25, 1)], ids=["a slow process", "a slow-down"]
)
def test_what_seems_slower_is_measured_again(
    monkeypatch: pytest.MonkeyPatch, again: float, status: int
) -> None:
    monkeypatch.setattr(history, "run_again", lambda options, parts: record(again))
    assert report_changes(record(1.0), record(1.25), []) == status


def test_nothing_is_judged_on_another_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(history, "run_again", lambda options, parts: record(1.25))
    new = copy.deepcopy(record(1.25))
    new["machine"]["torch"] = "2.13"
    assert report_changes(record(1.0), new, []) == 0
    printed = capsys.readouterr().out
    assert "SLOWER" in printed
    assert "another torch: nothing is judged" in printed


def test_rounds_of_several_processes_are_judged_together() -> None:
    def record(ours: list[float], promise: float) -> dict[str, Any]:
        rounds = {"ours": ours, "a": [2.0, 2.0, 2.0], "b": [2.2, 2.2, 1.8]}
        return {"machine": {}, "rows": [row("part", "case", rounds, promise).as_json()]}

    slow, fast = [1.25, 1.25, 1.25], [0.8, 1.0, 1.0]
    for promise, met in ((1.7, True), (1.9, False)):
        (one,) = record(slow, promise)["rows"]
        assert not one["met"]
        (both,) = history.pooled(record(slow, promise), record(fast, promise))["rows"]
        # Of a the ratios are 1.6, 1.6, 1.6, 2.5, 2, 2; of b 1.76, 1.76, 1.44, 2.75, 2.2, 1.8.
        assert (both["peer"], both["ratio"]) == ("b", 1.78)
        assert both["met"] == met
