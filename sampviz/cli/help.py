"""How the help of a command reads: examples at its end, and nothing that is no use."""

from collections.abc import Callable
from inspect import getdoc
from typing import Any

from typer.core import TyperCommand, TyperGroup

from sampviz.cli.examples import EXAMPLES
from sampviz.cli.plain_values import read_plain_values


class HelpCommand(TyperCommand):
    """A command whose help calls no flag a <bool>: a flag takes no value."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the arguments and options, for the help and for the parser."""
        return read_plain_values(_without_types(super().get_params(ctx)))


class HelpGroup(TyperGroup):
    """The same of a command that has commands of its own."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options, for the help and for the parser."""
        return read_plain_values(_without_types(super().get_params(ctx)))


def _without_types(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters


def help_of(name: str, command: Callable[..., None]) -> dict[str, Any]:
    """Return what Typer must know of the help of a command.

    Parameters
    ----------
    name : str
        The command's.
    command : callable
        Its docstring is the help, in lines as long as the terminal has them.

    Returns
    -------
    dict
        Arguments of `typer.Typer.command`.
    """
    paragraphs = (getdoc(command) or "").split("\n\n")
    help_text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return {"name": name, "cls": HelpCommand, "help": help_text, "epilog": examples_of(name)}


def examples_of(name: str) -> str:
    """Return the end of the help of a command.

    Parameters
    ----------
    name : str
        The command's.

    Returns
    -------
    str
    """
    return "\n".join(["Examples:", *(f"  {line}" for line in EXAMPLES[name])])
