"""Sizes and places along a chain, without running it: the table behind `sampviz shape`."""

from dataclasses import dataclass
from fractions import Fraction

from sampviz.dsp.grid import Size
from sampviz.ops.chain import Chain

Fractions = tuple[Fraction, ...]


@dataclass(frozen=True)
class Stage:
    """The state after a step: `step` is empty for the input. A value for each axis, rows first.

    `factor` is how many input pixels a sample spans, `delta` where sample 0 lies (input pixels).
    """

    step: str
    rule: str
    size: Size
    factor: Fractions
    delta: Fractions
    spacing: tuple[float, ...] | None

    @property
    def nyquist(self) -> Fractions:
        """Highest frequency that can be told apart, in cycles per input pixel."""
        return tuple(1 / (2 * factor) for factor in self.factor)

    @property
    def nyquist_per_mm(self) -> tuple[float, ...] | None:
        """The same in cycles/mm, where the spacing is known."""
        return self.spacing and tuple(0.5 / mm for mm in self.spacing)


def stages(chain: Chain, size: Size, spacing: tuple[float, ...] | None = None) -> list[Stage]:
    """Return the input and the state after each step; ChainError if `size` is too small."""
    names = ["", *map(str, chain.steps)]
    rules = ["", *(step.op.sections["Size"] for step in chain.steps)]
    return [
        Stage(
            name,
            rule,
            tuple(grid.size for grid in grids),
            tuple(grid.step for grid in grids),
            tuple(grid.delta for grid in grids),
            spacing and tuple(float(g.step) * mm for g, mm in zip(grids, spacing, strict=True)),
        )
        for name, rule, grids in zip(names, rules, chain.trace(size), strict=True)
    ]
