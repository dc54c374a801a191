"""Chains of operations: parse, print and run them, and trace the grids of their results."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import prod
from typing import Any

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grids, Size
from sampviz.ops.chain_page import ChainPage
from sampviz.ops.chain_run import as_input, join_fast, plan_fast, run_steps
from sampviz.ops.chain_trace import MOST_PIXELS, resolve_steps, size_text, trace_steps
from sampviz.ops.grammar import Source
from sampviz.ops.slabs import LARGE, run_in_slabs
from sampviz.ops.step import Step, read_steps, step_columns
from sampviz.ops.switches import missing_switches, without_shares

MOST_STEPS = 64


@dataclass(frozen=True)
class Chain(ChainPage):
    """Operations that are applied one after the other. Chains that mean the same are equal.

    A chain is called with an array, `chain(x)`, and gives the array after its last step.

    Parameters
    ----------
    steps : tuple of Step
        The steps, 1..64; `Chain.parse` makes them of a text.

    Examples
    --------
    >>> chain = Chain.parse("max:times=2+nearest:4")
    >>> str(chain)
    'max+max+nearest:f=4'
    >>> chain.shape((256, 192))
    (256, 192)
    """

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise ChainError(f"a chain of {len(self.steps)} steps; wanted 1..{MOST_STEPS}")
        if missing := missing_switches(self.steps):
            raise ChainError(missing[0], f"chain '{self}'", missing[1])

    @classmethod
    def parse(cls, text: str, *, allow_code: bool = False) -> "Chain":
        """Parse the text of one chain.

        Parameters
        ----------
        text : str
            Steps separated by `+`, each a name and parameters: `blur:k=3+nearest:4`.
        allow_code : bool
            Whether a step may be `package.module:name`, which is imported and so run.

        Returns
        -------
        Chain
            The chain.

        Raises
        ------
        ChainError
            If the text is no chain; the error has the column.
        """
        chains = parse_chains(text, "chain", allow_code=allow_code)
        if len(chains) > 1:
            start = text.index(",")
            raise ChainError(
                f"{len(chains)} chains where one is wanted",
                Source(text, "chain").location(start),
                "write '+' for 'then'; ',' stands between chains",
            )
        return chains[0]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.steps)

    def __repr__(self) -> str:
        """Return what makes the chain again, or say that no text does: a step is an object."""
        text = str(self)
        if not all(step.op.importable for step in self.steps):
            return short_repr(f"<Chain {text}, with an object that no text names>")
        code = ", allow_code=True" if any(":" in step.op.name for step in self.steps) else ""
        full_text = f"Chain.parse({text!r}{code})"
        return full_text if short_repr(full_text) == full_text else short_repr(f"<Chain {text}>")

    def __str__(self) -> str:
        return "+".join(map(str, self.steps))

    @property
    def label(self) -> str:
        """The chain for a reader: a repeated step is written once, as `max ×2`."""
        runs = [(step, len(list(same))) for step, same in groupby(map(str, self.steps))]
        return " + ".join(step + f" ×{times}" * (times > 1) for step, times in runs)

    @property
    def linear(self) -> bool:
        """Whether every step is linear."""
        return all(step.linear for step in self.steps)

    @property
    def picks_values(self) -> bool:
        """Whether every value of the output is one of the input, or 0 in a gap or in padding."""
        return all(step.picks_values for step in without_shares(self.steps))

    def repeat(self, times: int) -> "Chain":
        """Return the chain applied several times.

        Parameters
        ----------
        times : int
            How many times, 1 or more.

        Returns
        -------
        Chain
            The longer chain.
        """
        return Chain(self.steps * times)

    def resolve(self, size: Size, spacing: tuple[float, ...] | None) -> "Chain":
        """Return the chain with numbers for every `auto` and `nnunet`.

        Each axis gets 1 or 2: `auto` brings pixels nearest to cubes; `nnunet` is nnU-Net's rule.

        Parameters
        ----------
        size : tuple of int
            Size of the input along its axes in space.
        spacing : tuple of float or None
            Size of an input pixel along these axes, in mm.

        Returns
        -------
        Chain
            The chain without `auto` and `nnunet`.

        Raises
        ------
        ChainError
            If there is one of them and no spacing.
        """
        return Chain(resolve_steps(self.steps, str(self), size, spacing))

    def trace(self, size: Size, channels: int = 1) -> tuple[Grids, ...]:
        """Return the grids before the first and after each step, in input pixels.

        Parameters
        ----------
        size : tuple of int
            Size of the input along its axes in space.
        channels : int
            Number of channels, which count for the bound of pixels.

        Returns
        -------
        tuple of tuple of Grid
            A grid for each axis: one entry more than there are steps.

        Raises
        ------
        ChainError
            At the step for which the size is too small or its result too large.

        Examples
        --------
        >>> Chain.parse("max+max").trace((8, 8))[-1][0]
        Grid(size=2, step=4, delta=3/2)
        """
        return _traced(self, tuple(size), channels)

    def shape(self, size: Size) -> Size:
        """Return the size of the output.

        Parameters
        ----------
        size : tuple of int
            (H, W), or (D, H, W) of a volume.

        Returns
        -------
        tuple of int
            The size along the same axes.
        """
        return tuple(grid.size for grid in self.trace(size)[-1])

    def stages(self, array: Any, *, axes: int = 2) -> tuple[Array, ...]:
        """Return the array before the first and after each step: one more than there are steps.

        Parameters
        ----------
        array : array_like, shape (..., H, W) or (..., D, H, W)
            Numbers. float64 stays float64, complex stays complex, everything else is computed as
            float32 (whole numbers beyond 2^24 as float64).
        axes : {2, 3}
            Number of last axes that the steps act on; others are carried along.

        Returns
        -------
        tuple of Array
            The arrays; the input is not changed.

        Raises
        ------
        ChainError
            If the array does not fit the chain, or the stages are too large to be kept all.
        """
        x = as_input(array, axes, str(self))
        size = x.shape[-axes:]
        pixels = sum(prod(grid.size for grid in grids) for grids in self.trace(size)[1:])
        if pixels * (x.size // prod(size)) > max(MOST_PIXELS, x.size):
            raise ChainError(
                f"the stages have {pixels} px in each channel; the most in all is {MOST_PIXELS} px",
                f"chain '{self}' for {size_text(size)} px",
                "keep the last stage only, or use a smaller image",
            )
        return tuple(self._run(x, axes))

    def __call__(self, array: Any, *, axes: int = 2) -> Array:
        """Return the array after the last step; parameters as for `stages`."""
        if axes == 3 and (len(self.steps) > 1 or np.size(array) >= LARGE):
            x = as_input(array, axes, str(self))
            if (out := run_in_slabs(self._whole, self.steps, self.trace, x, LARGE)) is not None:
                return out
        return self._whole(array, axes)

    def _whole(self, array: Any, axes: int = 3) -> Array:
        if type(array) is np.ndarray and (dtype := array.dtype).char in "fd" and dtype.isnative:
            fast_path = _fast_path(self, array.shape, axes, dtype)
            if fast_path is not None and (out := fast_path(array)) is not None:
                return out
        return deque(self._run(as_input(array, axes, str(self)), axes), maxlen=1)[0]

    def _run(self, x: Array, axes: int) -> Iterator[Array]:
        stage_grids = self.trace(x.shape[-axes:], x.size // prod(x.shape[-axes:]))
        return run_steps(self.steps, str(self), x, axes, stage_grids)


# A chain that runs on many images of one size would compute the same fractions for each of them:
# 60 of the 90 us that max took on 8x8 px.
@bounded_cache(2**20)
def _traced(chain: Chain, size: Size, channels: int) -> tuple[Grids, ...]:
    return trace_steps(chain.steps, str(chain), size, channels)


# As many calls as steps: on 256x256 px their checks would take a third of the time of a mean.
@bounded_cache(2**26)
def _fast_path(chain: Chain, shape: Size, axes: int, dtype: DType) -> FiniteFastPath | None:
    """Return the fast path of a chain for arrays of that shape; None if a step has none."""
    if len(shape) < axes or 0 in shape:
        return None
    grids = chain.trace(shape[-axes:], prod(shape[:-axes]))
    sizes = [tuple(grid.size for grid in stage) for stage in grids]
    return join_fast(plan_fast(chain.steps, sizes, dtype), sizes, shape, dtype)


def parse_chains(
    text: str, label: str = "chains", *, allow_code: bool = False
) -> tuple[Chain, ...]:
    """Parse chains separated by commas.

    Parameters
    ----------
    text : str
        The chains.
    label : str
        What to call the text in errors, such as `--ops`.
    allow_code : bool
        Whether a step may be `package.module:name`, which is imported and so run.

    Returns
    -------
    tuple of Chain
        The chains.

    Raises
    ------
    ChainError
        If the text is malformed; the error has the column.

    Examples
    --------
    >>> [str(chain) for chain in parse_chains("max, blur:k=5")]
    ['max', 'blur:k=5']
    """
    source = Source(text, label)
    chains = []
    for step_texts in step_columns(source):
        steps: list[Step] = []
        for word in step_texts:
            steps.extend(read_steps(source, word, allow_code))
            if len(steps) > MOST_STEPS:
                raise source.error("too many steps", word.name, f"write at most {MOST_STEPS}")
            if missing := missing_switches(steps):
                raise source.error(missing[0], word.name, missing[1])
        chains.append(Chain(tuple(steps)))
    return tuple(chains)
