"""What an input may cost: refused before where it is known, ended by the system where it is not."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.budget import (
    DEFAULT_MEMORY,
    LimitError,
    check_memory,
    current_budget,
    limits,
    timed_piece,
)
from sampviz.core.byte_size import bytes_text, parse_bytes
from sampviz.core.errors import InputError, UsageError
from sampviz.core.parallel import in_threads, map_outcomes
from sampviz.core.system_limits import can_watch_time, check_time

needs_timer = pytest.mark.skipif(not can_watch_time(), reason="no timer of processes here")


def _compute_for_ever(_: object = None) -> None:
    while True:
        with suppress(Exception):  # as readers of damaged files do
            sum(range(1000))


def test_sizes_are_read_as_they_are_written() -> None:
    sizes = {"15MB": 15e6, "500kB": 5e5, "1.5 GB": 1.5e9, "2T": 2e12, "7B": 7}
    sizes |= {"4gb": 4e9, "4GiB": 2**32, "512 mib": 2**29, "1KB": 1e3, "3k": 3e3, "2000000": 2e6}
    sizes |= {"1e9": 1e9, "4e9": 4e9, "4.5E+9": 4.5e9, "4000000000": 4e9, "1e3MB": 1e9}
    assert {text: parse_bytes(text, "max_memory") for text in sizes} == sizes
    assert [bytes_text(count) for count in (7, 5e5, 1.5e9, 2e12)] == ["7B", "500kB", "1.5GB", "2TB"]
    for text in ("", "0", "-1GB", "1e-9", "1e99", "1e", "1,5GB", "GB", "1 PB", "9" * 20):
        with pytest.raises(UsageError, match="is no size"):
            parse_bytes(text, "max_memory")
    assert parse_bytes(4, "max_memory") == 4
    for size in ("4", "4096", "4e3"):  # a unit was left out
        with pytest.raises(UsageError, match="without a unit") as refused:
            parse_bytes(size, "max_memory")
        assert refused.value.fix == f"write {size}GB or {size}MB; {size}B if bytes are meant"


def test_memory_is_refused_before_the_work_and_only_within_the_block() -> None:
    with limits("1GB"), pytest.raises(LimitError) as refused:
        check_memory(1.1e9, "2 chains on 9x9 px", "a.png", "a part of it")
    assert str(refused.value).splitlines() == [
        "about 1.1GB of memory for 2 chains on 9x9 px, and 1GB is the most",
        "  in:  a.png",
        "  fix: a part of it, or max_memory='1.4GB', if that much is free",
    ]
    assert isinstance(refused.value, InputError)
    with limits("2GB"), limits("1.5GB"), limits("2GB"):
        check_memory(1.4e9, "", "", "")
        with pytest.raises(LimitError):
            check_memory(1.6e9, "", "", "")
    assert current_budget().memory <= DEFAULT_MEMORY
    assert current_budget().seconds is None


@pytest.mark.skipif(not hasattr(signal, "SIGRTMIN"), reason="Linux keeps this limit")
def test_the_system_refuses_memory_that_no_estimate_knew_of() -> None:
    with pytest.raises(LimitError, match="not enough memory") as refused, limits("100MB"):
        np.empty(2**30, np.uint8)  # of which nothing is touched
    assert "a larger max_memory" in refused.value.fix
    assert np.empty(2**30, np.uint8).nbytes == 2**30


@needs_timer
def test_time_ends_what_catches_all_exceptions() -> None:
    handler = signal.getsignal(signal.SIGPROF)
    with pytest.raises(LimitError, match=r"more than 0\.02 seconds"), limits(max_seconds=0.02):
        _compute_for_ever()
    assert signal.getsignal(signal.SIGPROF) is handler
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


@needs_timer
def test_imports_do_not_count_and_are_not_ended_half_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    burn = "from time import process_time as t\nend = t() + 0.05\nwhile t() < end: pass\nok = 1\n"
    (tmp_path / "takes_long.py").write_text(burn)
    monkeypatch.syspath_prepend(tmp_path)
    with limits(max_seconds=0.01):
        assert import_module("takes_long").ok
    with pytest.raises(LimitError), limits(max_seconds=0.01):
        exec(burn)


@needs_timer
def test_threads_end_too() -> None:
    end = time.monotonic() + 120

    def measure(_: int) -> None:
        while time.monotonic() < end:
            check_time()

    # The system may wake this one, and not the main thread.
    has_ended = threading.Event()
    waiting = threading.Thread(target=has_ended.wait)
    waiting.start()
    with pytest.raises(LimitError), limits(max_seconds=0.1):
        in_threads(measure, range(2))
    has_ended.set()
    waiting.join()
    assert time.monotonic() < end


@pytest.mark.slow
@needs_timer
def test_the_end_of_the_time_leaves_no_lock_taken_that_threads_wait_for() -> None:
    def lock_for_ever(condition: threading.Condition) -> None:
        while True:
            with condition:
                pass

    for _ in range(20):
        condition = threading.Condition(threading.Lock())
        with pytest.raises(LimitError), limits(max_seconds=0.005):
            lock_for_ever(condition)
        assert condition.acquire(blocking=False)


@needs_timer
def test_a_piece_of_work_that_takes_too_long_ends_alone() -> None:
    def work() -> Iterator[str]:
        yield from ("a", "long", "b")

    def name(piece: str) -> str:
        if piece == "long":
            _compute_for_ever()
        return piece

    with limits(max_seconds=0.02):
        outcomes = list(map_outcomes(name, work(), workers=1))
        assert [outcome.result for outcome in outcomes] == ["a", None, "b"]
        assert isinstance(outcomes[1].error, LimitError)
        for _ in range(3):
            with timed_piece():  # of which each has all the time
                sum(range(300_000))


def test_a_time_that_cannot_be_watched_is_refused() -> None:
    for seconds in (0, -1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="is no time"), limits(max_seconds=seconds):
            pass
    errors: list[Exception] = []

    def in_a_thread() -> None:
        try:
            with limits(max_seconds=1):
                pass
        except UsageError as err:
            errors.append(err)

    thread = threading.Thread(target=in_a_thread)
    thread.start()
    thread.join()
    assert "cannot be watched" in str(errors[0])


@needs_timer
def test_limits_inside_others_end_no_later_and_leave_them_as_they_were() -> None:
    for inner in ({"max_memory": "1GB"}, {"max_seconds": 600}):
        with (
            pytest.raises(LimitError, match=r"more than 0\.02 s"),
            limits(max_seconds=0.02),
            limits(**inner),
        ):
            _compute_for_ever()

    def after_an_inner_one() -> None:
        with limits(max_seconds=0.1):
            with limits(max_seconds=600):
                pass
            _compute_for_ever()

    with pytest.raises(LimitError, match=r"more than 0\.1 s"):
        after_an_inner_one()
    with limits("1MB"), limits(max_seconds=600), pytest.raises(LimitError):
        check_memory(2e6, "", "", "")
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


def test_more_than_a_machine_can_have_is_no_size_and_a_word_no_time() -> None:
    for size in ("10000000TB", 2**62, -1):
        with pytest.raises(UsageError, match="is no size"), limits(size):
            pass
    for seconds in ("10", True, 1e9):
        with pytest.raises(UsageError, match="is no time"), limits(max_seconds=seconds):  # type: ignore[arg-type]
            pass
