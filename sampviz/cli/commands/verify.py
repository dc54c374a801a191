"""`sampviz verify`: whether the operations equal the programs that networks use, here and now."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.completion import complete_words
from sampviz.cli.options import Json, print_json

if TYPE_CHECKING:
    from sampviz.testing.parity.compare import ParityRow

_WIDTH = 100
_PROGRAMS = ("torch", "cv2", "scipy", "pillow", "onnxruntime", "tensorflow", "skimage", "pywt")


def verify(
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROGRAM",
            help="torch, cv2, scipy, pillow, onnxruntime, tensorflow, skimage or pywt; may be given"
            " several times. All that are installed by default.",
            show_default=False,
            autocompletion=complete_words(_PROGRAMS),
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Compare the operations with the programs that networks use, on this machine.

    Both are given the same noise. The exit code is 1 if one differs by more than is allowed. Then
    come the known deviations: where an operation differs from a program on purpose.
    """
    from sampviz.testing.parity import compare

    parity = compare.verify(against)
    if json:
        print_json(
            {
                "agrees": parity.agrees,
                "versions": parity.versions,
                "not_installed": parity.not_installed,
                "not_compared": parity.not_compared,
                "cases": list(map(_values, parity.rows)),
                "deviations": parity.deviations,
            }
        )
    else:
        _print_rows(parity.rows)
        typer.echo("with " + ", ".join(f"{name} {v}" for name, v in parity.versions.items()))
        typer.echo(f"not compared: {', '.join(parity.not_compared)}")
        for name, line in parity.not_installed.items():
            typer.echo(f"{name} is not installed: {line}")
        _print_deviations(parity.deviations)
    if not parity.agrees:
        raise typer.Exit(1)


def _values(row: "ParityRow") -> dict[str, Any]:
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
    disagreeing = [f"{row.chain} from {row.program}" for row in rows if not row.agrees]
    count = f"\n{len(rows) - len(disagreeing)} of {len(rows)} agree"
    typer.echo(count + (f"; these differ: {', '.join(disagreeing)}" if disagreeing else ""))
    typer.echo(f"each on noise of {', '.join(rows[0].sizes)} px")


def _print_deviations(deviations: Iterable[Mapping[str, Any]]) -> None:
    typer.echo("\nKnown deviations, on purpose:")
    for deviation in deviations:
        typer.echo(f"\n{', '.join(deviation['ops'])}; from {deviation['program']}")
        for word, text in (
            ("what", deviation["what"]),
            ("why", deviation["why"]),
            ("theirs", deviation["instead"] or "no parameter gives it"),
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
