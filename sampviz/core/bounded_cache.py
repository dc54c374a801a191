"""Results of functions that are kept, in a bounded number of bytes.

A result that is there is found without a lock; whatever is kept can be let go with `clear_all`.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial, update_wrapper
from math import inf
from threading import Lock
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import Any, Generic, ParamSpec, Protocol, TypeVar
from weakref import WeakKeyDictionary, WeakSet

Args = ParamSpec("Args")
Result = TypeVar("Result")

_ENTRY = 256  # bytes that a key and its place take, about
_KEYWORDS = object()  # stands in a key between the arguments by place and those by name
_MISSING: Any = object()
_slots_of: "WeakKeyDictionary[type, tuple[str, ...]]" = WeakKeyDictionary()
_SHARED = (type, ModuleType, str, int, float, complex, bytes, type(None))


class Clearable(Protocol):
    """What keeps memory that can be let go."""

    def clear(self) -> None:
        """Let go of everything."""


_clearables: "WeakSet[Clearable]" = WeakSet()
_clearables_lock = Lock()


def register(clearable: Clearable) -> None:
    """Let `clear_all` clear this too, as long as it lives."""
    with _clearables_lock:
        _clearables.add(clearable)


def clear_all() -> None:
    """Let go of all that is kept in this process; everything is computed again when needed."""
    with _clearables_lock:
        clearables = list(_clearables)
    for clearable in clearables:
        clearable.clear()


class BoundedCache(Generic[Args, Result]):
    """A function whose results are kept for the same arguments, `most_bytes` of them in all.

    The oldest go first. Arguments are hashable; equal ones have one result. Two threads that ask
    for the same at once may both compute it; both get the result that was kept first. An
    exception is not kept.
    """

    def __init__(self, function: Callable[Args, Result], most_bytes: float) -> None:
        self.__wrapped__ = function
        self.most_bytes = most_bytes
        self._results: dict[Any, Result] = {}
        self._sizes: dict[Any, int] = {}
        self._bytes = 0
        self._lock = Lock()
        update_wrapper(self, function)
        register(self)

    def __call__(self, *args: Args.args, **kwargs: Args.kwargs) -> Result:
        """Return what the function returned for these arguments, or call it."""
        key: Any = (*args, _KEYWORDS, *kwargs.items()) if kwargs else args
        result = self._results.get(key, _MISSING)
        return self._keep(key, args, kwargs) if result is _MISSING else result

    def _keep(self, key: Any, args: Any, kwargs: Any) -> Result:
        result = self.__wrapped__(*args, **kwargs)
        size = 0 if self.most_bytes == inf else _ENTRY + held_bytes(result)
        with self._lock:
            if key in self._results:
                return self._results[key]
            if size <= self.most_bytes:
                self._results[key] = result
                self._sizes[key] = size
                self._bytes += size
            while self._bytes > self.most_bytes:
                oldest = next(iter(self._results))
                del self._results[oldest]
                self._bytes -= self._sizes.pop(oldest)
        return result

    def __len__(self) -> int:
        """How many results are kept."""
        return len(self._results)

    @property
    def bytes(self) -> int:
        """How many bytes are kept, about."""
        return self._bytes

    def clear(self) -> None:
        """Let go of all results."""
        with self._lock:
            self._results.clear()
            self._sizes.clear()
            self._bytes = 0


def bounded_cache(
    most_bytes: float = inf,
) -> Callable[[Callable[Args, Result]], BoundedCache[Args, Result]]:
    """Keep the results of a function, `most_bytes` of them in all.

    Without a bound where a result is kept anyway, as what a module defines is.
    """

    def make(function: Callable[Args, Result]) -> BoundedCache[Args, Result]:
        return BoundedCache(function, most_bytes)

    return make


def held_bytes(value: Any) -> int:
    """Estimate how many bytes a value keeps: arrays by their memory, others by their parts.

    What functions, classes and modules share with others is not counted.
    """
    total, counted_ids, waiting = 0, set(), [value]
    while waiting:
        part = waiting.pop()
        if id(part) in counted_ids:
            continue
        counted_ids.add(id(part))
        if isinstance(part, _SHARED):
            total += sys.getsizeof(part)
            continue
        base_array = getattr(part, "base", None)  # of a view: that keeps all of it
        if isinstance(getattr(base_array, "nbytes", None), int):
            waiting.append(base_array)
        elif isinstance(getattr(part, "nbytes", None), int):
            total += part.nbytes
        else:
            total += sys.getsizeof(part)
            waiting += _parts(part)
    return total


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, (tuple, list, set, frozenset)):
        return value
    if isinstance(value, partial):
        return value.func, value.args, value.keywords
    if isinstance(value, (MethodType, BuiltinMethodType)):
        return value.__self__, getattr(value, "__func__", None)
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_full(cell)]
        return [*cells, value.__defaults__, value.__kwdefaults__]
    slot_values = [getattr(value, name, None) for name in _slots(type(value))]
    return [*slot_values, getattr(value, "__dict__", None)]


def _slots(kind: type) -> tuple[str, ...]:
    known = _slots_of.get(kind)
    if known is None:
        known = tuple(name for each in kind.__mro__ for name in vars(each).get("__slots__", ()))
        _slots_of[kind] = known
    return known


def _is_full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # of a function that is being defined
        return False
