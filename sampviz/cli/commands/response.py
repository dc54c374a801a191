"""`sampviz response`: which frequencies a chain lets through, which it folds, and where to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.input_options import chains_option, parsed_chains
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    AllowCode,
    Json,
    Overwrite,
    Preview,
    Quiet,
    print_json,
    silence_warnings,
    takes_look_options,
)
from sampviz.core.errors import UsageError

if TYPE_CHECKING:
    from sampviz.analysis.frequency_response import GainMap, ResponseCurve
    from sampviz.dsp.dtypes import Array
    from sampviz.ops.chain import Chain


@takes_look_options
def response(
    ops: Annotated[list[str], chains_option("a curve each")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}; response.png by default.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    two_d: Annotated[
        bool, typer.Option("--two-d", help="Maps over the frequencies of rows and columns.")
    ] = False,
    db: Annotated[bool, typer.Option("--db", help="Gains in decibels.")] = False,
    volume: Annotated[
        bool, typer.Option("--volume", help="Waves along slices, rows and columns of a volume.")
    ] = False,
    *,
    look: dict[str, Any],
    preview: Preview = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw the gain of waves through each chain, and what happens to those that fold.

    It is found by probing, away from the borders. What is not linear has no frequency response;
    its describing function is drawn apart. With --json numbers are printed, and a figure is drawn
    if -o names one. With --volume axes whose responses are alike share a curve.
    """
    silence_warnings(quiet)
    chains = parsed_chains(ops, allow_code=allow_code)
    axes = 3 if volume else 2
    target = out or (None if json else Path("response.png"))
    if preview and not target:
        raise UsageError("with --json no figure is drawn", "--preview", "name it with -o FILE.png")
    if target:
        from sampviz.core.atomic_write import check_target
        from sampviz.figures.looks import checked_look
        from sampviz.figures.render.save import check_ending

        check_ending(target)
        checked = checked_look(**look)
        check_target(target, [], overwrite=overwrite)

    from sampviz.analysis.frequency_response import curves_of, gain_maps_of
    from sampviz.cli.console.progress import progress_bar

    probing = progress_bar("probing", quiet)
    curves = [] if two_d else curves_of(chains, probing, axes)
    maps = gain_maps_of(chains, probing, axes) if two_d else []
    if json:
        print_json({"chains": [*map(_curve_values, curves), *map(_map_values, maps)]})
    if target:
        from sampviz.cli.output_files import print_path
        from sampviz.figures.charts.gain_map import draw_gain_maps
        from sampviz.figures.charts.response import draw_response
        from sampviz.figures.looks import warn_of_height
        from sampviz.figures.render.save import save

        figure = (
            draw_gain_maps(maps, db=db, look=checked)
            if two_d
            else draw_response(curves, db=db, look=checked)
        )
        warn_of_height(figure, checked)
        # With --json there is one object on stdout, and nothing else.
        print_path(save(figure, target, overwrite=overwrite), err=json)
        if preview:
            show_on_terminal([target])


def _curve_values(curve: "ResponseCurve") -> dict[str, object]:
    return {
        "chain": str(curve.chain),
        "linear": curve.chain.linear,
        "what": _kind_of(curve.chain),
        "axis": curve.axis,
        "nyquist": curve.nyquist,
        "frequency": _numbers(curve.frequency),
        "gain": _numbers(curve.gain),
        "folds_to": _numbers(curve.folds_to),
        "replica": _numbers(curve.replica),
        "harmonics": _numbers(curve.harmonics),
        "closed_form": _numbers(curve.closed),
    }


def _map_values(gains: "GainMap") -> dict[str, object]:
    return {
        "chain": str(gains.chain),
        "linear": gains.chain.linear,
        "what": _kind_of(gains.chain),
        "nyquist": list(gains.nyquist),
        "frequency": _numbers(gains.frequency),
        "gain": list(map(_numbers, gains.gain)),
    }


def _kind_of(chain: "Chain") -> str:
    return "frequency response" if chain.linear else "describing function"


def _numbers(values: "Array | None") -> list[float | None] | None:
    """Return a list for JSON, which has no NaN: null stands for it."""
    if values is None:
        return None
    return [None if value != value else value for value in values.tolist()]
