"""Progress of work that several threads do."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sampviz.core.progress import ticks


class Recorder:
    """A progress that keeps how many pieces were done, and whether it came to its end."""

    done = -1  # the first piece is begun when it is taken
    count = 0
    ended = False

    def __call__(self, work: Iterable[int], count: int) -> Iterator[int]:
        self.count = count
        try:
            for item in work:
                self.done += 1
                yield item
        finally:
            self.ended = True


def test_every_tick_of_any_thread_is_a_piece() -> None:
    recorder = Recorder()
    with ticks(50, recorder) as tick, ThreadPoolExecutor(4) as pool:
        for _ in range(30):
            pool.submit(tick)
        pool.shutdown()
        assert (recorder.done, recorder.count, recorder.ended) == (30, 50, False)
    assert recorder.ended


def test_a_bar_ends_with_an_error() -> None:
    recorder = Recorder()
    with pytest.raises(ZeroDivisionError), ticks(3, recorder):
        1 / 0  # noqa: B018
    assert recorder.ended


def test_more_ticks_than_pieces_do_no_harm() -> None:
    with ticks(1, None) as tick:
        tick()
        tick()
