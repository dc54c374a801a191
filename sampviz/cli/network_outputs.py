"""What `sampviz network` reads besides an image, prints and writes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sampviz.cli.options import print_json
from sampviz.core.errors import UsageError
from sampviz.core.warn import warn

if TYPE_CHECKING:
    from sampviz.figures.drawn_figure import DrawnFigure
    from sampviz.images.image import Image
    from sampviz.networks.ladder import Network
    from sampviz.recipes.recipe import Recipe


def read_arrays(texts: Sequence[str]) -> "dict[str, Image]":
    """Return the arrays of other inputs, by name."""
    from sampviz.images.load import load

    arrays = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals:
            raise UsageError(f"{text!r} names no input", "--also", "write NAME=FILE.npy")
        arrays[name] = load(path, series=True)
    return arrays


def print_values(result: "Network", *, json: bool) -> None:
    """Print what is known of a network, as tables or as JSON."""
    if not json:
        from sampviz.cli.console.network_tables import print_network

        print_network(result)
        return
    from sampviz.networks.network_table import network_values

    print_json(network_values(result, channels=False))


def figure_of(result: "Network", recipe: "Recipe", *, has_record: bool) -> "DrawnFigure | None":
    """Return the figure of a network, or of its moving output; None without layers to draw."""
    from sampviz.figures.charts.output_shift import output_shift_figure
    from sampviz.figures.grids.ladder_content import can_be_drawn
    from sampviz.figures.options import LOOK_OPTIONS
    from sampviz.recipes.draw_network import draw_network

    if result.shift is not None:
        return output_shift_figure(result, **recipe.get("title", *LOOK_OPTIONS))
    if not can_be_drawn(result):
        return None
    figure = draw_network(recipe, result, has_record=has_record)
    if not has_record:
        what = "the figure has no record, and `sampviz rerun` cannot make it again"
        warn(f"{what}: --torch and --also are not part of one")
    return figure


def write_page(
    recipe: "Recipe", out: Path, arguments: Mapping[str, Any], *, overwrite: bool
) -> None:
    """Run a network and write the page of its layers."""
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import check_target
    from sampviz.recipes.draw_network import run_network
    from sampviz.report.network_page import KEPT, network_report
    from sampviz.report.write_page import check_jinja

    check_jinja()
    check_target(out, recipe.inputs, overwrite=overwrite)
    result = run_network(recipe, keep=KEPT, **arguments)
    print_path(network_report(result, out, overwrite=overwrite))
