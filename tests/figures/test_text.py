"""Text in figures: as wide as it is measured, and names of others as they can be shown."""

import warnings

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import sampviz
from sampviz.core.errors import SampvizWarning
from sampviz.figures.style import TextSize, own_style
from sampviz.images.image import Image

pytestmark = pytest.mark.slow

TEXTS = [
    "n" * 60,
    "W" * 60,
    "i" * 60,
    "m\u0301é" * 20,
    "boxes: the new Nyquist frequencies",
    "脑🧠",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("dpi", [75, 150, 300])
@pytest.mark.parametrize("bold", [False, True])
def test_text_is_as_wide_as_it_is_measured(text: str, dpi: int, bold: bool) -> None:
    with own_style():
        figure = Figure(dpi=dpi)
        canvas = FigureCanvasAgg(figure)
        drawn = figure.text(0, 0, text, fontsize=8, weight="bold" if bold else "normal")
        width = drawn.get_window_extent(canvas.get_renderer()).width
        assert width <= TextSize(8, dpi).width(text, bold=bold) <= width + 2


def test_a_long_word_is_broken_where_the_room_ends() -> None:
    with own_style():
        kind = TextSize(8, 150)
        lines = kind.wrap("n" * 700 + "z", 500)
        assert "".join(lines) == "n" * 700 + "z"
        assert len(lines) > 5
        assert all(kind.width(line) <= 500 < kind.width(line + "n") for line in lines[:-1])


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202egnp", r"\u202egnp"),
        ("\udcff", r"\udcff"),
        ("$x^2$ <b>&", "$x^2$ <b>&"),
    ],
)
def test_a_name_is_on_one_line_and_has_nothing_that_cannot_be_seen(name: str, shown: str) -> None:
    image = Image.of(np.eye(64), name)
    assert texts(sampviz.compare(image, "max", rows="image"))[0] == shown
    with_others = sampviz.compare([image, Image.of(np.eye(64), "b")], "max", rows="image")
    assert texts(with_others)[0] == f"{shown}, b"
    # The name of a row stands beside it: in one line, or in two where the row is low.
    assert {f"{shown} image"} <= set(texts(with_others)) or {shown, "image"} <= set(
        texts(with_others)
    )


def test_characters_without_a_sign_are_named_once_in_our_own_words() -> None:
    with pytest.warns(SampvizWarning) as told:
        figure = sampviz.compare(Image.of(np.eye(64), "脑 🧠 scan"), "max")
    assert [str(each.message) for each in told] == [
        "DejaVu Sans has no sign for 脑 🧠: a box is drawn instead"
    ]
    assert texts(figure)[0] == "脑 🧠 scan"  # in PDF and SVG it is still text


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_saving_says_nothing_of_them(tmp_path, kind: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.warns(SampvizWarning):
        figure = sampviz.compare(Image.of(np.eye(64), "脑🧠"), "max", rows="image")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampviz.save(figure, tmp_path / f"f.{kind}")


def test_marks_and_writing_from_right_to_left_need_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampviz.compare(Image.of(np.eye(64), "e\u0301 שלום مرحبا"), "max")
