"""`sampviz shape`: sizes and places along a chain, without an image."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.options import AllowCode, Json, parse_size, parse_spacing, print_json

if TYPE_CHECKING:
    from sampviz.analysis.size_formulas import AxisFormulas


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
    highest frequency left, in cycles per input pixel (and per mm with --spacing). Below stand
    the formulas of torch and of Keras with the numbers put in, and where the two differ.
    """
    from sampviz.analysis.shape_trace import stages
    from sampviz.analysis.size_formulas import formulas
    from sampviz.ops.chain import Chain

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
        told = [_facts(each) for each in formulas(parsed, sides)]
        print_json({"chain": str(parsed), "stages": listed, "formulas": told})
        return
    from sampviz.cli.console.table import print_table

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
    _print_formulas(formulas(parsed, sides))


def _print_formulas(told: "Sequence[AxisFormulas]") -> None:
    """Print the formulas with the numbers put in; an arrow stands at what a step follows."""
    if told:
        typer.echo("\nWith the numbers put in, as torch and as Keras have it (> is followed here):")
    for each in told:
        typer.echo(f"  {each.name}, {' and '.join(each.axes)}, N={each.n}:")
        wide = max(len(formula.convention) for formula in each.formulas)
        for formula in each.formulas:
            sign = ">" if formula.used else " "
            before, after = formula.ends
            total = f"{formula.total}: " if formula.total else ""
            end = f" and {after}" if after >= 0 else f", appends {-after}"
            typer.echo(
                f"  {sign} {formula.convention:<{wide}}  {formula.text} = {formula.size};"
                f" {each.verb} {total}{before}{end}; sample 0 at {_number(formula.delta)}"
            )
        if each.difference:
            typer.echo(f"    {each.difference}.")


def _facts(each: "AxisFormulas") -> dict[str, object]:
    return {
        "step": each.step,
        "name": each.name,
        "axes": list(each.axes),
        "n": each.n,
        "formulas": [
            {
                "convention": formula.convention,
                "formula": formula.text,
                "size": formula.size,
                each.verb: list(formula.ends),
                "delta": float(formula.delta),
                "used": formula.used,
            }
            for formula in each.formulas
        ],
        "difference": each.difference or None,
    }


def _joined(values: Sequence[Fraction | float]) -> str:
    shown = list(map(_number, values))
    return shown[0] if len(set(shown)) == 1 else " x ".join(shown)


def _number(value: Fraction | float) -> str:
    small = isinstance(value, Fraction) and value.denominator <= 16
    return str(value) if small else f"{float(value):.4g}"
