"""The inputs and the chains of a command, and how inputs are read: the same for all commands."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.completion import complete_chains, complete_input
from sampviz.cli.options import parameter_of, with_options
from sampviz.core.errors import SampvizWarning
from sampviz.core.standard_input import check_stdin_once
from sampviz.images.selection import HELP_PANEL, READING_OPTIONS

if TYPE_CHECKING:
    from sampviz.ops.chain import Chain

_Command = Callable[..., None]
Reading = dict[str, Any]  # keywords of `sampviz.load`: what the user asked for


def only_one_stdin(inputs: list[str] | None) -> list[str] | None:
    """Raise UsageError for a second `-` among inputs."""
    check_stdin_once(inputs or ())
    return inputs


def _inputs(help_text: str, *, several: bool = True) -> Any:
    return typer.Argument(
        metavar="INPUT",
        help=help_text,
        callback=only_one_stdin if several else None,
        show_default=False,
        autocompletion=complete_input,
    )


INPUT_PATTERNS = _inputs(
    "PNG, NIfTI, .npy or other images (docs/formats.md), 'scans/**/*.nii.gz', sample:NAME, or - for"
    " stdin."
)
InputName = Annotated[
    str,
    _inputs(
        "PNG, NIfTI, .npy or another image (docs/formats.md), sample:NAME, or - for stdin.",
        several=False,
    ),
]
InputNames = Annotated[
    list[str],
    _inputs("PNG, NIfTI, .npy or other images (docs/formats.md), sample:NAME, or - for stdin."),
]
InputPatterns = Annotated[list[str], INPUT_PATTERNS]


def chains_option(each: str, default: str = "") -> Any:
    """Return what Typer must know of --ops; `each` says what a chain is there, as `a row each`."""
    text = f"Chains, {each}: max,stride,blur,flc or max:k=3:s=2:p=1+bilinear:2."
    return typer.Option(
        metavar="CHAINS",
        help=f"{text} {default}".rstrip(),
        autocompletion=complete_chains,
        show_default=False,
    )


def parsed_chains(texts: Sequence[str], *, allow_code: bool) -> Sequence["Chain"]:
    """Return the chains of --ops, which may be given several times."""
    from sampviz.ops.chain import parse_chains

    return [chain for text in texts for chain in parse_chains(text, "--ops", allow_code=allow_code)]


@contextmanager
def distinct_warnings(source: str, inputs: Sequence[str]) -> Iterator[None]:
    """Tell in warnings of one of several inputs which it is, where others have its name.

    Parameters
    ----------
    source : str
        The input that is read.
    inputs : sequence of str
        All of the command.
    """
    from sampviz.images.input_names import distinct_names, stem

    name, distinct_name = stem(source), distinct_names(inputs)[list(inputs).index(source)]
    show_warning = warnings.showwarning

    def show_distinct(
        message: Warning | str, category: type[Warning], *rest: Any, **named: Any
    ) -> None:
        text = str(message.args[0]) if isinstance(message, SampvizWarning) else ""
        if text.startswith(f"{name}: "):
            message = SampvizWarning(distinct_name + text.removeprefix(name))
        show_warning(message, category, *rest, **named)

    warnings.showwarning = show_distinct
    try:
        yield
    finally:
        warnings.showwarning = show_warning


def takes_reading_options(command: _Command) -> _Command:
    """Give a command all options of reading; it gets them as one argument, `reading`."""
    return takes_reading_options_but()(command)


def takes_reading_options_but(*refused: str) -> Callable[[_Command], _Command]:
    """Give a command the options of reading, as `takes_reading_options` does.

    Its help does not list those that it refuses whatever it reads; who gives one is told why.
    """
    parameters = [
        parameter_of(option, HELP_PANEL, hidden=name in refused)
        for name, option in READING_OPTIONS.items()
    ]
    return lambda command: with_options(command, "reading", parameters)
