"""`sampviz shape`: sizes and places along a chain, without an image."""

from typing import Annotated

import typer

from sampviz.cli.options import Json, parse_size, parse_spacing, print_json


def shape(
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="e.g. max:times=2+bilinear:4", show_default=False)
    ],
    size: Annotated[
        str, typer.Option(metavar="HxW", help="Rows x columns of the input.", show_default=False)
    ],
    spacing: Annotated[
        str | None,
        typer.Option(metavar="RxC", help="mm between rows x between columns, or one number."),
    ] = None,
    json: Json = False,
) -> None:
    """Print size, factor, place and Nyquist frequency after each step of a chain.

    Factor: input pixels per sample. Delta: where sample 0 lies, in input pixels. Nyquist: the
    highest frequency left, in cycles per input pixel (and per mm with --spacing).
    """
    from sampviz.chain import Chain
    from sampviz.steps import stages

    parsed = Chain.parse(chain)
    mm = parse_spacing(spacing, "--spacing") if spacing else None
    found = stages(parsed, parse_size(size, "--size"), mm)
    if json:
        listed = [
            {
                "step": stage.step,
                "size": list(stage.size),
                "factor": [float(v) for v in stage.factor],
                "delta": [float(v) for v in stage.delta],
                "nyquist": [float(v) for v in stage.nyquist],
                "spacing": list(stage.spacing) if stage.spacing else None,
                "nyquist_per_mm": list(stage.nyquist_per_mm) if stage.nyquist_per_mm else None,
                "rule": stage.rule,
            }
            for stage in found
        ]
        print_json({"chain": str(parsed), "stages": listed})
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("step", "size", "factor", "delta px", "Nyquist c/px"):
        table.add_column(heading)
    for heading in ("pixel mm", "Nyquist c/mm") if mm else ():
        table.add_column(heading)
    table.add_column("size of an axis of N")
    for stage in found:
        cells = [stage.step or "input", f"{stage.size[0]}x{stage.size[1]}"]
        cells += [_pair(*stage.factor), _pair(*stage.delta), _pair(*stage.nyquist)]
        if stage.spacing and stage.nyquist_per_mm:
            cells += [_pair(*stage.spacing), _pair(*stage.nyquist_per_mm)]
        table.add_row(*cells, stage.rule)
    Console(markup=False).print(table)


def _pair(rows: object, columns: object) -> str:
    first, second = (f"{v:.4g}" if isinstance(v, float) else str(v) for v in (rows, columns))
    return first if first == second else f"{first} x {second}"
