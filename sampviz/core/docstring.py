"""Docstrings of operations and metrics: paragraphs under headings, and their numpydoc form."""

import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from textwrap import fill
from typing import Any, TypeVar

from sampviz.core.errors import UsageError

_Class = TypeVar("_Class", bound=type)
_WIDTH = 84  # as wide as `help` shows in a terminal of 88 columns


def docstring_of(function: Callable[..., Any]) -> str:
    """Return the docstring of an operation or a measure.

    Parameters
    ----------
    function : callable
        What is described.

    Returns
    -------
    str
        Without indentation; "" for none.

    Raises
    ------
    UsageError
        If Python leaves out docstrings: the manual and captions are made of them.
    """
    if not function.__doc__ and sys.flags.optimize > 1:
        raise UsageError(
            "Python runs without docstrings, of which the manual and captions are made",
            "python -OO, or PYTHONOPTIMIZE=2",
            "leave it out",
        )
    return inspect.cleandoc(function.__doc__ or "")


def split_paragraphs(doc: str, headings: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Split a docstring into its introduction and the paragraphs under headings.

    Parameters
    ----------
    doc : str
        A docstring without indentation.
    headings : sequence of str
        Words that begin a paragraph, before a colon.

    Returns
    -------
    introduction : str
        The text before the first heading.
    paragraphs : dict of str to str
        The text of each paragraph, on one line, by its heading.

    Examples
    --------
    >>> doc = "Halve.\\n\\nSize: N / 2,\\n    rounded up\\nEdges: none"
    >>> split_paragraphs(doc, ("Size", "Edges"))
    ('Halve.', {'Size': 'N / 2, rounded up', 'Edges': 'none'})
    """
    introduction, *parts = re.split(rf"^({'|'.join(headings)}): ", doc, flags=re.MULTILINE)
    texts = (" ".join(text.split()) for text in parts[1::2])
    return introduction.strip(), dict(zip(parts[::2], texts, strict=True))


def entry(name: str, description: str) -> str:
    """Format an entry of a section: a name or type, and below it a wrapped description.

    Parameters
    ----------
    name : str
        The first line, such as `k : int`.
    description : str
        What it is; begins with a capital letter afterwards.

    Returns
    -------
    str
        Two or more lines.
    """
    sentence = description[:1].upper() + description[1:].rstrip(".") + "."
    return f"{name}\n" + fill(sentence, _WIDTH, initial_indent="    ", subsequent_indent="    ")


def paragraph(heading: str, text: str) -> str:
    """Format a paragraph with its heading, wrapped.

    Parameters
    ----------
    heading : str
        Its first word.
    text : str
        The text on one line.

    Returns
    -------
    str
        One or more lines.
    """
    return fill(f"{heading}: {text}", _WIDTH)


def numpydoc(introduction: str, sections: Mapping[str, str]) -> str:
    """Format a docstring with underlined sections.

    Parameters
    ----------
    introduction : str
        Summary and extended summary.
    sections : mapping of str to str
        The text of each section, by its heading, in order; one without text is left out.

    Returns
    -------
    str
        The docstring.
    """
    underlined = [
        f"{heading}\n{'-' * len(heading)}\n{text}" for heading, text in sections.items() if text
    ]
    return "\n\n".join([introduction, *underlined])


def instance_doc(manual: Callable[[Any], str]) -> Callable[[_Class], _Class]:
    """Give the instances of a class docstrings of their own, made when they are read.

    Parameters
    ----------
    manual : callable
        Returns the docstring of an instance.

    Returns
    -------
    callable
        A decorator of the class, whose own docstring stays.
    """

    def decorate(cls: _Class) -> _Class:
        cls.__doc__ = _Docstring(cls.__doc__, manual)  # type: ignore[assignment]
        return cls

    return decorate


class _Docstring:
    def __init__(self, of_class: str | None, of_instance: Callable[[Any], str]) -> None:
        self._of_class, self._of_instance = of_class, of_instance

    def __get__(self, instance: Any, owner: type) -> str | None:
        return self._of_class if instance is None else self._of_instance(instance)
