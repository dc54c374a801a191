"""Values that are computed once for each object, by whichever thread asks first."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class cached(Generic[Value]):  # noqa: N801 - a decorator, as property is
    """A property whose value is computed when it is first asked for, and kept.

    functools.cached_property of Python 3.11 holds a lock of the whole class meanwhile, so that
    threads wait for each other though their objects are different. Without a lock two threads may
    compute the value of one object twice; it is the same.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Value:
        if instance is None:
            return self  # type: ignore[return-value]
        value = self._make(instance)
        # Found there from now on; it goes round the lock of a frozen dataclass.
        instance.__dict__[self._name] = value
        return value


class Memo:
    """An object that keeps what functions make of it: what is derived from it but not its own."""

    def memo(self, make: Callable[..., Value], *arguments: Any) -> Value:
        """Return make(self, *arguments), computed when it is first asked for."""
        name = f"{make.__module__}.{make.__qualname__}{arguments or ''}"
        if name not in self.__dict__:
            self.__dict__[name] = make(self, *arguments)
        value: Value = self.__dict__[name]
        return value
