"""What an error calls an option is one: no `--INPUT` where the help says INPUT."""

import ast
from pathlib import Path
from typing import Any

import pytest
import typer.main

from sampviz.cli.app import _app
from sampviz.cli.command_list import COMMANDS
from sampviz.core.errors import flag

pytestmark = pytest.mark.slow


def declared() -> set[str]:
    """Return all options of all commands."""
    found: set[str] = set()
    for name in COMMANDS:
        command: Any = typer.main.get_command(_app([name])).commands[name]  # type: ignore[attr-defined]
        for each in (command, *getattr(command, "commands", {}).values()):
            found.update(*(parameter.opts for parameter in each.params))
    return found


def test_an_option_that_is_named_by_another_word_than_in_python_is_one() -> None:
    named = set()
    for file in Path(__file__).parents[2].joinpath("sampviz").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "option=" in text else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "argument":
                named |= {
                    flag(str(keyword.value.value))
                    for keyword in node.keywords
                    if keyword.arg == "option" and isinstance(keyword.value, ast.Constant)
                }
    assert named - {"--debug"} <= declared()  # it is of the program, not of a command
    assert named
