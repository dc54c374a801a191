"""Sizes and places along a chain, without running it: the table behind `sampviz shape`."""

from dataclasses import dataclass
from fractions import Fraction

from sampviz.chain import Chain

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Stage:
    """The state after a step: `step` is empty for the input. Pairs are rows, columns.

    `factor` is how many input pixels a sample spans, `delta` where sample 0 lies (input pixels),
    `nyquist` the highest frequency that can be told apart, in cycles per input pixel.
    """

    step: str
    rule: str
    size: tuple[int, int]
    factor: Pair
    delta: Pair
    spacing: tuple[float, float] | None

    @property
    def nyquist(self) -> Pair:
        """Highest frequency that can be told apart, in cycles per input pixel."""
        return 1 / (2 * self.factor[0]), 1 / (2 * self.factor[1])

    @property
    def nyquist_per_mm(self) -> tuple[float, float] | None:
        """The same in cycles/mm, where the spacing is known."""
        if self.spacing is None:
            return None
        return 0.5 / self.spacing[0], 0.5 / self.spacing[1]


def stages(
    chain: Chain, size: tuple[int, int], spacing: tuple[float, float] | None = None
) -> list[Stage]:
    """Return the input and the state after each step; ChainError if `size` is too small."""
    names = ["", *map(str, chain.steps)]
    rules = ["", *(step.op.sections["Size"] for step in chain.steps)]
    found = []
    for name, rule, (rows, columns) in zip(names, rules, chain.trace(size), strict=True):
        mm = (float(rows.step) * spacing[0], float(columns.step) * spacing[1]) if spacing else None
        found.append(
            Stage(
                name,
                rule,
                (rows.size, columns.size),
                (rows.step, columns.step),
                (rows.delta, columns.delta),
                mm,
            )
        )
    return found
