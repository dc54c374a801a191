"""The texts of the figure of a network: title, foot and caption."""

from collections.abc import Sequence
from math import prod

from sampviz.core.text import axes_text, counted
from sampviz.figures.captions.caption import Caption, Sentence, build_caption
from sampviz.figures.panels.layer_panels import LayerColumn, percent_text
from sampviz.figures.panels.treads import Tread, line_names
from sampviz.figures.style import NO_BREAK
from sampviz.networks.ladder import Network


def network_title(network: Network) -> str:
    """Return the title of a figure: the model, and the image that entered."""
    entering = network.entering
    assert entering
    return f"{network.model}: {entering.image}"


def network_subtitle(network: Network) -> str:
    """Return what entered a network: size, spacing, range, and what was done to it."""
    entering = network.entering
    assert entering
    size, (low, high) = "×".join(map(str, entering.size)), entering.range
    mm = axes_text(entering.spacing or ())
    parts = [f"{size} px" + f" of {mm} mm" * bool(mm), *entering.steps]
    return ", ".join([*parts, f"values {low:.3g}..{high:.3g}"])


def network_foot(
    treads: Sequence[Tread], columns: Sequence[LayerColumn], swaps: Sequence[str]
) -> str:
    """Return what stands at the foot of a figure; the rest is caption.

    Parameters
    ----------
    treads : sequence of Tread
        The input, and every layer.
    columns : sequence of LayerColumn
        What is drawn.
    swaps : sequence of str
        The names of the filters in place of layers.

    Returns
    -------
    str
    """
    lines = line_names(treads)
    has_few = any(column.few_samples for column in columns)
    parts = [
        f"Nyquist: {lines}" if lines else "",
        "channels: the one with most from outside the box, of those that vary; own window each",
        f"{', '.join(swaps)}: same maps at stride 1, not trained again" if swaps else "",
        f"*{NO_BREAK}fewer than 16 samples" if has_few else "",
    ]
    return "; ".join(filter(None, parts))


def _facts(columns: Sequence[LayerColumn], swaps: Sequence[str]) -> list[str]:
    """Return what a reader must know."""
    has_up = any(column.enlarges for column in columns)
    has_down = any(not column.enlarges for column in columns)
    box = [
        *["what a layer that shrinks keeps of its spectrum at stride 1"] * has_down,
        *["what the map that enters a layer that enlarges can hold"] * has_up,
    ]
    facts = [
        "of the channels that vary at least as much as their mean the one is drawn with the largest"
        " share from outside the box, an eighth at each border left out",
        "each map has its own window, percentiles 1 and 99 without that border",
        f"box: {'; or '.join(box)}",
        "shares are of the variation of the channel",
    ]
    if swaps and has_down:
        facts.append(
            f"{', '.join(swaps)}: the same maps at stride 1, then that filter and every s-th"
            " sample; the network is not trained again"
        )
    if has_up:
        facts.append(
            "above the box of a layer that enlarges lie images of what is below, or detail that it"
            " makes of its channels; checkerboard: its pattern on constant maps"
        )
    if any(column.few_samples for column in columns):
        facts.append("* fewer than 16 samples along a side: the spectrum says little")
    return facts


def network_caption(
    network: Network,
    treads: Sequence[Tread],
    columns: Sequence[LayerColumn],
    title: str | None,
    swaps: Sequence[str],
) -> Caption:
    """Return the caption of the figure of a network.

    Parameters
    ----------
    network : Network
        What was run.
    treads : sequence of Tread
        The input, and every layer.
    columns : sequence of LayerColumn
        The layers that are drawn in full.
    title : str or None
        The user's title.
    swaps : sequence of str
        The names of the filters in place of layers.

    Returns
    -------
    Caption
    """
    header = network_title(network)
    smallest = min(treads, key=lambda tread: prod(tread.size))
    sizes = [tread.size_text for tread in treads]
    layers = [f"{column.number} {column.title}" for column in columns]
    sentences = [
        Sentence(f"The network {network.model} was run: its input {network.entering}"),
        Sentence(
            "At the top the Nyquist frequency of its maps, layer by layer:"
            f" {', '.join(sizes)} samples"
        ),
        Sentence(f"Columns, one for each layer: {'; '.join(layers)}"),
        Sentence(
            "Rows: the map that enters, the spectrum (of a layer that shrinks at stride 1), the"
            " result, and the part of the result that comes from outside the box, in standard"
            " deviations of the result"
        ),
        Sentence(
            "Bars: folded where samples are dropped, in percent of the variation of all channels;"
            " shift error: how far the result is from moving with the map, as it moves by a sample"
        ),
    ]
    alt = [
        f"A staircase of {counted(len(treads) - 1, 'layer')}, from {sizes[0]} samples over"
        f" {smallest.size_text} to {sizes[-1]}, and {counted(len(columns), 'column')} of four"
        " pictures",
        *(f"Layer {column.number}, {column.title}: {_share_text(column)}" for column in columns),
    ]
    return build_caption(title or header, title, sentences, _facts(columns, swaps), alt)


def _share_text(column: LayerColumn) -> str:
    word = "above the box" if column.enlarges else "folded"
    share = f"{percent_text(column.shares[1])} {word} in channel {column.channel}"
    if not column.bars or column.bars[0].folded is None:
        return share
    return f"{share}, {percent_text(column.bars[0].folded)} in all"
