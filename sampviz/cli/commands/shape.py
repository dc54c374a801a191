"""`sampviz shape`: sizes and places along a chain, without an image."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.completion import complete_chains
from sampviz.cli.console.table import fraction_text
from sampviz.cli.options import AllowCode, Json, print_json
from sampviz.core.errors import UsageError

if TYPE_CHECKING:
    from sampviz.analysis.shape_trace import Stage
    from sampviz.analysis.size_formulas import AxisFormulas


def shape(
    chain: Annotated[
        str | None,
        typer.Argument(
            metavar="CHAIN",
            help="e.g. max:times=2+bilinear:4",
            show_default=False,
            autocompletion=complete_chains,
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="HxW", help="Rows x columns of the input, or DxHxW.", show_default=False
        ),
    ] = None,
    spacing: Annotated[
        str | None,
        typer.Option(metavar="RxC", help="mm between rows x between columns, or one number."),
    ] = None,
    plans: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="nnUNetPlans.json, in place of CHAIN, --size and --spacing: the stages of its"
            " encoder on a patch.",
        ),
    ] = None,
    configuration: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Which one of the plans; 3d_fullres by default, or the only one."
        ),
    ] = None,
    allow_code: AllowCode = False,
    json: Json = False,
) -> None:
    """Print size, factor, place and Nyquist frequency after each step of a chain.

    Factor: input pixels per sample. Delta: where sample 0 lies, in input pixels. Nyquist: the
    highest frequency left, in cycles per input pixel (and per mm with --spacing). Below stand
    the formulas of torch and of Keras with the numbers put in, and where the two differ. With
    --plans the steps are the strides of an nnU-Net, its axes in the order of the image.
    """
    if plans is None and (chain is None or size is None):
        missing = "CHAIN" if chain is None else "--size"
        raise UsageError(f"missing {missing}", "sampviz shape", "`sampviz shape --help`")
    from sampviz.analysis import shape_trace

    stages = shape_trace.shape(
        chain,
        size,
        spacing=spacing or None,
        plans=plans,
        configuration=configuration,
        allow_code=allow_code,
    )
    by_axis = [formulas for stage in stages for formulas in stage.formulas]
    if json:
        print_json(
            {
                "chain": "+".join(stage.step for stage in stages[1:]),
                "stages": list(map(_stage_values, stages)),
                "formulas": list(map(_formula_values, by_axis)),
            }
        )
        return
    _print_stages(stages)
    typer.echo("\nThe size that a step makes of an axis of N pixels:")
    for op, rule in {stage.op: stage.rule for stage in stages[1:]}.items():
        typer.echo(f"  {op}: {rule}")
    _print_formulas(by_axis)


def _print_stages(stages: "Sequence[Stage]") -> None:
    from sampviz.cli.console.table import print_table

    headings = ["step", "size", "factor", "delta px", "Nyquist c/px"]
    rows = []
    for stage in stages:
        cells = [stage.step or "input", "x".join(map(str, stage.size))]
        cells += [
            _joined_numbers(stage.factor),
            _joined_numbers(stage.delta),
            _joined_numbers(stage.nyquist),
        ]
        if stage.spacing and stage.nyquist_per_mm:
            cells += [_joined_numbers(stage.spacing), _joined_numbers(stage.nyquist_per_mm)]
        rows.append(cells)
    print_table(headings + (["pixel mm", "Nyquist c/mm"] if stages[0].spacing else []), rows)


def _print_formulas(by_axis: "Sequence[AxisFormulas]") -> None:
    """Print the formulas with the numbers put in; an arrow stands at what a step follows."""
    if by_axis:
        typer.echo("\nWith the numbers put in, as torch and as Keras have it (> is followed here):")
    for axis in by_axis:
        typer.echo(f"  {axis.name}, {' and '.join(axis.axes)}, N={axis.n}:")
        width = max(len(formula.convention) for formula in axis.formulas)
        for formula in axis.formulas:
            sign = ">" if formula.used else " "
            before, after = formula.pads
            total = f"{formula.total}: " if formula.total else ""
            end = f" and {after}" if after >= 0 else f", appends {-after}"
            typer.echo(
                f"  {sign} {formula.convention:<{width}}  {formula.text} = {formula.size};"
                f" {axis.verb} {total}{before}{end}; sample 0 at {fraction_text(formula.delta)}"
            )
        if axis.difference:
            typer.echo(f"    {axis.difference}.")


def _stage_values(stage: "Stage") -> dict[str, object]:
    return {
        "step": stage.step,
        "size": list(stage.size),
        "factor": [float(v) for v in stage.factor],
        "delta": [float(v) for v in stage.delta],
        "nyquist": [float(v) for v in stage.nyquist],
        "spacing": list(stage.spacing) if stage.spacing else None,
        "nyquist_per_mm": list(stage.nyquist_per_mm) if stage.nyquist_per_mm else None,
        "rule": stage.rule,
    }


def _formula_values(axis: "AxisFormulas") -> dict[str, object]:
    return {
        "step": axis.step,
        "name": axis.name,
        "axes": list(axis.axes),
        "n": axis.n,
        "formulas": [
            {
                "convention": formula.convention,
                "formula": formula.text,
                "size": formula.size,
                axis.verb: list(formula.pads),
                "delta": float(formula.delta),
                "used": formula.used,
            }
            for formula in axis.formulas
        ],
        "difference": axis.difference or None,
    }


def _joined_numbers(values: Sequence[Fraction | float]) -> str:
    numbers = list(map(fraction_text, values))
    return numbers[0] if len(set(numbers)) == 1 else " x ".join(numbers)
