"""What shells complete: names as the program has them, found without what the program needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from sampviz.analysis.metrics import METRICS
from sampviz.cli import source_names
from sampviz.figures.panels.row_names import ROWS
from sampviz.images.samples import SAMPLE_FILES
from sampviz.images.synthetic import SYNTHETIC, VOLUMES
from sampviz.ops.registry import NAMED_CHAINS, OURS
from tests.conftest import Cli


def test_names_that_are_read_are_those_that_are_imported() -> None:
    read = source_names.operations()
    assert {name: list(parameters) for name, parameters in read.items()} == {
        op.name: [parameter.name for parameter in op.parameters] for op in OURS.values()
    }
    for op in OURS.values():
        for parameter in op.parameters:
            words = read[op.name][parameter.name]
            for word in words:
                parameter.read(word)
            if parameter.type is bool:
                assert words == ("true", "false")
            assert parameter.type is bool or words == parameter.spec.words
    assert source_names.named_chains() == tuple(NAMED_CHAINS)
    assert set(source_names.measures()) == set(METRICS)
    assert source_names.rows() == ROWS
    assert source_names.samples() == (*SAMPLE_FILES, *SYNTHETIC, *VOLUMES)


CASES: dict[str, tuple[str, set[str]]] = {
    "a command": ("compa", {"compare"}),
    "an operation": ("compare --ops ma", {"majority", "max", "maxblur"}),
    "all operations": ("measure --ops ''", {*OURS, *NAMED_CHAINS}),
    "an operation behind a comma": ("compare --ops max,str", {"max,stride"}),
    "an operation behind a plus": ("compare --ops max+bil", {"max+bilinear"}),
    "with an equal sign": ("compare --ops=max,str", {"--ops=max,stride", "max,stride"}),
    "an operation as a chain": ("apply a.npy softp", {"softpool"}),
    "an operation to explain": ("ops softp", {"softpool"}),
    "a parameter": ("compare --ops blur:p", {"blur:pad="}),
    "all parameters": ("compare --ops flc:", {
        "flc:auto", "flc:nnunet", "flc:f=", "flc:mode=", "flc:times="}),
    "a parameter that is not there yet": ("shape max:k=3:s=2:", {
        "max:k=3:s=2:p=", "max:k=3:s=2:d=", "max:k=3:s=2:ceil=", "max:k=3:s=2:size=",
        "max:k=3:s=2:times="}),
    "a word": ("compare --ops max,blur:pad=re", {"max,blur:pad=reflect"}),
    "a word behind a parameter": ("compare --ops flc:f=3:mode=f", {"flc:f=3:mode=faithful"}),
    "a flag": ("compare --ops max:ceil=t", {"max:ceil=true"}),
    "a word without its name": ("compare --ops conv:gau", {"conv:gauss"}),
    "a sample": ("compare sample:zo", {"sample:zoneplate"}),
    "a sample behind an input": ("measure a.npy sample:br", {"sample:brick"}),
    "a figure": ("figure alt", {"alternatives"}),
    "a recipe to draw": ("batch gal", {"gallery"}),
    "rows": ("compare --rows image,diff", {"image,difference"}),
    "a measure that chooses": ("compare --channel by=ali", {"by=alias", "by=aliasscore"}),
    "measures": ("measure --measures psnr,ss", {"psnr,ssim"}),
    "one measure": ("measure --explain ss", {"ssim"}),
    "an axis": ("tradeoff --x equi", {"equivariance"}),
    "numbers in panels": ("compare --in-panel ss", {"ssim"}),
    "a plane": ("compare --plane c", {"coronal"}),
    "a scale": ("measure --scale z", {"zscore"}),
    "a convention": ("compare --convention rad", {"radiological"}),
    "a caption": ("compare --caption md,h", {"md,html"}),
    "a kind of nan": ("compare --nan e", {"error"}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("words", "wanted"), CASES.values(), ids=CASES)
def test_a_shell_completes(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: str, wanted: set[str]
) -> None:
    monkeypatch.setenv("_SAMPVIZ_COMPLETE", "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"sampviz {words}".removesuffix("''"))
    result = cli()
    lines = {line.partition("\t")[0] for line in result.out.splitlines()}
    if "=max" in words:
        assert lines <= wanted
        return
    assert (result.code, result.err, lines) == (0, "", wanted)


BASH = {
    "a colon": (["compare", "--ops", "flc", ":"], {"auto", "nnunet", "f=", "mode=", "times="}),
    "behind a colon": (["compare", "--ops", "max,blur", ":", "pa"], {"pad="}),
    "an equal sign": (["compare", "--ops", "flc", ":", "mode", "="], {"corrected", "faithful"}),
    "behind it": (["compare", "--ops", "flc", ":", "mode", "=", "f"], {"faithful"}),
    "a sample": (["compare", "sample", ":", "zo"], {"zoneplate"}),
    "the next option": (["compare", "--ops", "blur", ":", "k", "=", "3", "--pla"], {"--plane"}),
}


@pytest.mark.parametrize(("words", "wanted"), BASH.values(), ids=BASH)
def test_bash_breaks_words_at_colons_and_equal_signs(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: list[str], wanted: set[str]
) -> None:
    monkeypatch.setenv("_SAMPVIZ_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "\n".join(["sampviz", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    assert set(cli().out.splitlines()) == wanted


def test_files_stand_beside_the_samples(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scan.nii.gz").touch()
    Path("sub-01").mkdir()
    monkeypatch.setenv("_SAMPVIZ_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "sampviz\ncompare\ns")
    monkeypatch.setenv("COMP_CWORD", "2")
    lines = cli().out.splitlines()
    assert {"scan.nii.gz", "sub-01/", "sample:t1"} <= set(lines)
    monkeypatch.setenv("COMP_WORDS", "sampviz\ncompare\n")
    assert cli().out == ""  # the shell has the files


@pytest.mark.slow
def test_completion_imports_nothing_heavy() -> None:
    script = (
        "import os, sys\n"
        "os.environ.update(_SAMPVIZ_COMPLETE='complete_zsh',"
        " _TYPER_COMPLETE_ARGS='sampviz compare --ops max,blur:pad=')\n"
        "from sampviz.cli.app import run\n"
        "run([])\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "reflect" in done.stdout
    assert not {"numpy", "scipy", "cv2", "nibabel", "matplotlib"} & set(done.stderr.split())
