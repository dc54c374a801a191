"""`sampviz compare` as a user meets it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.conftest import Cli, CliResult

IMAGE = ["--ops", "max", "--rows", "image"]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_writes_a_figure_named_after_the_input_and_prints_its_path(cli: Cli) -> None:
    result = cli("compare", "sample:dwi", "--ops", "max,stride,blur,flc")
    assert result == CliResult(0, "dwi_compare.png\n", "")
    with Pillow.open("dwi_compare.png") as picture:
        assert list(picture.text) == ["Software", "sampviz"]  # type: ignore[attr-defined]
        assert picture.text["Software"] == "sampviz 0.1.0"  # type: ignore[attr-defined]
    assert [path.name for path in Path().iterdir()] == ["dwi_compare.png"]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["png", "pdf", "svg", "tif", "eps"])
def test_format_follows_the_ending(cli: Cli, ending: str) -> None:
    starts = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml", "tif": b"II*\0", "eps": b"%!PS"}
    assert cli("compare", "sample:step:16x16", *IMAGE, "-o", f"f.{ending}").code == 0
    assert Path(f"f.{ending}").read_bytes().startswith(starts[ending])


@pytest.mark.slow
def test_several_inputs_make_several_figures_in_a_folder(cli: Cli) -> None:
    np.save("dwi.npy", np.zeros((8, 8)))
    result = cli("compare", "sample:dwi", "dwi.npy", "sample:step:16x16", *IMAGE, "-o", "figures")
    assert result.code == 0
    names = ["sample-dwi_compare.png", "dwi.npy_compare.png", "step_compare.png"]
    assert result.out.splitlines() == [str(Path("figures") / name) for name in names]
    assert sorted(path.name for path in Path("figures").iterdir()) == sorted(names)


@pytest.mark.slow
def test_ops_may_be_given_twice(cli: Cli) -> None:
    words = ["compare", "sample:step:16x16", "--rows", "image"]
    once = cli(*words, "--ops", "max,avg", "-o", "a.png")
    twice = cli(*words, "--ops", "max", "--ops", "avg", "-o", "b.png")
    assert (once.code, twice.code) == (0, 0)
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


ERRORS = {
    "an unknown operation": (
        ["brain.nii.gz", "--ops", "max,nearst"],
        2,
        "error: no operation is named 'nearst'\n  in:  --ops 'max,nearst', column 5\n"
        "  fix: did you mean 'nearest'? `sampviz ops` lists them all\n",
    ),
    "a missing file": (
        ["brain.nii.gz", "--ops", "max"],
        3,
        "error: there is no such file\n  in:  brain.nii.gz\n"
        "  fix: check the path, or try sample:t1\n",
    ),
    "a folder": (
        [".", "--ops", "max"],
        3,
        "error: . is a folder\n  in:  .\n  fix: give the path of a file\n",
    ),
    "an unknown format": (
        ["sample:dwi", "--ops", "max", "-o", "figure.tiff"],
        4,
        "error: a figure cannot be saved as .tiff\n  in:  figure.tiff\n"
        "  fix: end the name in .png, .pdf, .svg, .tif or .eps, or name a folder that is there\n",
    ),
    "a folder that is not there": (
        ["sample:dwi", "--ops", "max", "-o", "nowhere/figure.png"],
        4,
        "error: the file cannot be written: No such file or directory\n"
        "  in:  nowhere/figure.png\n"
        "  fix: choose another folder or name with -o, or make the folder: mkdir -p nowhere\n",
    ),
    "one file for two figures": (
        ["sample:dwi", "sample:t1", "--ops", "max", "-o", "figure.png"],
        4,
        "error: 2 figures do not fit into one file\n  in:  figure.png\n"
        "  fix: name a folder with -o, or make it first if it has a dot\n",
    ),
    "an image that vanishes": (
        ["sample:noise:7x9", "--ops", "max", "--levels", "3"],
        2,
        "error: max leaves nothing of an axis of 1 px\n  in:  step 3 of 'max+max+max' for 7x9 px\n"
        "  fix: use fewer steps or a larger image\n",
    ),
    "a region beyond the image": (
        ["sample:dwi", "--ops", "max", "--zoom", "60x0+8"],
        2,
        "error: the region 60x0+8 reaches beyond 64x64 px\n  in:  --zoom\n"
        "  fix: write ROWxCOL+SIZE inside the image, or auto\n",
    ),
    "no region": (
        ["sample:dwi", "--ops", "max", "--zoom", "here"],
        2,
        "error: 'here' is not a region\n  in:  --zoom\n"
        "  fix: write ROWxCOL+SIZE in pixels of the original, or auto\n",
    ),
    "an unknown row": (
        ["sample:dwi", "--ops", "max", "--rows", "image,spectra"],
        2,
        "error: no row is named 'spectra'\n  in:  --rows 'image,spectra'\n"
        "  fix: did you mean 'spectrum'? wanted some of image, detail, error, spectrum, summary,"
        " zoom, difference, alias, foldspectrum, flat, lesion\n",
    ),
    "a window upside down": (
        ["sample:dwi", "--ops", "max", "--window", "9,3"],
        2,
        "error: '9,3' is not a window\n  in:  --window\n"
        "  fix: write percentiles as p1,p99, values as 0,800, the smaller first, or header\n",
    ),
    "an unknown map": (
        ["sample:dwi", "--ops", "max", "--cmap", "jett"],
        2,
        "error: no colour map is named 'jett'\n  in:  --cmap\n"
        "  fix: did you mean 'jet'? gray, viridis, magma and cividis are some\n",
    ),
}


@pytest.mark.parametrize(("words", "code", "err"), ERRORS.values(), ids=ERRORS)
def test_errors_are_three_lines_and_leave_nothing(
    cli: Cli, words: list[str], code: int, err: str
) -> None:
    assert cli("compare", *words) == CliResult(code, "", err)
    assert not [path for path in Path().iterdir() if path.is_file()]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--rxw", "image"], "error: no such option: --rxw"),
        (["--up", "cubic"], "error: invalid value for '--up': 'cubic' is not one of"),
        (["--levels", "0"], "error: invalid value for '--levels'"),
    ],
)
def test_wrong_options_are_three_lines_too(cli: Cli, words: list[str], what: str) -> None:
    result = cli("compare", "sample:dwi", "--ops", "max", *words)
    first, *rest = result.err.splitlines()
    assert (result.code, result.out) == (2, "")
    assert first.startswith(what)
    assert rest == ["  in:  sampviz compare", "  fix: `sampviz compare --help`"]


def test_a_read_only_folder_is_an_output_that_cannot_be_written(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    result = cli("compare", "sample:dwi", "--ops", "max")
    assert (result.code, result.err.splitlines()[0]) == (
        4,
        "error: the file cannot be written: Permission denied",
    )


def test_a_failed_run_keeps_an_existing_file_whole(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("old.png").write_bytes(b"precious")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    result = cli("compare", "sample:dwi", *IMAGE, "-o", "old.png", "--overwrite")
    assert result.code == 4
    assert "No space left on device" in result.err
    assert Path("old.png").read_bytes() == b"precious"
    assert [path.name for path in Path().iterdir()] == ["old.png"]


def test_a_fault_of_ours_is_three_lines_and_70(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("at the third\nline")

    monkeypatch.setattr("sampviz.figures.grids.draw_comparison.columns_of", broken)
    result = cli("compare", "sample:dwi", "--ops", "max")
    assert result == CliResult(
        70,
        "",
        "error: a fault in sampviz itself\n  in:  ZeroDivisionError: at the third line\n"
        "  fix: --debug shows where; please report it with `sampviz doctor`\n",
    )
    assert "Traceback" in cli("compare", "sample:dwi", "--ops", "max", "--debug").err


def test_an_interrupted_run_is_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sampviz.figures.grids.draw_comparison.columns_of", stop)
    assert cli("compare", "sample:dwi", "--ops", "max").code == 130


@pytest.mark.slow
def test_warnings_go_to_stderr_once_and_quiet_silences_them(cli: Cli) -> None:
    words = ["compare", "sample:pd", *IMAGE]
    assert cli(*words).err == (
        "warning: pd: oblique by 7.9 degrees: drawn on the voxel grid, not resampled\n"
    )
    assert cli(*words, "-q").err == ""


def test_faithful_warns_at_2_mod_4(cli: Cli) -> None:
    words = ["--ops", "flc:mode=faithful", "--rows", "image", "-o", "f.png"]
    result = cli("compare", "sample:noise:18x30", *words)
    assert result.code == 0
    assert result.err.startswith("warning: flc:mode=faithful moves the spectrum by one bin")


def test_the_program_without_words_shows_its_help(cli: Cli) -> None:
    result = cli()
    assert result.code == 0
    assert "compare" in result.out
