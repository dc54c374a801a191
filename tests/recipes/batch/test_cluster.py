"""A batch on a cluster of dask: the bytes of a batch here, and a lost worker is made up for."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.recipes.batch.build import left_in, recipe, records, start, wait_until

pytestmark = pytest.mark.slow

if find_spec("distributed") is None:  # not imported: programs do so
    pytest.skip("dask.distributed runs the cluster", allow_module_level=True)
COUNT = 6


# A scheduler and two workers, the copies of one process: what all import is imported once.
_PROGRAM = """
import os, sys
from pathlib import Path
from distributed.cli import dask_scheduler, dask_worker
import sampviz.cli.commands.measure, sampviz.recipes.batch.run
to = ["--no-dashboard", "--scheduler-file", sys.argv[1]]
workers = []
for _ in range(2):
    if not (child := os.fork()):
        dask_worker.main(["--nthreads", "1", "--no-nanny", *to])
    workers.append(str(child))
Path(sys.argv[2]).write_text(" ".join(workers))
dask_scheduler.main(["--port", "0", *to])
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler, and its two workers."""
    told, workers = (tmp_path_factory.mktemp("cluster") / name for name in ("told", "workers"))
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(told), str(workers)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: told.exists() and told.stat().st_size > 0)
        yield json.loads(told.read_text())["address"], [*map(int, workers.read_text().split())]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_poisoned_input_fails_alone_on_a_cluster(tmp_path: Path) -> None:
    file = recipe(tmp_path, 3)
    (tmp_path / "scan01.npy").write_bytes(b"poison")
    process = start("batch", file, "--scheduler", "local:1", "-k", "-o", tmp_path / "out")
    err = process.communicate()[1]
    assert process.returncode == 3
    assert err.splitlines()[0].startswith("failed: f-scan01: the file is of no known kind")
    assert err.splitlines()[1:] == ["2 drawn, 0 unchanged, 1 failed"]


def test_measures_of_a_cluster_are_those_of_one_process(
    cli: Cli, cluster: tuple[str, list[int]], tmp_path: Path
) -> None:
    recipe(tmp_path, 6)
    pattern = tmp_path / "scan*.npy"
    tables = [tmp_path / f"{name}.csv" for name in ("here", "there")]
    words = ("measure", pattern, "--ops", "max,flc", "-q", "-o")
    assert cli(*words, tables[0], "-j", 1).code == 0
    result = cli(*words, tables[1], "--scheduler", cluster[0])
    assert result.code == 0, result.err
    assert tables[0].read_bytes() == tables[1].read_bytes()
    assert len(tables[0].read_text().splitlines()) == 1 + 6 * 2


def test_a_cluster_that_loses_a_worker_leaves_what_one_process_leaves(
    cli: Cli, cluster: tuple[str, list[int]], tmp_path: Path
) -> None:
    address, workers = cluster
    file = recipe(tmp_path, COUNT)
    assert cli("batch", file, "-j", 1, "-o", tmp_path / "here").code == 0
    there = start("batch", file, "--scheduler", address, "-o", tmp_path / "there", held=True)
    wait_until(lambda: records(tmp_path / "there") == 3)
    os.kill(workers[0], signal.SIGKILL)
    os.kill(there.pid, signal.SIGUSR1)  # goes on
    err = there.communicate()[1]
    assert there.returncode == 0, err
    assert err.splitlines()[-1] == f"{COUNT} drawn, 0 unchanged"
    assert left_in(tmp_path / "there") == left_in(tmp_path / "here")


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("tcp:/127.0.0.1:1", "'tcp:/127.0.0.1:1' is no scheduler"),
        ("local:0", "'local:0' is no scheduler"),
        ("tcp://127.0.0.1:1", "no scheduler answers"),
        ("tls://127.0.0.1:1", "dask cannot call it: TLS expects"),
    ],
)
def test_a_scheduler_that_is_none_is_said(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, what: str
) -> None:
    monkeypatch.setattr("sampviz.core.dask_cluster._TIMEOUT_S", 1)
    result = cli("batch", recipe(tmp_path, 1), "--scheduler", address, "-o", tmp_path / "out")
    assert result.code == 2
    assert result.err.startswith(f"error: {what}")
    assert len(result.err.strip().splitlines()) == 3
