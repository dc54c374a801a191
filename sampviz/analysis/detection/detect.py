"""Put lesions into an image, and find what chains keep of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np

from sampviz.analysis.channels_made import channels_made
from sampviz.analysis.detection.axis_matrices import level_matrices
from sampviz.analysis.detection.chain_levels import ChainLevels, local_margins, runs_in_stacks
from sampviz.analysis.detection.detection import Detection, Polarity, root_mean_square
from sampviz.analysis.detection.drawn import DrawnSetting, drawn_dprime, drawn_kept
from sampviz.analysis.detection.exact import ExactValues, cell_weights
from sampviz.analysis.detection.lesions import Lesion, Shape, lesion
from sampviz.analysis.detection.places import (
    Mask,
    depth_note,
    largest_diameter,
    lesion_centres,
    noise_of,
    tissue_of,
)
from sampviz.analysis.plane_memory import check_plane_memory
from sampviz.core.errors import UsageError, argument
from sampviz.core.parallel import Outcome, map_outcomes
from sampviz.core.progress import Progress, with_progress
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids, Size
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

DIAMETERS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 14.0)
LESIONS = 60
MOST_DIAMETERS = 64
_SMALLEST = 10  # times as small as a pixel a lesion may be: smaller ones drown in rounding
_DRAWN_PLACES = 16  # of the lesions, of which d' is drawn
_WHOLE_PLACES = 8  # where every draw is of the whole image
_PLACES_AT_ONCE = 4  # a piece of work
_CONTRAST = re.compile(
    r"(?P<number>[0-9]{0,20}\.?[0-9]{1,20}(e[-+]?[0-9]{1,2})?)(?P<percent> ?%)?", re.ASCII
)
_LEAST_CONTRAST = 1e-5  # of the median: float32 rounds what is less away
_MOST_CONTRAST = 1e30
_Values = tuple[
    int, int, Array, Array
]  # chain, first lesion, and (levels, polarities, lesions, ..)


@dataclass(frozen=True, eq=False)
class _Work:
    """Lesions through a chain: those from number `first` on; `drawn` of them have a d'."""

    number: int
    first: int
    lesions: tuple[tuple[Lesion, ...], ...]
    setting: DrawnSetting
    drawn: int


def detect_lesions(
    image: Image,
    chains: Sequence[Chain],
    *,
    levels: int = 1,
    diameters: Sequence[float] | None = None,
    contrast: str | float = "30%",
    polarity: Literal["both", "bright", "dark"] = "both",
    shape: Shape = "disc",
    mask: Mask | None = None,
    noise: float | None = None,
    lesions: int = LESIONS,
    seed: int = 0,
    jobs: int | None = None,
    progress: Progress[Outcome[_Values]] | None = None,
) -> Detection:
    """Return what chains keep of lesions; see `sampviz.detect`, which reads what users write.

    `image` is a plane or volume of real numbers, `mask` of its shape.
    """
    chains = list(dict.fromkeys(chains))
    spacing = image.spacing or (1.0,) * image.axes
    sizes, size_notes = _diameters(image, diameters, spacing)
    tissue = tissue_of(image.array, mask, image.name)
    amount = contrast_of(contrast, tissue.median)
    sigma = noise_of(image.array, tissue.inner) if noise is None else noise
    tried = [ChainLevels.of(chain, levels, image.size, image.spacing) for chain in chains]
    check_plane_memory("detect", image, [of.whole for of in tried])
    steps = [max(of.coarsest[axis] for of in tried) for axis in range(image.axes)]
    centres = lesion_centres(tissue, lesions, steps, np.random.default_rng(seed))
    inserted = tuple(
        tuple(lesion(shape, d, centre, spacing, image.size) for d in sizes) for centre in centres
    )
    polarities: tuple[Polarity, ...] = ("bright", "dark") if polarity == "both" else (polarity,)
    results = _results(image, tried, inserted, amount, polarities, sigma, seed, jobs, progress)
    kept: dict[tuple[str, int, Polarity], Array] = {}
    dprime: dict[tuple[str, int, Polarity], Array] = {}
    for of, (of_kept, of_dprime) in zip(tried, results, strict=True):
        for level in range(levels):
            for i, name in enumerate(polarities):
                kept[str(of.chain), level + 1, name] = of_kept[level, i]
                dprime[str(of.chain), level + 1, name] = of_dprime[level, i]
    energies = [[np.sqrt(one.energy) for one in place] for place in inserted]
    scale = amount / sigma if sigma > 0 else float("nan")
    return Detection(
        image,
        tuple(chains),
        levels,
        "mm" if image.spacing else "px",
        tuple(sizes),
        shape,
        amount,
        str(contrast) if "%" in str(contrast) else f"{amount:.4g}",
        polarities,
        tissue,
        centres,
        sigma,
        seed,
        kept,
        dprime,
        tuple(scale * root_mean_square(column) for column in np.transpose(energies)),
        (*size_notes, *_notes(tissue, sigma, image, kept)),
    )


