"""A batch that is killed, interrupted or not alone: what it leaves is what an undisturbed one does.

Real processes, and real signals.
"""

import json
import os
import signal
from pathlib import Path
from subprocess import Popen
from typing import Protocol

import pytest

from sampviz.cli.app import run
from tests.conftest import Cli
from tests.recipes.batch.build import Copy, left_in, recipe, records, start, wait_until

pytestmark = pytest.mark.slow

COUNT, DONE = 5, 3


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A recipe, and what an undisturbed batch of it leaves."""
    folder = tmp_path_factory.mktemp("batch")
    file = recipe(folder, COUNT)
    assert run(["batch", str(file), "-j", "1", "-o", str(folder / "undisturbed")]) == 0
    return file, left_in(folder / "undisturbed")


class Begin(Protocol):
    """Begin a batch in a process of its own; `held`, it draws three figures and waits."""

    def __call__(self, *words: object, count: int = 1, held: bool = False) -> Copy | Popen[str]: ...


@pytest.fixture
def begin(tmp_path_factory: pytest.TempPathFactory) -> Begin:
    def begin(*words: object, count: int = 1, held: bool = False) -> Copy | Popen[str]:
        words = ("batch", *words, "-j", count)
        if count > 1:
            return start(*words, held=held)
        return Copy(tmp_path_factory.mktemp("said"), *words, held=held)

    return begin


def is_over(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("count", [1, 2])
def test_a_killed_batch_goes_on_where_it_was(
    cli: Cli, begin: Begin, batch: tuple[Path, dict[str, bytes]], tmp_path: Path, count: int
) -> None:
    file, whole = batch
    process = begin(file, "-o", tmp_path, count=count, held=True)
    wait_until(lambda: records(tmp_path) == DONE)
    process.kill()
    process.communicate()
    assert records(tmp_path) == DONE
    # Its workers end with it.
    wait_until(lambda: is_over(process.pid))
    # What a kill in the middle of writing leaves is taken away.
    (tmp_path / ".sampviz" / ".sampviz-half.png").write_bytes(b"half")
    assert (
        cli("batch", file, "-j", count, "-o", tmp_path).err
        == f"{COUNT - DONE} drawn, {DONE} unchanged\n"
    )
    assert left_in(tmp_path) == whole


@pytest.mark.parametrize("count", [1, 2])
def test_ctrl_c_ends_it_with_130_and_no_half_file(
    begin: Begin, batch: tuple[Path, dict[str, bytes]], tmp_path: Path, count: int
) -> None:
    file, whole = batch
    process = begin(file, "-o", tmp_path, count=count, held=True)
    wait_until(lambda: records(tmp_path) == DONE)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "interrupted\n")
    wait_until(lambda: is_over(process.pid))
    left = left_in(tmp_path)
    assert {n: d for n, d in left.items() if n.endswith(".png")}.items() <= whole.items()
    assert not [name for name in left if ".sampviz-" in name]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert len(manifest["figures"]) == records(tmp_path) == DONE


def test_two_batches_in_one_folder_do_not_damage_each_other(
    begin: Begin, batch: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, whole = batch
    processes = [begin(file, "-o", tmp_path) for _ in range(2)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert left_in(tmp_path) == whole


def test_two_recipes_in_one_folder_leave_figures_that_fit_their_records(
    cli: Cli, begin: Begin, batch: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, _ = batch
    other = file.with_name("other.toml")
    other.write_text(file.read_text().replace('"flc"', '"avg"'))
    processes = [begin(each, "-o", tmp_path) for each in (file, other)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    # Every figure is of one of them, whole, and the record is its own: nothing is in doubt.
    plans = [
        cli("batch", each, "--dry-run", "-o", tmp_path).out.splitlines() for each in (file, other)
    ]
    for mine, its in zip(*plans, strict=True):
        assert {mine.split()[0], its.split()[0]} == {"keep", "draw"}
