"""Work on several processes: what one gives, all give; who dies, dies alone."""

import errno
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sampviz.core import process_pool
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.core.parallel import in_threads, map_outcomes
from sampviz.core.process_pool import Pool, cores, early_pool, local_pool
from tests.core.pieces import (
    die_at_five,
    first_waits_for_last,
    negative,
    refuse_three,
    threads_of_worker,
    write_half_a_result,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("workers", [1, 2])
def test_results_and_warnings_come_in_the_order_of_the_work(workers: int) -> None:
    with pytest.warns(SampvizWarning) as told:
        found = [each.get() for each in map_outcomes(negative, range(9), workers, ordered=True)]
    assert found == [-i for i in range(9)]
    assert [str(each.message) for each in told] == [f"piece {i}" for i in range(9)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_ends_its_own_piece_only(workers: int) -> None:
    found = {each.index: each for each in map_outcomes(refuse_three, range(8), workers)}
    assert sorted(found) == list(range(8))
    assert [i for i in found if found[i].error] == [3]
    with pytest.raises(UsageError, match="not three") as told:
        found[3].get()
    assert (told.value.where, told.value.fix) == ("piece 3", "another")


def test_a_process_that_is_killed_fails_the_piece_that_it_died_of() -> None:
    found = list(map_outcomes(die_at_five, range(12), 2, ordered=True))
    assert [each.index for each in found] == list(range(12))
    assert [each.index for each in found if each.error] == [5]
    assert [each.result for each in found if not each.error] == [*range(5), *range(6, 12)]
    with pytest.raises(InputError, match="was killed"):
        found[5].get()


def test_half_a_result_is_not_waited_for_when_the_program_is_interrupted(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    def interrupted(pool: Pool) -> None:
        pool.executor.submit(write_half_a_result, mark)
        while not mark.exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt), local_pool(1) as pool:
        interrupted(pool)
    assert time.monotonic() - start < 300


def test_what_is_done_is_not_kept_back_by_what_is_slow(tmp_path: Path) -> None:
    work = [(number, tmp_path / "mark") for number in range(6)]
    found = [each.index for each in map_outcomes(first_waits_for_last, work, 2)]
    assert sorted(found) == list(range(6))
    assert found[0] != 0


def test_work_is_taken_as_it_is_needed() -> None:
    taken = []

    def work() -> Iterator[int]:
        for piece in range(1000):
            taken.append(piece)
            yield piece

    found = map_outcomes(refuse_three, work(), 2, ordered=True)
    next(found)
    assert len(taken) < 20
    found.close()


def test_at_least_one_core_is_there() -> None:
    assert cores() >= 1


def test_threads_give_results_in_the_order_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "cores", lambda: 3)
    assert in_threads(refuse_three, [5, 1, 4, 2], 2) == [5, 1, 4, 2]
    with pytest.raises(UsageError, match="not three"):
        in_threads(refuse_three, [1, 3, 2])


@pytest.mark.parametrize(("cores", "most", "wanted"), [(1, None, 1), (2, None, 2), (2, 1, 1)])
def test_no_more_threads_than_cores(
    cores: int, most: int | None, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pool, "cores", lambda: cores)
    meeting = threading.Barrier(wanted, timeout=300)

    def thread(_: int) -> int:
        meeting.wait()  # until so many are at work: none does all before another has begun
        return threading.get_ident()

    assert len(set(in_threads(thread, range(8), most))) == wanted


def test_a_worker_has_one_thread() -> None:
    assert {each.get() for each in map_outcomes(threads_of_worker, range(5), 2)} == {1}


@pytest.mark.parametrize("ours", [True, False])
def test_workers_that_started_early_do_the_work_and_are_replaced_when_they_die(
    ours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pool, "is_process_ours", lambda: ours)
    with early_pool(2, "json") as pool:
        found = list(map_outcomes(die_at_five, range(8), 2, pool))
    assert sorted(each.index for each in found) == list(range(8))
    assert [each.index for each in found if each.error] == [5]
    assert [each.result for each in found if not each.error] != []


@pytest.mark.parametrize(
    "where", ["multiprocessing.util.spawnv_passfds", "multiprocessing.process.BaseProcess.start"]
)
def test_no_room_for_a_process_is_said(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(where, refuse)
    with pytest.raises(InputError, match="a process cannot be started: Resource temp") as caught:
        list(map_outcomes(negative, range(5), 2))
    assert "ulimit -u" in caught.value.fix
    assert caught.value.exit_code == 3
