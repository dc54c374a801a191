"""A figure is drawn from the inputs that its job was made for, or not at all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.recipes.batch.jobs import jobs_of
from sampviz.recipes.batch.output_folder import Folder
from sampviz.recipes.batch.render import draw_jobs, render
from sampviz.recipes.recipe import Recipe


def test_an_input_that_changes_after_the_start_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.eye(8))
    (job,) = jobs_of([Recipe("f", "compare", {"ops": ["max"], "inputs": [str(path)]})])
    np.save(path, np.ones((8, 8)))
    with pytest.raises(InputError, match="the file has changed since the work began") as caught:
        render(job)
    assert caught.value.where == str(path)


def test_a_figure_that_fails_is_named_and_keeps_no_other_from_being_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = []
    for name in ("poison", "unkept", "fine"):
        path = tmp_path / f"{name}.npy"
        np.save(path, np.eye(12))
        values = {"ops": ["max:2"], "inputs": [str(path)], "rows": "image", "formats": ["svg"]}
        recipes.append(Recipe(name, "compare", values, about="what it shows"))
    (tmp_path / "poison.npy").write_bytes(b"poison")
    jobs = jobs_of(recipes)
    folder = Folder(tmp_path / "out")
    folder.open("t", {}, len(jobs))
    keep, fault = folder.keep, RuntimeError("a fault of the program")

    def kept(record: dict[str, Any], files: dict[str, bytes]) -> None:
        if record["name"] == "unkept":
            raise fault
        keep(record, files)

    monkeypatch.setattr(folder, "keep", kept)
    errors = {finished.name: finished.error for finished in draw_jobs(jobs, folder, 1)}
    assert list(errors) == ["poison", "unkept", "fine"]
    assert isinstance(errors["poison"], InputError)
    assert errors["poison"].where == f"{tmp_path / 'poison.npy'}, for figure 'poison'"
    assert (errors["unkept"], errors["fine"]) == (fault, None)
    assert [folder.record(name) for name in ("poison", "unkept")] == [None, None]
    record = folder.record("fine")
    assert record
    assert (record["chains"], record["about"]) == (["max"], "what it shows")
    assert record["key"] == jobs[2].key
    assert 0 < record["seconds"] < 600
    assert folder.holds("fine", jobs[2].key, ["fine.svg"])
