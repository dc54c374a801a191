"""Pages as texts, and their files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sampviz.figures.captions.bibliography import Entry

_CODE = re.compile(r"(`[^`]+`)")
_SPECIAL = re.compile(r"([\\*_|<])")


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Write pages by their paths; one that is the same is left alone, one of before is removed."""
    for path in {*folder.rglob("*.rst")} - {folder / name for name in pages}:
        path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def prose(text: str) -> str:
    """Return a text of a docstring as reStructuredText: nothing but `code` is markup."""
    parts = _CODE.split(text)
    return "".join(
        f"`{part}`" if i % 2 else _SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts)
    )


def heading(text: str, line: str = "=") -> str:
    """Return a title; lines `=`, `-` and `~` are of the page, its parts and theirs."""
    return f"{text}\n{line * len(text)}\n\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], widths: str = "auto") -> str:
    """Return a table of cells that are reStructuredText of a line each."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [headings, *rows]:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines) + "\n\n"


def contents(names: Iterable[str]) -> str:
    """Return the list of the pages below a page, which the sidebar shows."""
    return ".. toctree::\n   :hidden:\n\n" + "".join(f"   {name}\n" for name in names) + "\n"


def drawn(line: str, alt: str, *, may_refuse: bool = False) -> str:
    """Return the use of a figure that a command line draws."""
    refusing = "   :may-refuse:\n" if may_refuse else ""
    return f".. drawn:: {line}\n   :alt: {alt}\n{refusing}\n"


def references(entries: Iterable[Entry]) -> str:
    """Return a list of papers with their addresses; nothing for none."""
    lines = [f"- {prose(entry.text)} {entry.url}".rstrip() + "\n" for entry in entries]
    return heading("References", "-") + "".join(lines) + "\n" if lines else ""


def code(text: str, language: str) -> str:
    """Return a block of code; a line of the terminal wraps where it is long."""
    wraps = "   :class: command\n" if language == "sh" else ""
    lines = "".join(f"   {line}".rstrip() + "\n" for line in text.splitlines())
    return f".. code-block:: {language}\n{wraps}\n{lines}\n"
