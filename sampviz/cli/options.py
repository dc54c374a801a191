"""Options that several commands have, and the few steps around them that all commands share."""

import inspect
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any

import typer

from sampviz.cli.completion import (
    complete_channel,
    complete_measures,
    complete_rows,
    complete_words,
)
from sampviz.core.budget import DEFAULT_SECONDS, LimitError, limits
from sampviz.core.errors import SampvizWarning
from sampviz.core.option import Option, join_words
from sampviz.core.system_limits import can_watch_time
from sampviz.core.table_text import json_values
from sampviz.figures.options import ENDINGS, FIGURE_OPTIONS, HELP_PANELS, LOOK, LOOK_OPTIONS

FIGURE_FILE = f"FILE{join_words(ENDINGS)}"  # in the help of options that name one

# The panels of the help of every command, after that of its own options.
OUTPUT, RUN = "What is written", "How it runs"

Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace files that sampviz did not make, too.",
        rich_help_panel=OUTPUT,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        max=512,
        metavar="N",
        help="Processes; all cores by default.",
        rich_help_panel=RUN,
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Work on a cluster: tcp://HOST:PORT of a dask scheduler, or local:N.",
        show_default=False,
        rich_help_panel=RUN,
    ),
]
KeepGoing = Annotated[
    bool,
    typer.Option(
        "--keep-going",
        "-k",
        help="Go on after a failure; the exit code tells it.",
        rich_help_panel=RUN,
    ),
]
Captions = Annotated[
    str | None,
    typer.Option(
        "--caption",
        metavar="FORMATS",
        autocompletion=complete_words(("md", "tex", "html")),
        help="Write caption, alt text and BibTeX beside the figure: some of md,tex,html.",
        rich_help_panel=OUTPUT,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object.", rich_help_panel=OUTPUT)
]
AllowCode = Annotated[
    bool,
    typer.Option(
        "--allow-code",
        help="Let a step be package.module:name: code of yours, which is run.",
        rich_help_panel=RUN,
    ),
]
Measures = Annotated[
    str | None,
    typer.Option(
        metavar="LIST",
        help="Some of `sampviz measure --list`, e.g. alias,psnr; all by default.",
        autocompletion=complete_measures,
    ),
]
Preview = Annotated[
    bool,
    typer.Option(
        "--preview",
        help="Show the figure in the terminal, too, if it has pictures.",
        rich_help_panel=OUTPUT,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No warnings, no progress bar.", rich_help_panel=RUN),
]


_METAVARS = {int: "N", str: "TEXT"}
_COMPLETIONS = {
    "rows": complete_rows,
    "in_panel": complete_measures,
    "channel": complete_channel,
}


def typer_option(option: Option, **changes: Any) -> Any:
    """Return what Typer must know of an option; `changes` are of this command alone."""
    words = option.words if option.type is str else ()
    completion = _COMPLETIONS.get(option.name) or (complete_words(words) if words else None)
    has_opposite = option.type is bool and option.default is not False
    flags = f"{option.flag}/--no-{option.flag[2:]}" if has_opposite else option.flag
    # Words in the column of types would leave none for the help at 80 columns.
    is_list = bool(words) and not option.spec.metavar
    one_of = f" One of {join_words(words)}." if is_list else ""
    return typer.Option(
        flags,
        **{
            "help": option.spec.help + one_of,
            "metavar": option.spec.metavar or ("WORD" if is_list else _METAVARS.get(option.type)),
            "min": option.spec.low,
            "max": option.spec.high,
            "autocompletion": completion,
            **changes,
        },
    )


def figure_option(name: str, **changes: Any) -> Any:
    """Return what Typer must know of an option of figures; `changes` are of this command alone."""
    return typer_option(FIGURE_OPTIONS[name], **changes)


def parameter_of(option: Option, panel: str, *, hidden: bool = False) -> inspect.Parameter:
    """Return the parameter of a command that an option is, in a panel of its help or in none."""
    declared = typer_option(option, rich_help_panel=panel, hidden=hidden)
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=option.default,
        annotation=Annotated[option.command_hint, declared],
    )


def with_options(
    command: Callable[..., None], argument: str, parameters: Sequence[inspect.Parameter]
) -> Callable[..., None]:
    """Give a command these options; it gets their values by name, as the one `argument`."""
    own_parameters = [
        p for p in inspect.signature(command).parameters.values() if p.name != argument
    ]
    offered = [p.replace(kind=p.KEYWORD_ONLY) for p in own_parameters] + list(parameters)

    @wraps(command)
    def with_values(**arguments: Any) -> None:
        values = {p.name: arguments.pop(p.name) for p in parameters}
        command(**arguments, **{argument: values})

    with_values.__signature__ = inspect.Signature(offered)  # type: ignore[attr-defined]
    with_values.__annotations__ = {p.name: p.annotation for p in offered}
    return with_values


_DRAWING = [
    parameter_of(FIGURE_OPTIONS[name], panel)
    for panel, names in HELP_PANELS.items()
    for name in names
]


def takes_figure_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all options of a comparison; it gets them as one argument, `options`."""
    return with_options(command, "options", _DRAWING)


_LOOK = [parameter_of(FIGURE_OPTIONS[name], LOOK) for name in LOOK_OPTIONS]


def takes_look_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of how every figure looks; it gets them as `look`, by name."""
    return with_options(command, "look", _LOOK)


_LIMITS = [
    inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[
            hint, typer.Option(metavar=metavar, help=text, rich_help_panel=RUN, min=low)
        ],
    )
    for name, hint, default, metavar, low, text in (
        (
            "max_memory",
            str | None,
            None,
            "SIZE",
            None,
            "Memory that an input may cost; 4GB, or half of the machine's.",
        ),
        (
            "max_seconds",
            float,
            DEFAULT_SECONDS,
            "N",
            0.001,
            "Seconds of computing that an input may cost, of all cores together.",
        ),
    )
]


def takes_limits(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of what an input may cost, and run it within them."""

    @wraps(command)
    def limited(*, bounds: dict[str, Any], **arguments: Any) -> None:
        if not can_watch_time():
            bounds["max_seconds"] = None
        try:
            with limits(**bounds):
                command(**arguments)
        except LimitError as err:
            raise err.at(f"sampviz {command.__name__}") from None

    bounds_parameter = inspect.Parameter("bounds", inspect.Parameter.KEYWORD_ONLY)
    own = inspect.signature(command).parameters.values()
    limited.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [*(p.replace(kind=p.KEYWORD_ONLY) for p in own), bounds_parameter]
    )
    return with_options(limited, "bounds", _LIMITS)


def silence_warnings(quiet: bool) -> None:
    """Say no warnings if `quiet`."""
    if quiet:
        warnings.simplefilter("ignore", SampvizWarning)


def print_json(values: dict[str, object]) -> None:
    """Print one object for a program, with the version of its form; null for what is no number."""
    import json

    storable = json_values({"schema": 1, **values})
    typer.echo(json.dumps(storable, indent=2, allow_nan=False))
