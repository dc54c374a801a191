"""Sizes and places along a chain, without running it: the table behind `sampviz shape`."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sampviz.analysis.arguments import ChainsLike
from sampviz.analysis.nnunet_plans import read_plan
from sampviz.analysis.size_formulas import AxisFormulas, formulas
from sampviz.core.errors import UsageError, argument
from sampviz.core.notebook import html_table
from sampviz.core.text import short_repr
from sampviz.dsp.grid import Size
from sampviz.ops.chain import Chain
from sampviz.ops.convert import as_chain
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step

Fractions = tuple[Fraction, ...]


@dataclass(frozen=True, repr=False)
class Stage:
    """The array after a step of a chain, without its values.

    Attributes
    ----------
    step : str
        The step, `max:k=3`, with numbers for every `auto`; empty for the input.
    op : str
        The name of its operation; empty for the input.
    rule : str
        The size that the operation makes of an axis of N pixels, in words.
    size : tuple of int
        Pixels along each axis: (slices,) rows and columns.
    factor : tuple of Fraction
        How many input pixels a sample spans, along each axis.
    delta : tuple of Fraction
        Where sample 0 lies, in input pixels.
    spacing : tuple of float or None
        Millimetres between samples; None where that of the input is not known.
    formulas : tuple of AxisFormulas
        The size formulas of torch and of Keras with the numbers put in, where the step has any.
    """

    step: str
    op: str
    rule: str
    size: Size
    factor: Fractions
    delta: Fractions
    spacing: tuple[float, ...] | None
    formulas: tuple[AxisFormulas, ...] = ()

    @property
    def nyquist(self) -> Fractions:
        """Highest frequency that can be told apart, in cycles per input pixel."""
        return tuple(1 / (2 * factor) for factor in self.factor)

    @property
    def nyquist_per_mm(self) -> tuple[float, ...] | None:
        """The same in cycles/mm, where the spacing is known."""
        return self.spacing and tuple(0.5 / mm for mm in self.spacing)

    def __repr__(self) -> str:
        size, factor = ("x".join(map(str, values)) for values in (self.size, self.factor))
        return short_repr(f"<Stage {self.step or 'input'}: {size} px, factor {factor}>")


class Stages(list[Stage]):
    """The stages of a chain, which a notebook shows as a table."""

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = (
            [stage.step or "input"]
            + [
                "x".join(map(str, values))
                for values in (stage.size, stage.factor, stage.delta, stage.nyquist)
            ]
            + [
                "x".join(f"{value:.4g}" for value in values)
                for values in (stage.spacing, stage.nyquist_per_mm)
                if values
            ]
            for stage in self
        )
        headings = ["step", "size", "factor", "delta px", "Nyquist c/px"]
        in_mm = ["pixel mm", "Nyquist c/mm"] if self and self[0].spacing else []
        return html_table(headings + in_mm, rows)


def shape(
    chain: ChainsLike = None,
    size: str | Sequence[int] | None = None,
    *,
    spacing: str | float | Sequence[float] | None = None,
    plans: str | Path | None = None,
    configuration: str | None = None,
    allow_code: bool = False,
) -> Stages:
    """Return size, factor, place and Nyquist frequency after each step of a chain.

    Nothing is run. As `sampviz shape`.

    Parameters
    ----------
    chain : str, Chain, operation, function or torch module
        Steps, as `max:times=2+bilinear:4`; None with `plans`.
    size : str or sequence of int
        Rows and columns of the input in pixels, (H, W) or `"HxW"`; with slices first for a volume.
    spacing : str, float or sequence of float, optional
        Millimetres between the pixels along each axis, `(0.9, 1.2)` or `"0.9x1.2"`, or one number
        for all. Steps with `auto` need it.
    plans : str or Path, optional
        An nnUNetPlans.json, in place of a chain, a size and a spacing: the stages of its encoder
        on a patch, with its axes in the order of the image. The first is the input.
    configuration : str, optional
        Which configuration of the plans; 3d_fullres by default, or the only one.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.

    Returns
    -------
    Stages
        A list with a Stage for the input and for the array after each step: one more than there
        are steps.

    Raises
    ------
    ChainError
        For a text that is no chain, and a size that is too small for a step.
    UsageError
        For a size or a spacing that cannot be one, and a configuration that the plans do not have.
    InputError
        For a file that holds no plans.

    Examples
    --------
    >>> import sampviz
    >>> [stage.size for stage in sampviz.shape("max:times=2+bilinear:4", (182, 218))]
    [(182, 218), (91, 109), (45, 54), (180, 216)]
    >>> sampviz.shape("max", "64x64", spacing=0.5)[-1].nyquist_per_mm
    (0.5, 0.5)
    """
    mm: tuple[float, ...] | None
    if plans is not None:
        if any(value is not None for value in (chain, size, spacing)):
            what = "plans say the chain, the size and the spacing"
            raise UsageError(what, argument("plans"), "leave the others out")
        parsed, sides, mm = _encoder(plans, configuration)
    else:
        if chain is None or size is None:
            name = "chain" if chain is None else "size"
            raise UsageError(f"there is no {name}", argument(name), "give both, or plans")
        if configuration is not None:
            raise UsageError("there are no plans", argument("configuration"), "leave it out")
        parsed = as_chain(chain, allow_code=allow_code)
        sides = read_size(size)
        mm = None if spacing is None else read_spacing(spacing, len(sides))
        parsed = parsed.resolve(sides, mm)
    return _stages(parsed, sides, mm)


def _encoder(plans: str | Path, configuration: str | None) -> tuple[Chain, Size, tuple[float, ...]]:
    """Return the strides of the stages of an nnU-Net as a chain, its patch and its spacing.

    The convolutions of a stage are padded by half their odd kernels: they leave size and place to
    the stride.
    """
    plan = read_plan(plans, configuration)
    first, *others = plan.strides
    keeps_patch = set(first) == {1} and others  # as the first stage does
    strides = others if keeps_patch else plan.strides
    return Chain(tuple(Step.of(OPS["stride"], s=s) for s in strides)), plan.size, plan.spacing


def _stages(parsed: Chain, sides: Size, mm: tuple[float, ...] | None) -> Stages:
    """Return the stages of a chain without `auto`."""
    stage_grids = parsed.trace(sides)
    by_axis = formulas(parsed, sides)
    stages = Stages()
    for number, grids in enumerate(stage_grids, -1):
        step = parsed.steps[number] if number >= 0 else None
        stages.append(
            Stage(
                str(step) if step else "",
                step.op.name if step else "",
                step.op.sections["Size"] if step else "",
                tuple(grid.size for grid in grids),
                tuple(grid.step for grid in grids),
                tuple(grid.delta for grid in grids),
                mm and tuple(float(g.step) * side for g, side in zip(grids, mm, strict=True)),
                tuple(axis for axis in by_axis if axis.step == number),
            )
        )
    return stages


def read_size(size: str | Sequence[int]) -> Size:
    """Return the sides of an image of two or three axes, of a text such as `182x218`."""
    sides = size.split("x") if isinstance(size, str) else list(map(str, size))
    valid = all(n.isascii() and n.isdigit() and len(n) < 8 and int(n) for n in sides)
    if not valid or len(sides) not in (2, 3):
        what = f"{'x'.join(sides)!r} is not a size"
        raise UsageError(what, argument("size"), "write HxW, rows first, e.g. 182x218")
    return tuple(map(int, sides))


def read_spacing(spacing: str | float | Sequence[float], axes: int) -> tuple[float, ...]:
    """Return mm for each axis, of one number for all or of one for each."""
    if isinstance(spacing, str):
        parts: Sequence[str | float] = spacing.split("x")
    else:
        parts = [spacing] if isinstance(spacing, (int, float)) else spacing
    try:
        mm = tuple(map(float, parts))
    except ValueError:
        mm = ()
    mm = mm * axes if len(mm) == 1 else mm
    if len(mm) != axes or not all(0 < side < 1e6 for side in mm):
        raise UsageError(
            f"{'x'.join(map(str, parts))!r} is not a spacing",
            argument("spacing"),
            "write mm between rows x between columns, e.g. 0.9x1.2, or one number",
        )
    return mm
