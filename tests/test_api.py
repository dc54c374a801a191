"""In Python what the command line gives."""

import doctest
from pathlib import Path

import numpy as np
import pytest

import sampviz
import sampviz.figures.grids.compare
import sampviz.images.load
import sampviz.ops.chain
from sampviz.images.embedded_text import embedded_text


@pytest.mark.parametrize(
    "module",
    [sampviz, sampviz.ops.chain, sampviz.images.load, sampviz.figures.grids.compare],
)
def test_the_examples_in_the_documentation_run(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_python_and_command_line_draw_the_same(tmp_path: Path) -> None:
    from sampviz.cli.app import run

    words = "compare sample:t1 --ops max,flc --levels 2 --zoom auto --rows image,zoom,difference"
    assert run([*words.split(), "-o", str(tmp_path / "a.png")]) == 0
    figure = sampviz.compare(
        sampviz.load("sample:t1"), "max,flc", levels=2, zoom="auto", rows="image,zoom,difference"
    )
    # Python does not know from which file an image came: the record is all that is missing.
    assert figure.record == ""
    _, figure.record = embedded_text(tmp_path / "a.png")
    sampviz.save(figure, tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_chains_may_be_texts_or_values() -> None:
    image = sampviz.load("sample:noise:16x16")
    chain = sampviz.Chain.parse("max")
    titles = [
        [text.get_text() for text in sampviz.compare(image, chains).texts]
        for chains in ("max,avg", ["max", "avg"], [chain, "avg"])
    ]
    assert titles[0] == titles[1] == titles[2]


def test_an_operation_is_a_function() -> None:
    x = np.random.default_rng(0).random((2, 8, 8))
    assert np.array_equal(sampviz.OPS["max"](x, k=2), sampviz.Chain.parse("max")(x))
    with pytest.raises(sampviz.SampvizError, match="max has no parameter 'q'"):
        sampviz.OPS["max"](x, q=2)
    with pytest.raises(sampviz.SampvizError, match=r"k=2\.5: wanted 1\.\.64 px"):
        sampviz.OPS["max"](x, k=2.5)


def test_operations_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        sampviz.OPS["max"] = sampviz.OPS["min"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        sampviz.OPS["max"].name = "other"  # type: ignore[misc]
