"""The program: its commands, how it says that something is wrong, and with which exit code."""

import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sampviz import __version__
from sampviz.cli.apply import apply
from sampviz.cli.batch import batch
from sampviz.cli.check import check
from sampviz.cli.compare import compare
from sampviz.cli.explain import explain
from sampviz.cli.figure import figure
from sampviz.cli.info import info
from sampviz.cli.inspect import inspect
from sampviz.cli.measure import measure
from sampviz.cli.ops import ops
from sampviz.cli.recipe import recipe
from sampviz.cli.report import report
from sampviz.cli.rerun import rerun
from sampviz.cli.response import response
from sampviz.cli.shape import shape
from sampviz.cli.shift import shift
from sampviz.cli.spectrum import spectrum
from sampviz.cli.tradeoff import tradeoff
from sampviz.cli.verify import verify
from sampviz.errors import FAULT, OutputError, SampvizError, SampvizWarning
from sampviz.text import visible

INTERRUPTED = 130

app = typer.Typer(
    name="sampviz",
    help="See and measure what down- and upsampling does to an image.",
    epilog="--debug, anywhere, shows the traceback of an error.",
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    *(compare, report, measure, spectrum, response, shift, tradeoff, figure),
    *(batch, inspect, rerun, check),
    *(apply, explain, ops, shape, info, verify),
):
    app.command()(command)
app.add_typer(recipe)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sampviz {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
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


def run(words: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code. Results go to stdout, everything else to stderr."""
    if sys.stdout is None:
        return OutputError.exit_code  # there is nobody to tell
    given = list(sys.argv[1:] if words is None else words)
    debug = "--debug" in given
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        warnings.simplefilter("default" if debug else "ignore")
        warnings.simplefilter("always", SampvizWarning)
        try:
            kept = [word for word in given if word != "--debug"]
            code = app(kept, prog_name="sampviz", standalone_mode=False)
            if code == INTERRUPTED:  # Typer makes this of ctrl-C
                raise KeyboardInterrupt
        except SystemExit:  # a closed pipe, such as `| head`: whoever reads has seen enough
            return 0
        except (Exception, KeyboardInterrupt) as err:
            if debug:
                traceback.print_exc()
            return _report(err)
    return code if isinstance(code, int) else 0


def _report(err: BaseException) -> int:
    """Say on stderr what went wrong; return the exit code."""
    if isinstance(err, (typer.Abort, KeyboardInterrupt)):
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    if isinstance(err, SampvizError):
        told: SampvizError = err
        code = err.exit_code
    elif isinstance(err, typer.TyperException):
        told, code = _of_typer(err), SampvizError.exit_code
    elif isinstance(err, OSError):
        told = OutputError(
            f"the output cannot be written: {err.strerror or err}",
            "stdout",
            "make room, or write elsewhere",
        )
        code = told.exit_code
    else:  # whatever it is: a user gets three lines
        what = " ".join(f"{type(err).__name__}: {err}".split())
        told = SampvizError(
            "a fault in sampviz itself", what, "--debug shows where; please report it"
        )
        code = FAULT
    typer.echo(f"error: {told}", err=True)
    return code


def _of_typer(err: typer.TyperException) -> SampvizError:
    """Say Typer's complaint about an option in our three lines."""
    message = " ".join(err.format_message().replace("Value error, ", "").split()).rstrip(".")
    context = getattr(err, "ctx", None)
    command = context.command_path if context else "sampviz"
    return SampvizError(message[:1].lower() + message[1:], command, f"`{command} --help`")


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    kind = "" if issubclass(category, SampvizWarning) else f"{category.__name__}: "
    typer.echo(f"warning: {visible(f'{kind}{message}')}", err=True)
