"""Plain words are read as Typer reads them; all others, and every error, are Typer's own."""

from typing import Any

import pytest
import typer

from sampviz.cli.app import _app
from sampviz.cli.command_list import COMMANDS
from sampviz.cli.plain_values import read_plain_values

WORDS = (
    *("", " ", "text", "ünï", "\udcff", "a\0b", ".", "no/such/file.png", "/", "/etc/shadow", "-"),
    *("0", "1", "-1", "007", "16", "17", "1.5", "1.", "1e3", "1_0", "9" * 20, "nan", "inf", "٣"),
    *("keep", "KEEP", "none", "unit", "fill=0", "true", "no", "None"),
)


def parameters() -> list[tuple[Any, typer.Context]]:
    """Return one parameter of each kind that the commands have, with a context of its command."""
    program = typer.main.get_command(_app(frozenset(COMMANDS)))
    kinds: dict[str, tuple[Any, typer.Context]] = {}
    for command in getattr(program, "commands", {}).values():
        context = typer.Context(command)
        for parameter in command.params:
            described = parameter.type_descriptor
            info = described.parameter_info
            bounds = info.min, info.max
            kinds[f"{described.annotation} {parameter.multiple} {parameter.nargs} {bounds}"] = (
                parameter,
                context,
            )
    return list(kinds.values())


def read(parameter: Any, value: object, context: typer.Context) -> object:
    try:
        result = parameter.get_runtime_param().coerce(value, param=parameter, ctx=context)
    except (typer.BadParameter, ValueError) as err:
        return type(err), str(err)
    return type(result), repr(result)


def test_every_word_for_every_kind_of_parameter() -> None:
    wrong = []
    for parameter, context in parameters():
        several = parameter.multiple or parameter.nargs == -1
        values: tuple[object, ...] = (None, *WORDS, parameter.default)
        values = (None, (), *((word,) for word in WORDS), WORDS) if several else values
        typers = [read(parameter, value, context) for value in values]
        read_plain_values([parameter])
        ours = [read(parameter, value, context) for value in values]
        named = zip(values, ours, typers, strict=True)
        wrong += [(parameter.name, *texts) for texts in named if texts[1] != texts[2]]
    assert wrong == []


def test_a_command_line_of_plain_words_is_read_without_typer_s_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: object) -> None:
        raise AssertionError("Typer was asked")

    words = ["a.npy", "--ops", "max", "--width", "85.5", "--dpi", "150", "-o", "new.png", "-q"]
    program = typer.main.get_command(_app(frozenset(["compare"])))
    command = getattr(program, "commands", {})["compare"]
    context = typer.Context(command)
    monkeypatch.setattr("typer.core.build_runtime_param", refuse)
    command.parse_args(context, [*words, "--nan", "error"])
    assert context.params["width"] == 85.5
    assert context.params["dpi"] == 150
    assert context.params["nan"] == "error"
    assert context.params["inputs"] == ["a.npy"]
    assert str(context.params["out"]) == "new.png"
