"""What became of the components of some label maps, by component and by bins of diameter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any, Literal

import numpy as np

from sampviz.analysis.components.case import Case, CaseOutcome
from sampviz.analysis.components.recall import Interval, over_cases, parse_bins, wilson
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array

# Of the rows of `ComponentOutcomes.components`.
COLUMNS = (
    "map",
    "chain",
    "level",
    "component",
    "pixels",
    "volume",
    "diameter",
    "found",
    "half_kept",
    "kept",
    "dice",
    "volume_bias",
    "drift",
    "merged",
)
CONTRAST_COLUMNS = ("contrast_kept", "cnr_before", "cnr_after", "undefined")


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
        Volume in the output over that in the map, less 1, of all that are not merged.
    drift : float
        Mean drift of the centroid of those that are found and not merged, in the unit of lengths.
    merged : float
        Share of those whose part of the output is that of others too.
    contrast : float
        Mean of the contrast kept, over the `contrast_count` components that have one.
    cnr_before, cnr_after : float
        Mean contrast to noise of the same in the image, and in the output.
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
        if (self.low, self.high) == (0, inf):
            return "all"
        return f"{self.low:g}-{self.high:g}" if isfinite(self.high) else f"{self.low:g}+"


@dataclass(frozen=True, eq=False, repr=False)
class ComponentOutcomes:
    """What became of the components of some label maps.

    Parameters
    ----------
    cases : tuple of Case
        The maps.
    outcomes : tuple of tuple of CaseOutcome
        Of each map one for every chain and level.
    unit : {"mm", "px"}
        Of all lengths.
    limits : tuple of float
        Between the bins of diameters.
    seed : int
        Of the draws of cases.
    notes : tuple of str
        What a reader must know.
    """

    cases: tuple[Case, ...]
    outcomes: tuple[tuple[CaseOutcome, ...], ...]
    unit: Literal["mm", "px"]
    limits: tuple[float, ...]
    seed: int
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of components of all maps."""
        return sum(case.components.count for case in self.cases)

    @property
    def has_contrast(self) -> bool:
        """Whether there is an image in which contrast is measured."""
        return any(outcome.contrast for of_case in self.outcomes for outcome in of_case)

    def __repr__(self) -> str:
        maps = len(self.cases)
        chains = len(self.outcomes[0]) if self.outcomes else 0
        text = f"{self.count} components of {maps} map{'s' * (maps > 1)}, {chains} outcomes"
        return short_repr(f"<ComponentOutcomes {text}>")

    def bins(self) -> list[ComponentBin]:
        """Return a row for every chain, level and bin, and one of all components before them."""
        diameters = [case.components.diameters for case in self.cases]
        ends = [(0.0, inf), *parse_bins(self.limits)]
        ends = ends[:1] if len(ends) == 2 else ends
        return [
            self._bin(of_chain, [(low <= d) & (d < high) for d in diameters], low, high)
            for of_chain in zip(*self.outcomes, strict=True)
            for low, high in ends
        ]

    def _bin(
        self, outcomes: Sequence[CaseOutcome], chosen: Sequence[Array], low: float, high: float
    ) -> ComponentBin:
        parts = [outcome.survival for outcome in outcomes]

        def values(name: str) -> list[Array]:
            return [getattr(of, name)[at] for of, at in zip(parts, chosen, strict=True)]

        found, half_kept, dice = values("found"), values("half_kept"), values("dice")
        merged = np.concatenate(values("merged"))
        volumes = [case.components.volumes[at] for case, at in zip(self.cases, chosen, strict=True)]
        before = np.concatenate(volumes)[~merged].sum()
        after = (np.concatenate(values("output_volume")) * np.concatenate(volumes))[~merged].sum()
        counts = np.array([len(of) for of in dice])
        count = int(counts.sum())
        by_case = {"found": found, "half_kept": half_kept, "dice": dice}
        contrasts = [
            (of.contrast.kept[at], of.contrast.before[at], of.contrast.after[at])
            for of, at in zip(outcomes, chosen, strict=True)
            if of.contrast
        ]
        kept, cnr_before, cnr_after = (
            np.concatenate([np.empty(0), *(of[i] for of in contrasts)]) for i in range(3)
        )
        return ComponentBin(
            outcomes[0].chain,
            outcomes[0].level,
            low,
            high,
            count,
            wilson(int(sum(of.sum() for of in found)), count),
            wilson(int(sum(of.sum() for of in half_kept)), count),
            _mean(np.concatenate(dice)),
            float(after / before - 1) if before else nan,
            _mean(np.concatenate(values("drift"))),
            _mean(merged),
            _mean(kept),
            _mean(cnr_before),
            _mean(cnr_after),
            int(np.isfinite(kept).sum()),
            {
                name: over_cases(np.array([of.sum() for of in arrays], float), counts, self.seed)
                for name, arrays in by_case.items()
            }
            if len(self.cases) > 1
            else {},
        )

    def components(self) -> Iterator[dict[str, Any]]:
        """Yield what became of each component, a row for every map, chain, level and component."""
        for case, of_case in zip(self.cases, self.outcomes, strict=True):
            for outcome in of_case:
                yield from _component_rows(case, outcome)


def _mean(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else nan


def _component_rows(case: Case, outcome: CaseOutcome) -> Iterator[dict[str, Any]]:
    components, left, contrast = case.components, outcome.survival, outcome.contrast
    columns = [
        components.pixels,
        components.volumes,
        components.diameters,
        left.found,
        left.half_kept,
        left.kept,
        left.dice,
        left.volume_bias,
        left.drift,
        left.merged,
    ]
    if contrast:
        columns += [contrast.kept, contrast.before, contrast.after, np.array(case.reasons, object)]
    values = zip(*(column.tolist() for column in columns), strict=True)
    for number, row in enumerate(values, 1):
        names = (*COLUMNS, *CONTRAST_COLUMNS) if contrast else COLUMNS
        place = case.name, outcome.chain, outcome.level, number
        yield dict(zip(names, (*place, *row), strict=True))
