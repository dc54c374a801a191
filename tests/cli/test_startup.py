"""Starting is quick because nothing is imported that is not used; modules tell, not the clock."""

import os
import subprocess
import sys
from inspect import getdoc
from pathlib import Path

import pytest
import typer

import sampviz
from sampviz.cli import command_list as commands
from sampviz.cli.command_list import COMMANDS, command_of

pytestmark = pytest.mark.slow

HEAVY = ("numpy", "scipy", "cv2", "nibabel", "matplotlib", "PIL")


def modules_after(code: str) -> set[str]:
    after = "except SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    script = f"import sys\ntry:\n    {code}\n{after}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        *(
            [name, "--help"]
            for name in (
                "compare",
                "report",
                "measure",
                "spectrum",
                "response",
                "shift",
                "explain",
                "figure",
                "batch",
                "recipe",
                "verify",
            )
        ),
        [],
    ],
)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = f"import sys; sys.argv = ['sampviz', *{words}]; from sampviz.cli import main; main()"
    assert not modules_after(code) & set(HEAVY)


def test_the_version_is_told_without_what_completion_needs() -> None:
    code = "import sys; sys.argv = ['sampviz', '--version']; from sampviz.cli import main; main()"
    assert not modules_after(code) & {"importlib.metadata", "sampviz.cli.source_names"}


def test_a_command_imports_no_other() -> None:
    after = modules_after("from sampviz.cli.app import run; run(['ops'])")
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
    assert not modules_after("import sampviz") & set(HEAVY)


def test_listing_operations_draws_nothing() -> None:
    code = "from sampviz.cli.app import run; run(['ops'])"
    assert not modules_after(code) & {"matplotlib", "nibabel", "scipy", "PIL", "cv2"}


@pytest.mark.parametrize(
    "words",
    [
        ["apply", "sample:noise:24x24", "max", "-o", "small.png"],
        ["measure", "sample:noise:24x24", "--ops", "max"],
        ["info", "sample:noise:24x24"],
        ["shape", "max", "--size", "24x24"],
        ["explain", "max"],
    ],
    ids=lambda words: words[0],
)
def test_what_draws_nothing_does_not_load_the_plotter(words: list[str], tmp_path: Path) -> None:
    code = f"import os; os.chdir({str(tmp_path)!r}); from sampviz.cli.app import run; run({words})"
    assert not modules_after(code) & {"matplotlib", "PIL"}


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
