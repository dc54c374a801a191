"""The help of every command at 80 columns: nothing is cut, and it ends with examples."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from sampviz.cli.app import _app
from sampviz.cli.command_list import COMMANDS
from sampviz.cli.examples import EXAMPLES
from tests.conftest import Cli

OF_RECIPE = ("init", "show", "lint", "schema")
PAGES = [*([name] for name in COMMANDS), *(["recipe", name] for name in OF_RECIPE)]


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def panels_of(text: str) -> Iterator[str]:
    """Yield the titles of the panels of a help."""
    for line in text.splitlines():
        if line.startswith("╭─ "):
            yield line.strip("╭─╮ ")


@pytest.mark.slow
@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_nothing_is_cut_and_the_end_is_examples(cli: Cli, words: list[str]) -> None:
    text = cli(*words, "--help").out
    lines = [line.strip() for line in text.splitlines()]
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "<bool>" not in text
    start = lines.index("Examples:") + 1
    assert tuple(filter(None, lines[start:])) == EXAMPLES[words[-1]]


def test_every_command_has_some_examples() -> None:
    assert set(EXAMPLES) == {*COMMANDS, *OF_RECIPE}
    for name in COMMANDS:
        assert 2 <= len(EXAMPLES[name]) <= 3
        assert all(line.startswith(f"sampviz {name}") for line in EXAMPLES[name])


def test_examples_have_the_options_of_their_commands() -> None:
    for line in [line for lines in EXAMPLES.values() for line in lines]:
        _, name, *words = shlex.split(line.partition(" > ")[0])
        command: Any = typer.main.get_command(_app([name])).commands[name]  # type: ignore[attr-defined]
        while words and words[0] in getattr(command, "commands", ()):
            command = command.commands[words.pop(0)]
        assert command.make_context(name, words)  # an error if it cannot be parsed


def test_options_stand_in_panels(cli: Cli) -> None:
    titles = list(panels_of(cli("compare", "--help").out))
    assert titles == [
        "Arguments",
        "Options",
        "What is written",
        "How it runs",
        "What is shown",
        "How it looks",
        "Which picture of a file",
    ]
    for name in ("measure", "tradeoff", "batch", "apply"):
        assert {"What is written", "How it runs"} <= set(panels_of(cli(name, "--help").out))
