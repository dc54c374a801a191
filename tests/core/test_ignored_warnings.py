"""Warnings are ignored in one thread for a while; the filters are then what they were."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from sampviz.core.ignored_warnings import ignored_warnings


def test_only_the_category_and_the_text_are_ignored() -> None:
    with ignored_warnings(UserWarning, "Glyph .* missing"):
        warnings.warn("Glyph 3 missing", UserWarning, stacklevel=1)
        with pytest.warns(UserWarning, match="other"):
            warnings.warn("other", UserWarning, stacklevel=1)
        with pytest.warns(RuntimeWarning, match="Glyph"):
            warnings.warn("Glyph 3 missing", RuntimeWarning, stacklevel=1)
    with pytest.warns(UserWarning, match="Glyph"):
        warnings.warn("Glyph 3 missing", UserWarning, stacklevel=1)


def test_other_threads_are_warned() -> None:
    with ignored_warnings(), ThreadPoolExecutor(1) as pool:
        warnings.warn("here", UserWarning, stacklevel=1)
        told = pool.submit(warnings.warn, "there", UserWarning, 1).exception()
    assert isinstance(told, UserWarning)  # pytest makes errors of warnings


def test_the_filters_are_as_before_whatever_threads_do_and_however_it_ends() -> None:
    before, filters = warnings.filters, list(warnings.filters)
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        for _ in range(200):
            try:
                with ignored_warnings(UserWarning, f"{number}"):
                    warnings.warn(f"{number}", UserWarning, stacklevel=1)
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert warnings.filters is before
    assert list(warnings.filters) == filters


def test_no_filter_stays_where_another_list_takes_the_place_of_the_first() -> None:
    filters = list(warnings.filters)
    ours, other = ignored_warnings(), warnings.catch_warnings()
    ours.__enter__()
    other.__enter__()  # a copy with our filter
    ours.__exit__(None, None, None)
    assert list(warnings.filters) == filters
    other.__exit__(None, None, None)
    assert list(warnings.filters) == filters
    other = warnings.catch_warnings()
    other.__enter__()
    ours = ignored_warnings()
    ours.__enter__()
    other.__exit__(None, None, None)
    ours.__exit__(None, None, None)
    assert list(warnings.filters) == filters
