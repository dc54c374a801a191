"""Components of label maps through chains: maps and images in, outcomes out."""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from sampviz.analysis.components.case import THRESHOLD, Case, spacing_known, try_case
from sampviz.analysis.components.options import Connect
from sampviz.analysis.components.outcomes import ComponentOutcomes
from sampviz.analysis.components.recall import parse_bins
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import counted
from sampviz.images.image import Image
from sampviz.images.label_map import mark_labels
from sampviz.ops.chain import Chain

_MOST_SHOWN = 12  # labels in an error
_MOST_EXPECTED = 256  # labels of a map; more are rather amounts
_NEAR = 0.01  # mm between the same pixel of a map and an image, in headers that are rounded


def detect_components(
    maps: Sequence[Image],
    chains: Sequence[Chain],
    *,
    images: Sequence[Image] = (),
    levels: int = 1,
    label: int | None = None,
    connect: Connect = "full",
    dilate: int = 0,
    threshold: float = THRESHOLD,
    bins: Sequence[float] | None = None,
    seed: int = 0,
) -> ComponentOutcomes:
    """Return what chains leave of the components of label maps.

    Parameters
    ----------
    maps : sequence of Image
        Whole numbers, 0 for background.
    chains : sequence of Chain
        Each is applied to a map of 0 and 1, then held against the threshold.
    images : sequence of Image
        One for each map, on its grid, in which contrast is measured; or none.
    levels : int
        Each chain is applied 1, 2 .. so many times.
    label, connect, dilate, threshold
        As for `try_case`.
    bins : sequence of float, optional
        Limits between bins of diameters, as for `parse_bins`.
    seed : int
        Of the draws of cases.

    Returns
    -------
    ComponentOutcomes

    Raises
    ------
    UsageError
        If a label is in no map, or a map does not fit its image.
    """
    limits = tuple(high for _, high in parse_bins(bins)[:-1])
    maps = [of if of.labels else mark_labels(of, "labels") for of in maps]
    _check_label(maps, label)
    if images and len(images) != len(maps):
        what = f"{counted(len(images), 'image')} and {counted(len(maps), 'label map')}"
        raise UsageError(what, argument("labels"), "give a map for each image, in their order")
    units: set[Literal["mm", "px"]] = {"mm" if spacing_known(of) else "px" for of in maps}
    if len(units) > 1:
        unknown = next(of.name for of in maps if not spacing_known(of))
        what = "the spacing of some maps is known, of others not"
        raise UsageError(what, unknown, "measure them apart: lengths are in mm or in pixels")
    results = [
        try_case(
            of,
            chains,
            levels=levels,
            image=images[i] if images else None,
            label=label,
            connect=connect,
            dilate=dilate,
            threshold=threshold,
        )
        for i, of in enumerate(maps)
    ]
    cases = tuple(case for case, _ in results)
    notes = [note for pair in zip(images, maps, strict=False) for note in _place_notes(*pair)]
    return ComponentOutcomes(
        cases,
        tuple(tuple(of_case) for _, of_case in results),
        units.pop() if units else "px",
        limits,
        seed,
        (*notes, *_notes(cases, maps, label)),
    )


def _check_label(maps: Sequence[Image], label: int | None) -> None:
    if label == 0:
        raise UsageError("label 0 is the background", argument("label"), "give another label")
    present = sorted({i for of in maps for i in (of.labels.ids if of.labels else ()) if i})
    if label is not None and label not in present:
        shown = ", ".join(map(str, present[:_MOST_SHOWN])) + ", .." * (len(present) > _MOST_SHOWN)
        fix = f"the labels are {shown}" if present else "the maps are empty: there is no label"
        raise UsageError(f"no map has the label {label}", argument("label"), fix)


def _place_notes(image: Image, labels: Image) -> Iterator[str]:
    """Say how far a map lies from the image, by their headers."""
    if not (image.geometry and image.geometry.axes and labels.geometry and labels.geometry.axes):
        return
    corners = np.array(np.meshgrid(*([0, n - 1] for n in labels.size))).reshape(labels.axes, -1)
    matrix = image.geometry.affine[:3] - labels.geometry.affine[:3]
    apart = np.linalg.norm(matrix[:, : labels.axes] @ corners + matrix[:, -1:], axis=0).max()
    if apart > _NEAR:
        yield (
            f"{labels.name}: its pixels lie up to {apart:.3g} mm from those of {image.name},"
            " by their headers; they are taken one by one all the same"
        )


def _notes(cases: Sequence[Case], maps: Sequence[Image], label: int | None) -> Iterator[str]:
    empty = [case.name for case in cases if not case.components.count]
    if empty:
        of_label = "" if label is None else f" of label {label}"
        yield f"no component{of_label}: {', '.join(empty)}"
    for of in maps:
        if of.labels and len(of.labels.ids) > _MOST_EXPECTED:
            yield f"{of.name} has {len(of.labels.ids)} different numbers: is it a label map?"
    if any(not spacing_known(of) for of in maps):
        yield "the spacing is not known: lengths are in pixels"
    reasons = [reason for case in cases for reason in case.reasons if reason]
    for reason in dict.fromkeys(reasons):
        yield f"no contrast of {counted(reasons.count(reason), 'component')}: {reason}"
