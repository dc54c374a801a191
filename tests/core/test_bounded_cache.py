"""Caches keep no more bytes than they may, are cleared on demand, and give threads one result."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.core.bounded_cache import BoundedCache, bounded_cache, clear_all, held_bytes
from sampviz.dsp.fast.buffers import buffer
from sampviz.ops.chain import Chain, _fast_path


def _zeros(count: int, *, offset: int = 0) -> np.ndarray:
    return np.zeros(count) + offset


def test_a_result_is_computed_once_for_equal_arguments() -> None:
    cached = BoundedCache(_zeros, 2**20)
    assert cached(3) is cached(3)
    assert cached(3, offset=1) is cached(3, offset=1)
    assert cached(3, offset=1)[0] == 1
    assert len(cached) == 2


def test_none_is_a_result() -> None:
    calls: list[int] = []
    cached = BoundedCache(calls.append, 2**20)
    assert cached(1) is cached(1) is None
    assert calls == [1]


def test_an_exception_is_not_kept() -> None:
    calls = []

    @bounded_cache(2**20)
    def refuse_first(x: int) -> int:
        calls.append(x)
        return 1 // (len(calls) - 1)

    with pytest.raises(ZeroDivisionError):
        refuse_first(4)
    assert refuse_first(4) == 1
    assert calls == [4, 4]


@given(st.lists(st.integers(0, 400), max_size=60))
def test_the_bound_holds_after_every_call(counts: list[int]) -> None:
    cached = BoundedCache(_zeros, 8_000)
    for count in counts:
        assert len(cached(count)) == count
        held = sum(cached(kept).nbytes for kept in {*counts} if (kept,) in cached._results)
        assert held <= cached.bytes <= 8_000


def test_the_oldest_go_first_and_what_is_too_large_is_not_kept() -> None:
    cached = BoundedCache(_zeros, 10_000)
    first, second = cached(500), cached(501)  # 4 kB each
    third = cached(502)
    assert cached(502) is third
    assert cached(501) is second
    assert cached(500) is not first
    assert cached(5000) is not cached(5000)


def test_a_cleared_cache_computes_again() -> None:
    cached = BoundedCache(_zeros, 2**20)
    first = cached(3)
    cached.clear()
    assert (len(cached), cached.bytes) == (0, 0)
    assert cached(3) is not first


def test_all_that_is_kept_can_be_let_go() -> None:
    x = np.ones((32, 32), np.float32)
    chain = Chain.parse("blur")
    before = chain(x)
    assert len(_fast_path)
    view = buffer(0, (5, 5))
    assert buffer(0, (5, 5)) is view
    clear_all()
    assert len(_fast_path) == 0
    assert buffer(0, (5, 5)) is not view
    assert np.array_equal(chain(x), before)


def test_threads_get_one_result_and_the_bound_holds() -> None:
    def slow(count: int) -> np.ndarray:
        time.sleep(0.001)
        return np.zeros(count)

    cached = BoundedCache(slow, 2**20)
    start = threading.Barrier(8)

    def ask(_: int) -> list[int]:
        start.wait()
        return [id(cached(count)) for count in range(20)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(ask, range(8)))
    assert all(ids == results[0] for ids in results)
    small = BoundedCache(_zeros, 20_000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(small, [n % 97 for n in range(4000)]))
    assert small.bytes == sum(small._sizes.values()) <= 20_000
    assert small._sizes.keys() == small._results.keys()


def test_what_a_value_holds_is_found_wherever_it_is() -> None:
    table = np.zeros(10_000)  # 80 kB

    class Holder:
        __slots__ = ("part",)

        def __init__(self) -> None:
            self.part = table

    def uses_table() -> float:
        return float(table.sum())

    for value in (
        table,
        table[:5],  # keeps all of it
        (table, table),
        {"a": [table]},
        uses_table,
        partial(np.dot, table),
        Holder(),
        table.sum,
    ):
        assert 80_000 <= held_bytes(value) < 90_000
    assert held_bytes(np.zeros) < 1_000  # numpy itself is not counted


def test_the_fast_path_of_a_chain_are_bounded_by_what_they_hold() -> None:
    clear_all()
    chain = Chain.parse("flc")
    for n in range(64, 84, 2):
        chain(np.ones((n, n), np.float32))
    assert len(_fast_path) == 10
    assert 0 < _fast_path.bytes <= _fast_path.most_bytes
