"""A warning points at the line outside of the package that led to it, on threads as well."""

import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sampviz
from sampviz.core.errors import SampvizWarning
from sampviz.core.parallel import in_threads
from sampviz.core.warn import warn

ZEROS = [[0.0] * 6] * 6

# A module as if it were of the package: the ways that Python leads from one function to another.
_INSIDE = """
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sampviz.core.parallel import in_threads, map_outcomes
from sampviz.core.warn import warn


def plain():
    warn("told")


@dataclass
class Checked:
    number: int = 0

    def __post_init__(self):
        plain()


class Kept:
    @cached_property
    def number(self):
        plain()


@contextmanager
def entered():
    plain()
    yield


def with_entered():
    with entered():
        pass


def threads(count=2):
    in_threads(lambda i: plain(), range(3), count)


def threads_in_threads():
    in_threads(lambda i: threads(), range(3), 2)


def outcomes():
    list(map_outcomes(lambda i: plain(), range(2), 1))


def call(function):
    return function()
"""


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    module = types.ModuleType("sampviz.for_this_test")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(_INSIDE, str(tmp_path / "for_this_test.py"), "exec"), module.__dict__)
    # Several cores, also where there are none.
    monkeypatch.setattr("sampviz.core.parallel.threads", lambda: 2)
    return module


WAYS: dict[str, Callable[[Any], Any]] = {
    "a function": lambda inside: inside.plain(),
    "what a dataclass checks": lambda inside: inside.Checked(),
    "a property that is kept": lambda inside: inside.Kept().number,
    "a context": lambda inside: inside.with_entered(),
    "threads": lambda inside: inside.threads(),
    "threads of threads": lambda inside: inside.threads_in_threads(),
    "pieces of work": lambda inside: inside.outcomes(),
    "code of a user that the package calls": lambda inside: inside.call(lambda: inside.plain()),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_line_is_the_first_outside_of_the_package(way: str, inside: Any) -> None:
    with pytest.warns(SampvizWarning, match="told") as told:
        WAYS[way](inside)
    assert {(each.filename, each.lineno) for each in told} == {
        (__file__, WAYS[way].__code__.co_firstlineno)
    }


def test_a_filter_shows_a_warning_once_for_a_line_and_again_for_another(inside: Any) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for _ in range(3):
            inside.plain()  # one
            inside.threads()  # two
            warn("another text")  # three
    assert len(told) == 3
    assert len({each.lineno for each in told}) == 3


def test_a_filter_may_name_the_module_that_is_warned(inside: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", module=f"{__name__}$")
        inside.plain()
        warnings.filterwarnings("error", module="sampviz")
        inside.plain()


def test_a_filter_that_raises_does_so_where_the_warning_is(inside: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(SampvizWarning, match="told"):
            inside.plain()
        with pytest.raises(SampvizWarning, match="told"):
            inside.threads()


def test_the_class_of_a_warning_is_kept() -> None:
    with pytest.warns(DeprecationWarning, match="older") as told:
        warn(DeprecationWarning("older"))
    assert told[0].filename == __file__


def test_a_thread_that_has_no_line_of_its_user_warns_as_well() -> None:
    def in_a_thread() -> None:
        flc = partial(sampviz.OPS["flc"], mode="faithful")
        thread = threading.Thread(target=flc, args=(ZEROS,))
        thread.start()
        thread.join()

    with pytest.warns(SampvizWarning, match="moves the spectrum"):
        in_a_thread()
    with pytest.warns(SampvizWarning, match="moves the spectrum"), ThreadPoolExecutor(1) as pool:
        pool.submit(partial(sampviz.OPS["flc"], mode="faithful"), ZEROS).result()


def test_no_frame_is_kept(inside: Any) -> None:
    """What the functions hold, images perhaps, goes when they end."""
    import gc
    import weakref

    class Large:
        pass

    def work() -> weakref.ref[Large]:
        large = Large()
        with pytest.warns(SampvizWarning):
            inside.plain()
        in_threads(lambda _: None, range(2), 2)
        return weakref.ref(large)

    gc.disable()
    try:
        assert work()() is None
    finally:
        gc.enable()
