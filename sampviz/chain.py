"""Chains of operations: parse, print, run, and say beforehand the size and place of the result."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sampviz.arrays import Array, as_float
from sampviz.arrays.grid import Grid, Grids
from sampviz.errors import ChainError, one_of
from sampviz.grammar import Argument, Source, StepText
from sampviz.op import Op
from sampviz.ops import OPS
from sampviz.parameter import BadValueError, Derived, Parameter, Value, write

# Well-known compounds; they are texts, not operations, and are printed in full.
NAMED_CHAINS = {
    "maxblur": "max:s=1+blur",
    "convblur": "conv:s=1+relu+blur",
    "flcmax": "flc+max:s=1",
    "resizeconv": "nearest:2+conv:s=1",
}
MOST_STEPS = 64
MOST_TIMES = 16
MOST_PIXELS = 2**28  # of any stage: 1 GB of float32
_ALL = "`sampviz ops` lists them all"


@dataclass(frozen=True)
class Step:
    """An operation with a value for each of its parameters, in declared order."""

    op: Op
    values: tuple[tuple[str, Value], ...]

    @classmethod
    def of(cls, op: Op, **given: Value) -> "Step":
        """Make a step; raise ChainError for a parameter that is unknown or out of bounds."""
        return cls(op, tuple(op.bind(given).items()))

    def __str__(self) -> str:
        values = dict(self.values)
        parts = [
            f"{each.name}={write(values[each.name])}"
            for each in self.op.parameters
            if values[each.name] != _default(each, values)
        ]
        return ":".join([self.op.name, *parts])


def _default(parameter: Parameter, values: dict[str, Value]) -> Value:
    default = parameter.default
    return default.rule(values) if isinstance(default, Derived) else default


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

    @classmethod
    def parse(cls, text: str) -> "Chain":
        """Read one chain; any text gives a chain or raises ChainError."""
        chains = parse_chains(text, "chain")
        if len(chains) > 1:
            start = text.index(",")
            raise ChainError(
                f"{len(chains)} chains where one is wanted",
                Source(text, "chain").place(start),
                "write '+' for 'then'; ',' stands between chains",
            )
        return chains[0]

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

    def trace(self, size: tuple[int, int]) -> tuple[Grids, ...]:
        """Return the grids before the first and after each step, in input pixels: rows, columns.

        Raises ChainError for the step for which `size` is too small or its result too large.
        """
        traced: list[Grids] = [(Grid(size[0]), Grid(size[1]))]
        for number, step in enumerate(self.steps, 1):
            rows, columns = traced[-1]
            try:
                nxt = step.op.grids((rows.size, columns.size), dict(step.values))
            except ChainError as err:
                place = f"step {number} of '{self}' for {size[0]}x{size[1]} px"
                raise ChainError(err.what, place, _smaller(number)) from None
            if nxt[0].size * nxt[1].size > MOST_PIXELS:
                raise ChainError(
                    f"{nxt[0].size}x{nxt[1].size} px; the most is {MOST_PIXELS} px",
                    f"step {number} of '{self}'",
                    "use smaller factors",
                )
            traced.append((rows.then(nxt[0]), columns.then(nxt[1])))
        return tuple(traced)

    def shape(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size (H, W) of the output for an input of size (H, W)."""
        rows, columns = self.trace(size)[-1]
        return rows.size, columns.size

    def stages(self, array: Any) -> tuple[Array, ...]:
        """Return the array before the first and after each step: one more than there are steps.

        `array` has rows and columns as its last two axes, others are carried along. It is not
        changed. float64 stays float64, everything else is computed as float32 (whole numbers
        beyond 2^24 as float64).
        """
        try:
            x = as_float(array)
        except TypeError as err:
            raise ChainError(str(err), f"chain '{self}'", "take the magnitude first") from None
        if x.ndim < 2 or 0 in x.shape:
            raise ChainError(
                f"an array of shape {x.shape} has no rows and columns",
                f"chain '{self}'",
                "give an array of H x W or C x H x W",
            )
        self.trace((x.shape[-2], x.shape[-1]))
        results = [x]
        for step in self.steps:
            results.append(step.op.run(results[-1], dict(step.values)))
        return tuple(results)

    def __call__(self, array: Any) -> Array:
        """Return the array after the last step; see `stages`."""
        return self.stages(array)[-1]


def _smaller(number: int) -> str:
    return "use a larger image" if number == 1 else "use fewer steps or a larger image"


def parse_chains(text: str, label: str = "chains") -> tuple[Chain, ...]:
    """Read chains separated by commas; an error names `label` and the column in the text."""
    source = Source(text, label)
    chains = []
    for column in source.columns():
        steps: list[Step] = []
        for each in column:
            steps.extend(_steps(source, each))
            if len(steps) > MOST_STEPS:
                raise source.error("too many steps", each.name, f"write at most {MOST_STEPS}")
        chains.append(Chain(tuple(steps)))
    return tuple(chains)


def _steps(source: Source, text: StepText) -> Iterable[Step]:
    name = text.name.text
    op = OPS.get(name)
    if op is None and name not in NAMED_CHAINS:
        fix = one_of(name, [*OPS, *NAMED_CHAINS], _ALL)
        raise source.error(f"no operation is named {name[:40]!r}", text.name, fix)
    given: dict[str, Value] = {}
    times = 1
    for argument in text.arguments:
        key, value = argument.key.text, argument.value.text
        if key == "times":
            if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MOST_TIMES):
                raise source.error(
                    f"times={value[:40]}: wanted 1..{MOST_TIMES}",
                    argument.value,
                    "repeat the step with '+' for more",
                )
            times = int(value)
            continue
        if op is None:
            raise source.error(
                f"{name} stands for '{NAMED_CHAINS[name]}' and takes only times=N",
                argument.value,
                "write it out to change it",
            )
        parameter = _parameter(source, op, key, argument)
        if parameter.name in given:
            raise source.error(f"{parameter.name} is given twice", argument.value, "give it once")
        try:
            given[parameter.name] = parameter.read(value)
        except BadValueError as err:
            raise source.error(str(err), argument.value, _see(op)) from None
    if op is None:
        return parse_chains(NAMED_CHAINS[name])[0].steps * times
    try:
        return (Step.of(op, **given),) * times
    except ChainError as err:
        raise source.error(err.what, text.name, err.fix) from None


def _parameter(source: Source, op: Op, key: str, argument: Argument) -> Parameter:
    if not op.parameters:
        raise source.error(f"{op.name} takes no parameter", argument.value, "leave it out")
    if not key:
        return op.parameters[0]
    found = next((each for each in op.parameters if each.name == key), None)
    if found is None:
        fix = one_of(key, [each.name for each in op.parameters] + ["times"], _see(op))
        raise source.error(f"{op.name} has no parameter {key[:40]!r}", argument.key, fix)
    return found


def _see(op: Op) -> str:
    return f"`sampviz ops {op.name}` explains its parameters"
