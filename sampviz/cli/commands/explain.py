"""`sampviz explain`: the arithmetic of a chain on a small matrix, step by step."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.options import Json, Overwrite, Quiet, print_json, silence_warnings
from sampviz.cli.output_files import print_path
from sampviz.core.errors import OutputError, UsageError

if TYPE_CHECKING:
    from sampviz.analysis.explain.explanation import Explanation
    from sampviz.analysis.explain.step_arithmetic import StepTrace, WindowStep
    from sampviz.dsp.dtypes import Array

_MOST_GRIDS = 64  # of the moves of a step; of more the sums alone are printed
_MOVING = ".gif"
_DELAY = 1200  # ms for a move of an animation


def explain(
    chain: Annotated[
        str | None,
        typer.Argument(metavar="CHAIN", help="e.g. conv or max+unpool", show_default=False),
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
        typer.Option("--out", "-o", metavar="FILE", help="FILE.png, .pdf or .svg; .gif moves."),
    ] = None,
    frames: Annotated[
        bool, typer.Option("--frames", help="A file for each step: FILE_01.png ..")
    ] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List examples.", show_default=False)
    ] = False,
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
    if frames and (out is None or out.suffix.lower() == _MOVING):
        raise UsageError(
            "frames go into files of their own", "--frames", "name them with -o FILE.png"
        )
    if out:
        _check_ending(out)
    from sampviz.analysis.explain.explanation import explain as explained

    given = {key: value for key, value in (("s", s), ("k", k), ("p", p)) if value is not None}
    found = explained(chain, input_, kernel, given)
    written = _draw(found, out, frames, overwrite=overwrite) if out else []
    if json:
        print_json(_facts(found))
    elif not out:
        _print(found)
    for path in written:
        print_path(path, err=json)


def _print_examples() -> None:
    from sampviz.analysis.explain.examples import EXAMPLES
    from sampviz.cli.console.table import print_table

    print_table(("sampviz explain", "what it shows"), EXAMPLES)


def _check_ending(out: Path) -> None:
    from sampviz.figures.render.save import ENDINGS

    if out.suffix.lower() not in (*ENDINGS, _MOVING):
        raise OutputError(
            f"a figure cannot be saved as {out.suffix or 'a name without ending'}",
            str(out),
            "end the name in .png, .pdf or .svg, or .gif for one that moves",
        )


def _draw(found: "Explanation", out: Path, frames: bool, *, overwrite: bool) -> list[Path]:
    """Draw a page, an animation or a file for each step; return what was written."""
    from sampviz.core.atomic_write import check_target
    from sampviz.figures.grids.worked_example import draw_worked_example, draw_worked_frames
    from sampviz.figures.render.animation import save_animation
    from sampviz.figures.render.palette import quantize_exact
    from sampviz.figures.render.save import save

    if out.suffix.lower() == _MOVING:
        check_target(out, (), overwrite=overwrite)
        pages, palette = quantize_exact(draw_worked_frames(found))
        return [save_animation(pages, out, _DELAY, palette=palette, overwrite=overwrite)]
    drawn = list(draw_worked_frames(found)) if frames else [draw_worked_example(found)]
    digits = max(2, len(str(len(drawn))))
    numbered = [
        out.with_name(f"{out.stem}_{i:0{digits}}{out.suffix}") for i in range(1, len(drawn) + 1)
    ]
    targets = numbered if frames else [out]
    for target in targets:
        check_target(target, (), overwrite=overwrite)
    return [
        save(page, target, overwrite=overwrite) for page, target in zip(drawn, targets, strict=True)
    ]


def _print(found: "Explanation") -> None:
    from sampviz.cli.console.number_grid import print_row

    for i, working in enumerate(found.traces):
        said = f": {working.summary}" if working.summary else ""
        typer.echo("\n" * (i > 0) + working.heading + said + "\n")
        _print_moves(working)
        parts = [_input(working), *_beside(working), _titled(working.names[1], working.output)]
        print_row(parts)
    if found.note:
        typer.echo(f"\n{found.note}")


def _print_moves(working: "StepTrace") -> None:
    from sampviz.cli.console.number_grid import print_row

    count = len(working.window_steps)
    for number, move in enumerate(working.window_steps, 1):
        typer.echo(f"{number} of {count}: {move.text}")
        if count <= _MOST_GRIDS:
            shown = _titled(move.part or working.names[1], move.shown, move.writes)
            print_row([_input(working, move), shown])


def _input(working: "StepTrace", move: "WindowStep | None" = None) -> Any:
    return _titled(
        working.names[0],
        working.input,
        move.reads if move else working.kept,
        move.taken if move else None,
    )


def _beside(working: "StepTrace") -> list[Any]:
    from sampviz.cli.console.number_grid import format_grid

    if not working.beside:
        return []
    name, cells = working.beside
    return [format_grid(f"{name} {len(cells)}x{len(cells[0])}", cells)]


def _titled(name: str, matrix: "Array", *marks: Any) -> Any:
    from sampviz.analysis.explain.step_arithmetic import cells
    from sampviz.cli.console.number_grid import format_grid

    return format_grid(f"{name} {matrix.shape[0]}x{matrix.shape[1]}", cells(matrix), *marks)


def _facts(found: "Explanation") -> dict[str, Any]:
    return {
        "chain": found.chain,
        "input": _numbers(found.input),
        "kernel": None if found.kernel is None else _numbers(found.kernel),
        "output": _numbers(found.output),
        "steps": [
            {
                "stage": number,
                "text": move.text,
                "reads": list(map(list, move.reads)),
                "weights": list(move.weights) or None,
                "taken": list(move.taken) if move.taken else None,
                "writes": list(map(list, move.writes)),
                "values": [_number(move.shown[place]) for place in move.writes],
                "part": move.part or None,
            }
            for number, working in enumerate(found.traces)
            for move in working.window_steps
        ],
        "stages": [
            {
                "heading": working.heading,
                "names": list(working.names),
                "input": _numbers(working.input),
                "kernel": None if working.kernel is None else _numbers(working.kernel),
                "output": _numbers(working.output),
            }
            for working in found.traces
        ],
        "note": found.note or None,
    }


def _numbers(matrix: "Array") -> list[list[Any]]:
    return [[_number(value) for value in row] for row in matrix.tolist()]


def _number(value: complex) -> float | list[float] | None:
    """Return a number for JSON: a pair for a complex one, nothing for what is not finite."""
    if isinstance(value, complex):
        return [value.real, value.imag]
    return float(value) if abs(value) < float("inf") else None
