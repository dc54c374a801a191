"""Pools of worker processes.

What Python has for processes is imported where one is started: a figure alone needs none.
"""

import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from sampviz.core.errors import InputError
from sampviz.core.startup import is_process_ours, look_for_memory, take_process

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.context import BaseContext

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
_WORKER = "sampviz.core.worker_process"
_NO_ROOM = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)


@dataclass(frozen=True)
class Pool:
    """Workers, started when they are first needed, and how many pieces they work on at once."""

    executor: "Executor"
    workers: int


PoolOpener = Callable[[], AbstractContextManager[Pool]]


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads() -> int:
    """Return how many threads a call may use: all cores, but one in a process that is a worker."""
    if "multiprocessing" not in sys.modules:  # which starts the workers
        return cores()
    from multiprocessing import parent_process

    return 1 if parent_process() else cores()


@contextmanager
def starting_processes() -> Iterator[None]:
    """Say in words, with InputError, that the system has no more room for processes."""
    try:
        yield
    except OSError as err:
        if err.errno not in _NO_ROOM:  # a connection to a cluster, say
            raise
        what = f"a process cannot be started: {err.strerror}"
        fix = "end other programs, or allow more processes and open files: ulimit -u, ulimit -n"
        raise InputError(what, "this machine", fix) from None


@contextmanager
def local_pool(
    workers: int, module: str = "", context: "BaseContext | None" = None
) -> Iterator[Pool]:
    """Give processes of this machine, which end with the block: at once if an error leaves it.

    They begin by importing `module`, or are copies of a process that has: see `prepare`.
    """
    from concurrent.futures.process import ProcessPoolExecutor
    from multiprocessing import get_context

    # Not forks of this process: those would copy the threads' locks of the libraries.
    context = context or prepare(module) or get_context("spawn")
    with starting_processes():  # one that keeps count of locks
        executor = ProcessPoolExecutor(
            workers, mp_context=context, initializer=_begin_process, initargs=(module,)
        )
    try:
        yield Pool(executor, workers)
    except BaseException:
        # Executor.terminate_workers comes with Python 3.14.
        for process in list((executor._processes or {}).values()):
            process.terminate()
        # One may have ended within a result. Its rest is waited for while anybody could write it,
        # as we ourselves could.
        if writer := getattr(getattr(executor, "_result_queue", None), "_writer", None):
            writer.close()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def early_pool(workers: int, module: str) -> Iterator[PoolOpener]:
    """Start processes at once: they import `module` while this one prepares their work.

    For the program on Linux it is imported once, by a process that does nothing else and of which
    the workers are copies: on two cores 1.1 s less to wait for a batch, elsewhere .6 s.
    """
    server = prepare(module)
    with local_pool(workers, module, server) as early:
        if not server:
            with starting_processes():
                for _ in range(workers):
                    early.executor.submit(int)  # nothing, but a process starts for it
        waiting = [early]

        @contextmanager
        def opened() -> Iterator[Pool]:
            if waiting:
                yield waiting.pop()
            else:  # a process of the first has died
                with local_pool(workers, module) as pool:
                    yield pool

        yield opened


def prepare(module: str) -> "BaseContext | None":
    """Start the process that imports a module for pools of workers, and do not wait for it.

    To call it as soon as it is known that there will be work is all that it needs; None where there
    is no such process: Python keeps one for all that a process does, so a user's is left alone.
    """
    if sys.platform != "linux" or not is_process_ours():
        return None
    from multiprocessing import forkserver, get_context

    context = get_context("forkserver")
    context.set_forkserver_preload([_WORKER, *filter(None, [module])])
    values_before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        with starting_processes():
            forkserver.ensure_running()
    finally:
        for name, value in values_before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    return context


def _begin_process(module: str) -> None:
    """Leave ctrl-C to the program, and end with it, however that ends; compute on one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    take_process()
    # Before the libraries are imported. Each core has its process: more threads are in the way.
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    if module:
        import_module(module)
    # What is imported stays, and in a copy each look at it would copy its memory too.
    gc.freeze()
    look_for_memory()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
