"""On the way to a figure words are read once, options checked once, inputs hashed once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sampviz.figures.grids.comparison
import sampviz.images.selection
import sampviz.ops.chain
import sampviz.recipes.batch.render
import sampviz.recipes.provenance
from sampviz.recipes.batch.jobs import jobs_of
from sampviz.recipes.batch.render import render
from sampviz.recipes.draw import draw_recipe
from sampviz.recipes.recipe import Recipe
from tests.conftest import Cli

COUNTED = (
    ("a step is parsed", sampviz.ops.chain, "read_steps"),
    ("options are checked", sampviz.figures.grids.comparison, "check_values"),
    ("rows are parsed", sampviz.figures.grids.comparison, "parse_rows"),
    ("the choice of a slice is checked", sampviz.images.selection.Selection, "__post_init__"),
    ("an input is hashed", sampviz.recipes.provenance, "digest"),
    ("an input is hashed", sampviz.recipes.batch.render, "digest"),
)
ONCE = {
    "a step is parsed": 3,  # of max+nearest,flc
    "options are checked": 1,
    "rows are parsed": 1,
    "the choice of a slice is checked": 1,
    "an input is hashed": 1,
}
RECIPE = Recipe("a", "compare", {"inputs": "sample:dwi", "ops": "max+nearest,flc", "rows": "image"})


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counter[str]:
    monkeypatch.chdir(tmp_path)
    counts: Counter[str] = Counter()

    def counted(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            counts[what] += 1
            return function(*args, **options)

        return call

    for what, owner, name in COUNTED:
        monkeypatch.setattr(owner, name, counted(what, getattr(owner, name)))
    return counts


def test_sampviz_compare(cli: Cli, calls: Counter[str]) -> None:
    assert (
        cli(
            "compare", "sample:dwi", "--ops", "max+nearest,flc", "--rows", "image", "--slice", "3"
        ).code
        == 0
    )
    assert calls == ONCE


def test_sampviz_compare_of_several_inputs_hashes_each(cli: Cli, calls: Counter[str]) -> None:
    words = ["compare", "sample:dwi", "sample:brick", "--ops", "max+nearest,flc", "--rows", "image"]
    assert cli(*words).code == 0
    assert calls == ONCE | {"an input is hashed": 2}


def test_a_recipe(calls: Counter[str]) -> None:
    draw_recipe(RECIPE)
    assert calls == ONCE


def test_a_figure_of_a_batch(calls: Counter[str]) -> None:
    (job,) = jobs_of([RECIPE])
    render(job)
    assert calls == ONCE
