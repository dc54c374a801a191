"""Chains beside the programs that they must equal: the largest difference over awkward sizes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.notebook import html_table
from sampviz.core.text import short_repr
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step
from sampviz.testing.parity.deviations import DEVIATIONS
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


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        verdict = "agrees" if self.agrees else "differs"
        return short_repr(
            f"<ParityRow {self.chain}, {self.program}: {verdict}, {self.difference:.1e}>"
        )


@dataclass(frozen=True, repr=False)
class Parity:
    """The operations beside the programs that networks use, on this machine.

    Attributes
    ----------
    rows : tuple of ParityRow
        Every chain beside a program, on the same noise.
    versions : mapping of str to str
        Of numpy and of the programs that were run.
    not_installed : mapping of str to str
        The programs that are missing, and how to install them.
    not_compared : tuple of str
        The operations that are in no chain of the rows.
    deviations : tuple of mapping
        Where an operation differs from a program on purpose, in words and in numbers.
    """

    rows: tuple[ParityRow, ...]
    versions: Mapping[str, str]
    not_installed: Mapping[str, str]
    not_compared: tuple[str, ...]
    deviations: tuple[Mapping[str, Any], ...]

    @property
    def agrees(self) -> bool:
        """Whether no chain differs by more than is allowed."""
        return all(row.agrees for row in self.rows)

    def __repr__(self) -> str:
        agreeing = sum(row.agrees for row in self.rows)
        return short_repr(f"<Parity: {agreeing} of {len(self.rows)} rows agree>")

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = (
            (row.chain, row.program, f"{row.difference:.1e}", f"{row.allowed:.1e}", row.border)
            for row in self.rows
        )
        return html_table(["chain", "program", "difference", "allowed", "border"], rows)


def verify(against: str | Sequence[str] | None = None) -> Parity:
    """Compare the operations with the programs that networks use, on this machine.

    As `sampviz verify`. Both are given the same noise.

    Parameters
    ----------
    against : str or sequence of str, optional
        Some of torch, cv2, scipy, pillow, onnxruntime, tensorflow, skimage and pywt; all that are
        installed by default.

    Returns
    -------
    Parity
        Its `agrees` says whether all chains do.

    Raises
    ------
    UsageError
        For a program that is unknown or not installed.

    Examples
    --------
    >>> import sampviz
    >>> parity = sampviz.verify("pillow")
    >>> parity.agrees, {row.program for row in parity.rows}
    (True, {'pillow'})
    """
    names = against.split(",") if isinstance(against, str) else list(against or ())
    for name in names:
        _check_program(name)
    missing = {name: p.install for name, p in PROGRAMS.items() if not p.is_installed}
    chosen = list(dict.fromkeys(names)) or [name for name in PROGRAMS if name not in missing]
    rows = parity_table(chosen)
    return Parity(
        tuple(rows),
        {"numpy": np.__version__, **{name: PROGRAMS[name].version for name in chosen}},
        missing,
        tuple(not_compared(rows)),
        tuple(deviation.measured() for deviation in DEVIATIONS),
    )


def _check_program(name: str) -> None:
    """Raise UsageError for a program that is unknown or not installed."""
    where = argument("against", name[:40])
    if name not in PROGRAMS:
        fix = did_you_mean(name, PROGRAMS, f"known are {', '.join(PROGRAMS)}")
        raise UsageError(f"no program is named {name[:40]!r}", where, fix)
    if not PROGRAMS[name].is_installed:
        raise UsageError(f"{name} is not installed", where, PROGRAMS[name].install)


def inputs() -> dict[str, Array]:
    """Return the arrays: uniform noise in 0..1 less 1/4, so that signs and zeros occur."""
    rng = np.random.default_rng(20261121)
    return {f"{h}x{w}": (rng.random((h, w)) - 0.25).astype(np.float32) for h, w in SIZES}


def difference(output: Array, reference: Array) -> float:
    """Return the largest absolute difference; infinite where sizes or NaN are not the same."""
    if output.shape != reference.shape or not np.array_equal(np.isnan(output), np.isnan(reference)):
        return np.inf
    deviations = np.abs(output.astype(np.float64) - reference)
    return float(np.nanmax(deviations, initial=0.0))


def parity_table(names: Iterable[str]) -> list[ParityRow]:
    """Run every case of these programs; all of them have to be installed."""
    noise = inputs()
    rows = []
    for name in names:
        program = PROGRAMS[name]
        for text, run in program.cases().items():
            chain = Chain.parse(text)
            worst = max(difference(chain(x), np.asarray(run(x))) for x in noise.values())
            rows.append(
                ParityRow(text, name, border(chain), tuple(noise), worst, program.allowed(text))
            )
    return rows


def not_compared(rows: Iterable[ParityRow]) -> list[str]:
    """Return the operations that are in no chain of these rows."""
    compared_names = {step.op.name for row in rows for step in Chain.parse(row.chain).steps}
    return [name for name in OPS if name not in compared_names]


def border(chain: Chain) -> str:
    """Return the padding rules of a chain in words, step by step; empty where it has none."""
    rules = dict.fromkeys(_border(step) for step in chain.steps)
    return ", then ".join(rule for rule in rules if rule)


def _border(step: Step) -> str:
    values = dict(step.values)
    padded, counts_ceil = values.get("p") != 0, values.get("ceil") is True
    if step.op.form == "pixel" or (step.op.kind == "down" and not padded and not counts_ceil):
        return ""
    if "antialias" in values:
        between = {"drop": "taps beyond the edge are dropped", "edge": _BORDERS["edge"]}
        return "" if values["filter"] == "nearest" else between[str(values["outside"])]
    if "countpad" in values:
        counted = "counted in the mean" if values["countpad"] else "not counted"
        rules = [f"zeros, {counted}"] * padded + [
            "what ceil=true adds is not counted"
        ] * counts_ceil
        rule = ", ".join(rules)
    elif values.get("pad") in _BORDERS:
        rule = _BORDERS[str(values["pad"])]
    else:
        clauses = " ".join(step.op.sections["Edges"].split()).rstrip(".").split("; ")
        of_ceil = [clause for clause in clauses if "ceil=true" in clause]
        rule = of_ceil[0] if of_ceil and counts_ceil and not padded else clauses[0]
    if values.get("p") == "same" and step.op.kind == "down":
        rule += ", the odd pixel at the end"
    return "" if rule in _NO_BORDER or ("ceil=true" in rule and not counts_ceil) else rule
