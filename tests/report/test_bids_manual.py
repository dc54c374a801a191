"""What the manual says of BIDS data sets runs as it stands there."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sampviz.core import parallel
from tests.conftest import Cli, CliResult

pytest.importorskip("bids2table", reason="bids2table is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a shell is needed"),
]

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "bids.md").read_text("utf-8")


@pytest.fixture
def path_with_sampviz(tmp_path: Path) -> str:
    """A PATH on which `sampviz` is this one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "sampviz"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sampviz "$@"\n')
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def environment(path_with_sampviz: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", path_with_sampviz)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.chdir(tmp_path)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", MANUAL, re.DOTALL)


def records() -> int:
    return len(list(Path("out").rglob("*_T1w.json")))


@pytest.mark.usefixtures("environment")
def test_the_manual_runs_killed_half_way_and_resumed(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks("python")
    exec(code.replace("range(1, 21)", "range(1, 10)"), {})
    (commands,) = blocks("sh")
    first, second, group = commands.splitlines()
    with subprocess.Popen(
        ["/bin/sh", "-c", f"exec {first}"], stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        wait_until(lambda: records() >= 2)
        os.killpg(process.pid, signal.SIGKILL)  # its workers, too: none makes a record after this
    before = records()
    assert 2 <= before < 9

    # What the processes left is judged from here on, in this one.
    monkeypatch.setattr(parallel, "cores", lambda: 1)

    def run(command: str) -> CliResult:
        program, *words = shlex.split(command)
        assert program == "sampviz"
        return cli(*words)

    assert f"{9 - before} made, {before} kept, 0 failed" in run(first).err
    assert run(second).code == 0
    assert len(list(Path("out").rglob("*.png"))) == 2
    assert run(group).code == 0
    outliers = Path("out/group_outliers.tsv").read_text("utf-8")
    assert outliers.count("sub-07\t") >= 2
    assert "sub-07.html#sub-07_ses-1_desc-sampviz_T1w" in Path("out/group.html").read_text("utf-8")


def wait_until(holds: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.005)


@pytest.mark.usefixtures("environment")
def test_the_jobs_of_an_array_work_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = blocks("python")
    exec(code.replace("range(1, 21)", "range(1, 4)"), {})
    (script,) = blocks("bash")
    Path("job.sh").write_text(script)
    monkeypatch.setenv("SLURM_ARRAY_TASK_COUNT", "2")
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    jobs = []
    for number in ("1", "2"):
        monkeypatch.setenv("SLURM_ARRAY_TASK_ID", number)
        jobs.append(subprocess.Popen(["/bin/bash", "job.sh"]))
    assert [job.wait() for job in jobs] == [0, 0]
    assert len(list(Path("out").glob("sub-*.html"))) == 3
    assert len(list(Path("out").rglob("*.tsv"))) == 3
