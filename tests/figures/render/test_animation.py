"""Animations hold every page as it was painted."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from sampviz.core.errors import OutputError
from sampviz.figures.render.animation import save_animation


def decoded(path: Path) -> list[np.ndarray]:
    with Pillow.open(path) as film:
        pages = []
        for number in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(number)
            pages.append(np.asarray(film.convert("RGB")))
        return pages


def pages(shape: tuple[int, ...]) -> list[np.ndarray]:
    # The second differs from the first in a corner only, the last everywhere.
    generator = np.random.default_rng(0)
    first, last = (generator.integers(0, 256, shape, np.uint8) for _ in range(2))
    second = first.copy()
    second[-9:, :7] ^= 255
    return [first, second, last]


@pytest.mark.parametrize(
    ("ending", "shape"),
    [
        ("gif", (60, 50)),
        ("GIF", (600, 700)),
        ("apng", (60, 50)),
        ("png", (60, 50, 3)),
        ("apng", (60, 50, 3)),
    ],
)
def test_every_page_comes_back_pixel_by_pixel(
    ending: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    wanted = pages(shape)
    found = decoded(save_animation(wanted, tmp_path / f"film.{ending}", 100))
    assert len(found) == 3
    for page, came in zip(wanted, found, strict=True):
        assert np.array_equal(page if page.ndim == 3 else page[..., None].repeat(3, 2), came)


def test_pages_of_few_greys_keep_them(tmp_path: Path) -> None:
    wanted = [np.full((8, 8), grey, np.uint8) for grey in (0, 7, 255)]
    found = decoded(save_animation(wanted, tmp_path / "film.gif", 100))
    assert [int(page[0, 0, 0]) for page in found] == [0, 7, 255]


@pytest.mark.parametrize("ending", ["gif", "apng"])
def test_it_runs_for_ever_at_the_pace_that_was_asked_for(ending: str, tmp_path: Path) -> None:
    path = save_animation(pages((8, 8)), tmp_path / f"film.{ending}", 170)
    with Pillow.open(path) as film:
        assert (film.info["loop"], film.info["duration"]) == (0, 170)


@pytest.mark.parametrize("ending", ["gif", "png"])
def test_the_program_is_named_and_no_time(ending: str, tmp_path: Path) -> None:
    first, second = (
        save_animation(pages((8, 8)), tmp_path / f"{name}.{ending}", 100).read_bytes()
        for name in "ab"
    )
    assert b"sampviz 0.1.0" in first
    assert first == second


@pytest.mark.parametrize(
    ("name", "shape", "text"),
    [
        (
            "film.mp4",
            (8, 8),
            "an animation cannot be saved as .mp4\n  in:  {}\n"
            "  fix: end the name in .gif, or in .apng or .png for an animated PNG",
        ),
        (
            "film",
            (8, 8),
            "an animation cannot be saved as a name without ending\n  in:  {}\n"
            "  fix: end the name in .gif, or in .apng or .png for an animated PNG",
        ),
        (
            "film.gif",
            (8, 8, 3),
            "a GIF holds 256 colours: a colour image would not be exact\n  in:  {}\n"
            "  fix: end the name in .apng or .png: an animated PNG holds them all",
        ),
    ],
)
def test_names_that_cannot_be(name: str, shape: tuple[int, ...], text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with pytest.raises(OutputError) as told:
        save_animation(pages(shape), path, 100)
    assert str(told.value) == text.format(path)
    assert not list(tmp_path.iterdir())


def test_a_film_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"precious")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("PIL.Image.Image.save", full)
    with pytest.raises(OutputError, match="No space left on device"):
        save_animation(pages((8, 8)), path, 100)
    assert path.read_bytes() == b"precious"
    assert [each.name for each in tmp_path.iterdir()] == ["film.gif"]