def _diameters(
    image: Image, diameters: Sequence[float] | None, spacing: Sequence[float]
) -> tuple[list[float], list[str]]:
    """Return the diameters, rising, and notes; UsageError for what no image can hold."""
    most, unit = largest_diameter(image.size, spacing), "mm" if image.spacing else "px"
    where = argument("diameters")
    if diameters is None:
        fitting = [d for d in DIAMETERS if d <= most]
        if not fitting:
            fix = f"say some, at most {most:g} {unit}"
            raise UsageError(f"the image is {most:g} {unit} wide, smaller than any", where, fix)
        left_out = len(DIAMETERS) - len(fitting)
        notes = [f"{left_out} diameters are larger than the image, {most:g} {unit}"]
        return fitting, notes if left_out else []
    chosen = sorted(set(map(float, diameters)))
    if not chosen or not all(isfinite(d) and d > 0 for d in chosen):
        raise UsageError("a diameter is a number above 0", where, "write 1,2,3 or [1, 2, 3]")
    if len(chosen) > MOST_DIAMETERS:
        raise UsageError(f"{len(chosen)} diameters", where, f"give at most {MOST_DIAMETERS}")
    least = min(spacing) / _SMALLEST
    if chosen[0] < least:
        what = f"a lesion of {chosen[0]:g} {unit} is less than a tenth of a pixel wide"
        raise UsageError(what, where, f"give diameters of at least {least:.3g} {unit}")
    if chosen[-1] > most:
        what = f"a lesion of {chosen[-1]:g} {unit} is larger than the image, {most:g} {unit}"
        raise UsageError(what, where, f"give diameters of at most {most:g} {unit}")
    return chosen, []


def contrast_of(contrast: str | float, median: float) -> float:
    """Return a contrast in the units of the image: "30%" is of the median of the tissue."""
    match = _CONTRAST.fullmatch(str(contrast).strip())
    amount = float(match["number"]) if match else float("nan")
    if match and match["percent"]:
        amount *= abs(median) / 100
    if not amount > 0:
        is_zero = match and float(match["number"]) > 0
        what = "the median of the tissue is 0" if is_zero else f"{contrast!r} is no contrast"
        fix = "write 30% (of the median of the tissue), or a number above 0 in its units"
        raise UsageError(what, argument("contrast"), fix)
    least = _LEAST_CONTRAST * abs(median)
    if not least <= amount <= _MOST_CONTRAST:
        what = f"a contrast of {amount:.3g} is lost in rounding, or beyond numbers"
        fix = f"give {least:.3g} to {_MOST_CONTRAST:g}; the median of the tissue is {median:.3g}"
        raise UsageError(what, argument("contrast"), fix)
    return amount


def _notes(
    tissue: Any, sigma: float, image: Image, kept: dict[tuple[str, int, Polarity], Array]
) -> Iterator[str]:
    yield f"tissue: {tissue.source}, median {tissue.median:.4g}"
    if depth_note(tissue):
        yield depth_note(tissue)
    if not image.spacing:
        yield "the spacing is not known: diameters are in pixels"
    if not sigma > 0:
        yield "the noise of the image is 0: there is no d'"
    missing: dict[str, int] = {}
    for (chain, *_), values in kept.items():
        count = int((~np.isfinite(values)).any(axis=1).sum())
        missing[chain] = max(count, missing.get(chain, 0))
    for chain, count in missing.items():
        if count:
            yield (
                f"{counted(count, 'lesion lies', 'lesions lie')} where the output of {chain} is not"
                f" finite: {'it does' if count == 1 else 'they do'} not count"
            )


