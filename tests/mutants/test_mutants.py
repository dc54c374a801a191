"""What is drawn, which tests are run, and how sure the share is."""

import gc
import random
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.__main__ import interval
from tests.mutants.changes import Change, changes_of, one_of_each_place
from tests.mutants.trial import covering_tests, replace_code


def test_the_interval_is_that_of_wilson() -> None:
    """Values of R, prop.test(x, n, correct = FALSE)."""
    assert interval(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert interval(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert interval(0, 0) == (0, 1)


def test_one_change_of_each_place_is_drawn_and_the_same_by_the_same_seed() -> None:
    changes = [Change("f.py", 1, place, f"op{i}", 0) for place in range(9) for i in range(4)]
    first, again, other = ([*one_of_each_place(changes, random.Random(seed))] for seed in (1, 1, 2))
    assert first == again != other
    assert sorted(change.column for change in first) == [*range(9)]


def test_the_nearest_tests_come_first_and_those_of_the_file_where_a_line_is_only_imported() -> None:
    far, near, beside = (
        f"tests/{path}::test" for path in ("cli/test_a", "dsp/test_b", "dsp/test_a")
    )
    lines = {"sampviz/dsp/b.py": {3: {far, near, beside}, 9: {near}, 1: {""}}}
    times = dict.fromkeys((far, near, beside), 0.1)
    assert covering_tests(lines, times, "sampviz/dsp/b.py", 3) == [near, beside, far]
    assert covering_tests(lines, times, "sampviz/dsp/b.py", 9) == [near]
    assert covering_tests(lines, times, "sampviz/dsp/b.py", 1) == [near, beside, far]
    assert covering_tests(lines, {**times, near: 99.0}, "sampviz/dsp/b.py", 9) == []


def test_types_are_not_changed(tmp_path: Path) -> None:
    pytest.importorskip("cosmic_ray")
    source = "x: int | None = 1 + 2\n\n\ndef f(a: int | str) -> int | None:\n    return a < 3\n"
    (tmp_path / "f.py").write_text(source)
    changes = changes_of(tmp_path, "f.py")
    assert {change.line for change in changes} == {1, 5}
    assert "x: int | None = 1 - 2" in {change.apply(source).splitlines()[0] for change in changes}


def test_functions_that_the_garbage_collector_lets_alone_are_changed_too(tmp_path: Path) -> None:
    path, source = tmp_path / "f.py", "def f(a):\n    return a + 1\n"
    module: dict[str, Any] = {}
    exec(compile(source, str(path), "exec"), module)  # as an import does
    gc.freeze()  # as after tests are collected
    try:
        assert replace_code(path, source, source.replace("+", "-")) == 1
    finally:
        gc.freeze()
    assert module["f"](5) == 4
