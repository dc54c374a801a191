"""What the README and the manual say is what the program does."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.cli.command_list import COMMANDS as COMMAND_LINES
from sampviz.ops.catalogue import markdown
from tests.conftest import Cli

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
TOUR, PYTHON, OPERATIONS, OWN_OPERATION, START = (
    (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for name in ("tour", "python", "operations", "own_operation", "start")
)


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


# The commands of a block follow each other in one folder.
COMMANDS = [block.splitlines() for page in (TOUR, START) for block in blocks(page, "sh")]


def between(page: str, start: str, end: str) -> str:
    return page.split(f"<!-- {start} -->\n")[1].split(f"<!-- {end} -->")[0]


def test_table_of_operations_is_what_the_program_says() -> None:
    table = between(OPERATIONS, "ops", "/ops")
    assert table == markdown() + "\n", "paste: python -m sampviz ops --markdown"


@pytest.mark.usefixtures("few_waves")
@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: commands[0])
def test_commands_run(
    commands: list[str],
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    # Workers, which batches of many start, are judged elsewhere.
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0}, raising=False)
    if not any(command.startswith("sampviz check") for command in commands):  # it looks at pixels
        request.getfixturevalue("unpainted")
    for command in commands:
        program, *words = shlex.split(command)
        assert program == "sampviz"
        result = cli(*words)
        assert result.code == 0, result.err
        assert result.out
        if words[:2] == ["recipe", "init"]:  # one slice of each input shows as much as two
            recipe = Path(words[2]).read_text()
            assert '["40%", "60%"]' in recipe
            recipe = recipe.replace('["40%", "60%"]', '["60%"]')
            Path(words[2]).write_text(recipe.replace("[defaults]", "[defaults]\ndpi = 60"))
        draws = words[0] in ("compare", "apply", "spectrum", "response", "shift", "figure")
        if draws and not {"--list", "--show-recipe"} & set(words):
            assert all(Path(line).stat().st_size for line in result.out.splitlines())


def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(blocks(PYTHON, "python")[0], names)
    assert names["size"] == np.shape(names["out"]) == (256, 192)
    assert Path("t1.png").stat().st_size


def test_commands_are_functions_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    code = blocks(PYTHON, "python")[1]
    exec(code, {})
    assert capsys.readouterr().out.strip() == code.rpartition("# ")[2].strip()
    listed = set(
        re.findall(r"`(\w+)`", PYTHON.split("Every command is a function")[1].split(";")[0])
    )
    commands = {*COMMAND_LINES, "measure_dataset", "detect_labels", "draw_recipe"} - {
        "ops",
        "info",
        "recipe",
    }
    assert listed == commands
    assert all(callable(getattr(sampviz, name)) for name in listed)


def test_example_of_an_operation_is_one() -> None:
    names: dict[str, object] = {"__name__": "example"}
    exec(blocks(OWN_OPERATION, "python")[1], names)
    last = names["last"]
    assert last(np.arange(16.0).reshape(4, 4)).tolist() == [[5, 7], [13, 15]]  # type: ignore[operator]
    assert list(last.sections) == ["Size", "Delta", "Edges", "Source"]  # type: ignore[attr-defined]


def test_the_two_one_line_commands_are_one_line() -> None:
    for name in ("main-command", "tests-command"):
        lines = between(README, name, "end").strip().splitlines()
        assert len(lines) == 3  # the line and its fences


@pytest.mark.parametrize("target", re.findall(r"\[[^\]\n]+\]\(([\w./]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
