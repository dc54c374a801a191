"""Many cases in one test: to collect and report a test costs more than some take to run."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Test = Callable[..., None]


def every(names: str, cases: Iterable[Any] | Callable[[], Iterable[Any]]) -> Callable[[Test], Test]:
    """Try all cases in one test, which fails once and says which cases do, and how.

    For tests of milliseconds. It stands where `pytest.mark.parametrize` would; several stand above
    each other. All cases share the fixtures: a folder is not empty for the second.

    Parameters
    ----------
    names : str
        The parameters of the test that a case is for, with commas.
    cases : iterable or function
        For each case the value, of several names a tuple; a function makes them when the test runs.
    """
    words = names.replace(" ", "").split(",")

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def all_of_them(**fixtures: Any) -> None:
            values = [
                [case] if len(words) == 1 else case
                for case in (cases() if callable(cases) else cases)
            ]
            assert values, "there is no case"
            rows = [dict(zip(words, value, strict=True)) for value in values]
            failures: dict[str, BaseException] = {}
            skipped = 0
            for row in rows:
                try:
                    test(**fixtures, **row)
                except pytest.skip.Exception:
                    skipped += 1
                except (Exception, pytest.fail.Exception) as error:
                    name = ", ".join(f"{word}={value!s:.300}" for word, value in row.items())
                    failures[name] = error
            if failures:
                lines = (f"{name}: {type(e).__name__}: {e}" for name, e in failures.items())
                first = next(iter(failures.values()))
                raise AssertionError("\n".join(lines)) from first
            if skipped == len(rows):
                pytest.skip("every case is skipped")

        of_test = inspect.signature(test)
        kept = [p for name, p in of_test.parameters.items() if name not in words]
        all_of_them.__signature__ = of_test.replace(parameters=kept)  # type: ignore[attr-defined]
        return all_of_them

    return decorate
