"""Worker pools on a cluster of machines, by dask.distributed."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sampviz.core.errors import UsageError, argument
from sampviz.core.installation import install_command
from sampviz.core.process_pool import Pool, PoolOpener

_LOCAL = re.compile(r"local:([1-9][0-9]{0,2})", re.ASCII)
_REMOTE = re.compile(r"(tcp|tls|ucx|ws|wss)://\S+")
_TIMEOUT_S = 30  # seconds for a scheduler to answer
_MIN_WORKERS = 64  # so many workers are kept busy: more may join later
# Ctrl-C is left to the program.
_PRELOAD = (
    "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "import sampviz.core.worker_process\n"
)


def cluster_pool(address: str) -> PoolOpener:
    """Return a function that opens a pool of workers.

    Parameters
    ----------
    address : str
        Of a scheduler, `tcp://HOST:PORT`; or `local:N` for N processes of this machine.

    Returns
    -------
    callable
        A context manager that yields a `Pool`. A worker that is lost is replaced by others.

    Raises
    ------
    UsageError
        For another text, if dask.distributed is not installed, and on opening if no scheduler
        answers.
    """
    local = _LOCAL.fullmatch(address)
    if not local and not _REMOTE.fullmatch(address):
        raise UsageError(
            f"{address!r} is no scheduler",
            argument("scheduler"),
            "write tcp://HOST:PORT, or local:N",
        )
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise UsageError(
            "dask.distributed is not installed",
            argument("scheduler"),
            install_command("cluster"),
        ) from None
    return partial(_local, int(local[1])) if local else partial(_connect, address)


@contextmanager
def _local(workers: int) -> Iterator[Pool]:
    from distributed import LocalCluster

    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            preload=[_PRELOAD],
        ) as started,
        _connect(started.scheduler_address) as pool,
    ):
        yield pool


@contextmanager
def _connect(address: str) -> Iterator[Pool]:
    from distributed import Client

    try:
        client = Client(address, timeout=_TIMEOUT_S, set_as_default=False)
    except (OSError, RuntimeError) as err:
        raise UsageError(
            f"no scheduler answers: {err}",
            argument("scheduler", address),
            "start it: dask scheduler",
        ) from None
    except (TypeError, ValueError, ImportError) as err:  # certificates, kinds of addresses
        raise UsageError(
            f"dask cannot call it: {' '.join(str(err).split())}",
            argument("scheduler", address),
            "certificates are named in dask's configuration, distributed.comm.tls",
        ) from None
    with client:
        executor = client.get_executor(pure=False)
        try:
            yield Pool(executor, max(_MIN_WORKERS, sum(client.nthreads().values())))
        finally:
            # Work that has not begun is cancelled.
            executor.shutdown(wait=False)
