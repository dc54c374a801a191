"""`sampviz inspect` and `sampviz rerun`: a figure says how it was made, and is made again."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest

import sampviz as package
from sampviz.cli.app import run
from sampviz.images.embedded_text import embedded_text
from tests.conftest import Cli, CliResult
from tests.images.build import read_nifti

pytestmark = pytest.mark.slow

DRAW = ["compare", "brain.npy", "--ops", "max", "--rows", "image"]
ZOOM = ["--rows", "image,zoom", "--zoom", "auto"]
REGION = [
    "sample:t1", "--slice", "2", "--rows", "image,zoom", "--zoom", "90x80+20",
    "--width", "120", "--font-size", "6", "--title", "{a}",
]  # fmt: skip
FIGURES = [f"f.{ending}" for ending in ("png", "pdf", "svg", "tif", "eps")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with brain.npy and with figures of it in all formats."""
    folder = tmp_path_factory.mktemp("drawn")
    with chdir(folder):
        np.save("brain.npy", np.add.outer(np.arange(24.0), np.sin(np.arange(20))))
        words = ["brain.npy", "--ops", "max", "--levels", "2", "--window", "p2,p98"]
        for name in FIGURES:  # of one row: whole pages are made again below
            assert run(["compare", *words, "--rows", "image", "-o", name, "-q"]) == 0
    return folder


@pytest.fixture(autouse=True)
def folder(drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with brain.npy."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(drawn / "brain.npy", tmp_path)
    return tmp_path


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest, drawn: Path) -> Path:
    """A figure, of which its format matters, beside brain.npy."""
    shutil.copy(drawn / request.param, ".")
    return Path(request.param)


def test_figures_are_made_again_from_a_clean_folder(drawn: Path, tmp_path: Path) -> None:
    """In a process of its own."""
    shutil.copytree(drawn, clean := tmp_path / "clean")
    paths = [f"clean/{name}" for name in FIGURES]
    program = (
        "import sys\n"
        "from sampviz.cli.app import run\n"
        "sys.exit(any([run(['rerun', path, '--check']) for path in sys.argv[1:]]))"
    )
    home = str(Path(package.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", program, *paths],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": home},
    )
    expected = "".join(f"identical: {path}\n" for path in paths)
    assert (done.returncode, done.stdout) == (0, expected), done.stderr
    assert sorted(path.name for path in clean.iterdir()) == sorted(["brain.npy", *FIGURES])


def test_after_a_byte_of_the_input_changed_the_input_is_named(figure: Path, cli: Cli) -> None:
    data = bytearray(Path("brain.npy").read_bytes())
    data[-1] ^= 0x40
    Path("brain.npy").write_bytes(data)
    result = cli("rerun", figure, "--check")
    assert result.code == 1
    first, second, *rest = result.out.splitlines()
    assert first == f"differs: {figure}"
    assert second.startswith("  input brain.npy: other bytes, SHA-256 ")
    assert rest == []


def test_a_change_that_is_not_seen_is_told_as_such(figure: Path, cli: Cli) -> None:
    array = np.load("brain.npy")
    np.save("brain.npy", np.asfortranarray(array))  # the same values in other bytes
    result = cli("rerun", figure, "--check")
    assert result.code == 1
    assert "input brain.npy: other bytes" in result.out
    assert "the picture is the same byte by byte: only the record in the file differs" in result.out


def test_an_input_may_lie_elsewhere(drawn: Path, cli: Cli) -> None:
    figure = shutil.copy(drawn / "f.svg", ".")
    Path("data").mkdir()
    shutil.move("brain.npy", "data")
    assert cli("rerun", figure, "--check") == CliResult(
        3,
        "",
        "error: its input brain.npy is neither beside it nor in the current folder\n"
        "  in:  .\n  fix: --input FOLDER/brain.npy\n",
    )
    result = cli("rerun", figure, "--check", "--input", "data/brain.npy")
    assert (result.code, result.out) == (0, "identical: f.svg\n")


def test_another_name_of_the_input_is_told(cli: Cli) -> None:
    assert cli(*DRAW, "-o", "f.png").code == 0
    shutil.move("brain.npy", "copy.npy")
    result = cli("rerun", "f.png", "--check", "--input", "copy.npy")
    assert result.code == 1
    assert result.out == (
        "differs: f.png\n  input copy.npy: its name, brain.npy then; it is written on the figure\n"
    )


def test_an_input_that_the_figure_has_not_is_refused(cli: Cli) -> None:
    np.save("other.npy", np.eye(9))
    words = ["brain.npy", "other.npy", "--together", *DRAW[2:], "-o", "f.png"]
    assert cli("compare", *words).code == 0
    assert cli("rerun", "f.png", "--check", "--input", "x.npy") == CliResult(
        2,
        "",
        "error: the figure has no input x.npy\n  in:  --input x.npy\n"
        "  fix: it has brain.npy, other.npy\n",
    )
    result = cli("rerun", "f.png", "--check", "--input", Path("other.npy").absolute())
    assert result.out == "identical: f.png\n"


def test_without_check_the_figure_is_written(cli: Cli) -> None:
    assert cli(*DRAW, "-o", "f.png").code == 0
    assert cli("rerun", "f.png").out == "f_again.png\nidentical: f.png\n"
    assert Path("f_again.png").read_bytes() == Path("f.png").read_bytes()
    assert cli("rerun", "f.png", "-o", "f.svg").out == "f.svg\nidentical: f.png\n"
    assert cli("rerun", "f.svg", "--check").out == "identical: f.svg\n"


