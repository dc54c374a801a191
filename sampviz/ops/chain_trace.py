"""The sampling grids along a chain, their bounds, and the factors that `auto` stands for."""

from collections.abc import Iterable, Sequence
from itertools import product
from math import prod

from sampviz.core.errors import ChainError
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.ops.bind import axis_values, unresolved_auto
from sampviz.ops.parameter import AUTO, NNUNET
from sampviz.ops.rules import UNDO_FIX
from sampviz.ops.step import Step
from sampviz.ops.switches import match_poolings

MOST_PIXELS = 2**27  # of a stage, all channels, unless the input is larger: 512 MB of float32
MOST_SIDE = 2**18  # interpolation keeps a table of weights along a side


def trace_steps(steps: Sequence[Step], name: str, size: Size, channels: int) -> tuple[Grids, ...]:
    """Return the grids before the first and after each step.

    Parameters
    ----------
    steps : sequence of Step
        The steps of a chain.
    name : str
        The text of the chain, for errors.
    size : tuple of int
        Size of the input along its axes in space.
    channels : int
        Number of channels, which count for the bound of pixels.

    Returns
    -------
    tuple of tuple of Grid
        A grid for each axis, in input pixels: one entry more than there are steps.

    Raises
    ------
    ChainError
        At the step for which the size is too small or its result too large.
    """
    most = max(MOST_PIXELS, channels * prod(size))
    stage_grids: list[Grids] = [tuple(map(Grid, size))]
    partners = match_poolings(steps)
    for number, step in enumerate(steps):
        where = f"step {number + 1} of '{name}' for {size_text(size)} px"
        grids_before = stage_grids[-1]
        if number in partners:
            pooling = partners[number]
            stage_grids.append(
                _unpooled(step, grids_before, stage_grids[pooling], stage_grids[pooling + 1], where)
                if step.op.restores_size
                else grids_before
            )
            continue
        try:
            grids_after = step.op.grids(tuple(grid.size for grid in grids_before), step.params)
        except ChainError as err:
            fix = "use a larger image" if number == 0 else "use fewer steps or a larger image"
            what, _, own_fix = err.texts
            raise ChainError(what, where, own_fix or fix) from err.__cause__
        check_size(step, grids_before, grids_after, channels, most, where)
        stage_grids.append(tuple(a.then(b) for a, b in zip(grids_before, grids_after, strict=True)))
    return tuple(stage_grids)


def check_size(
    step: Step, grids_before: Grids, grids_after: Grids, channels: int, most: int, where: str
) -> None:
    """Check that a step makes no array that is too large, nor uses one inside.

    Parameters
    ----------
    step : Step
        The step.
    grids_before, grids_after : tuple of Grid
        Grids of its input and its result.
    channels : int
        Number of channels.
    most : int
        The largest number of pixels in all channels.
    where : str
        Where the step stands, for the error.

    Raises
    ------
    ChainError
        If an array would be larger.
    """
    sizes_before, sizes_after = (
        [grid.size for grid in grids] for grids in (grids_before, grids_after)
    )
    # An operation along one axis after the other has arrays of sizes between the two.
    between = range(1, len(sizes_after)) if step.op.form == "axis" else ()
    for sizes in [sizes_after, *([*sizes_after[:i], *sizes_before[i:]] for i in between)]:
        if channels * prod(sizes) > most or max(sizes) > MOST_SIDE:
            stack = f"{channels} channels of " if channels > 1 else ""
            stage_note = " on the way" if sizes != sizes_after else ""
            raise ChainError(
                f"{stack}{size_text(sizes)} px{stage_note};"
                f" the most is {most} px, and {MOST_SIDE} px a side",
                where,
                "use smaller factors",
            )


def _unpooled(
    step: Step, pooled_grids: Grids, grids_before: Grids, grids_after: Grids, where: str
) -> Grids:
    """Return the grids after unpooling: those before the pooling, moved as the steps between."""
    name, partner = step.op.name, step.op.takes_switches
    if [grid.size for grid in pooled_grids] != [grid.size for grid in grids_after]:
        has, needs = (
            size_text([grid.size for grid in grids]) for grids in (pooled_grids, grids_after)
        )
        what = f"{name} wants the {needs} px that its {partner} left, not {has} px"
        raise ChainError(what, where, UNDO_FIX)
    grids = enumerate(zip(pooled_grids, grids_before, grids_after, strict=True))
    return tuple(
        Grid(
            step.op.grid(b.size, **axis_values(step.params, i)).size,
            b.step,
            b.delta + n.delta - a.delta,
        )
        for i, (n, b, a) in grids
    )


