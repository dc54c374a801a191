"""One thread for the linear algebra that NumPy's products of matrices go by.

OpenBLAS shares products of more than 2^18 multiplications among threads: the last digits depend on
their number then, and where other threads are at work, as torch's, a product of .1 ms takes 30. It
has a switch for the process, which NumPy does not offer. So it is looked up in the libraries that
NumPy's own module is linked with. Where it is not found (other linear algebra, Windows) nothing
is changed, and what needs it goes another way.
"""

from collections.abc import Callable
from functools import cache
from threading import Lock

_NAMES = [
    f"{prefix}openblas_{{}}_num_threads{suffix}"
    for prefix in ("scipy_", "")
    for suffix in ("64_", "")
]


class OneThread:
    """A context in which products of matrices stay on the thread that asks for them.

    Threads may be in it at once: the number that was there comes back with the last of them.

    Parameters
    ----------
    get : callable
        Gives the number of threads.
    change : callable
        Sets it.
    """

    def __init__(self, get: Callable[[], int], change: Callable[[int], object]) -> None:
        self._get, self._change = get, change
        self._lock = Lock()
        self._users, self._usual = 0, 1

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self._usual = self._get()
                if self._usual != 1:
                    self._change(1)
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users and self._usual != 1:
                self._change(self._usual)


@cache
def one_blas_thread() -> OneThread | None:
    """Return the context for products of matrices on one thread.

    Returns
    -------
    OneThread or None
        The same for every caller; it takes 2 us to enter and leave. None where the number of
        threads cannot be set.
    """
    import ctypes
    from importlib import import_module

    try:
        # The interpreter's lock is held meanwhile: a call takes .1 us.
        library = ctypes.PyDLL(import_module("numpy._core._multiarray_umath").__file__)
    except (ImportError, OSError):
        return None
    for name in _NAMES:
        try:
            get, change = (getattr(library, name.format(verb)) for verb in ("get", "set"))
        except AttributeError:
            continue
        context = OneThread(get, change)
        with context:
            is_obeyed = get() == 1
        return context if is_obeyed else None
    return None
