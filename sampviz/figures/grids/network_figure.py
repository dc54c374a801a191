"""The figure of a network that was run on an image."""

from collections.abc import Sequence

from sampviz.core.errors import UsageError, argument
from sampviz.figures.captions.network_captions import (
    network_caption,
    network_foot,
    network_subtitle,
    network_title,
)
from sampviz.figures.grids.ladder import Ladder, draw_ladder
from sampviz.figures.grids.ladder_content import (
    AS_TRAINED,
    chosen_layers,
    columns_of_network,
    short_label,
    swap_labels,
    treads_of,
)
from sampviz.figures.grids.ladder_layout import LadderTexts
from sampviz.figures.looks import checked_look
from sampviz.figures.render.render import PanelFigure
from sampviz.networks.ladder import Network


def network_figure(
    network: Network,
    *,
    layers: str | Sequence[int | str] | None = None,
    title: str | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
) -> PanelFigure:
    """Draw how far a network sees layer by layer, and what each of its layers folds.

    Parameters
    ----------
    network : Network
        Was run on an image.
    layers : str or sequence of (int or str), optional
        The layers that are drawn in full, by number or name: `1,3,5-8`. By default all, or those
        that fold most where a page has no room for all.
    title : str, optional
        In place of the names of model and image.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`; 183 mm wide by default.

    Returns
    -------
    PanelFigure
        At the top the Nyquist frequency of all maps; below a column for each layer: the map that
        enters, its spectrum, the result, what of it was folded, and bars.

    Raises
    ------
    UsageError
        For a network that was not run, a layer that there is not, and layers that have nothing to
        show.
    """
    look = checked_look(width, dpi, font_size, font, journal)
    if network.entering is None:
        fix = "give the image that enters it"
        raise UsageError("the network was not run on an image", "the figure", fix)
    numbers = chosen_layers(network, layers)
    shown = range(1, len(network.layers)) if numbers is None else numbers
    columns = columns_of_network(network, shown)
    if not columns:
        fix = "choose others" if layers else "take a network that changes resolution"
        raise UsageError("no layer has anything to show", argument("layers"), fix)
    drawn = [network.layers[column.number] for column in columns]
    swaps = [short_label(op) for op in swap_labels(drawn)]
    treads, unit = treads_of(network)
    texts = LadderTexts(
        network_title(network) if title is None else title,
        network_subtitle(network),
        [AS_TRAINED, *swaps],
        network_foot(treads, columns, swaps),
    )
    spacing = network.layers[0].spacing or (1.0, 1.0)
    ladder = Ladder(columns, treads, texts, unit, (spacing[-2], spacing[-1]))
    figure = draw_ladder(ladder, look, all_layers=numbers is not None)
    figure.caption = network_caption(network, treads, columns, title, swaps)
    return figure
