"""The program: its commands, how it says that something is wrong, and with which exit code."""

import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Collection, Sequence
from contextlib import redirect_stdout, suppress
from functools import cache
from io import StringIO
from typing import Annotated, Any

import typer

from sampviz.cli.command_list import COMMANDS, add_commands
from sampviz.cli.completion import COMPLETING, join_broken_words
from sampviz.cli.console.say import say
from sampviz.cli.corrections import better_fix, understood
from sampviz.cli.failures import as_known
from sampviz.cli.help import HelpGroup
from sampviz.cli.wrong_numbers import number_fault
from sampviz.core.errors import FAULT, OutputError, SampvizError, SampvizWarning, UsageError
from sampviz.core.standard_input import forget_stdin
from sampviz.core.text import escape_control
from sampviz.core.version import __version__

INTERRUPTED = 130
_LINE = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")  # in which shells give the words of a line


def _print_version(is_requested: bool) -> None:
    if is_requested:
        typer.echo(f"sampviz {__version__}")
        raise typer.Exit


def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        context.get_help()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code. Results go to stdout, everything else to stderr."""
    if sys.stdout is None:
        return OutputError.exit_code  # there is nobody to tell
    full_arguments = list(sys.argv[1:] if arguments is None else arguments)
    if COMPLETING in os.environ:
        return _complete()
    debug = "--debug" in full_arguments
    with warnings.catch_warnings():
        warnings.showwarning = _warning_printer()
        warnings.simplefilter("default" if debug else "ignore")
        warnings.simplefilter("always", SampvizWarning)
        try:
            program_arguments = [word for word in full_arguments if word != "--debug"]
            program_arguments = understood(program_arguments)
            code = _program(frozenset(COMMANDS.keys() & program_arguments))(
                program_arguments, prog_name="sampviz", standalone_mode=False
            )
            if code == INTERRUPTED:  # Typer makes this of ctrl-C
                raise KeyboardInterrupt
            with suppress(BrokenPipeError):
                sys.stdout.flush()  # while an error can still be told
        except SystemExit:  # a closed pipe, such as `| head`: whoever reads has seen enough
            return 0
        except (Exception, KeyboardInterrupt) as err:
            if debug:
                traceback.print_exc()
            return _report(err, full_arguments)
        finally:
            forget_stdin()
    return code if isinstance(code, int) else 0


def _complete() -> int:
    """Print what a shell completes, without what bash has on its line already."""
    on_line = join_broken_words()
    output = StringIO()
    with redirect_stdout(output), suppress(SystemExit):
        # The words are those of the environment; a line that is not whole yet may be any.
        words = re.split(r"\s+", " ".join(os.environ.get(name, "") for name in _LINE))
        _app(words)([], prog_name="sampviz", standalone_mode=False)
    for line in output.getvalue().splitlines():
        typer.echo(line.removeprefix(on_line), nl=bool(line))
    return 0


@cache
def _program(names: frozenset[str]) -> Any:
    """Return the program with these commands: who runs it again in one process saves 15 ms."""
    return typer.main.get_command(_app(names))


def _app(arguments: Collection[str]) -> typer.Typer:
    """Return the program as these words need it."""
    app = typer.Typer(
        name="sampviz",
        cls=HelpGroup,
        help="See and measure what down- and upsampling does to an image.",
        epilog="--debug, anywhere, shows the traceback of an error.",
        add_completion=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        callback=_root,
        invoke_without_command=True,
    )
    add_commands(app, arguments)
    return app


def _report(err: BaseException, arguments: Sequence[str]) -> int:
    """Say on stderr what went wrong; return the exit code."""
    if isinstance(err, (typer.Abort, KeyboardInterrupt)):
        say("interrupted")
        return INTERRUPTED
    if known := as_known(err):
        shown_error, code = known, known.exit_code
    elif isinstance(err, typer.TyperException):
        shown_error, code = _of_typer(err), SampvizError.exit_code
    else:  # whatever it is: a user gets three lines
        what = " ".join(f"{type(err).__name__}: {err}".split())
        shown_error = SampvizError(
            "a fault in sampviz itself",
            what,
            "--debug shows where; please report it with `sampviz doctor`",
        )
        code = FAULT
    if fix := better_fix(shown_error, arguments):
        what, where, _ = shown_error.texts
        shown_error = UsageError(what, where, fix)
    say(f"error: {shown_error}")
    return code


def _of_typer(err: typer.TyperException) -> SampvizError:
    """Say Typer's complaint about an option in our three lines."""
    message = number_fault(err) or err.format_message().replace("Value error, ", "")
    message = " ".join(message.split()).rstrip(".")
    context = getattr(err, "ctx", None)
    command = context.command_path if context else "sampviz"
    return SampvizError(message[:1].lower() + message[1:], command, f"`{command} --help`")


def _warning_printer() -> Callable[..., None]:
    """Return what prints warnings: each text once, however many inputs and chains it is of."""
    printed_texts: set[str] = set()

    def print_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        text = f"{category.__name__}: {message}"
        if isinstance(message, SampvizWarning):
            text = message.as_option()
        if text not in printed_texts:
            say(f"warning: {escape_control(text)}")
        printed_texts.add(text)

    return print_warning