def resolve_steps(
    steps: Sequence[Step], name: str, size: Size, spacing: Sequence[float] | None
) -> tuple[Step, ...]:
    """Return the steps with numbers for every `auto` and `nnunet`.

    Parameters
    ----------
    steps : sequence of Step
        The steps of a chain.
    name : str
        The text of the chain, for errors.
    size : tuple of int
        Size of the input along its axes in space.
    spacing : sequence of float or None
        Size of an input pixel along these axes, in mm.

    Returns
    -------
    tuple of Step
        The steps without `auto`.

    Raises
    ------
    ChainError
        If there is an `auto` and no spacing, or a `nnunet` of what enlarges.
    """
    resolved: list[Step] = []
    for step in steps:
        unresolved = list(unresolved_auto(step.op.parameters, step.params))
        if step.op.kind == "up" and NNUNET in step.params.values():
            what = f"{NNUNET} says which axes become shorter, and {step.op.name} makes them longer"
            raise ChainError(what, f"chain '{name}'", "write the factors, e.g. f=1x2x2")
        if unresolved and spacing is None:
            raise ChainError(
                f"{unresolved[0]}={step.params[unresolved[0]]} needs the size of the pixels in mm",
                f"chain '{name}'",
                "write the factors, e.g. s=1x2x2, or take an image that knows its pixels",
            )
        if unresolved and spacing:
            grids = trace_steps(resolved, "+".join(map(str, resolved)), size, 1)[-1]
            sides = [mm * float(grid.step) for mm, grid in zip(spacing, grids, strict=True)]
            factors = {key: _FACTOR_RULES[str(step.params[key])](sides) for key in unresolved}
            # What follows from a factor follows now from the number.
            step = Step.of(step.op, **{**step.changed, **factors})
        resolved.append(step)
    return tuple(resolved)


def nearest_to_cubes(spacing: Sequence[float]) -> Size:
    """Return the factors after which the sides of a pixel are most alike.

    Parameters
    ----------
    spacing : sequence of float
        Size of a pixel along each axis, in mm.

    Returns
    -------
    tuple of int
        A factor 1 or 2 for each axis, not all 1; of equally good ones the largest.

    Examples
    --------
    >>> nearest_to_cubes((5.0, 1.0, 1.0))
    (1, 2, 2)
    """

    def elongation(factors: Size) -> tuple[float, int]:
        sides = [mm * f for mm, f in zip(spacing, factors, strict=True)]
        return round(max(sides) / min(sides), 6), -sum(factors)

    return min(list(product((1, 2), repeat=len(spacing)))[1:], key=elongation)


def halved_by_nnunet(spacing: Sequence[float]) -> Size:
    """Return the factors by which nnU-Net pools: 2 where a pixel is within twice the finest side.

    A side of exactly twice the finest waits. nnU-Net also stops halving axes of few pixels, which
    is not looked at here: its plans tell it, see `sampviz shape --plans FILE`.

    Parameters
    ----------
    spacing : sequence of float
        Size of a pixel along each axis, in mm.

    Returns
    -------
    tuple of int
        A factor 1 or 2 for each axis, not all 1.

    Examples
    --------
    >>> halved_by_nnunet((1.9, 1.0, 1.0)), halved_by_nnunet((2.0, 1.0, 1.0))
    ((2, 2, 2), (1, 2, 2))
    """
    return tuple(2 if mm < 2 * min(spacing) else 1 for mm in spacing)


_FACTOR_RULES = {AUTO: nearest_to_cubes, NNUNET: halved_by_nnunet}


def size_text(sizes: Iterable[int]) -> str:
    """Write a size, such as `256x192`.

    Parameters
    ----------
    sizes : iterable of int
        The size along each axis.

    Returns
    -------
    str
        The text.
    """
    return "x".join(map(str, sizes))
