"""Every command line in documentation, docstrings, help and messages is one that is there."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from sampviz.cli.app import run
from sampviz.cli.command_list import COMMANDS, add_commands

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    ROOT / ".pre-commit-hooks.yaml",
    *(ROOT / ".github").rglob("*.yml"),
]
FENCED = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
SPAN = re.compile(r"`+([^`]+)`+")
PROGRAM = re.compile(r"(?:^|[\s/])sampviz(?= )([^\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def texts_of(page: Path) -> Iterator[str]:
    """Yield what is set as code on a page: lines of blocks, and spans."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    if page.suffix != ".md":
        yield from text.splitlines()
        return
    for language, block in FENCED.findall(text):
        if language != "python":
            yield from block.splitlines()
    for span in SPAN.findall(FENCED.sub("", text)):
        yield " ".join(span.split())


def texts_in_code() -> Iterator[str]:
    """Yield what is set as code in docstrings, help and messages; values in them are left out."""
    for path in sorted((ROOT / "sampviz").rglob("*.py")):
        text = path.read_text("utf-8")
        if "`" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, (ast.Constant, ast.JoinedStr)):
                continue
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            constants = [p.value if isinstance(p, ast.Constant) else "X" for p in parts]
            text = "".join(part for part in constants if isinstance(part, str))
            for span in SPAN.findall(text):
                yield " ".join(span.split())


def commands() -> Iterator[Any]:
    """Yield every command and every command of a command, as they are parsed."""
    app = typer.Typer()
    add_commands(app, COMMANDS)
    waiting = [typer.main.get_command(app)]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        yield command


def texts_in_help() -> Iterator[str]:
    """Yield the lines at the ends of the help of commands."""
    for command in commands():
        yield from (command.epilog or "").splitlines()


def words_of(text: str) -> list[str]:
    """Return the words of a command line that stands in a text after the program; none if none."""
    match = PROGRAM.search(f" {text}")
    line = match[1] if match else text if text.split(" ")[0] in COMMANDS else ""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    ends = [i for i, word in enumerate(words) if word in ("|", "||", "&&", ">", "<", ";")]
    return words[: ends[0]] if ends else words


@cache
def command_lines() -> list[tuple[str, ...]]:
    texts = [text for page in PAGES for text in texts_of(page)]
    lines = [tuple(words_of(text)) for text in (*texts, *texts_in_code(), *texts_in_help())]
    return sorted({line for line in lines if line and re.fullmatch(r"[a-z]+|--?[a-z-]+", line[0])})


def is_command_line(words: tuple[str, ...]) -> bool:
    """Whether the words are parsed: options are looked up before the help ends everything."""
    return run([*words, "--help"]) == 0


def test_command_lines_are_parsed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.core.TyperCommand.get_help", lambda *_: "")  # it is long
    wrong = {}
    for words in command_lines():
        if not is_command_line(words):
            wrong[" ".join(words)] = capsys.readouterr().err
    assert wrong == {}


def test_enough_of_them_are_found() -> None:
    assert {tuple(words_of(line))[:1] for line in texts_in_help()} >= {(name,) for name in COMMANDS}
    assert len(command_lines()) > 60
    assert {line[0] for line in command_lines()} >= set(COMMANDS)


@pytest.mark.parametrize(
    "line",
    [
        "apply a.nii max --volume --series",
        "applies a.nii max",
        "compare a.png --op max",
        "info -z a",
    ],
)
def test_what_is_not_there_is_found(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not is_command_line(tuple(line.split()))
    assert capsys.readouterr().err


@cache
def _options() -> set[str]:
    names = {"--help", "--version", "--debug"}
    for command in commands():
        for parameter in command.params:
            names |= {*parameter.opts, *parameter.secondary_opts}
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_an_option_that_is_named_alone_is_there(page: Path) -> None:
    spans = [text for text in texts_of(page) if text.startswith("--")]
    named = {option for span in spans for option in OPTION.findall(span)}
    assert named <= _options()
