"""Chains of operations: parse, print, run, and say beforehand the size and place of the result."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from math import prod
from typing import Any

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.core.text import shortened
from sampviz.dsp.dtypes import Array, FastPath, as_number
from sampviz.dsp.grid import Grid, Grids, Size, nearest_to_cubes
from sampviz.ops.grammar import Source
from sampviz.ops.step import Step, matches, read_steps, unmatched

MOST_STEPS = 64
MOST_PIXELS = 2**27  # of a stage, all channels together, unless it is given more: 512 MB of float32
MOST_SIDE = 2**18  # interpolation keeps a table of weights along a side
NO_SWITCHES = "no max before this unpool has switches left"
UNDO_FIX = "undo the steps between that changed the size"
NO_SWITCHES_FIX = "write a max for every unpool, or upsample with zeros or nearest"


@dataclass(frozen=True)
class Chain:
    """Steps that are applied one after the other. Chains that mean the same are equal.

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
        if unmatched(self.steps) is not None:
            raise ChainError(NO_SWITCHES, f"chain '{self}'", NO_SWITCHES_FIX)

    @classmethod
    def parse(cls, text: str, *, allow_code: bool = False) -> "Chain":
        """Read one chain; any text gives a chain or raises ChainError.

        With `allow_code` a step may be `package.module:name`: it is imported, which runs it.
        """
        chains = parse_chains(text, "chain", allow_code=allow_code)
        if len(chains) > 1:
            start = text.index(",")
            raise ChainError(
                f"{len(chains)} chains where one is wanted",
                Source(text, "chain").place(start),
                "write '+' for 'then'; ',' stands between chains",
            )
        return chains[0]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.steps)

    @cached_property
    def _partners(self) -> dict[int, int]:
        """The step that gives the switches, for each that takes them."""
        return matches(self.steps)

    def __repr__(self) -> str:
        """Return what makes the chain again, or say that no text does: a step is an object."""
        text = str(self)
        if not all(step.op.importable for step in self.steps):
            return shortened(f"<Chain {text}, with an object that no text names>")
        code = ", allow_code=True" if any(":" in step.op.name for step in self.steps) else ""
        whole = f"Chain.parse({text!r}{code})"
        return whole if shortened(whole) == whole else shortened(f"<Chain {text}>")

    def __str__(self) -> str:
        return "+".join(map(str, self.steps))

    @property
    def label(self) -> str:
        """The chain for a reader: a step that is repeated is written once, as `max ×2`."""
        runs = [(step, len(list(same))) for step, same in groupby(map(str, self.steps))]
        return " + ".join(step + f" ×{times}" * (times > 1) for step, times in runs)

    @property
    def linear(self) -> bool:
        """Whether every step is linear."""
        return all(step.op.linear for step in self.steps)

    def repeat(self, times: int) -> "Chain":
        """Return the chain applied `times` times."""
        return Chain(self.steps * times)

    def resolve(self, size: Size, spacing: tuple[float, ...] | None) -> "Chain":
        """Return the chain with numbers for every `auto`, for an input of pixels of `spacing` mm.

        Each axis gets 1 or 2, not all 1, so that the pixels come as near to cubes as they can.
        ChainError if there is an `auto` and no spacing.
        """
        done: list[Step] = []
        for step in self.steps:
            named = step.op.unresolved_auto(step.params)
            if named and spacing is None:
                raise ChainError(
                    f"{named[0]}=auto needs the size of the pixels in mm",
                    f"chain '{self}'",
                    "write the factors, e.g. s=1x2x2, or take an image that knows its pixels",
                )
            if named and spacing:
                grids = Chain(tuple(done)).trace(size)[-1] if done else map(Grid, size)
                now = [mm * float(grid.step) for mm, grid in zip(spacing, grids, strict=True)]
                factors = nearest_to_cubes(now)
                step = Step.of(step.op, **{**step.params, **dict.fromkeys(named, factors)})
            done.append(step)
        return Chain(tuple(done))

    def trace(self, size: Size, channels: int = 1) -> tuple[Grids, ...]:
        """Return the grids of all axes before the first and after each step, in input pixels.

        Raises ChainError for the step for which `size` is too small or its result, in all
        `channels`, too large.
        """
        return _traced(self, tuple(size), channels)

    def shape(self, size: Size) -> Size:
        """Return the size of the output, (H, W) for (H, W), (D, H, W) for (D, H, W)."""
        return tuple(grid.size for grid in self.trace(size)[-1])

    def stages(self, array: Any, *, axes: int = 2) -> tuple[Array, ...]:
        """Return the array before the first and after each step: one more than there are steps.

        The steps act on the last two axes of `array`, rows and columns, or on the last three for
        `axes=3`; others are carried along. It is not changed. float64 stays float64, complex
        stays complex, everything else is computed as float32 (whole numbers beyond 2^24 as
        float64). ChainError if the stages are too large to be kept all.
        """
        x = self._array(array, axes)
        size = x.shape[-axes:]
        made = sum(prod(grid.size for grid in grids) for grids in self.trace(size)[1:])
        if made * (x.size // prod(size)) > max(MOST_PIXELS, x.size):
            raise ChainError(
                f"the stages have {made} px in each channel; the most in all is {MOST_PIXELS} px",
                f"chain '{self}' for {_size_text(size)} px",
                "keep the last stage only, or use a smaller image",
            )
        return tuple(self._run(x, axes))

    def __call__(self, array: Any, *, axes: int = 2) -> Array:
        """Return the array after the last step; see `stages`."""
        if axes == 2 and type(array) is np.ndarray and array.dtype == np.float32:
            kernels = _kernels(self, array.shape)
            for kernel in kernels:
                array = kernel(array)
            if kernels:
                return array
        (last,) = deque(self._run(self._array(array, axes), axes), maxlen=1)
        return last

    def _array(self, array: Any, axes: int) -> Array:
        try:
            x = as_number(array)
        except TypeError as err:
            raise ChainError(str(err), f"chain '{self}'", "give an array of numbers") from None
        if x.ndim < axes or 0 in x.shape:
            raise ChainError(
                f"an array of shape {x.shape} has no {('rows and columns', 'volume')[axes - 2]}",
                f"chain '{self}'",
                "give an array of H x W or C x H x W, or D x H x W for a volume",
            )
        return x

    def _run(self, x: Array, axes: int) -> Iterator[Array]:
        """Yield the array before the first and after each step."""
        most = max(MOST_PIXELS, x.size)
        channels = x.size // prod(x.shape[-axes:])
        traced = self.trace(x.shape[-axes:], channels)
        partners = self._partners
        remembered: dict[int, tuple[Array, Size]] = {}
        yield x
        for number, step in enumerate(self.steps):
            values = step.params
            if number in partners:
                places, before = remembered.pop(partners[number])
                if places.shape != x.shape:  # the sizes agree, or trace would have said so
                    what = "unpool wants as many channels as its max left"
                    raise ChainError(what, self._place(number), UNDO_FIX)
                x = step.op.function(x, axes, places, before)
                yield x
                continue
            now, nxt = traced[number : number + 2]
            if number in partners.values():
                remembered[number] = step.op.switches_of(x, values, axes), x.shape[-axes:]
            try:
                # Steps may have changed the number of channels that the trace reckoned with.
                if (count := x.size // prod(x.shape[-axes:])) != channels:
                    _check_room(step, now, nxt, count, most, self._place(number))
                x = step.op.run(x, values, axes, nxt)
            except ChainError as err:
                err.at(self._place(number))
                raise
            yield x

    def _place(self, number: int) -> str:
        return f"step {number + 1} of '{self}'"


# A chain that runs on many images of one size would work the same fractions out for each of them:
# 60 of the 90 us that max took on 8x8 px.
@lru_cache(maxsize=256)
def _traced(chain: Chain, size: Size, channels: int) -> tuple[Grids, ...]:
    most = max(MOST_PIXELS, channels * prod(size))
    traced: list[Grids] = [tuple(map(Grid, size))]
    partners = chain._partners
    for number, step in enumerate(chain.steps):
        place = f"step {number + 1} of '{chain}' for {_size_text(size)} px"
        now = traced[-1]
        if number in partners:
            traced.append(
                _unpooled(now, traced[partners[number]], traced[partners[number] + 1], place)
            )
            continue
        try:
            nxt = step.op.grids(tuple(grid.size for grid in now), step.params)
        except ChainError as err:
            fix = "use a larger image" if number == 0 else "use fewer steps or a larger image"
            what, _, own_fix = err.texts
            raise ChainError(what, place, own_fix or fix) from err.__cause__
        _check_room(step, now, nxt, channels, most, place)
        traced.append(tuple(a.then(b) for a, b in zip(now, nxt, strict=True)))
    return tuple(traced)


# As many calls as there are steps: on 256x256 px the checks of every step would take a third of
# the time of a mean.
@lru_cache(maxsize=64)
def _kernels(chain: Chain, shape: Size) -> tuple[FastPath, ...]:
    """Return what computes each step on float32 of that shape; nothing if a step has no such."""
    if len(shape) < 2 or 0 in shape:
        return ()
    grids = chain.trace(shape[-2:], prod(shape[:-2]))
    sizes = [tuple(grid.size for grid in each) for each in grids]
    found = []
    for step, size in zip(chain.steps, sizes, strict=False):
        kernel = step.op.fast_path(size, step.params)
        if kernel is None:
            return ()
        found.append(kernel)
    return tuple(found)


def _check_room(
    step: Step, before: Grids, after: Grids, channels: int, most: int, place: str
) -> None:
    """Raise ChainError if a step would make more than `most` pixels, be it only on the way."""
    old, new = ([grid.size for grid in grids] for grids in (before, after))
    # One axis is brought to its new size after the other.
    ways = range(1, len(new)) if step.op.form == "axis" else ()
    for made in [new, *([*new[:i], *old[i:]] for i in ways)]:
        if channels * prod(made) > most or max(made) > MOST_SIDE:
            each = f"{channels} channels of " if channels > 1 else ""
            way = " on the way" if made != new else ""
            raise ChainError(
                f"{each}{_size_text(made)} px{way};"
                f" the most is {most} px, and {MOST_SIDE} px a side",
                place,
                "use smaller factors",
            )


def _unpooled(now: Grids, before: Grids, after: Grids, place: str) -> Grids:
    """Return the grids after unpooling: those before the pooling, moved as what came between."""
    if [grid.size for grid in now] != [grid.size for grid in after]:
        has, wants = (_size_text([grid.size for grid in grids]) for grids in (now, after))
        raise ChainError(
            f"unpool wants the {wants} px that its max left, not {has} px",
            place,
            UNDO_FIX,
        )
    return tuple(
        Grid(b.size, b.step, b.delta + n.delta - a.delta)
        for n, b, a in zip(now, before, after, strict=True)
    )


def _size_text(sizes: Iterable[int]) -> str:
    return "x".join(map(str, sizes))


def parse_chains(
    text: str, label: str = "chains", *, allow_code: bool = False
) -> tuple[Chain, ...]:
    """Read chains separated by commas; an error names `label` and the column in the text.

    With `allow_code` a step may be `package.module:name`: it is imported, which runs it.
    """
    source = Source(text, label)
    chains = []
    for column in source.columns():
        steps: list[Step] = []
        for each in column:
            steps.extend(read_steps(source, each, allow_code))
            if len(steps) > MOST_STEPS:
                raise source.error("too many steps", each.name, f"write at most {MOST_STEPS}")
            if unmatched(steps) is not None:
                raise source.error(NO_SWITCHES, each.name, NO_SWITCHES_FIX)
        chains.append(Chain(tuple(steps)))
    return tuple(chains)
