"""`sampviz inspect`: how a figure was made, by what it says itself."""

from pathlib import Path
from typing import Annotated

import typer

from sampviz.cli.options import Json, print_json


def inspect(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A figure of sampviz, or an array of `sampviz apply`.",
            show_default=False,
        ),
    ],
    json: Json = False,
) -> None:
    """Print how a figure or an array was made: its recipe, its inputs, the versions.

    Inputs are named without their folders; their SHA-256 tells whether a file is the same.
    """
    from sampviz.core.text import escape_control
    from sampviz.recipes import rerun

    record = rerun.inspect(file)
    if json:
        print_json(record.table())
        return
    recipe = record.recipe
    kind = recipe.kind if record.kind == "figure" else record.kind
    lines: list[tuple[str, str]] = [("kind", kind)]
    for name, digest, taken in zip(recipe.inputs, record.digests, record.taken, strict=True):
        lines += [("input", f"{name}, {taken}" if taken else name)]
        lines += [("SHA-256", digest or "none: made by a formula")]
    lines += [("chain", chain) for chain in recipe.ops]
    for key, value in recipe.values.items():
        if key not in ("inputs", "ops"):
            lines.append((key, str(value)))
    lines += [(name, version) for name, version in record.versions.items()]
    lines += [
        ("window", f"{low:g}..{high:g}  {panel_name}")
        for panel_name, (low, high) in record.windows.items()
    ]
    for key, value in lines:
        typer.echo(escape_control(f"{key + ':':<13} {value}"))
