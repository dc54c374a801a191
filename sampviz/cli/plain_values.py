"""Words of the command line that need no checks but the simplest.

Typer reads each value, and each default, by a model of pydantic: to import that and to build forty
models takes a fifth of the time to a small figure. Texts, flags, plain numbers within their bounds,
words of a list and paths that can be read are what they will be; the rest, and every error, is left
to Typer.
"""

import os
import re
from pathlib import Path
from typing import Any, get_args

_LEFT_TO_TYPER = object()
_PLAIN_NUMBER = {int: re.compile(r"[0-9]{1,15}"), float: re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")}


def read_plain_values(parameters: list[Any]) -> list[Any]:
    """Let parameters of Typer take plain values as they are.

    Parameters
    ----------
    parameters : list
        Arguments and options; they are changed.

    Returns
    -------
    list
        The same.
    """
    for parameter in parameters:
        # Typer calls it when it first reads a value. Where it does not, all goes its own way.
        parameter.get_runtime_param = _Values(parameter).get
    return parameters


class _Values:
    """Reads the values of a parameter, in place of what Typer makes for it."""

    def __init__(self, parameter: Any) -> None:
        self._parameter = parameter

    def get(self) -> "_Values":
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        several = param.multiple or param.nargs == -1
        plain = _plain_list(value, param) if several else _plain(value, param)
        if plain is not _LEFT_TO_TYPER:
            return plain
        typers_own = type(param).get_runtime_param(param)
        return typers_own.coerce(value, param=param, ctx=ctx)


def _plain_list(value: Any, parameter: Any) -> Any:
    if value is None:
        return ()
    texts = parameter.type_descriptor.annotation == list[str] and isinstance(value, list | tuple)
    return list(value) if texts and all(map(_is_text, value)) else _LEFT_TO_TYPER


def _plain(value: Any, parameter: Any) -> Any:
    """Return the value as Typer would; `_LEFT_TO_TYPER` where that takes more."""
    described = parameter.type_descriptor
    kind, info = described.annotation, described.parameter_info
    if value is None or (type(value) is kind and kind is not str):
        return value
    if not _is_text(value) or info.parser:
        return _LEFT_TO_TYPER
    if kind is str or value in get_args(kind):
        return value
    if kind is Path and _is_plain_path(value, info):
        return Path(value)
    if kind in _PLAIN_NUMBER and _PLAIN_NUMBER[kind].fullmatch(value) and not info.clamp:
        number = kind(value)
        if (info.min is None or number >= info.min) and (info.max is None or number <= info.max):
            return number
    return _LEFT_TO_TYPER


def _is_text(value: Any) -> bool:
    """Whether it is text that can be read: file names may hold any bytes."""
    return isinstance(value, str) and value.isprintable()


def _is_plain_path(text: str, info: Any) -> bool:
    """Whether nothing is there, or something that can be read, where no more than that is asked."""
    if info.exists or info.writable or info.resolve_path or not (info.file_okay and info.dir_okay):
        return False
    return os.access(text, os.R_OK) or not os.path.lexists(text)
