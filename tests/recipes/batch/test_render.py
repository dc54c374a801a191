"""A figure is drawn from the inputs that its job was made for, or not at all."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.recipes.batch.jobs import jobs_of
from sampviz.recipes.batch.render import render
from sampviz.recipes.recipe import Recipe


def test_an_input_that_changes_after_the_start_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.eye(8))
    (job,) = jobs_of([Recipe("f", "compare", {"ops": ["max"], "inputs": [str(path)]})])
    np.save(path, np.ones((8, 8)))
    with pytest.raises(InputError, match="the file has changed since the work began") as caught:
        render(job)
    assert caught.value.where == str(path)
