"""Calls as other programs write them, `MaxPool2d(2)`, where a step of a chain is wanted."""

import re
from collections.abc import Iterator
from contextlib import suppress

from sampviz.ops.aliases import PARAMETER_ALIASES, advice_for, parameter_advice
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import BadValueError
from sampviz.ops.registry import OPS, canonical_name

_CALL = re.compile(r"(?:\w+\.)*(\w+)\(([^()]*)(\(?)", re.ASCII)
_COLON = "parameters follow a colon: max:k=3"
# Whose first parameter is another there: size, channels, window.
_OTHER_FIRST = ("nearest", "blur", "unpool")


def call_advice(call: str) -> str:
    """Say which step stands for a call.

    Parameters
    ----------
    call : str
        Begins with a name and a parenthesis, as `nn.MaxPool2d(3, stride=2)`.

    Returns
    -------
    str
        The step, where name and parameters are known here; else what is known of them.

    Examples
    --------
    >>> call_advice("nn.MaxPool2d(3, stride=2)")
    "did you mean 'max:k=3:s=2'?"
    """
    match = _CALL.match(call)
    if match is None:
        return _COLON
    name = canonical_name(match[1])
    if name is None:
        return advice_for(match[1]) or _COLON
    op = OPS.get(name)
    if op is None or not op.parameters:
        return f"did you mean {name!r}?"
    written = [part.strip() for part in match[2].split(",") if part.strip()]
    keys = (part.partition("=")[0].strip() for part in written if "=" in part)
    advice = next(filter(None, (parameter_advice(name, key) for key in keys)), "")
    if not advice and not match[3]:  # of a tuple inside only the beginning is known
        with suppress(BadValueError, LookupError):
            return f"did you mean {':'.join([name, *_arguments(op, written)])!r}?"
    example = f"{name}:{op.parameters[0].name}=.."
    return advice or f"did you mean {name!r}? parameters follow a colon: {example}"


def _arguments(op: Operation, written: list[str]) -> Iterator[str]:
    """Yield arguments as a step has them; LookupError or BadValueError where it has none such."""
    by_name = {parameter.name: parameter for parameter in op.parameters}
    names = list(by_name) if op.name not in _OTHER_FIRST else []
    for i, text in enumerate(written):
        key, sign, value = text.partition("=") if "=" in text else (names[i], "=", text)
        key, value = key.strip(), value.strip().strip("'\"").lower()
        parameter = by_name[PARAMETER_ALIASES.get(key, key)]
        parameter.read(value)
        yield f"{parameter.name}{sign}{value}"
