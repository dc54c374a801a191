"""The chains of a comparison for which none are given: of which images, and where that is said."""

from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.analysis.default_chains import chains_by_default
from sampviz.core.errors import SampvizWarning
from sampviz.images.image import Image
from sampviz.images.label_map import mark_labels

PICTURE = np.random.default_rng(0).random((16, 16), dtype=np.float32)
AMOUNTS = Image.of(PICTURE)
COMPLEX = Image.of(1j * PICTURE)
LABELS = mark_labels(Image.of(np.eye(16, dtype=np.uint8)), "labels")


@pytest.mark.parametrize(
    ("images", "chains"),
    [
        ([AMOUNTS], "max,stride,blur,flc"),
        ([AMOUNTS, COMPLEX], "avg,stride,blur,flc"),
        ([AMOUNTS, LABELS], "max,stride,majority,onehot+blur+argmax"),
    ],
)
def test_one_image_among_others_decides_what_all_can_go_through(
    images: list[Image], chains: str
) -> None:
    assert chains_by_default(images) == chains
    with pytest.warns(SampvizWarning, match=f"chains is not given: {chains}".replace("+", r"\+")):
        figure = sampviz.compare(images, rows="image")
    assert len(figure.sheet.panels) == len(images) * (1 + chains.count(",") + 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sampviz.compare(PICTURE, rows="image"),
        lambda: sampviz.load_channel(np.stack([PICTURE, PICTURE]), "bias"),
    ],
    ids=["compare", "load_channel"],
)
def test_the_warning_names_the_line_that_called(call: Any) -> None:
    with pytest.warns(SampvizWarning, match="chains is not given") as told:
        call()
    assert told[0].filename == __file__
    assert told[0].lineno == call.__code__.co_firstlineno
