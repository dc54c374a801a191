"""`sampviz ops`: the operations, and each one's manual."""

from collections.abc import Sized
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.completion import complete_operation
from sampviz.cli.console.say import say
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
    volume: Annotated[
        bool, typer.Option("--volume", help="Of --chains those that volumes go through.")
    ] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table of docs/operations.md.")
    ] = False,
    search: Annotated[
        str,
        typer.Option(
            "--search",
            metavar="TEXT",
            help="Only those with these words in their name, manual or names elsewhere.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """List the operations, or explain one."""
    from sampviz.ops import catalogue
    from sampviz.ops.aliases import advice_for
    from sampviz.ops.registry import NAMED_CHAINS, OPS, canonical_name

    own_name = canonical_name(name) if name else None
    if name and own_name and own_name != name:
        say(f"{name} is {own_name} here")
        name = own_name
    if search and (name or chains or markdown):
        raise UsageError("--search is for the list", "--search", "leave the others out")
    if volume and (name or not chains):
        raise UsageError("--volume is for --chains", "--volume", "sampviz ops --chains --volume")
    if name is None:
        if json:
            _print_json(search)
        elif chains:
            typer.echo(",".join(catalogue.chains(volumes=volume)))
        elif markdown:
            typer.echo(catalogue.markdown())
        else:
            _print_table(search)
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


def _named_chains(search: str) -> dict[str, str]:
    from sampviz.ops import catalogue
    from sampviz.ops.registry import NAMED_CHAINS

    found = {n: text for n, text in NAMED_CHAINS.items() if catalogue.matches(search, n, text)}
    return dict(sorted(found.items(), key=lambda pair: search.lower().strip() not in pair[0]))


def _print_json(search: str) -> None:
    from sampviz.ops import catalogue

    found, chains = catalogue.ranked(search), _named_chains(search)
    _check_found(search, found or chains)
    print_json({"ops": list(map(catalogue.describe, found)), "chains": chains})


def _check_found(search: str, found: Sized) -> None:
    if not found:
        raise UsageError(
            f"no operation has {search[:40]!r} in its manual",
            "--search",
            "`sampviz ops` lists them all",
        )


def _print_table(search: str) -> None:
    from sampviz.cli.console.table import print_table
    from sampviz.ops import catalogue

    groups, chains = catalogue.grouped(search), _named_chains(search)
    _check_found(search, groups or chains)
    for title, operations in groups.items():
        typer.echo(f"{title}\n")
        rows = [
            (op.name, op.kind, "yes" if op.linear else "no", catalogue.parameters(op), op.summary)
            for op in operations
        ]
        print_table(("operation", "kind", "linear", "parameters", "what it does"), rows)
        typer.echo("")
    if chains:
        typer.echo("Chains by name\n")
        print_table(("name", "stands for"), list(chains.items()))
        typer.echo("")
    typer.echo(
        "`sampviz ops NAME` explains one, `--search TEXT` finds some. Every step takes times=N"
        " (1..16), and one that makes\nimages smaller auto=nnunet: 2 for the axes whose pixels are"
        " within twice the finest, as in nnU-Net; auto brings\npixels nearest to cubes."
    )


def _print_manual(op: "Operation") -> None:
    typer.echo(f"{op.name}: {op.doc}\n")
    if op.parameters:
        typer.echo("Parameters (the first may be given without its name):")
    for p in op.parameters:
        default = f"default {p.default_text}" if p.default_text else "no default"
        typer.echo(f"  {p.name:<9} {p.spec.meaning}; {p.allowed}; {default}")
    typer.echo(f"\nIt is {'linear' if op.linear else 'not linear'}.")
