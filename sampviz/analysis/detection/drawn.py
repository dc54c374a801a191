"""Contrast kept and d' of any chain: run with the lesion and without, on the image and in noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.analysis.detection.chain_levels import ChainLevels, Crop, crop_about
from sampviz.analysis.detection.exact import cell_weights
from sampviz.analysis.detection.lesions import Lesion
from sampviz.dsp.dtypes import Array

HALF = 80  # draws of noise for the template, and as many others to try it on
_AT_ONCE = 40  # draws, of a crop; of a whole image less
_MOST_AT_ONCE = 2**22  # samples


@dataclass(frozen=True, eq=False)
class DrawnSetting:
    """What a chain is tried with.

    Parameters
    ----------
    levels : ChainLevels
        The chain.
    image : ndarray
        (H, W) or (D, H, W).
    contrasts : tuple of float
        Of the lesions, in the units of the image: one above 0, one below, or both.
    noise : float
        Standard deviation of the noise of d'; not above 0: there is no d'.
    seed : int
        Of the noise: the same for all chains.
    margins : tuple of int or None
        Of the crops, from `local_margins`.
    stacks : bool
        Whether crops may be run together.
    """

    levels: ChainLevels
    image: Array
    contrasts: tuple[float, ...]
    noise: float
    seed: int
    margins: tuple[int, ...] | None
    stacks: bool

    def run(self, stack: Array) -> list[Array]:
        """Return the outputs of a stack after each level."""
        if self.stacks:
            return self.levels.run(stack)
        alone = [self.levels.run(x) for x in stack]
        return [np.stack(outputs) for outputs in zip(*alone, strict=True)]

    def crop(self, lesion: Lesion) -> Crop:
        """Return the part of the image that is computed with."""
        crop = crop_about(self.levels, lesion.box, self.margins)
        assert crop is not None, "local_margins tried it"
        return crop


def drawn_kept(setting: DrawnSetting, lesion: Lesion) -> Array:
    """Return the contrast kept of a lesion, (levels, contrasts): paired runs, least squares.

    NaN where a value is not finite.
    """
    crop = setting.crop(lesion)
    background, inserted = _with_lesions(setting, crop, lesion)
    outputs = setting.run(np.stack([background, *(background + s for s in inserted)]))
    kept = np.empty((len(outputs), len(inserted)))
    for level, (output, samples, inner) in enumerate(
        zip(outputs, crop.samples, crop.inner, strict=True)
    ):
        weights = cell_weights(setting.levels.grids[level], setting.levels.size, lesion, samples)
        cells = output[(slice(None), *inner)].astype(np.float64)
        with np.errstate(invalid="ignore"):
            changes = cells[1:] - cells[:1]
        sums = [float((change[weights > 0] * weights[weights > 0]).sum()) for change in changes]
        kept[level] = np.array(sums) / (np.array(setting.contrasts) * lesion.energy)
    return kept + 0.0  # no -0.0 where a dark lesion leaves nothing


def drawn_dprime(setting: DrawnSetting, lesion: Lesion, place: Sequence[int]) -> Array:
    """Return d' of the non-prewhitening observer for a lesion, (levels, contrasts).

    The background is the image, known exactly; noise is added before the chain. The template is the
    mean of the difference that the lesion makes over one half of the draws, tried on the other.
    `place` are numbers that tell this lesion's noise from that of others.
    """
    crop = setting.crop(lesion)
    background, inserted = _with_lesions(setting, crop, lesion)
    base = [
        output[inner]
        for output, inner in zip(setting.levels.run(background), crop.inner, strict=True)
    ]
    rng = np.random.default_rng([setting.seed, *place])
    at_once = max(1, min(_AT_ONCE, _MOST_AT_ONCE // background.size))
    templates: list[list[Array]] = [[np.zeros(y.shape) for _ in inserted] for y in base]
    answers: list[list[list[Array]]] = [[[] for _ in inserted] for _ in base]
    for half in range(2):
        for start in range(0, HALF, at_once):
            count = min(at_once, HALF - start)
            draws = rng.standard_normal((count, *background.shape), np.float32)
            noisy = background + setting.noise * draws.astype(background.dtype)
            without = _cells(setting, crop, noisy, base)
            for i, s in enumerate(inserted):
                with_lesion = _cells(setting, crop, noisy + s, base)
                for level, (y0, y1) in enumerate(zip(without, with_lesion, strict=True)):
                    if half == 0:
                        templates[level][i] += (y1 - y0).sum(0, dtype=np.float64)
                    else:
                        pair = np.stack([y0, y1]).reshape(2, count, -1)
                        # Not BLAS, whose sums depend on how many threads it has.
                        answers[level][i].append((pair * templates[level][i].ravel()).sum(-1))
    return np.array([[_separation(np.hstack(a)) for a in level] for level in answers])


def _separation(answers: Array) -> float:
    """Return d' of answers without the lesion and with it, (2, draws); 0 where none differ."""
    without, with_lesion = answers
    spread = np.sqrt((without.var(ddof=1) + with_lesion.var(ddof=1)) / 2)
    difference = float(with_lesion.mean() - without.mean())
    if not difference > 0:
        return 0.0 if np.isfinite(difference) else float("nan")
    return difference / float(spread) if spread > 0 else float("inf")


def _with_lesions(setting: DrawnSetting, crop: Crop, lesion: Lesion) -> tuple[Array, list[Array]]:
    """Return the background of a crop, and what each contrast adds to it."""
    background = setting.image[crop.region]
    profile = np.zeros(background.shape)
    box = zip(lesion.box, crop.region, strict=True)
    profile[tuple(slice(b.start - r.start, b.stop - r.start) for b, r in box)] = lesion.shares
    return background, [(c * profile).astype(background.dtype) for c in setting.contrasts]


def _cells(setting: DrawnSetting, crop: Crop, stack: Array, base: Sequence[Array]) -> list[Array]:
    """Return the outputs of a stack less those of the background, where the crop is right."""
    return [
        output[(slice(None), *inner)] - y
        for output, inner, y in zip(setting.run(stack), crop.inner, base, strict=True)
    ]
