"""A step of a chain: an operation with its values, parsed from text and printed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sampviz.core.errors import ChainError, argument, did_you_mean
from sampviz.ops.aliases import PARAMETER_ALIASES, advice_for, parameter_advice
from sampviz.ops.bind import axis_values
from sampviz.ops.call_advice import call_advice
from sampviz.ops.grammar import Argument, Source, StepText, Word
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import AUTO_WORDS, BadValueError, Derived, Parameter
from sampviz.ops.registry import NAMED_CHAINS, OPS, canonical_name
from sampviz.ops.rules import Picks
from sampviz.ops.user_code import user_operation
from sampviz.ops.user_import import is_module
from sampviz.ops.values import Value, format_value

MOST_TIMES = 16
_TIMES = re.compile(r"[0-9]{1,9}", re.ASCII)
_LIST_HINT = "`sampviz ops` lists them all"


@dataclass(frozen=True)
class Step:
    """An operation with a value for each of its parameters.

    Parameters
    ----------
    op : Operation
        The operation.
    values : tuple of (str, value)
        The values, in declared order; `Step.of` checks them.

    Examples
    --------
    >>> Step.of(OPS["max"], k=3)
    <Step max:k=3>
    """

    op: Operation
    values: tuple[tuple[str, Value], ...]

    @classmethod
    def of(cls, op: Operation, /, **arguments: Value) -> "Step":
        """Make a step of an operation and some values.

        Parameters
        ----------
        op : Operation
            The operation.
        **arguments
            Values by name; the others have their defaults.

        Returns
        -------
        Step
            The step.

        Raises
        ------
        ChainError
            If a parameter is unknown or out of bounds.
        """
        return cls(op, tuple(op.bind(arguments).items()))

    @cached_property
    def params(self) -> dict[str, Value]:
        """The value of every parameter."""
        return dict(self.values)

    @property
    def changed(self) -> dict[str, Value]:
        """The values that are not the defaults."""
        values = dict(self.values)
        return {
            parameter.name: values[parameter.name]
            for parameter in self.op.parameters
            if values[parameter.name] != _default(parameter, values)
        }

    @property
    def linear(self) -> bool:
        """Whether it is linear with its values."""
        return self.op.is_linear(self.params)

    @property
    def affine(self) -> bool:
        """Whether it is linear but for what it makes of zeros, such as a bias."""
        return bool(self.op.affine) or self.linear

    @property
    def linear_part(self) -> "Step":
        """Of an affine step that without the constant that it adds."""
        if self.linear:
            return self
        name = self.op.affine
        default = next(p.default for p in self.op.parameters if p.name == name)
        return replace(self, values=tuple((n, default if n == name else v) for n, v in self.values))

    @property
    def picks_values(self) -> bool:
        """Whether every value of its output is one of its input, or 0 in a gap or in padding."""
        return all(picks is True for picks in self._picks)

    @property
    def picks_magnitudes(self) -> bool:
        """Whether every value of its output is the magnitude of one of its input, or 0."""
        return all(self._picks)

    @property
    def _picks(self) -> list[Picks]:
        picks = self.op.picks
        if not callable(picks):
            return [picks]
        return [picks(**axis_values(self.params, i)) for i in range(3)]

    def __repr__(self) -> str:
        return f"<Step {self}>"

    def __str__(self) -> str:
        parts = [f"{name}={format_value(value)}" for name, value in self.changed.items()]
        return ":".join([self.op.name, *parts])


def _default(parameter: Parameter, values: dict[str, Value]) -> Value:
    default = parameter.default
    return default.rule(values) if isinstance(default, Derived) else default


def step_columns(source: Source) -> list[list[StepText]]:
    """Split a text into chains and steps, with our names for operations and parameters.

    Parameters
    ----------
    source : Source
        The text of the chains.

    Returns
    -------
    list of list of StepText
        The steps of each chain.

    Raises
    ------
    ChainError
        If the text is malformed.
    """
    columns = source.columns(
        lambda name: bool(canonical_name(name) or advice_for(name)), call_advice
    )
    return [list(map(_with_our_names, step_texts)) for step_texts in columns]


def _with_our_names(text: StepText) -> StepText:
    name = canonical_name(text.name.text) or text.name.text
    own_names = {parameter.name for parameter in OPS[name].parameters} if name in OPS else set()
    arguments = []
    for written in text.arguments:
        key = written.key.text
        alias = PARAMETER_ALIASES.get(key, key)
        own_key = alias if alias in own_names and key not in own_names else key
        if key == "auto" and written.value.text in AUTO_WORDS and name in OPS:
            own_key = _pacing_parameter(OPS[name]) or key
        arguments.append(replace(written, key=replace(written.key, text=own_key)))
    return StepText(replace(text.name, text=name), tuple(arguments))


def _pacing_parameter(op: Operation) -> str:
    """Return the parameter that `auto=nnunet` sets: `s`, or what it follows from, or `f`."""
    names = [
        parameter.name
        for parameter in op.parameters
        if parameter.spec.words == AUTO_WORDS and not isinstance(parameter.default, Derived)
    ]
    return "s" if "s" in names else next(iter(names), "")


def read_steps(source: Source, text: StepText, allow_code: bool) -> tuple[Step, ...]:
    """Look up the steps that a text means: more than one for `times` and for a named chain.

    Parameters
    ----------
    source : Source
        The text of the chains, for errors.
    text : StepText
        Name and arguments of the step.
    allow_code : bool
        Whether the name may be `package.module:name`, which is imported and so run.

    Returns
    -------
    tuple of Step
        The steps.

    Raises
    ------
    ChainError
        For a name or a value that cannot be, at its column of `source`.
    """
    name = text.name.text
    op = _user_operation(source, text.name, allow_code) if ":" in name else OPS.get(name)
    if op is None and name not in NAMED_CHAINS:
        raise _unknown(source, text.name)
    values: dict[str, Value] = {}
    times: int | None = None
    overrides: list[Argument] = []  # of a step of a named chain
    for written in text.arguments:
        key, value = written.key.text, written.value.text
        if key == "times":
            if times is not None:
                raise source.error("times is given twice", written.value, "give it once")
            if not (_TIMES.fullmatch(value) and 1 <= int(value) <= MOST_TIMES):
                raise source.error(
                    f"times={value[:40]}: wanted 1..{MOST_TIMES}",
                    written.value,
                    "repeat the step with '+' for more",
                )
            times = int(value)
            continue
        if op is None:
            overrides.append(written)
            continue
        parameter = _parameter(source, op, key, written)
        if parameter.name in values:
            raise source.error(f"{parameter.name} is given twice", written.value, "give it once")
        try:
            values[parameter.name] = parameter.read(value)
        except BadValueError as err:
            raise source.error(str(err), written.value, _manual_hint(op)) from None
    if op is None:
        return _named_chain(source, name, overrides) * (times or 1)
    try:
        return (Step.of(op, **values),) * (times or 1)
    except ChainError as err:
        what, _, fix = err.texts
        raise source.error(what, text.name, fix) from None


def _named_chain(source: Source, name: str, overrides: Sequence[Argument]) -> tuple[Step, ...]:
    """Return the steps; a value goes to the first step that has such a parameter."""
    own = Source(NAMED_CHAINS[name], name)
    (column,) = step_columns(own)
    for override in overrides:
        key = PARAMETER_ALIASES.get(override.key.text, override.key.text)
        taker = next((i for i, text in enumerate(column) if _has(OPS[text.name.text], key)), None)
        if taker is None:
            raise source.error(
                f"{name} stands for '{own.text}', of which no step has a parameter {key[:40]!r}",
                override.key if key else override.value,
                "write name=value, or the chain",
            )
        kept = [a for a in _named(column[taker]) if a.key.text != key]
        written = replace(override, key=replace(override.key, text=key))
        column[taker] = replace(column[taker], arguments=(*kept, written))
    return tuple(step for text in column for step in read_steps(source, text, allow_code=False))


def _has(op: Operation, key: str) -> bool:
    return any(parameter.name == key for parameter in op.parameters)


def _named(text: StepText) -> Iterator[Argument]:
    """Yield the arguments with the name of the first, where it stands bare."""
    first = OPS[text.name.text].parameters[:1]
    for written in text.arguments:
        bare = not written.key.text and first
        yield replace(written, key=replace(written.key, text=first[0].name)) if bare else written


def _unknown(source: Source, name: Word) -> ChainError:
    fix = advice_for(name.text) or did_you_mean(name.text, [*OPS, *NAMED_CHAINS], _LIST_HINT)
    return source.error(f"no operation is named {name.text[:40]!r}", name, fix)


def _user_operation(source: Source, name: Word, allow_code: bool) -> Operation:
    module = name.text.partition(":")[0]
    if "." not in module and not is_module(module):  # the name of an operation, badly written
        raise _unknown(source, Word(module, name.start))
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
    parameter = next((candidate for candidate in op.parameters if candidate.name == key), None)
    if parameter is None:
        fix = parameter_advice(op.name, key) or did_you_mean(
            key, [candidate.name for candidate in op.parameters] + ["times"], _manual_hint(op)
        )
        raise source.error(f"{op.name} has no parameter {key[:40]!r}", argument.key, fix)
    return parameter


def _manual_hint(op: Operation) -> str:
    return f"{op.manual} explains its parameters"
