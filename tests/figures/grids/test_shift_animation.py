"""The film of a moving image: exact panels, in register, on pages that are otherwise alike."""

import warnings
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.figures.grids import shift_animation as module
from sampviz.figures.grids import shift_frames
from sampviz.figures.grids.shift_animation import ShiftAnimation, shift
from sampviz.figures.render.render import draw_sheet
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains

pytestmark = pytest.mark.slow

Box = tuple[slice, slice]


def noise(h: int = 16, w: int = 24) -> np.ndarray:
    return np.random.default_rng(0).random((h, w))


def levels(array: np.ndarray, zoom: tuple[int, int]) -> np.ndarray:
    """What the documentation of a window of 0..1 says, in whole blocks."""
    grey = np.clip(np.floor(256 * array.astype(np.float64)), 0, 255).astype(np.uint8)
    return grey.repeat(zoom[0], 0).repeat(zoom[1], 1)


def place(block: np.ndarray, page: np.ndarray) -> Box:
    """Where a block of pixels lies on a page; fails unless it lies there once."""
    h, w = block.shape[:2]
    middle, bytes_each = block[h // 2].tobytes(), page[0, 0].nbytes
    found = []
    for top in range(page.shape[0] - h + 1):
        left = page[top + h // 2].tobytes().find(middle) // bytes_each
        if left >= 0 and np.array_equal(page[top : top + h, left : left + w], block):
            found.append((slice(top, top + h), slice(left, left + w)))
    assert len(found) == 1
    return found[0]


def made(x: np.ndarray, chains: str, **options: Any) -> ShiftAnimation:
    given = {"window": "0,1", "range": "0..2", "step": 0.5, **options}
    return shift(Image.of(x), parse_chains(chains), **given)


def test_the_original_moves_and_whole_samples_stand_still() -> None:
    x = noise()
    one = made(x, "stride,max", step=1)
    zoom = 9, 9  # of 24 columns: at least 2 inches, of 100 pixels
    outputs = [sampviz.Chain.parse(t)(x) for t in ("stride", "max")]
    for page, by in zip(one.frames, (0, 1, 2), strict=True):
        place(levels(np.roll(x, by, 1), zoom), page)
    unshifted = [place(levels(output, (18, 18)), one.frames[0]) for output in outputs]
    assert unshifted == [place(levels(output, (18, 18)), one.frames[2]) for output in outputs]
    assert all(not np.array_equal(one.frames[0][box], one.frames[1][box]) for box in unshifted)


@pytest.mark.parametrize("axis", [0, 1])
def test_between_samples_an_output_is_moved_back_by_its_fourier_series(axis: int) -> None:
    x = noise(32, 32)
    one = made(x, "stride", step=1, axis=("rows", "columns")[axis])
    box = place(levels(x[::2, ::2], (14, 14)), one.frames[0])
    seen = one.frames[1][box][::14, ::14].astype(int)
    moved = np.roll(x, 1, axis)[::2, ::2]
    turn = np.exp(2j * np.pi * np.fft.fftfreq(16) / 2)
    turn[8] = 0  # cos(pi / 2)
    back = np.fft.ifft(np.fft.fft(moved, axis=axis) * (turn[:, None], turn)[axis], axis=axis).real
    wanted = np.clip(np.floor(256 * back), 0, 255).astype(int)
    # Rounding of the FFT may move a value over the edge between two neighbouring levels.
    assert np.abs(seen - wanted).max() <= 1
    assert (seen == wanted).mean() > 0.95


def test_colour_is_shown_in_colour_and_all_channels_count() -> None:
    image = sampviz.load("sample:chelsea")
    one = shift(image, parse_chains("stride"), step=1, axis="rows")
    output = image.array[:, ::2, ::2].astype(np.uint8).transpose(1, 2, 0).repeat(2, 0).repeat(2, 1)
    box = place(output, one.frames[0])
    assert box == place(output, one.frames[2])
    parts = [
        shift(Image.of(c), parse_chains("stride"), step=1, axis="rows").errors for c in image.array
    ]
    errors = [part[1][0] for part in parts if part[1][0] is not None]
    assert one.errors[1][0] is not None
    assert min(errors) < one.errors[1][0] < max(errors)


def test_complex_numbers_are_moved_as_they_are_and_drawn_as_magnitudes() -> None:
    x = noise(32, 32) * np.exp(2j * np.pi * noise(32, 32))
    one = made(x, "stride", step=1)
    for page, by in zip(one.frames, (0, 1, 2), strict=True):
        place(levels(np.abs(np.roll(x, by, 1)), (7, 7)), page)
    assert one.errors[2] == (0,)
    assert one.errors[1][0] == pytest.approx(1.4, rel=0.15)


def said(monkeypatch: pytest.MonkeyPatch, image: Image, chains: str, **options: Any) -> list[str]:
    """The text of every page."""
    texts = []

    def heard(sheet: Any, measures: Any) -> Any:
        texts.append("\n".join(line for words in sheet.texts for line in words.lines))
        return draw_sheet(sheet, measures)

    monkeypatch.setattr(shift_frames, "draw_sheet", heard)
    shift(image, parse_chains(chains), **options)
    return texts


def test_each_page_says_the_shift_and_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.of(noise(80, 80), spacing=(1.0, 0.8))
    texts = said(monkeypatch, image, "stride", range="-1..9", step=5)
    plain = [text.replace("\u2007", "_").replace("\u00a0", " ") for text in texts]
    assert ["moved by −1 px (−0.800 mm)" in plain[0], "moved by +4 px (+3.200 mm)" in plain[1]]
    assert all("each output is moved back as far" in text for text in plain)
    assert "E 0.000" in plain[1]
    assert "E 0.000" not in plain[0]


def test_pages_are_of_one_size_whatever_is_written_on_them() -> None:
    # Narrow panels break the lines; 9.5 and 10.0 differ in digits, -0.5 and 0.5 in the sign.
    x = noise(96, 8)
    one = made(x, "stride", axis="rows", range="-0.5..12", step=0.5, font_size=14)
    assert len(one.frames) == 26
    assert len({page.shape for page in one.frames}) == 1


def test_pages_are_of_one_size_however_large_the_error() -> None:
    x = noise(32, 8) + 1e5
    x[:, ::2] = 1 + 1e-5 * noise(32, 4)
    one = made(x, "stride", step=1)
    assert one.errors[1][0] is not None
    assert one.errors[1][0] > 1e6
    assert len({page.shape for page in one.frames}) == 1


def test_the_shift_is_written_with_the_decimals_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for step, wanted in ((1, "by 1 px"), (0.5, "by 0.5 px"), (0.125, "by 0.125 px")):
        texts = said(monkeypatch, Image.of(noise()), "stride", step=step)
        assert wanted in texts[1].replace("\u00a0", " ")


def test_an_undefined_error_is_said_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    image = sampviz.load("sample:checkerboard:32x32")
    with pytest.warns(SampvizWarning, match="stride: E is undefined: its output is constant"):
        texts = said(monkeypatch, image, "stride,stride:3")
    assert all("E\u00a0undefined" in text for text in texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampvizWarning)
        one = shift(image, parse_chains("stride,stride:3"))
    assert {row[0] for row in one.errors} == {None}
    assert None not in {row[1] for row in one.errors}
    legend = one.curve.legends[0].get_texts()
    assert [text.get_text() for text in legend] == ["stride (undefined: constant)", "stride:s=3"]


def test_the_curve_has_a_line_for_each_chain_over_the_shifts() -> None:
    one = made(noise(64, 64), "stride,flc", range="0..4", levels=2)
    (axes,) = one.curve.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "shift of the image (px)",
        "consistency error E (0: it only moves)",
    )
    for i, line in enumerate(axes.lines):
        assert np.array_equal(line.get_xdata(), np.arange(9) / 2)
        assert np.array_equal(line.get_ydata(), np.array([row[i] for row in one.errors], float))
    legend = [text.get_text() for text in one.curve.legends[0].get_texts()]
    assert legend == ["stride ×2", "flc ×2"]


def test_the_curve_has_a_second_axis_in_mm_where_the_spacing_is_known() -> None:
    image = Image.of(noise(), spacing=(3.0, 0.5))
    (axes,) = shift(image, parse_chains("stride"), step=1).curve.axes
    (other,) = axes.child_axes
    assert other.get_xlabel() == "shift (mm)"
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    assert np.allclose(other.get_xlim(), np.multiply(0.5, axes.get_xlim()))


def test_too_many_pages_are_refused_before_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 2**18)
    monkeypatch.setattr(shift_frames, "draw_sheet", None)
    with pytest.raises(UsageError) as told:
        made(noise(), "max")
    assert told.value.what.startswith("5 pages of ")
    assert told.value.what.endswith(" px have 1 MiB; the most is 0")
    assert told.value.where == "range, step and chains"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"dpi": 5}, "dpi"),
        ({"font_size": float("nan")}, "font_size"),
        ({"convention": "left"}, "convention"),
        ({"window": "9,3"}, "window"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], where: str) -> None:
    with pytest.raises(UsageError) as told:
        made(noise(), "max", **options)
    assert told.value.where == where


def test_radiological_mirrors_the_pages() -> None:
    image = sampviz.load("sample:dwi")
    chains = parse_chains("stride")
    left, right = (
        shift(image, chains, step=1, window="0,2000", convention=c)
        for c in ("neurological", "radiological")
    )
    block = levels(image.array[::2, ::2].astype(np.float64) / 2000, (8, 8))
    for shown, wanted in ((left, block), (right, block[:, ::-1])):
        assert place(wanted, shown.frames[0]) == place(wanted, shown.frames[2])
