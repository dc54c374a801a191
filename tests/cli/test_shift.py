"""`sampviz shift` as a user meets it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow
COARSE = ["--dpi", "30"]  # the pixels of its frames are judged elsewhere


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_writes_an_animation_and_a_curve_and_prints_their_paths(cli: Cli) -> None:
    result = cli(
        "shift", "sample:dwi", "--ops", "max,flc", "--step", "1", "--delay", "400", *COARSE
    )
    assert result == CliResult(0, "dwi_shift.gif\ndwi_shift_curve.png\n", "")
    with Pillow.open("dwi_shift.gif") as film:
        assert film.n_frames == 3  # type: ignore[attr-defined]
        assert film.info["duration"] == 400
    assert Path("dwi_shift_curve.png").read_bytes().startswith(b"\x89PNG")
    assert files() == ["dwi_shift.gif", "dwi_shift_curve.png"]


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["-o", "a.apng"], ["a.apng", "a_curve.png"]),
        (["-o", "a.png", "--curve", "b.svg"], ["a.png", "b.svg"]),
        (["-o", "."], ["noise_shift.gif", "noise_shift_curve.png"]),
        (["--curve", "b.pdf"], ["noise_shift.gif", "b.pdf"]),
    ],
)
def test_names_and_formats_follow_the_words(cli: Cli, words: list[str], written: list[str]) -> None:
    result = cli("shift", "sample:noise:16x16", "--ops", "max", "--step", "1", *COARSE, *words)
    assert (result.code, result.out.splitlines()) == (0, written)
    assert files() == sorted(written)


def test_a_colour_image_is_an_animated_png_by_default(cli: Cli) -> None:
    array = np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8)
    Pillow.fromarray(array).save("colours.png")
    result = cli("shift", "colours.png", "--ops", "max", "--step", "1", *COARSE)
    assert result.out.splitlines() == ["colours_shift.png", "colours_shift_curve.png"]
    with Pillow.open("colours_shift.png") as film:
        assert (film.n_frames, film.mode) == (3, "RGB")  # type: ignore[attr-defined]


@pytest.mark.usefixtures("unpainted")
def test_json_is_a_row_for_each_chain_and_shift(cli: Cli) -> None:
    result = cli(
        "shift", "sample:noise:64x64", "--ops", "max:2,stride", "--levels", "2",
        "--range", "-1..3", "--step", "2", "--axis", "rows", "--json", *COARSE,
    )  # fmt: skip
    assert (result.code, result.err) == (0, "noise_shift.gif\nnoise_shift_curve.png\n")
    found = json.loads(result.out)
    assert list(found) == ["schema", "rows"]
    assert found["schema"] == 1
    keys = [(row["input"], row["chain"], row["shift"]) for row in found["rows"]]
    assert keys == [
        ("sample:noise:64x64", chain, shift)
        for chain in ("max+max", "stride+stride")
        for shift in (-1.0, 1.0, 3.0)
    ]
    assert all(list(row)[3:] == ["consistency"] for row in found["rows"])
    assert all(row["consistency"] > 0.5 for row in found["rows"])


@pytest.mark.usefixtures("unpainted")
def test_json_has_null_where_it_is_undefined_and_a_warning_says_why(cli: Cli) -> None:
    words = ["shift", "sample:checkerboard:16x16", "--ops", "stride", "--step", "2", "--json"]
    result = cli(*words, *COARSE)
    assert [row["consistency"] for row in json.loads(result.out)["rows"]] == [None, None]
    assert result.err.startswith("warning: stride: the shift error is undefined: its output")


@pytest.mark.usefixtures("unpainted")
def test_auto_is_a_number_in_the_rows(cli: Cli) -> None:
    words = ["shift", "sample:dwi", "--ops", "avg:k=auto", "--step", "1", "--json", *COARSE]
    assert {row["chain"] for row in json.loads(cli(*words).out)["rows"]} == {"avg"}


ERRORS = {
    "an unknown operation": (
        ["--ops", "maxx"],
        2,
        "error: no operation is named 'maxx'\n  in:  --ops 'maxx', column 1\n"
        "  fix: did you mean 'max'? `sampviz ops` lists them all\n",
    ),
    "an unknown format": (
        ["--ops", "max", "-o", "film.mp4"],
        4,
        "error: an animation cannot be saved as .mp4\n  in:  film.mp4\n"
        "  fix: end the name in .gif, or in .apng or .png for an animated PNG\n",
    ),
    "an unknown format of the curve": (
        ["--ops", "max", "--curve", "curve.gif"],
        4,
        "error: a figure cannot be saved as .gif\n  in:  curve.gif\n"
        "  fix: end the name in .png, .pdf, .svg, .tif or .eps, or name a folder that is there\n",
    ),
    "one file for both": (
        ["--ops", "max", "-o", "a.png", "--curve", "a.png"],
        4,
        "error: the animation and the curve cannot be one file\n  in:  a.png\n"
        "  fix: give --curve another\n",
    ),
    "no range": (
        ["--ops", "max", "--range", "2"],
        2,
        "error: '2' is not a range of shifts\n  in:  --range\n"
        "  fix: write LO..HI in pixels, the smaller first, e.g. 0..2 or -1.5..1.5\n",
    ),
    "too far": (
        ["--ops", "max", "--range", "0..30"],
        2,
        "error: a shift beyond 8 px brings what wraps around into what is compared\n"
        "  in:  --range 0..30\n"
        "  fix: stay within an eighth of the side of 64 px; a period is 0..2\n",
    ),
    "too large a step": (
        ["--ops", "max", "--step", "3"],
        2,
        "error: a step of 3 px leaves nothing to compare from 0 to 2 px\n  in:  --step\n"
        "  fix: take a smaller one, such as 0.25\n",
    ),
    "too many": (
        ["--ops", "max", "--range", "0..8", "--step", "0.01"],
        2,
        "error: 801 shifts; the most is 400\n  in:  --range and --step\n"
        "  fix: take a larger --step or a shorter --range\n",
    ),
}


@pytest.mark.parametrize(("words", "code", "err"), ERRORS.values(), ids=ERRORS)
def test_errors_are_three_lines_and_leave_nothing(
    cli: Cli, words: list[str], code: int, err: str
) -> None:
    assert cli("shift", "sample:dwi", *words) == CliResult(code, "", err)
    assert not files()


def test_a_colour_gif_is_refused(cli: Cli) -> None:
    result = cli("shift", "sample:chelsea", "--ops", "max", "-o", "film.gif")
    assert result == CliResult(
        4,
        "",
        "error: a GIF holds 256 colours: a colour image would not be exact\n  in:  film.gif\n"
        "  fix: end the name in .apng or .png: an animated PNG holds them all\n",
    )
    assert not files()


def test_an_image_of_one_value_is_refused(cli: Cli) -> None:
    np.save("flat.npy", np.ones((16, 16)))
    result = cli("shift", "flat.npy", "--ops", "max")
    assert result == CliResult(
        3,
        "",
        "error: the image is constant: nothing can be seen moving\n  in:  flat\n"
        "  fix: take another image\n",
    )
    assert files() == ["flat.npy"]
