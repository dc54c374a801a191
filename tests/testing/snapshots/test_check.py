"""Baselines are written into a folder and compared with what is drawn, or it is said why not."""

from collections.abc import Iterable
from itertools import product
from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from sampviz.core.errors import InputError, OutputError, UsageError
from sampviz.recipes.recipe import Recipe
from sampviz.testing.snapshots.check import (
    CheckResult,
    check,
    check_snapshots,
    update_snapshots,
)
from sampviz.testing.snapshots.compare import SnapshotResult, Tolerance
from sampviz.testing.snapshots.diff_page import DiffPage


@pytest.fixture
def image(tmp_path: Path) -> Path:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((12, 10)))
    return tmp_path / "x.npy"


def recipe(name: str, image: Path, ops: str = "max") -> Recipe:
    values = {"inputs": [str(image)], "ops": [ops], "rows": "image", "annotate": False}
    return Recipe(name, "compare", values, location=f"{name} of r.toml")


def write_recipe(folder: Path) -> Path:
    path = folder / "r.toml"
    path.write_text(
        '[[figure]]\nname = "a"\ninputs = "x.npy"\nops = "max"\nrows = "image"\nannotate = false\n'
    )
    return path


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="the folder cannot be made: Not a directory"):
        list(update_snapshots([], tmp_path / "file" / "baselines"))


def test_each_figure_and_each_baseline_has_a_result_of_its_own(image: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    (written,) = update_snapshots([recipe("same", image)], base)
    assert (written.name, written.state, written.arrays) == ("same", "written", "2")
    assert (written.picture, written.failed) == ("written", False)
    for name, path in product(("other", "stray", "broken"), list(base.iterdir())):
        copy(path, base / f"{name}{path.suffix}")
    (base / "broken.npz").write_bytes(b"")
    new = [
        recipe("gone", tmp_path / "gone.npy"),
        recipe("same", image),
        recipe("other", image, "avg"),
        recipe("new", image),
        recipe("broken", image),
    ]
    page = DiffPage(tmp_path / "page")
    found = {r.name: r for r in check_snapshots(new, base, page, tolerance=Tolerance())}
    assert {name: (r.state, r.failed, r.exit_code) for name, r in found.items() if r.failed} == {
        "gone": ("error", True, 3),
        "other": ("differs", True, 1),
        "new": ("missing", True, 1),
        "broken": ("error", True, 3),
        "stray": ("stray", True, 1),
    }
    assert [*found] == ["gone", "same", "other", "new", "broken", "stray"]
    assert (found["same"].arrays, found["same"].picture) == ("2 of 2", "RMS 0")
    assert found["other"].arrays == "1 of 2"
    assert isinstance(found["gone"].error, InputError)
    assert found["new"].reasons == [
        f"there is no baseline {base / 'new.json'}; update=True writes it"
    ]
    assert found["stray"].reasons == [
        f"no figure has the name of this baseline; remove {base / 'stray'}.*, or draw it"
    ]
    text = page.write().read_text("utf-8")
    assert [text.count(f"<tr><td>{name}</td>") for name in found] == [1] * 6
    assert [text.count(f"<h2>{name}</h2>") for name in found] == [1, 0, 1, 1, 1, 1]


def test_how_far_pictures_may_be_apart_is_said(image: Path, tmp_path: Path) -> None:
    list(update_snapshots([recipe("a", image)], tmp_path))
    array = np.load(image)
    array[5, 5] += 1 / 128  # two levels of one pixel
    np.save(image, array)
    loose = Tolerance(0.1, "abs")
    for rms, state in ((1.0, "same"), (0.0, "differs")):
        (found,) = check_snapshots([recipe("a", image)], tmp_path, tolerance=loose, rms=rms)
        assert found.state == state


@pytest.mark.parametrize("names", [("a", "a"), ("a", "A")])
def test_two_figures_of_one_name_are_refused_before_any_is_drawn(
    image: Path, tmp_path: Path, names: tuple[str, str]
) -> None:
    twins = [recipe("b", image), *(recipe(name, image) for name in names)]
    for results in (
        update_snapshots(twins, tmp_path / "base"),
        check_snapshots(twins, tmp_path / "base", tolerance=Tolerance()),
    ):
        with pytest.raises(UsageError, match="two figures are named 'a'") as caught:
            next(results)
        assert caught.value.where == "a of r.toml"
    assert not (tmp_path / "base").exists()


def test_the_exit_code_is_the_largest_of_what_failed() -> None:
    same = SnapshotResult("a", "same", exit_code=9)
    differs, error = SnapshotResult("b", "differs"), SnapshotResult("c", "error", exit_code=3)
    assert CheckResult(()).exit_code == 0
    assert CheckResult((same,)).exit_code == 0
    assert CheckResult((same, differs)).exit_code == 1
    mixed = CheckResult((error, same, differs))
    assert (mixed.exit_code, mixed.failed) == (3, (error, differs))
    assert repr(mixed) == "<CheckResult: 1 of 3 are as they should be>"


def test_where_ci_is_true_baselines_are_written_by_force_alone(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, base = write_recipe(tmp_path), tmp_path / "base"
    for says in ("true", "True", "TRUE"):
        monkeypatch.setenv("CI", says)
        with pytest.raises(UsageError, match="baselines are not written where CI=true") as told:
            check(file, base, update=True)
        assert told.value.fix == "update them on your machine, or add force=True"
    assert not base.exists()
    assert check(file, base, update=True, force=True).exit_code == 0
    assert check(file, base).exit_code == 0
    monkeypatch.setenv("CI", "false")
    assert check(file, base, update=True).exit_code == 0
    with pytest.raises(UsageError, match="force is for update"):
        check(file, base, force=True)


def test_reports_are_written_where_they_are_asked_for(image: Path, tmp_path: Path) -> None:
    file, base, counts = write_recipe(tmp_path), tmp_path / "base", []

    def progress(results: Iterable[SnapshotResult], count: int) -> Iterable[SnapshotResult]:
        for result in results:
            counts.append((result.name, count))
            yield result

    check(file, base, update=True, progress=progress)
    np.save(image, np.load(image) * 1.001)
    assert check(file, base, tolerance="0.01abs", rms=255).exit_code == 0
    before = sorted(tmp_path.iterdir())
    failed = check(
        file, base, junit=tmp_path / "j.xml", html=tmp_path / "pages" / "h", progress=progress
    )
    assert (failed.exit_code, counts) == (1, [("a", 1), ("a", 1)])
    assert sorted(set(tmp_path.iterdir()) - {*before}) == [tmp_path / "j.xml", tmp_path / "pages"]
    assert 'failures="1"' in (tmp_path / "j.xml").read_text()
    assert "differs" in (tmp_path / "pages" / "h" / "index.html").read_text()
