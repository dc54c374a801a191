"""The reference of Python: a page for every public name, from its docstring."""

import inspect
from collections.abc import Mapping

import sampviz
from site_pages.written import contents, heading, prose, table

_INTRODUCTION = """
Every command is a function with the same words and the same results. A name is imported when it
is first used. An image may be a path, an array, a tensor of torch, or an image of nibabel, PIL,
xarray or SimpleITK; a chain may be a text, an operation, a function or a torch module.

"""


def python_pages() -> dict[str, str]:
    """Return the pages by their paths."""
    kinds: dict[str, dict[str, object]] = {}
    for name in sorted(dir(sampviz), key=str.lower):
        item = getattr(sampviz, name)
        kinds.setdefault(_kind(item), {})[name] = item
    pages = {
        f"python/{name}.rst": _page(name, item)
        for members in kinds.values()
        for name, item in members.items()
    }
    index = heading("Python") + _INTRODUCTION
    for title in ("Functions", "Classes", "Values", "Errors and warnings"):
        index += heading(title, "-") + table(
            ("name", "what it is"),
            [(f":doc:`{name} <{name}>`", _summary(item)) for name, item in kinds[title].items()],
            "25 75",
        )
    names = [name for members in kinds.values() for name in members]
    return {"python/index.rst": index + contents(f"{name} <{name}>" for name in names), **pages}


def _kind(item: object) -> str:
    if inspect.isclass(item):
        return "Errors and warnings" if issubclass(item, BaseException) else "Classes"
    return "Functions" if callable(item) else "Values"


def _summary(item: object) -> str:
    if isinstance(item, Mapping):
        return f"The {next(iter(item.values())).__class__.__name__.lower()}s by name."
    if isinstance(item, str):
        return "The version."
    lines = (inspect.getdoc(item) or "").split("\n\n")[0].splitlines()
    return prose(" ".join(lines))


def _page(name: str, item: object) -> str:
    title = heading(f"sampviz.{name}")
    if inspect.isclass(item):
        members = "" if issubclass(item, BaseException) else "   :members:\n"
        return f"{title}.. autoclass:: sampviz.{name}\n{members}"
    if callable(item):
        return f"{title}.. autofunction:: sampviz.{name}\n"
    return f"{title}{_summary(item)}\n"
