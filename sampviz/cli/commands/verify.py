"""`sampviz verify`: whether the operations equal the programs that networks use, here and now."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.options import Json, print_json
from sampviz.core.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from sampviz.testing.parity.compare import ParityRow

_WIDTH = 100


def verify(
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROGRAM",
            help="torch, cv2, scipy or pillow; may be given several times."
            " All that are installed by default.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Compare the operations with the programs that networks use, on this machine.

    Both are given the same noise. The exit code is 1 if one differs by more than is allowed. Then
    come the known deviations: where an operation differs from a program on purpose.
    """
    names = _checked(against) if against else None

    import numpy as np

    from sampviz.testing.parity.compare import not_compared, parity_table
    from sampviz.testing.parity.deviations import DEVIATIONS
    from sampviz.testing.parity.programs import PROGRAMS

    missing = {name: p.install for name, p in PROGRAMS.items() if not p.is_installed}
    chosen = names or [name for name in PROGRAMS if name not in missing]
    rows = parity_table(chosen)
    versions = {"numpy": np.__version__, **{name: PROGRAMS[name].version for name in chosen}}
    deviations = [each.facts() for each in DEVIATIONS]
    if json:
        print_json(
            {
                "agrees": all(row.agrees for row in rows),
                "versions": versions,
                "not_installed": missing,
                "not_compared": not_compared(rows),
                "cases": list(map(_facts, rows)),
                "deviations": deviations,
            }
        )
    else:
        _print_rows(rows)
        typer.echo("with " + ", ".join(f"{name} {version}" for name, version in versions.items()))
        typer.echo(f"not compared: {', '.join(not_compared(rows))}")
        for name, line in missing.items():
            typer.echo(f"{name} is not installed: {line}")
        _print_deviations(deviations)
    if not all(row.agrees for row in rows):
        raise typer.Exit(1)


def _checked(names: Iterable[str]) -> list[str]:
    """Return the names, each once; UsageError for one that is unknown or not installed."""
    from sampviz.testing.parity.programs import PROGRAMS

    for name in names:
        place = f"--against {name[:40]}"
        if name not in PROGRAMS:
            fix = did_you_mean(name, PROGRAMS, f"known are {', '.join(PROGRAMS)}")
            raise UsageError(f"no program is named {name[:40]!r}", place, fix)
        if not PROGRAMS[name].is_installed:
            raise UsageError(f"{name} is not installed", place, PROGRAMS[name].install)
    return list(dict.fromkeys(names))


def _facts(row: "ParityRow") -> dict[str, Any]:
    return {
        "chain": row.chain,
        "program": row.program,
        "border": row.border or None,
        "sizes": list(row.sizes),
        "difference": row.difference if row.difference < float("inf") else None,
        "allowed": row.allowed,
        "agrees": row.agrees,
    }


def _print_rows(rows: Sequence["ParityRow"]) -> None:
    from sampviz.cli.console.table import print_table

    headings = ("program", "operation", "border", "difference", "allowed", "")
    print_table(
        headings,
        [
            (
                row.program,
                row.chain,
                row.border,
                f"{row.difference:.1e}" if row.difference else "0",
                f"{row.allowed:.0e}",
                "ok" if row.agrees else "DIFFERS",
            )
            for row in rows
        ],
    )
    apart = [f"{row.chain} from {row.program}" for row in rows if not row.agrees]
    told = f"\n{len(rows) - len(apart)} of {len(rows)} agree"
    typer.echo(told + (f"; these differ: {', '.join(apart)}" if apart else ""))
    typer.echo(f"each on noise of {', '.join(rows[0].sizes)} px")


def _print_deviations(deviations: Iterable[dict[str, Any]]) -> None:
    typer.echo("\nKnown deviations, on purpose:")
    for each in deviations:
        typer.echo(f"\n{', '.join(each['ops'])}; from {each['program']}")
        for word, text in (
            ("what", each["what"]),
            ("why", each["why"]),
            ("theirs", each["instead"] or "no parameter gives it"),
        ):
            start = f"  {word + ':':<8}"
            typer.echo(
                textwrap.fill(
                    text,
                    _WIDTH,
                    initial_indent=start,
                    subsequent_indent=" " * len(start),
                    break_on_hyphens=False,
                )
            )
