"""What became of the components of some label maps, by component and by bins of diameter."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np

from sampviz.analysis.components.bins import ComponentBin, component_bin
from sampviz.analysis.components.case import Case, CaseOutcome
from sampviz.analysis.components.recall import parse_bins
from sampviz.core.text import counted, short_repr

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
        text = f"{counted(self.count, 'component')} of {counted(maps, 'map')}"
        text += f", {counted(chains, 'outcome')}"
        return short_repr(f"<ComponentOutcomes {text}>")

    def bins(self) -> list[ComponentBin]:
        """Return a row for every chain, level and bin, and one of all components before them."""
        ends = [(0.0, inf), *parse_bins(self.limits)]
        ends = ends[:1] if len(ends) == 2 else ends
        return [
            component_bin(self.cases, of_chain, low, high, self.seed)
            for of_chain in zip(*self.outcomes, strict=True)
            for low, high in ends
        ]

    def components(self) -> Iterator[dict[str, Any]]:
        """Yield what became of each component, a row for every map, chain, level and component."""
        for case, of_case in zip(self.cases, self.outcomes, strict=True):
            for outcome in of_case:
                yield from _component_rows(case, outcome)


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
