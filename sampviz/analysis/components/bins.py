"""The components of some diameters through a chain, of one map or several together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan

import numpy as np

from sampviz.analysis.components.case import Case, CaseOutcome
from sampviz.analysis.components.recall import Interval, over_cases, wilson
from sampviz.dsp.dtypes import Array


@dataclass(frozen=True)
class ComponentBin:
    """The components of some diameters through a chain. What has no value is NaN.

    Parameters
    ----------
    chain : str
        The chain.
    level : int
        How many times it is applied.
    low, high : float
        The diameters, the high end excluded: 0 and inf for all components.
    count : int
        How many components there are.
    found, half_kept : Interval
        Share of those of which anything, or at least half, is left; intervals of Wilson.
    dice : float
        Mean of their Dice, 0 for those that are lost.
    volume_bias : float
        Volume in the output over that in the map, less 1: in a bin of those that are not merged,
        of all components that of the whole maps.
    drift : float
        Mean drift of the centroid of those that are found and not merged, in the unit of lengths.
    merged : float
        Share of those whose part of the output is that of others too.
    contrast : float
        Mean of the contrast kept, over the `contrast_count` components that have one.
    cnr_before, cnr_after : float
        Mean contrast to noise of the same in the image, its magnitude, and in the output, in the
        direction that it had: below 0 where bright became dark.
    contrast_count : int
        How many these are; 0 without an image.
    cases : dict of str to Interval
        Of several maps `found`, `half_kept` and `dice`, with intervals over the maps.
    """

    chain: str
    level: int
    low: float
    high: float
    count: int
    found: Interval
    half_kept: Interval
    dice: float
    volume_bias: float
    drift: float
    merged: float
    contrast: float
    cnr_before: float
    cnr_after: float
    contrast_count: int
    cases: dict[str, Interval]

    @property
    def diameters(self) -> str:
        """The bin in words: `2-3`, `8+`, `all`."""
        if self.is_all:
            return "all"
        return f"{self.low:g}-{self.high:g}" if isfinite(self.high) else f"{self.low:g}+"

    @property
    def is_all(self) -> bool:
        """Whether it is the row of all components."""
        return (self.low, self.high) == (0, inf)


def component_bin(
    cases: Sequence[Case], outcomes: Sequence[CaseOutcome], low: float, high: float, seed: int
) -> ComponentBin:
    """Return what a chain leaves of the components of some diameters.

    Parameters
    ----------
    cases : sequence of Case
        The maps.
    outcomes : sequence of CaseOutcome
        Of each map, after the same chain and level.
    low, high : float
        The diameters, the high end excluded.
    seed : int
        Of the draws of cases.

    Returns
    -------
    ComponentBin
    """
    sizes = [case.components.diameters for case in cases]
    chosen = [(low <= of) & (of < high) for of in sizes]
    counts = np.array([int(of.sum()) for of in chosen])
    count, parts = int(counts.sum()), [outcome.survival for outcome in outcomes]

    def values(name: str) -> list[Array]:
        return [getattr(of, name)[at] for of, at in zip(parts, chosen, strict=True)]

    by_case = {name: values(name) for name in ("found", "half_kept", "dice")}
    sums = {name: np.array([of.sum() for of in by_case[name]], float) for name in by_case}
    merged = np.concatenate(values("merged"))
    volumes = [case.components.volumes[at] for case, at in zip(cases, chosen, strict=True)]
    volume = np.concatenate(volumes)
    is_all = (low, high) == (0, inf)
    if is_all:
        before = volume.sum()
        after = sum(of.set_volume for of in outcomes)
    else:
        before = volume[~merged].sum()
        after = (np.concatenate(values("output_volume")) * volume)[~merged].sum()
    kept, cnr_before, cnr_after = _contrast(outcomes, chosen)
    return ComponentBin(
        outcomes[0].chain,
        outcomes[0].level,
        low,
        high,
        count,
        wilson(int(sums["found"].sum()), count),
        wilson(int(sums["half_kept"].sum()), count),
        _mean(np.concatenate(by_case["dice"])),
        float(after / before - 1) if before else nan,
        _mean(np.concatenate(values("drift"))),
        _mean(merged),
        _mean(kept),
        _mean(np.abs(cnr_before)),
        _mean(cnr_after * np.sign(cnr_before)),
        int(np.isfinite(kept).sum()),
        {name: over_cases(sums[name], counts, seed) for name in sums} if len(cases) > 1 else {},
    )


def _contrast(outcomes: Sequence[CaseOutcome], chosen: Sequence[Array]) -> tuple[Array, ...]:
    """Return contrast kept, and contrast to noise before and after, of some components."""
    contrasts = [
        (of.contrast.kept[at], of.contrast.before[at], of.contrast.after[at])
        for of, at in zip(outcomes, chosen, strict=True)
        if of.contrast
    ]
    return tuple(np.concatenate([np.empty(0), *(of[i] for of in contrasts)]) for i in range(3))


def _mean(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else nan
