"""What a message advises must be there: the options that it names are those of its command."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer.main

from sampviz.cli.app import _app
from sampviz.cli.command_list import COMMANDS

_OF_ALL = frozenset({"--help", "--version", "--debug", "--quiet"})


@cache
def options_of(command: str) -> frozenset[str]:
    """Return the options of a command, and of those that it has below it."""
    declared: Any = typer.main.get_command(_app([command]))
    return _OF_ALL | frozenset(_options(declared.commands[command]))


def _options(command: Any) -> set[str]:
    own = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    below = (_options(each) for each in getattr(command, "commands", {}).values())
    return own.union(*below)


def foreign_options(words: Sequence[str], err: str) -> list[str]:
    """Return the options that a fix names and its command does not have.

    Parameters
    ----------
    words : sequence of str
        Of the command line.
    err : str
        What stands on stderr.
    """
    command = next((word for word in words if word in COMMANDS), None)
    found = []
    for fix in re.findall(r"^ +fix: (.*(?:\n {7}.*)*)", err, re.M):
        # What stands behind `sampviz NAME` is advice about that command.
        parts = re.split(r"\bsampviz ([a-z]+)\b", fix)
        for name, part in zip([command, *parts[1::2]], parts[::2], strict=True):
            named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", part))
            if name in COMMANDS:
                found += sorted(named - options_of(name))
    return found
