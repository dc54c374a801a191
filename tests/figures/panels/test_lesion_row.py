"""A lesion that is put into the image of a comparison: where it lies, and what is kept of it."""

import numpy as np
import pytest

import sampviz
from sampviz.analysis.detection.one_lesion import OneLesion
from sampviz.core.errors import UsageError
from sampviz.images.image import Image

TEXT = "4px:-40@30.5,20"


@pytest.fixture
def image() -> Image:
    array = np.full((64, 48), 100, np.float32)
    array[:4] = 0
    return Image.of(array, "flat", spacing=(1.0, 1.0))


def test_it_lies_where_the_text_says_and_is_as_dark(image: Image) -> None:
    figure = sampviz.compare(image, "max,stride", rows="image,lesion", lesion=TEXT)
    panels = {placed.panel.name: placed.panel for placed in figure.sheet.panels}
    shown = panels["lesion, original"].array
    assert shown is not None
    zoom = shown.shape[0] // 36
    pixels = shown[::zoom, ::zoom]
    rows, columns = np.nonzero(pixels < 100)
    weights = 100 - pixels[rows, columns]
    assert pixels.min() == 60
    assert weights.sum() == pytest.approx(40 * np.pi * 4, rel=1e-5)
    start = np.round(np.array([30.5, 20.0]) - 18).clip(0)
    assert (rows * weights).sum() / weights.sum() + start[0] == pytest.approx(30.5, abs=1e-3)
    assert (columns * weights).sum() / weights.sum() + start[1] == pytest.approx(20, abs=1e-3)
    texts = [panels[f"lesion, {chain}"].text_below for chain in ("max", "stride")]
    kept = [float(text.removeprefix("contrast ").removesuffix(" %")) for text in texts]
    assert kept[0] < 60 < kept[1]
    # The picture of the lesion alone: the row of the images shows the image as it is.
    images = panels["image, original"].array
    assert images is not None
    assert set(np.unique(images)) == {0, 100}
    assert figure.caption is not None
    assert "4 px, −40, at row 30.5, column 20" in figure.caption.sentences[-2].text


def test_a_page_has_the_row_too(image: Image) -> None:
    figure = sampviz.compare(image, "avg", lesion="3mm:+30%@30,20")
    assert any(placed.panel.name.startswith("lesion") for placed in figure.sheet.panels)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("3mm", "'3mm' is no lesion"),
        ("0mm:3@1,1", "is no lesion"),
        ("3mm:-30%@300,2", "the lesion lies outside 64x48 px"),
        ("60px:-30%@3,2", "the lesion is larger than the image"),
    ],
)
def test_what_cannot_be_meant_is_said(image: Image, text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        sampviz.compare(image, "max", rows="image", lesion=text)


def test_images_that_hold_no_lesion_are_said(image: Image) -> None:
    with pytest.raises(UsageError, match="no lesion is named"):
        sampviz.compare(image, "max", rows="image,lesion")
    with pytest.raises(UsageError, match="a plane of one channel"):
        sampviz.compare(np.zeros((2, 30, 30)), "max", rows="image", lesion="3px:-30%@9,9")
    with pytest.raises(UsageError, match="the spacing is not known"):
        OneLesion.parse("3mm:-30%@9,9").on(Image.of(np.eye(30)))


def test_a_contrast_in_units_of_the_image_needs_no_tissue() -> None:
    flat = Image.of(np.full((30, 30), 5, np.float32), "flat")
    _, contrast = OneLesion.parse("3px:-2.5@9,9").on(flat)
    assert contrast == -2.5
    for text in ("3px:-30%@9,9", "3px:0@9,9"):
        with pytest.raises(UsageError) as info:
            OneLesion.parse(text).on(flat)
        assert info.value.where == "lesion, for flat"
        assert "lesion='3px:-20@120,80'" in info.value.fix
