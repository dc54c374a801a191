"""A job is known by all that the bytes of its figure depend on, and by nothing else."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.images.load import digest
from sampviz.recipes.batch.jobs import Job, jobs_of
from sampviz.recipes.recipe import Recipe

VALUES = {"ops": ["max"], "levels": 2, "inputs": ["/a/x.npy", "sample:t1"]}
JOB = Job(Recipe("f", "compare", VALUES, about="what"), ("0" * 64, None), {"numpy": "2.0"})


def with_recipe(**changes: object) -> Job:
    return replace(JOB, recipe=replace(JOB.recipe, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        with_recipe(name="g"),
        with_recipe(kind="inputs"),
        with_recipe(about=""),
        with_recipe(values={**VALUES, "ops": ["avg"]}),
        with_recipe(values={**VALUES, "levels": 3}),
        with_recipe(values={**VALUES, "title": ""}),
        with_recipe(values={**VALUES, "inputs": ["/a/y.npy", "sample:t1"]}),
        with_recipe(values={**VALUES, "inputs": ["/a/x.npy", "sample:t2"]}),
        replace(JOB, digests=("1" * 64, None)),
        replace(JOB, digests=("0" * 64, "0" * 64)),
        replace(JOB, versions={"numpy": "2.1"}),
        replace(JOB, versions={"numpy": "2.0", "scipy": "1"}),
    ],
)
def test_what_changes_a_figure_changes_its_key(other: Job) -> None:
    assert other.key != JOB.key


def test_where_files_lie_and_in_which_order_values_stand_changes_no_key() -> None:
    moved = {"inputs": ["/b/x.npy", "sample:t1"], "levels": 2, "ops": ["max"]}
    same = with_recipe(values=moved, location="r.toml", lines={"ops": "r.toml, line 3"})
    assert same.key == JOB.key
    assert len(JOB.key) == 64


def test_a_job_has_the_digests_of_its_inputs_and_each_file_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.eye(3))
    read = []

    def counted(source: str) -> str | None:
        read.append(source)
        return digest(source)

    monkeypatch.setattr("sampviz.recipes.batch.jobs.digest", counted)
    recipes = [Recipe(n, "compare", {"inputs": ["x.npy", "sample:noise:8x8"]}) for n in "ab"]
    first, second = jobs_of(recipes)
    path = str(tmp_path / "x.npy")
    for job in (first, second):
        assert job.recipe.inputs == [path, "sample:noise:8x8"]
        assert job.digests == (sha256(Path("x.npy").read_bytes()).hexdigest(), None)
        assert [each["name"] for each in job.record_values()["inputs"]] == [
            "x.npy",
            "sample:noise:8x8",
        ]
    assert read == [path, "sample:noise:8x8"]


def test_an_input_that_cannot_be_read_is_said_with_the_line_of_the_recipe(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.npy")
    lines = {"inputs": "r.toml, line 7"}
    with pytest.raises(InputError, match="there is no such file") as told:
        jobs_of([Recipe("a", "compare", {"inputs": [gone]}, "", "r.toml", lines)])
    assert told.value.where == f"r.toml, line 7, for {gone}"
