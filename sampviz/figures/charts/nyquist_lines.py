"""Where the Nyquist frequencies lie in a chart of spectra, and what they are called."""

from collections.abc import Sequence
from math import isclose

from sampviz.figures.charts.reference_lines import ReferenceLine

SAME = 2e-3  # frequencies, or sides of a pixel, that differ by less are the same on any chart
_ONE_NAME = 1.06  # Nyquist frequencies nearer to each other than this ratio share a name
_MOST_NAMES = 4  # of one kind
Frequencies = tuple[float, ...]  # one for each axis


def nyquist_lines(
    limits: Sequence[tuple[Frequencies, Frequencies]],
    axis_names: Sequence[str] = ("rows", "columns"),
) -> list[ReferenceLine]:
    """Return the Nyquist frequencies of the original, of the outputs and of what came between.

    Parameters
    ----------
    limits : sequence of (tuple of float, tuple of float)
        Of the original and of each output the Nyquist frequencies of its axes, and those of the
        coarsest stage of its chain.
    axis_names : sequence of str
        What runs along the axes.

    Returns
    -------
    list of ReferenceLine
        With one name for those that lie close together.
    """
    labelled = _by_axis("Nyquist of the original", limits[0][0], axis_names)
    output_limits = [
        named_frequency
        for of_output in limits[1:]
        for nyquist in of_output
        for named_frequency in _by_axis("new Nyquist", nyquist, axis_names)
    ]
    # A name without an axis comes first, and is enough.
    for name, frequency in sorted(output_limits):
        if not any(
            isclose(frequency, labelled_frequency, rel_tol=SAME)
            for _, labelled_frequency in labelled
        ):
            labelled.append((name, frequency))
    return [
        line
        for name in dict.fromkeys(name for name, _ in labelled)
        for line in _grouped(name, sorted(f for other, f in labelled if other == name))
    ]


def _by_axis(name: str, nyquist: Frequencies, axis_names: Sequence[str]) -> list[tuple[str, float]]:
    """Name all frequencies alike, or by their axes where they lie apart."""
    if max(nyquist) < _ONE_NAME * min(nyquist):
        return [(name, frequency) for frequency in nyquist]
    pairs = zip(axis_names, nyquist, strict=True)
    return [(f"{name}, {axis_name}", frequency) for axis_name, frequency in pairs]


def _grouped(
    name: str, frequencies: Sequence[float], ratio: float = _ONE_NAME
) -> list[ReferenceLine]:
    """Return lines with one name for those that lie close together, at most a few."""
    groups: list[list[float]] = []
    for frequency in frequencies:
        if groups and frequency < ratio * groups[-1][0]:
            groups[-1].append(frequency)
        else:
            groups.append([frequency])
    if len(groups) > _MOST_NAMES:
        return _grouped(name, frequencies, ratio**2)
    end_texts = [dict.fromkeys(f"{group[n]:.3g}" for n in (0, -1)) for group in groups]
    short = name.replace(" of the original", "").replace("new Nyquist", "new")
    return [
        ReferenceLine(tuple(group), *(f"{each} {'..'.join(group_texts)}" for each in (name, short)))
        for group, group_texts in zip(groups, end_texts, strict=True)
    ]
