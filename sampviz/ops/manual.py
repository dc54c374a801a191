"""The manual of an operation as Python's `help` shows it: its signature and a numpydoc text."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from inspect import Parameter as Argument
from inspect import Signature

from sampviz.core.docstring import entry, numpydoc, paragraph, split_paragraphs
from sampviz.ops.parameter import Derived, Parameter
from sampviz.ops.rules import SECTIONS, Form
from sampviz.ops.values import Value

_RAISES = "if a parameter is unknown or out of bounds, or the array is too small"
_RETURNS = "the result as float32, as float64 or complex where the input is; its size: see Notes"
_PIXELS = "Numbers; the axes before the last `axes` are carried along"
_AXES = "number of last axes in space: rows and columns, or slices, rows and columns"
_PLANE = "number of last axes in space: the operation works on planes only"


def signature(parameters: Sequence[Parameter]) -> Signature:
    """Return the signature of an operation that is called as a function.

    Parameters
    ----------
    parameters : sequence of Parameter
        Its parameters; a default that follows from other parameters is None here.

    Returns
    -------
    inspect.Signature
        `(x, *, ..., axes=2)`.
    """
    defaults = {p.name: _default(p) for p in parameters}
    keyword_parameters = [
        Argument(name, Argument.KEYWORD_ONLY, default=default)
        for name, default in {**defaults, "axes": 2}.items()
    ]
    return Signature([Argument("x", Argument.POSITIONAL_OR_KEYWORD), *keyword_parameters])


def manual_text(
    name: str, doc: str, parameters: Sequence[Parameter], form: Form, linear: bool
) -> str:
    """Return the numpydoc text of an operation, its Parameters made from their types.

    Parameters
    ----------
    name : str
        Name of the operation.
    doc : str
        Its docstring, with the paragraphs of `SECTIONS`.
    parameters : sequence of Parameter
        Its parameters.
    form : {"axis", "axes", "plane", "pixel"}
        How its function is called.
    linear : bool
        Whether it is linear.

    Returns
    -------
    str
        Signature, summary, and the sections Parameters, Returns, Raises, Notes and References.
    """
    introduction, paragraphs = split_paragraphs(doc, SECTIONS)
    source = paragraphs.pop("Source", "")
    paragraphs["Linear"] = "yes" if linear else "no"
    sections = {
        "Parameters": "\n".join(_entries(parameters, form)),
        "Returns": entry("numpy.ndarray", _RETURNS),
        "Raises": entry("sampviz.SampvizError", _RAISES),
        "Notes": "\n\n".join(paragraph(*item) for item in paragraphs.items()),
        "References": source,
    }
    return numpydoc(f"{name}{signature(parameters)}\n\n{introduction}", sections)


def _default(parameter: Parameter) -> Value | None:
    """Return the default as a signature has it."""
    default = parameter.default
    if isinstance(default, Derived):
        return None
    return float(default) if isinstance(default, Fraction) else default


def _entries(parameters: Sequence[Parameter], form: Form) -> Iterator[str]:
    plane = form == "plane"
    yield entry(
        "x : array_like, shape (..., H, W)" + ("" if plane else " or (..., D, H, W)"), _PIXELS
    )
    for parameter in parameters:
        rule = parameter.default.text if isinstance(parameter.default, Derived) else ""
        value = _default(parameter)
        default = "None" if rule else f'"{value}"' if isinstance(value, str) else repr(value)
        description = parameter.spec.meaning
        if parameter.type is not bool and not parameter.is_choice:
            description += f"; {parameter.allowed}"
        if rule:
            description += f". None stands for {rule}"
        yield entry(f"{parameter.name} : {_type_of(parameter)}, default {default}", description)
    yield entry(f"axes : {'{2}' if plane else '{2, 3}'}, default 2", _AXES if not plane else _PLANE)


def _type_of(parameter: Parameter) -> str:
    """Return the type of a parameter in words: `int, tuple of int or "auto"`."""
    word_types = [f'"{word}"' for word in parameter.spec.words]
    if parameter.is_choice:
        return f"{{{', '.join(word_types)}}}"
    types = ["float" if parameter.type is Fraction else parameter.type.__name__]
    types += [f"tuple of {types[0]}"] if parameter.spec.per_axis else []
    *first, last = [*types, *word_types]
    return f"{', '.join(first)} or {last}" if first else last
