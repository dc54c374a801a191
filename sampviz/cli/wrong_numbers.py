"""What is wanted of the number of an option, where another text or another number is given."""

from typing import Any

import typer

_FAULTS = ("int_", "float_", "finite_number", "greater_", "less_")  # of Typer's checks


def number_fault(err: typer.TyperException) -> str:
    """Say what an option takes and what it was given.

    Parameters
    ----------
    err : TyperException
        About a command line.

    Returns
    -------
    str
        Such as "invalid value for '--mosaic': a whole number, 1 or more, not 'x'"; empty for what
        is no fault of a number.
    """
    faults: Any = getattr(err.__context__, "errors", list)()
    option = getattr(err, "param", None)
    if not faults or option is None or not faults[0]["type"].startswith(_FAULTS):
        return ""
    descriptor = getattr(option, "type_descriptor", None)
    is_whole = getattr(descriptor, "annotation", None) is int or faults[0]["type"].startswith("int")
    low, high = getattr(option, "min", None), getattr(option, "max", None)
    if low is not None and high is not None:
        bounds = f", {low}..{high}"
    elif low is not None:
        bounds = f", {low} or more"
    else:
        bounds = "" if high is None else f", {high} at most"
    name = max(option.opts, key=len) if option.opts else option.name
    kind = "a whole number" if is_whole else "a number"
    wanted = f"{kind}{bounds}{',' * bool(bounds)}"
    return f"invalid value for '{name}': {wanted} not {faults[0]['input'][:60]!r}"
