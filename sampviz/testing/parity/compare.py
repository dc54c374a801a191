"""Chains beside the programs that they must equal: the largest difference over awkward sizes."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step
from sampviz.testing.parity.kernels import Array
from sampviz.testing.parity.programs import PROGRAMS

SIZES = ((7, 9), (16, 16), (18, 30), (33, 64))
_BORDERS = {
    "zero": "zeros",
    "reflect": "mirrored without repeating the edge",
    "edge": "the edge pixel is repeated",
    "wrap": "the image is taken as periodic",
}
# What manuals say of operations that do not look beyond the edge.
_NO_BORDER = (
    "nothing lies beyond the edge",
    "windows lie within the image",
    "the new pixels share the span of the old ones",
)


@dataclass(frozen=True)
class ParityRow:
    """A chain beside a program; `difference` is infinite where sizes or NaN are not the same."""

    chain: str
    program: str
    border: str
    sizes: tuple[str, ...]
    difference: float
    allowed: float

    @property
    def agrees(self) -> bool:
        """Whether they differ by no more than is allowed."""
        return self.difference <= self.allowed


def inputs() -> dict[str, Array]:
    """Return the arrays: uniform noise in 0..1 less 1/4, so that signs and zeros occur."""
    rng = np.random.default_rng(20261121)
    return {f"{h}x{w}": (rng.random((h, w)) - 0.25).astype(np.float32) for h, w in SIZES}


def difference(found: Array, wanted: Array) -> float:
    """Return the largest absolute difference; infinite where sizes or NaN are not the same."""
    if found.shape != wanted.shape or not np.array_equal(np.isnan(found), np.isnan(wanted)):
        return np.inf
    apart = np.abs(found.astype(np.float64) - wanted)
    return float(np.nanmax(apart, initial=0.0))


def parity_table(names: Iterable[str]) -> list[ParityRow]:
    """Run every case of these programs; all of them have to be installed."""
    given = inputs()
    rows = []
    for name in names:
        program = PROGRAMS[name]
        for text, run in program.cases().items():
            chain = Chain.parse(text)
            worst = max(difference(chain(x), np.asarray(run(x))) for x in given.values())
            rows.append(
                ParityRow(text, name, border(chain), tuple(given), worst, program.allowed(text))
            )
    return rows


def not_compared(rows: Iterable[ParityRow]) -> list[str]:
    """Return the operations that are in no chain of these rows."""
    seen = {step.op.name for row in rows for step in Chain.parse(row.chain).steps}
    return [name for name in OPS if name not in seen]


def border(chain: Chain) -> str:
    """Return the padding rules of a chain in words, step by step; empty where it has none."""
    rules = dict.fromkeys(_border(step) for step in chain.steps)
    return ", then ".join(rule for rule in rules if rule)


def _border(step: Step) -> str:
    values = dict(step.values)
    padded, beyond = values.get("p") != 0, values.get("ceil") is True
    if step.op.form == "pixel" or (step.op.kind == "down" and not padded and not beyond):
        return ""
    if "antialias" in values:
        between = {True: "taps beyond the edge are dropped", False: _BORDERS["edge"]}
        return "" if values["filter"] == "nearest" else between[bool(values["antialias"])]
    if "countpad" in values:
        counted = "counted in the mean" if values["countpad"] else "not counted"
        rules = [f"zeros, {counted}"] * padded + ["what ceil=true adds is not counted"] * beyond
        rule = ", ".join(rules)
    elif values.get("pad") in _BORDERS:
        rule = _BORDERS[str(values["pad"])]
    else:
        rule = step.op.sections["Edges"].partition(";")[0].rstrip(".")
    if values.get("p") == "same" and step.op.kind == "down":
        rule += ", the odd pixel at the end"
    return "" if rule in _NO_BORDER or ("ceil=true" in rule and not beyond) else rule
