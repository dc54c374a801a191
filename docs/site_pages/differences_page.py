"""How operations differ from the programs that networks use: what `verify` finds."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import sampviz
from sampviz.testing.parity.compare import Parity
from site_pages.written import heading, prose, table

_INTRODUCTION = """
Every operation equals its authors' program to rounding, or says where and why it does not. This is
what `sampviz verify` found where the site was built: it gives both the same noise and compares.
Outputs of torch, OpenCV, SciPy, Pillow and the authors' own programs are stored with the tests too,
and are always compared.

"""


@cache
def parity() -> Parity:
    """Return what `verify` finds with the programs that are installed here."""
    return sampviz.verify()


def differences_page() -> str:
    """Return the page: where it differs on purpose, program by program, and where it agrees."""
    text = heading("How it differs from other programs") + _INTRODUCTION
    programs: dict[str, list[Mapping[str, Any]]] = {}
    for deviation in parity().deviations:
        programs.setdefault(_name(deviation["program"]), []).append(deviation)
    for name in sorted(programs, key=str.lower):
        text += heading(name, "-")
        for deviation in programs[name]:
            links = ", ".join(f":doc:`{op} <operations/{op}>`" for op in deviation["ops"])
            text += f"{links}\n\n" + deviation_text(deviation)
    return text + _agreement()


def deviation_text(deviation: Mapping[str, Any]) -> str:
    """Return a program, what of it differs and why, and the chain that does as it."""
    instead = deviation["instead"]
    return (
        f"**{prose(deviation['program'])}**\n\n"
        f":What: {prose(deviation['what'])}\n:Why: {prose(deviation['why'])}\n"
        f":Theirs: {f'`{instead}`' if instead else 'no parameter gives it'}\n\n"
    )


def _name(program: str) -> str:
    """Return what a program is called, without its functions and versions."""
    return re.split(r" [(\d]|, ", program)[0]


def _agreement() -> str:
    found = parity()
    rows = [
        (
            row.program,
            f"`{row.chain}`",
            row.border or "–",
            f"{row.difference:.1e}" if row.difference else "0",
            f"{row.allowed:.0e}",
        )
        for row in found.rows
    ]
    versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    text = heading("Where it agrees", "-")
    text += f"The largest difference on noise of {', '.join(found.rows[0].sizes)} px; {versions}.\n"
    if found.not_installed:
        text += f"Not installed here: {', '.join(found.not_installed)}.\n"
    return f"{text}\n" + table(
        ("program", "chain", "border", "difference", "allowed"), rows, "14 46 14 13 13"
    )
