"""`sampviz ops`: the operations, and each one's manual."""

from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.completion import complete_operation
from sampviz.cli.options import Json, print_json
from sampviz.core.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from sampviz.ops.operation import Operation


def ops(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="One operation.",
            show_default=False,
            autocompletion=complete_operation,
        ),
    ] = None,
    json: Json = False,
    chains: Annotated[
        bool, typer.Option("--chains", help="Print a chain for each, as --ops takes them.")
    ] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table of the README.")
    ] = False,
) -> None:
    """List the operations, or explain one."""
    from sampviz.ops import catalogue
    from sampviz.ops.aliases import advice_for
    from sampviz.ops.registry import NAMED_CHAINS, OPS, canonical_name

    own_name = canonical_name(name) if name else None
    if name and own_name and own_name != name:
        typer.echo(f"{name} is {own_name} here", err=True)
        name = own_name
    if name is None:
        if json:
            print_json({"ops": list(map(catalogue.describe, OPS.values())), "chains": NAMED_CHAINS})
        elif chains:
            typer.echo(",".join(catalogue.chains()))
        elif markdown:
            typer.echo(catalogue.markdown())
        else:
            _print_table()
    elif markdown or chains:
        option = "--markdown" if markdown else "--chains"
        raise UsageError("the list has all operations", option, "leave the name out")
    elif name in NAMED_CHAINS:
        if json:
            print_json({"name": name, "chain": NAMED_CHAINS[name]})
        else:
            typer.echo(f"{name} is a named chain: {NAMED_CHAINS[name]}")
    elif name in OPS:
        if json:
            print_json(catalogue.describe(OPS[name]))
        else:
            _print_manual(OPS[name])
    else:
        advice = "`sampviz ops` lists them all"
        fix = advice_for(name) or did_you_mean(name, [*OPS, *NAMED_CHAINS], advice)
        raise UsageError(f"no operation is named {name[:40]!r}", "sampviz ops", fix)


def _print_table() -> None:
    from sampviz.cli.console.table import print_table
    from sampviz.ops import catalogue
    from sampviz.ops.registry import NAMED_CHAINS, OPS

    rows: list[tuple[str, ...]] = [
        (op.name, op.kind, "yes" if op.linear else "no", catalogue.parameters(op), op.summary)
        for op in OPS.values()
    ]
    rows += [(name, "chain", "", "", f"Stands for {text}.") for name, text in NAMED_CHAINS.items()]
    print_table(("operation", "kind", "linear", "parameters", "what it does"), rows)
    typer.echo(
        "\n`sampviz ops NAME` explains one. Every step takes times=N (1..16), and one that makes"
        " images smaller auto=nnunet:\n2 for the axes whose pixels are within twice the finest, as"
        " in nnU-Net; auto brings pixels nearest to cubes."
    )


def _print_manual(op: "Operation") -> None:
    typer.echo(f"{op.name}: {op.doc}\n")
    if op.parameters:
        typer.echo("Parameters (the first may be given without its name):")
    for p in op.parameters:
        default = f"default {p.default_text}" if p.default_text else "no default"
        typer.echo(f"  {p.name:<9} {p.spec.meaning}; {p.allowed}; {default}")
    typer.echo(f"\nIt is {'linear' if op.linear else 'not linear'}.")
