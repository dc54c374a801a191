"""`sampviz explain`: the arithmetic of a chain on a small matrix, step by step."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.completion import complete_chains
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    Json,
    Overwrite,
    Quiet,
    print_json,
    silence_warnings,
    takes_look_options,
)
from sampviz.cli.output_files import print_path
from sampviz.core.errors import UsageError

if TYPE_CHECKING:
    from sampviz.analysis.explain.explanation import Explanation
    from sampviz.analysis.explain.step_arithmetic import StepTrace, WindowStep
    from sampviz.dsp.dtypes import Array

_MOST_GRIDS = 64  # of the windows of a step; of more the sums alone are printed


@takes_look_options
def explain(
    chain: Annotated[
        str | None,
        typer.Argument(
            metavar="CHAIN",
            help="e.g. conv or max+unpool",
            show_default=False,
            autocompletion=complete_chains,
        ),
    ] = None,
    input_: Annotated[
        str | None,
        typer.Option("--input", metavar="MATRIX", help="Rows between semicolons, e.g. '0 1;2 3'."),
    ] = None,
    kernel: Annotated[
        str | None,
        typer.Option(metavar="MATRIX", help="Weights of conv and transpose, e.g. '0 1;2 3'."),
    ] = None,
    s: Annotated[str | None, typer.Option("-s", metavar="N", help="The stride: s=N.")] = None,
    k: Annotated[str | None, typer.Option("-k", metavar="N", help="The window: k=N.")] = None,
    p: Annotated[str | None, typer.Option("-p", metavar="N", help="The padding: p=N.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}; .gif moves.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    frames: Annotated[
        bool,
        typer.Option(
            "--frames", help="A file for each step: FILE_01.png ..", rich_help_panel=OUTPUT
        ),
    ] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List examples.", show_default=False)
    ] = False,
    *,
    look: dict[str, Any],
    overwrite: Overwrite = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Explain a chain with the numbers of a small matrix: window by window, sums written out.

    Without --input it is a worked example, for conv and transpose that of the lecture slides.
    Here conv and transpose have s=1 and p=0 unless told otherwise, and the kernel of the example
    unless one is named. -s, -k and -p are short for the parameters of every step that has them.
    On the terminal [ ] marks what a step reads or writes and < > the pixel that it chooses.
    """
    silence_warnings(quiet)
    if list_:
        _print_examples()
        return
    if chain is None:
        raise UsageError(
            "missing CHAIN", "sampviz explain", "`sampviz explain --list` has examples"
        )
    if frames and (out is None or out.suffix.lower() == ".gif"):
        raise UsageError(
            "frames go into files of their own", "--frames", "name them with -o FILE.png"
        )
    written = []
    if out:
        from sampviz.figures.grids.save_worked_example import (
            check_example_ending,
            save_worked_example,
        )
        from sampviz.figures.looks import checked_look

        check_example_ending(out)
        checked = checked_look(**look)
    from sampviz.analysis.explain import explanation

    example = explanation.explain(chain, input_, kernel=kernel, s=s, k=k, p=p)
    if out:
        written = save_worked_example(
            example, out, frames=frames, look=checked, overwrite=overwrite
        )
    if json:
        print_json(_values(example))
    elif not out:
        _print(example)
    for path in written:
        print_path(path, err=json)


def _print_examples() -> None:
    from sampviz.analysis.explain.examples import EXAMPLES
    from sampviz.cli.console.table import print_table

    print_table(("sampviz explain", "what it shows"), EXAMPLES)


def _print(example: "Explanation") -> None:
    from sampviz.cli.console.number_grid import print_row

    for i, trace in enumerate(example.traces):
        summary = f": {trace.summary}" if trace.summary else ""
        remark = f"{trace.remark}\n" if trace.remark else ""
        typer.echo("\n" * (i > 0) + trace.heading + summary + "\n" + remark)
        _print_windows(trace)
        parts = [_input(trace), *_operand_parts(trace), _titled_grid(trace.names[1], trace.output)]
        print_row(parts)
    if example.note:
        typer.echo(f"\n{example.note}")


def _print_windows(trace: "StepTrace") -> None:
    from sampviz.cli.console.number_grid import print_row

    count = len(trace.window_steps)
    for number, window_step in enumerate(trace.window_steps, 1):
        typer.echo(f"{number} of {count}: {window_step.text}")
        if count <= _MOST_GRIDS:
            name = window_step.part or trace.names[1]
            result = _titled_grid(name, window_step.partial_output, window_step.writes)
            parts = [_input(trace, window_step), result]
            if window_step.running_sum is not None:
                parts.append(_titled_grid("SUM", window_step.running_sum, window_step.writes))
            print_row(parts)


def _input(trace: "StepTrace", window_step: "WindowStep | None" = None) -> Any:
    return _titled_grid(
        trace.names[0],
        trace.input,
        window_step.reads if window_step else trace.kept_positions,
        window_step.chosen_pixel if window_step else None,
    )


def _operand_parts(trace: "StepTrace") -> list[Any]:
    from sampviz.cli.console.number_grid import format_grid

    if not trace.operand:
        return []
    name, cells = trace.operand
    return [format_grid(f"{name} {len(cells)}x{len(cells[0])}", cells)]


def _titled_grid(name: str, matrix: "Array", *highlights: Any) -> Any:
    from sampviz.analysis.explain.step_arithmetic import cells
    from sampviz.cli.console.number_grid import format_grid

    return format_grid(f"{name} {matrix.shape[0]}x{matrix.shape[1]}", cells(matrix), *highlights)


def _values(example: "Explanation") -> dict[str, Any]:
    return {
        "chain": example.chain,
        "input": _numbers(example.input),
        "kernel": None if example.kernel is None else _numbers(example.kernel),
        "output": _numbers(example.output),
        "steps": [
            {
                "stage": number,
                "text": window_step.text,
                "reads": list(map(list, window_step.reads)),
                "weights": list(window_step.weights) or None,
                "taken": list(window_step.chosen_pixel) if window_step.chosen_pixel else None,
                "writes": list(map(list, window_step.writes)),
                "values": [
                    _number(window_step.partial_output[position]) for position in window_step.writes
                ],
                "part": window_step.part or None,
            }
            for number, trace in enumerate(example.traces)
            for window_step in trace.window_steps
        ],
        "stages": [
            {
                "heading": trace.heading,
                "names": list(trace.names),
                "input": _numbers(trace.input),
                "kernel": None if trace.kernel is None else _numbers(trace.kernel),
                "output": _numbers(trace.output),
            }
            for trace in example.traces
        ],
        "note": example.note or None,
    }


def _numbers(matrix: "Array") -> list[list[Any]]:
    return [[_number(value) for value in row] for row in matrix.tolist()]


def _number(value: complex) -> float | list[float] | None:
    """Return a number for JSON: a pair for a complex one, nothing for what is not finite."""
    if isinstance(value, complex):
        return [value.real, value.imag]
    return float(value) if abs(value) < float("inf") else None