def _results(
    image: Image,
    tried: Sequence[ChainLevels],
    inserted: tuple[tuple[Lesion, ...], ...],
    amount: float,
    polarities: Sequence[Polarity],
    sigma: float,
    seed: int,
    jobs: int | None,
    progress: Progress[Outcome[_Values]] | None,
) -> list[tuple[Array, Array]]:
    """Return contrast kept and d' of each chain, (levels, polarities, lesions, diameters)."""
    shape = len(tried[0].parts), len(polarities), len(inserted), len(inserted[0])
    results = [(np.full(shape, np.nan), np.full(shape, np.nan)) for _ in tried]
    exact: list[int] = []  # of each chain the first levels, whose matrices are known
    work: list[_Work] = []
    is_finite = bool(np.isfinite(image.array).all())
    for number, levels in enumerate(tried):
        kept, dprime = results[number]
        matrices = level_matrices(levels)
        outputs = None if is_finite else levels.run(image.array)
        for level, of_level in enumerate(matrices):
            grids = levels.grids[level]
            exactly = ExactValues(of_level, grids, image.size)
            for i, place in enumerate(inserted):
                values = exactly.of(place)
                if outputs:
                    values = values * _ones_or_nan(outputs[level], grids, image.size, place)
                kept[level, :, i] = values[0]
                dprime[level, :, i] = values[1] * amount / sigma if sigma > 0 else np.nan
        exact.append(len(matrices))
        if len(matrices) < len(levels.parts):
            work += _pieces(number, levels, image.array, inserted, amount, polarities, sigma, seed)
    outcomes: Iterable[Outcome[_Values]] = map_outcomes(_through_chain, work, _workers(work, jobs))
    for outcome in with_progress(outcomes, len(work), progress):
        number, first, of_kept, of_dprime = outcome.get()
        places = slice(first, first + of_kept.shape[2])
        for array, drawn in zip(results[number], (of_kept, of_dprime), strict=True):
            array[exact[number] :, :, places] = drawn[exact[number] :]
    return results


def _ones_or_nan(output: Array, grids: Grids, size: Size, lesions: Sequence[Lesion]) -> Array:
    """Return of each lesion 1, or NaN where a cell over it has a value that is not finite."""
    held = [cell_weights(grids, size, lesion) > 0 for lesion in lesions]
    return np.array([1.0 if np.isfinite(output[cells]).all() else np.nan for cells in held])


def _workers(work: Sequence[_Work], jobs: int | None) -> int | None:
    """Return how many processes to start; None for all cores."""
    if not all(one.setting.levels.has_text for one in work):
        return 1
    # Planes take a second or two, which processes take to start.
    is_quick = all(one.setting.margins and one.setting.image.ndim == 2 for one in work)
    return jobs or (1 if is_quick else None)


def _pieces(
    number: int,
    levels: ChainLevels,
    image: Array,
    inserted: tuple[tuple[Lesion, ...], ...],
    amount: float,
    polarities: Sequence[Polarity],
    sigma: float,
    seed: int,
) -> Iterator[_Work]:
    """Yield the work of a chain of which nothing is known beforehand."""
    outputs = levels.run(image)
    for output, size in zip(outputs, levels.sizes, strict=True):
        if output.shape != size:
            what = channels_made(output.shape, len(size)) or "its outputs are no images"
            fix = "leave it out: contrast is kept in images of one channel"
            raise UsageError(what, f"chain '{levels.chain}'", fix)
    margins = local_margins(levels, image, outputs, [place[-1].box for place in inserted])
    signs = {"bright": amount, "dark": -amount}
    contrasts = tuple(signs[name] for name in polarities)
    contrasts = contrasts[:1] if levels.chain.linear else contrasts
    stacks = runs_in_stacks(levels, image)
    if margins and len(levels.size) == 2:
        image = image.astype(np.float64)  # stacks of small planes run faster so
    setting = DrawnSetting(levels, image, contrasts, sigma, seed, margins, stacks)
    most = _DRAWN_PLACES if margins else _WHOLE_PLACES
    for first in range(0, len(inserted), _PLACES_AT_ONCE):
        places = inserted[first : first + _PLACES_AT_ONCE]
        drawn = min(max(most - first, 0), len(places)) if sigma > 0 else 0
        yield _Work(number, first, places, setting, drawn)


def _through_chain(work: _Work) -> _Values:
    """Return what is kept of lesions, and their d'."""
    kept = [[drawn_kept(work.setting, one) for one in place] for place in work.lesions]
    dprime = [
        [drawn_dprime(work.setting, one, (work.first + i, j)) for j, one in enumerate(place)]
        for i, place in enumerate(work.lesions[: work.drawn])
    ]
    values: Array = np.moveaxis(np.array(kept), (0, 1), (2, 3))
    drawn = np.full(values.shape, np.nan)
    if dprime:
        drawn[:, :, : work.drawn] = np.moveaxis(np.array(dprime), (0, 1), (2, 3))
    return work.number, work.first, values, drawn
