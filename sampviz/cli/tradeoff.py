"""`sampviz tradeoff`: aliasing against detail, for every chain, over all inputs."""

from pathlib import Path
from typing import Annotated

import typer

from sampviz.cli.options import AllowCode, Overwrite, Quiet, hush
from sampviz.cli.reading import Reading, reads


@reads
def tradeoff(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="PNG, JPEG, NIfTI or .npy files, or sample:NAME.",
            show_default=False,
        ),
    ],
    ops: Annotated[
        list[str],
        typer.Option(
            metavar="CHAINS", help="Chains, a point each: max,stride,blur,flc.", show_default=False
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="FILE.png, .pdf or .svg; beside it goes FILE.csv."
        ),
    ] = Path("tradeoff.png"),
    x: Annotated[
        str, typer.Option("--x", metavar="MEASURE", help="What aliasing is measured by.")
    ] = "equivariance",
    y: Annotated[
        str, typer.Option("--y", metavar="MEASURE", help="What detail is measured by.")
    ] = "detail",
    levels: Annotated[
        int, typer.Option(min=1, max=16, help="Each chain applied 1, 2 .. so many times.")
    ] = 1,
    *,
    reading: Reading,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw the choice among chains in one chart, with those that no other beats marked.

    By default: how far an output is from moving with the image, which is what folding does to it,
    against the fine detail that is still the image's. Both are defined for chains that are linear
    and for those that are not. `--x alias --y passband` are the exact ones of linear chains. The
    numbers behind it are printed and written to a table beside the chart.
    """
    hush(quiet)
    from sampviz.chain import parse_chains
    from sampviz.figure.save import check_ending
    from sampviz.io.write import check_target
    from sampviz.tradeoff import chart, measures_of

    chains = [str(c) for text in ops for c in parse_chains(text, "--ops", allow_code=allow_code)]
    pair = measures_of(x, y)
    check_ending(out)
    table = out.with_suffix(".csv")
    check_target(out, inputs, overwrite=overwrite)
    check_target(table, inputs, overwrite=True)  # or the same bytes: see write_table

    from sampviz.cli.measure import print_rows
    from sampviz.cli.outputs import deliver, print_path
    from sampviz.cli.progress import tracked
    from sampviz.survey import Question, survey
    from sampviz.tables import write_table

    names = [each.name for each in pair]
    question = Question(tuple(chains), levels, ",".join(names), None, dict(reading), allow_code)
    found = tracked(survey(inputs, question), len(inputs), "measuring", quiet)
    rows = [row for each in found for row in each]
    figure = chart(rows, *pair)
    if not quiet:
        print_rows(rows, names)
    deliver(figure, out, overwrite=overwrite)
    write_table(rows, names, table, overwrite=overwrite)
    print_path(table)
