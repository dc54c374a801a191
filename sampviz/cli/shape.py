"""`sampviz shape`: sizes and places along a chain, without an image."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import typer

from sampviz.cli.options import AllowCode, Json, parse_size, parse_spacing, print_json


def shape(
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="e.g. max:times=2+bilinear:4", show_default=False)
    ],
    size: Annotated[
        str,
        typer.Option(
            metavar="HxW", help="Rows x columns of the input, or DxHxW.", show_default=False
        ),
    ],
    spacing: Annotated[
        str | None,
        typer.Option(metavar="RxC", help="mm between rows x between columns, or one number."),
    ] = None,
    allow_code: AllowCode = False,
    json: Json = False,
) -> None:
    """Print size, factor, place and Nyquist frequency after each step of a chain.

    Factor: input pixels per sample. Delta: where sample 0 lies, in input pixels. Nyquist: the
    highest frequency left, in cycles per input pixel (and per mm with --spacing).
    """
    from sampviz.chain import Chain
    from sampviz.steps import stages

    parsed = Chain.parse(chain, allow_code=allow_code)
    sides = parse_size(size, "--size")
    mm = parse_spacing(spacing, "--spacing", len(sides)) if spacing else None
    parsed = parsed.resolve(sides, mm)
    found = stages(parsed, sides, mm)
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
    from sampviz.cli.table import print_table

    headings = ["step", "size", "factor", "delta px", "Nyquist c/px"]
    rows = []
    for stage in found:
        cells = [stage.step or "input", "x".join(map(str, stage.size))]
        cells += [_joined(stage.factor), _joined(stage.delta), _joined(stage.nyquist)]
        if stage.spacing and stage.nyquist_per_mm:
            cells += [_joined(stage.spacing), _joined(stage.nyquist_per_mm)]
        rows.append(cells)
    print_table(headings + (["pixel mm", "Nyquist c/mm"] if mm else []), rows)
    typer.echo("\nThe size that a step makes of an axis of N pixels:")
    rules = {step.op.name: step.op.sections["Size"] for step in parsed.steps}
    for step, rule in rules.items():
        typer.echo(f"  {step}: {rule}")


def _joined(values: Sequence[Fraction | float]) -> str:
    shown = list(map(_number, values))
    return shown[0] if len(set(shown)) == 1 else " x ".join(shown)


def _number(value: Fraction | float) -> str:
    small = isinstance(value, Fraction) and value.denominator <= 16
    return str(value) if small else f"{float(value):.4g}"
