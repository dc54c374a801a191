"""The commands, and what `sampviz --help` says of each, which imports none of them.

A process runs one command. To import the others and to read their signatures costs 60 ms,
as much again as Typer: so only the one that is asked for is built, and of the others a name and a
line stand in the list of commands.
"""

from collections.abc import Collection
from importlib import import_module
from typing import Any

import typer

from sampviz.cli.help import help_of
from sampviz.cli.options import takes_limits

# Of each, in the order of the list, what its own help begins with.
COMMANDS = {
    "compare": "Draw what every chain makes of an image, side by side, with spectra.",
    "report": "Write one HTML file to look at what chains make of an image: it opens from disk,"
    " offline.",
    "measure": "Measure what every chain makes of an image: what was folded, what was lost,"
    " what was shifted.",
    "spectrum": "Draw the radial power spectra of an image and of what every chain makes of it.",
    "response": "Draw the gain of waves through each chain, and what happens to those that fold.",
    "shift": "Animate what every chain makes of an image as it moves by parts of a step.",
    "tradeoff": "Draw the choice among chains in one chart, with those that no other beats marked.",
    "detect": "Find how small a lesion survives: lesions are put in, and what chains keep is"
    " measured.",
    "figure": "Draw a figure from its recipe, of the shipped images or of yours.",
    "batch": "Draw all figures of a recipe, on all cores.",
    "bids": "Measure the images of a BIDS data set, with a page for each subject and one for all.",
    "inspect": "Print how a figure or an array was made: its recipe, its inputs, the versions.",
    "rerun": "Make a figure again from what it says of itself, and compare it byte by byte.",
    "check": "Draw the figures of recipes and compare them with baselines.",
    "apply": "Write the array that a chain makes of an image.",
    "explain": "Explain a chain with the numbers of a small matrix: window by window, sums written"
    " out.",
    "ops": "List the operations, or explain one.",
    "shape": "Print size, factor, place and Nyquist frequency after each step of a chain.",
    "network": "Print the layers of a network that change resolution, and what they do to an image"
    " inside.",
    "info": "Print what is read of a file: shape, type, spacing, axes, values, the slice that is"
    " taken.",
    "verify": "Compare the operations with the programs that networks use, on this machine.",
    "doctor": "Print versions, extras and what is missing, for the report of a bug.",
    "recipe": "Start a recipe of figures, see what it means, check it.",
}


# Those that read no image.
_UNLIMITED = {"doctor", "explain", "inspect", "ops", "recipe", "response", "shape", "verify"}


def command_of(name: str) -> Any:
    """Import a command: its function, or the Typer of a command that has commands of its own."""
    command = getattr(import_module(f"sampviz.cli.commands.{name}"), name)
    return command if name in _UNLIMITED else takes_limits(command)


def add_commands(app: typer.Typer, requested_names: Collection[str]) -> None:
    """Give a program all commands: the requested ones whole, of the others name and line."""
    for name, line in COMMANDS.items():
        command = command_of(name) if name in requested_names else _not_asked_for
        if isinstance(command, typer.Typer):
            app.add_typer(command)
        else:
            app.command(short_help=line, **help_of(name, command))(command)


def _not_asked_for() -> None:
    raise AssertionError("this command stands in the list only")