def test_check_writes_nothing(cli: Cli) -> None:
    result = cli("rerun", "f.png", "--check", "-o", "g.png")
    assert (result.code, result.err.splitlines()[0]) == (2, "error: --check writes nothing")


def test_a_version_that_changed_is_named(
    drawn: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(drawn / "f.svg", ".")
    from sampviz.recipes import provenance

    now = {**provenance.drawn_with(), "FreeType": "2.99"}
    was = provenance.drawn_with()["FreeType"]
    monkeypatch.setattr(provenance, "drawn_with", lambda *_: now)
    result = cli("rerun", "f.svg", "--check")
    assert result.code == 1
    assert result.out.splitlines()[1] == f"  FreeType: {was} then, 2.99 now"


def test_a_file_that_was_altered_is_told_as_such(drawn: Path, cli: Cli) -> None:
    text = (drawn / "f.svg").read_text()
    Path("f.svg").write_text(text.replace("#222222", "#222223"))
    result = cli("rerun", "f.svg", "--check")
    assert result.code == 1
    assert "nothing that it records has changed: the file was altered" in result.out


@pytest.mark.parametrize(
    "words",
    [
        ["brain.npy", "--levels", "2", "--window", "p2,p98"],
        ["sample:dwi", "--volume", "--rows", "image"],
        ["sample:flash_phantom_kspace", "--kspace", "--show", "phase", "--no-annotate"],
        ["sample:t1", "sample:dwi", "--together", *ZOOM, "--cmap", "viridis"],
        REGION,
    ],
)
def test_whatever_compare_draws_is_made_again(cli: Cli, words: list[str]) -> None:
    assert cli("compare", *words, "--ops", "avg,flc", "-o", "f.png", "-q").code == 0
    result = cli("rerun", "f.png", "--check", "-q")
    assert (result.code, result.out) == (0, "identical: f.png\n"), result.out + result.err


def test_code_is_run_only_if_it_is_allowed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pk").mkdir()
    code = "from pathlib import Path\nPath('ran').touch()\n\n\ndef f(x):\n    return x\n"
    Path("pk", "evil.py").write_text(code)
    monkeypatch.syspath_prepend(".")
    words = ["brain.npy", "--ops", "pk.evil:f", "--rows", "image", "-o", "f.png", "-q"]
    assert cli("compare", *words, "--allow-code").code == 0
    Path("ran").unlink()
    sys.modules.pop("pk.evil")
    result = cli("rerun", "f.png", "--check")
    assert (result.code, result.out) == (2, "")
    assert "--allow-code" in result.err
    assert not Path("ran").exists()
    assert cli("rerun", "f.png", "--check", "--allow-code", "-q").code == 0


def test_inspect_prints_the_record(cli: Cli) -> None:
    words = ["brain.npy", "--ops", "max:2", "--rows", "image", "--window", "0,20", "-o", "f.png"]
    assert cli("compare", *words).code == 0
    result = cli("inspect", "f.png")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "kind:         compare"
    assert lines[1] == "input:        brain.npy"
    assert "chain:        max" in lines
    assert "window:       0,20" in lines
    assert "window:       0..20  image, original" in lines
    found = json.loads(cli("inspect", "f.png", "--json").out)
    assert found == json.loads(embedded_text(Path("f.png"))[1])
    assert found["schema"] == 1


def test_a_nifti_of_apply_says_how_it_was_made(cli: Cli) -> None:
    words = ["sample:t1", "max:times=2+bilinear:2", "--slice", "2", "-o", "t.nii.gz", "--stages"]
    assert cli("apply", *words).code == 0
    chains = {}
    for path in Path().glob("t*.nii.gz"):
        (extension,) = read_nifti(path).header.extensions
        assert extension.get_code() == 6
        found = json.loads(cli("inspect", path, "--json").out)
        assert (found["array"]["inputs"], found["array"]["slice"]) == (["sample:t1"], "2")
        chains[path.name.removesuffix(".nii.gz")] = found["array"]["ops"]
    assert chains == {
        "t_0_input": ["identity"],
        "t_1_max": ["max"],
        "t_2_max": ["max+max"],
        "t_3_bilinear": ["max+max+bilinear"],
        "t": ["max+max+bilinear"],
    }
    result = cli("rerun", "t.nii.gz", "--check")
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "error: it is an array, not a figure",
    )


def test_an_array_has_a_file_beside_it_only_if_asked(cli: Cli) -> None:
    assert cli("apply", "brain.npy", "max", "-o", "a.npy").out == "a.npy\n"
    assert cli("inspect", "a.npy").code == 3
    result = cli("apply", "brain.npy", "max", "-o", "a.npy", "--record")
    assert result.out == "a.npy\na.sampviz.json\n"
    assert json.loads(cli("inspect", "a.npy", "--json").out)["array"]["ops"] == ["max"]


def test_a_file_without_a_record_is_an_input_that_cannot_be_read(cli: Cli) -> None:
    assert cli("inspect", "brain.npy") == CliResult(
        3,
        "",
        "error: it carries no record of how it was made\n  in:  brain.npy\n"
        "  fix: figures of compare, figure, detect and network carry one, and the NIfTI of apply\n",
    )
    assert cli("rerun", "nowhere.png", "--check").code == 3
