"""The page of a network: its layers, and the channels of each, to be looked at in a browser."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from sampviz.core.atomic_write import atomic_write, check_target
from sampviz.core.errors import OutputError, UsageError
from sampviz.core.html_page import page_style
from sampviz.core.version import __version__
from sampviz.core.written_page import WrittenPage
from sampviz.dsp.spectrum import FLOOR_DB
from sampviz.figures.captions.network_captions import network_subtitle, network_title
from sampviz.figures.drawn_figure import encode_figure
from sampviz.figures.grids.ladder_content import (
    column_of,
    swap_labels,
    treads_of,
)
from sampviz.figures.grids.network_figure import network_figure
from sampviz.figures.panels.layer_panels import (
    SPECTRUM_LIMITS,
    LayerColumn,
    map_limits,
    short_label,
)
from sampviz.networks.ladder import Layer, Network
from sampviz.report.array_store import ArrayStore
from sampviz.report.page_data import colour_tables
from sampviz.report.write_page import PageFiles, asset, check_jinja, filled_template, policy

_SCRIPTS = ("data", "numbers", "paint", "network")
KEPT = 24  # channels of each layer that are looked at
_MOST_SAMPLES = 2**21  # of a layer, that a page has: some MB


def network_report(
    network: Network, path: str | Path = "network.html", *, overwrite: bool = True
) -> WrittenPage:
    """Write one HTML file to look at the layers of a network: it opens from disk, offline.

    Click a layer, and page through its channels: those come first that fold most, of those that
    vary. The maps are in register: the cursor is at one place in all of them.

    Parameters
    ----------
    network : Network
        Was run on an image; `network(.., keep=24)` keeps as many channels of each layer.
    path : str or Path
        Where the page goes, a name that ends in .html.
    overwrite : bool
        Replace a file that sampviz did not make, too.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    UsageError
        For a network that was not run, and one without a layer that has anything to show.
    OutputError
        If the page cannot be written.
    """
    target = WrittenPage(path)
    check_page_name(target)
    check_jinja()
    check_target(target, [], overwrite=overwrite)
    page = rendered_network(network)
    with atomic_write(target, overwrite=overwrite) as temporary:
        temporary.write_bytes(page)
    return target


def check_page_name(path: Path) -> None:
    """Raise OutputError for a name that does not end in .html."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise OutputError("a page is HTML", str(path), "end the name in .html")


def rendered_network(network: Network) -> bytes:
    """Return the page, in UTF-8."""
    figure = network_figure(network, width=183)
    store = ArrayStore()
    layers = _layers(network, store)
    if not layers:
        raise UsageError("no layer has anything to show", "the page", "take another network")
    treads, unit = treads_of(network)
    data = {
        "layers": layers,
        "treads": [
            {"number": t.number, "size": t.size_text, "from": t.entering, "to": t.nyquist}
            for t in treads
        ],
        "unit": unit,
        "colours": colour_tables(),
        "spectrum": {"floor": FLOOR_DB, "limits": SPECTRUM_LIMITS},
        "arrays": store.arrays,
    }
    style = page_style() + asset("style.css") + asset("network.css")
    script = "\n".join(asset(f"{name}.js") for name in _SCRIPTS)
    assert figure.caption
    html = filled_template(
        "network.html",
        policy=policy(style, script, PageFiles()),
        version=__version__,
        title=network_title(network),
        facts=network_subtitle(network),
        picture=f"data:image/png;base64,{b64encode(encode_figure(figure)).decode('ascii')}",
        alt=figure.caption.alt,
        caption=[sentence.text for sentence in figure.caption.sentences],
        layers=layers,
        made_with=_made_with(network),
        page=data,
        style=style,
        script=script,
    )
    # Bytes of a file name that are no text are shown as escapes.
    return html.encode("utf-8", "backslashreplace")


def _made_with(network: Network) -> list[str]:
    """Return the SHA-256 of model and image, and the versions of the programs."""
    made_with = network.made_with
    hashes = [
        f"{entry.get('name') or kind}: SHA-256 {entry['sha256']}"
        for kind in ("model", "image")
        if (entry := made_with.get(kind, {})).get("sha256")
    ]
    versions = ", ".join(f"{name} {text}" for name, text in made_with.get("versions", {}).items())
    return [*hashes, *([versions] if versions else [])]


def _layers(network: Network, store: ArrayStore) -> list[dict[str, Any]]:
    """Return the layers that have channels to show."""
    labels = swap_labels(network.layers)
    models = []
    for layer in network.layers[1:]:
        measures = layer.measures
        if measures is None or measures.shown is None:
            continue
        columns: list[LayerColumn] = []
        for shown in measures.kept or (measures.shown,):
            column = column_of(network, layer, measures, shown, labels)
            if column and (not columns or _samples([*columns, column]) <= _MOST_SAMPLES):
                columns.append(column)
        if columns:
            models.append(_layer(layer, columns, store))
    return models


def _samples(columns: Sequence[LayerColumn]) -> int:
    """Return how many samples the arrays of columns have."""
    return sum(
        array.size
        for column in columns
        for array in (column.entering, column.spectrum, column.result, column.folded)
    )


def _layer(layer: Layer, columns: list[LayerColumn], store: ArrayStore) -> dict[str, Any]:
    assert layer.measures is not None
    values: Mapping[str, float] = layer.measures.values
    first = columns[0]
    share = values.get("above" if first.enlarges else "fold")
    counts = [len(of_each) for of_each in layer.measures.channels.values()]
    return {
        "number": layer.number,
        "title": first.title,
        "name": layer.name,
        "sizes": ["×".join(map(str, size)) for size in (layer.entering, layer.size)],
        "enlarges": first.enlarges,
        "share": share,
        "stride": first.stride,
        "steps": first.steps,
        "count": max(counts, default=len(columns)),
        "bars": [[bar.label, bar.folded, bar.shift_error] for bar in first.bars],
        "swaps": [short_label(swap.op) for swap in layer.measures.swaps],
        "channels": [_channel(column, store) for column in columns],
    }


def _channel(column: LayerColumn, store: ArrayStore) -> dict[str, Any]:
    """Return a channel: its arrays and how they are painted."""
    spectrum = column.panels((1, 1))[1]
    assert spectrum.array is not None
    (box,) = spectrum.boxes
    return {
        "channel": column.channel,
        "entering": column.entering_channel,
        "slice": column.slice_text,
        "shares": [share if isfinite(share) else None for share in column.shares],
        "deviation": column.deviation,
        "box": [box.top, box.left, box.height, box.width],
        "limits": [map_limits(column.entering), map_limits(column.result)],
        "arrays": [
            store.add_rounded(column.entering),
            store.add_decibels(spectrum.array),
            store.add_rounded(column.result),
            store.add_rounded(column.folded),
        ],
    }
