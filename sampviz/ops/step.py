"""A step of a chain: an operation with its values, read from text and printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sampviz.core.errors import ChainError, argument, did_you_mean
from sampviz.ops.grammar import Argument, Source, StepText, Word
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import BadValueError, Derived, Parameter, Value, format_value
from sampviz.ops.registry import NAMED_CHAINS, OPS
from sampviz.ops.user_code import user_operation

MOST_TIMES = 16
_TIMES = re.compile(r"[0-9]{1,9}", re.ASCII)
_ALL = "`sampviz ops` lists them all"


@dataclass(frozen=True)
class Step:
    """An operation with a value for each of its parameters, in declared order."""

    op: Operation
    values: tuple[tuple[str, Value], ...]

    @classmethod
    def of(cls, op: Operation, /, **given: Value) -> "Step":
        """Make a step; raise ChainError for a parameter that is unknown or out of bounds."""
        return cls(op, tuple(op.bind(given).items()))

    @cached_property
    def params(self) -> dict[str, Value]:
        """The value of every parameter."""
        return dict(self.values)

    @property
    def changed(self) -> dict[str, Value]:
        """The values that are not the defaults."""
        values = dict(self.values)
        return {
            each.name: values[each.name]
            for each in self.op.parameters
            if values[each.name] != _default(each, values)
        }

    def __str__(self) -> str:
        parts = [f"{name}={format_value(value)}" for name, value in self.changed.items()]
        return ":".join([self.op.name, *parts])


def _default(parameter: Parameter, values: dict[str, Value]) -> Value:
    default = parameter.default
    return default.rule(values) if isinstance(default, Derived) else default


def matches(steps: Sequence[Step]) -> dict[int, int]:
    """Return, for each step that takes switches, the step that gives them: last in, first out."""
    waiting: list[int] = []
    found = {}
    for number, step in enumerate(steps):
        if step.op.switches:
            waiting.append(number)
        elif step.op.takes_switches and waiting:
            found[number] = waiting.pop()
    return found


def unmatched(steps: Sequence[Step]) -> int | None:
    """Return the first step that takes switches and finds none."""
    found = matches(steps)
    takers = (i for i, step in enumerate(steps) if step.op.takes_switches)
    return next((i for i in takers if i not in found), None)


def read_steps(source: Source, text: StepText, allow_code: bool) -> tuple[Step, ...]:
    """Return the steps that a text means, more than one for `times` and for a named chain.

    ChainError, at its column of `source`, for a name or a value that cannot be.
    """
    name = text.name.text
    op = _own(source, text.name, allow_code) if ":" in name else OPS.get(name)
    if op is None and name not in NAMED_CHAINS:
        fix = did_you_mean(name, [*OPS, *NAMED_CHAINS], _ALL)
        raise source.error(f"no operation is named {name[:40]!r}", text.name, fix)
    given: dict[str, Value] = {}
    times = 1
    for written in text.arguments:
        key, value = written.key.text, written.value.text
        if key == "times":
            if not (_TIMES.fullmatch(value) and 1 <= int(value) <= MOST_TIMES):
                raise source.error(
                    f"times={value[:40]}: wanted 1..{MOST_TIMES}",
                    written.value,
                    "repeat the step with '+' for more",
                )
            times = int(value)
            continue
        if op is None:
            raise source.error(
                f"{name} stands for '{NAMED_CHAINS[name]}' and takes only times=N",
                written.value,
                "write it out to change it",
            )
        parameter = _parameter(source, op, key, written)
        if parameter.name in given:
            raise source.error(f"{parameter.name} is given twice", written.value, "give it once")
        try:
            given[parameter.name] = parameter.read(value)
        except BadValueError as err:
            raise source.error(str(err), written.value, _see(op)) from None
    if op is None:
        return _named(name) * times
    try:
        return (Step.of(op, **given),) * times
    except ChainError as err:
        what, _, fix = err.texts
        raise source.error(what, text.name, fix) from None


def _named(name: str) -> tuple[Step, ...]:
    source = Source(NAMED_CHAINS[name], name)
    (column,) = source.columns()
    return tuple(step for text in column for step in read_steps(source, text, allow_code=False))


def _own(source: Source, name: Word, allow_code: bool) -> Operation:
    module = name.text.partition(":")[0]
    if not allow_code:
        raise source.error(
            f"{name.text!r} is code, and code is not run unasked",
            name,
            f"add {argument('allow_code', True)} to run code from {module}",
        )
    try:
        return user_operation(name.text)
    except ChainError as err:
        what, _, fix = err.texts
        raise source.error(what, name, fix) from err.__cause__


def _parameter(source: Source, op: Operation, key: str, argument: Argument) -> Parameter:
    if not op.parameters:
        raise source.error(f"{op.name} takes no parameter", argument.value, "leave it out")
    if not key:
        return op.parameters[0]
    found = next((each for each in op.parameters if each.name == key), None)
    if found is None:
        fix = did_you_mean(key, [each.name for each in op.parameters] + ["times"], _see(op))
        raise source.error(f"{op.name} has no parameter {key[:40]!r}", argument.key, fix)
    return found


def _see(op: Operation) -> str:
    return f"{op.manual} explains its parameters"
