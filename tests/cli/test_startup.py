"""Starting is quick because nothing is imported that is not used; modules tell, not the clock."""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from inspect import getdoc
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import typer

import sampviz
from sampviz.cli import command_list as commands
from sampviz.cli.command_list import COMMANDS, command_of

pytestmark = pytest.mark.slow

HEAVY = ("numpy", "scipy", "cv2", "nibabel", "matplotlib", "PIL")


@cache
def modules_after(*codes: str) -> list[set[str]]:
    """Return the modules that are loaded after each of some lines, in one process."""
    after = "except SystemExit: pass\nprint(*sys.modules, file=sys.__stderr__)"
    script = "\n".join(f"import sys\ntry:\n    {code}\n{after}" for code in codes)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = [set(line.split()) for line in done.stderr.splitlines()]
    assert len(loaded) == len(codes), done.stderr
    return loaded


def test_version_and_help_load_nothing_heavy() -> None:
    lines = [["--version"], ["--help"], *([name, "--help"] for name in COMMANDS), []]
    program = "sys.argv = ['sampviz', *{}]; from sampviz.cli import main; main()"
    loaded = modules_after(*(program.format(words) for words in lines))
    heavy = [modules & set(HEAVY) for modules in loaded]
    assert {" ".join(words): h for words, h in zip(lines, heavy, strict=True) if h} == {}
    # The version, which came first, is told without what completion needs.
    assert not loaded[0] & {"importlib.metadata", "sampviz.cli.source_names"}


def test_a_command_imports_no_other() -> None:
    (after,) = modules_after("from sampviz.cli.app import run; run(['ops'])")
    assert {name for name in COMMANDS if f"sampviz.cli.commands.{name}" in after} == {"ops"}


def test_the_list_says_of_a_command_what_its_own_help_begins_with() -> None:
    for name, line in COMMANDS.items():
        command = command_of(name)
        help_text = command.info.help if isinstance(command, typer.Typer) else getdoc(command)
        assert help_text is not None
        assert " ".join(help_text.split("\n\n")[0].split()) == line
    listed = {path.stem for path in (Path(commands.__file__).parent / "commands").glob("*.py")}
    assert set(COMMANDS) <= listed


def test_a_shell_completes_the_options_of_every_command() -> None:
    for name in ("compare", "verify"):
        done = subprocess.run(
            [sys.executable, "-m", "sampviz"],
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "_SAMPVIZ_COMPLETE": "complete_bash",
                "COMP_WORDS": f"sampviz {name} --",
                "COMP_CWORD": "2",
            },
        )
        assert "--json" in done.stdout.split() or "--rows" in done.stdout.split()


def test_importing_the_package_loads_nothing_heavy() -> None:
    (after,) = modules_after("import sampviz")
    assert not after & set(HEAVY)


def test_listing_operations_draws_nothing() -> None:
    (after,) = modules_after("from sampviz.cli.app import run; run(['ops'])")
    assert not after & {"matplotlib", "nibabel", "scipy", "PIL", "cv2"}


def test_what_draws_nothing_does_not_load_the_plotter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.chdir(tmp_path)
    lines = [
        ["info", "sample:noise:24x24"],
        ["shape", "max", "--size", "24x24"],
        ["explain", "max"],
        ["measure", "sample:noise:24x24", "--ops", "max"],
        ["apply", "sample:noise:24x24", "max", "-o", "small.png"],
    ]
    if find_spec("bids2table"):  # an extra
        image = tmp_path / "raw/sub-01/anat/sub-01_T1w.nii"
        image.parent.mkdir(parents=True)
        nib.save(nib.Nifti1Image(np.ones((8, 8, 2), np.float32), np.eye(4)), image)
        about = '{"Name": "one", "BIDSVersion": "1.9.0"}'
        (tmp_path / "raw/dataset_description.json").write_text(about)
        words = ["--ops", "max", "--measures", "psnr", "--no-figures", "--jobs", "1"]
        lines.append(["bids", "raw", "out", "participant", *words])
    program = "from sampviz.cli.app import run; sys.stderr = sys.stdout; assert run({}) == 0"
    start = "from sampviz.core.startup import take_process; take_process()"
    _, *loaded = modules_after(start, *(program.format(words) for words in lines))
    plotter = [modules & {"matplotlib", "PIL"} for modules in loaded]
    assert {words[0]: p for words, p in zip(lines, plotter, strict=True) if p} == {}


def test_a_batch_in_which_nothing_has_changed_does_not_load_the_plotter(tmp_path: Path) -> None:
    recipe, folder = str(tmp_path / "r.toml"), str(tmp_path / "figures")
    words = 'inputs = "sample:step:16x16"\nops = "max"\nrows = "image"\n'
    Path(recipe).write_text(f'[[figure]]\nname = "a"\n{words}')
    sampviz.batch(recipe, folder, jobs=1)
    again = f"sampviz.batch({recipe!r}, {folder!r}, jobs=1)"
    (after,) = modules_after(f"import sampviz; assert {again}.count('unchanged') == 1")
    assert not after & {"matplotlib", "PIL"}


def test_a_comparison_imports_what_it_draws_with(tmp_path: Path) -> None:
    words = ["sampviz", "compare", "sample:noise:24x24", "--ops", "max,flc", "-q"]
    path = str(tmp_path / "a.png")
    (after,) = modules_after(
        f"sys.argv = {[*words, '-o', path]}; from sampviz.cli import main; main()"
    )
    assert Path(path).exists()
    unused = {"pydantic", "scipy", "nibabel", "multiprocessing", "tomllib", "matplotlib.pyplot"}
    unused |= {"sampviz.networks", "sampviz.recipes.detect", "sampviz.images.formats.plugins"}
    assert not after & unused


def test_python_dash_m_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sampviz", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"sampviz {sampviz.__version__}\n"


def test_the_public_names_are_there() -> None:
    names = vars(sampviz)["__all__"]
    for name in names:
        assert getattr(sampviz, name) is not None
    assert set(names) <= set(dir(sampviz))
    with pytest.raises(AttributeError, match="attribute nothing"):
        _ = sampviz.nothing  # type: ignore[attr-defined]


def test_a_module_of_the_working_folder_is_not_imported(tmp_path: Path) -> None:
    for name in ("typer", "rich", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    done = subprocess.run(
        [sys.executable, "-m", "sampviz", "info", "sample:t1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(sampviz.__file__).parents[1])},
        check=False,
    )
    assert done.returncode == 0, done.stderr
