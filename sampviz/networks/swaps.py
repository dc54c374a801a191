"""Filters in the place of layers that drop samples, on what the layers make at stride 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sampviz.core.errors import ChainError, UsageError, argument, did_you_mean
from sampviz.dsp.bandlimited import low_pass
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.registry import NAMED_CHAINS
from sampviz.ops.step import Step

# What a figure shows beside a layer as it was trained.
USUAL = ",".join(
    f"{kind}={filter_}" for kind in ("max", "conv") for filter_ in ("blur:k=3", "blur:k=5", "flc")
)
KINDS = ("max", "avg", "lp", "conv", "stride")
_MOST = 8


@dataclass(frozen=True)
class Swap:
    """What stands behind a layer at stride 1, in place of keeping every s-th sample.

    Attributes
    ----------
    kind : str
        Of the layers in whose place it stands: one of `KINDS`.
    steps : tuple of Step
        The last one drops samples; those before it act on each value.
    """

    kind: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "+".join(map(str, self.steps))

    def of(self, undecimated: Array, steps: Sequence[int]) -> tuple[Array, Grids]:
        """Return what it makes of what a layer gives at stride 1, and where its samples lie."""
        return self._down(self._before(undecimated), steps)

    def folded(self, undecimated: Array, steps: Sequence[int]) -> Array:
        """Return the part of it that was folded."""
        x = self._before(undecimated)
        return self._down(x - low_pass(x, tuple(map(Fraction, steps))), steps)[0]

    def _before(self, x: Array) -> Array:
        for step in self.steps[:-1]:
            x = step.op.run(x, step.params, x.ndim - 1)
        return x

    def _down(self, x: Array, steps: Sequence[int]) -> tuple[Array, Grids]:
        step, axes = self.steps[-1], len(steps)
        params: dict[str, Any] = {**step.params, _stride_of(step): tuple(steps)}
        if "k" in params:  # along the other axes nothing changes
            params["k"] = tuple(params["k"] if s > 1 else 1 for s in steps)
        grids = step.op.grids(x.shape[1:], params)
        return step.op.run(x, params, axes, grids), grids


def parse_swaps(text: str | Sequence[str] | None) -> tuple[Swap, ...]:
    """Return the filters that a text means.

    Parameters
    ----------
    text : str, sequence of str or None
        `max=maxblur,conv=blur:k=5`: the kind of layer, and what stands behind it at stride 1, or
        the name of both together.

    Returns
    -------
    tuple of Swap

    Raises
    ------
    UsageError
        For another kind of layer, and what does not make every s-th sample by a linear filter.
    """
    if not text:
        return ()
    texts = text.split(",") if isinstance(text, str) else list(text)
    if len(texts) > _MOST:
        raise UsageError(f"{len(texts)} filters", argument("swap"), f"give at most {_MOST}")
    return tuple(map(_parsed, texts))


def _parsed(text: str) -> Swap:
    kind, _, chain_text = text.strip().partition("=")
    where = argument("swap", text)
    if kind not in KINDS or not chain_text:
        fix = f"write max=maxblur: a kind of layer ({', '.join(KINDS)}) and a filter"
        raise UsageError(
            "this is no filter for a kind of layer", where, did_you_mean(kind, KINDS, fix)
        )
    name, colon, values = chain_text.partition(":")
    if name in NAMED_CHAINS:  # of which the values are those of the last step
        chain_text = NAMED_CHAINS[name] + colon + values
    chain: Chain = parse_chains(chain_text, where)[0]
    steps = chain.steps
    if len(steps) > 1 and steps[0].op.name == kind and steps[0].params.get("s") == 1:
        steps = steps[1:]  # the layer itself
    is_filter = steps[-1].op.linear and steps[-1].op.kind == "down" and _stride_of(steps[-1])
    if not is_filter or any(step.op.form != "pixel" for step in steps[:-1]):
        raise ChainError(
            "a linear filter that keeps every s-th sample is wanted",
            where,
            "such as blur:k=5, flc, or maxblur for what stands behind a maximum",
        )
    return Swap(kind, steps)


def _stride_of(step: Step) -> str:
    """Return the name of the parameter by how much it shrinks; empty where it has none."""
    return next((name for name in ("s", "f") if name in step.params), "")
