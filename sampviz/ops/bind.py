"""Values of parameters: complete and checked, and as the function of an operation takes them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sampviz.ops.parameter import AUTO_WORDS, BadValueError, Derived, Parameter
from sampviz.ops.rules import Params
from sampviz.ops.values import Value


def bind_values(
    parameters: Sequence[Parameter],
    arguments: Mapping[str, Value | None],
    check: Callable[..., None],
) -> dict[str, Value]:
    """Return the value of every parameter.

    Parameters
    ----------
    parameters : sequence of Parameter
        The parameters.
    arguments : mapping of str to value
        Values by name; None stands for a default that follows from other parameters.
    check : callable
        `check(**values)` is given those of one axis after the other.

    Returns
    -------
    dict
        A value for each parameter, in declared order.

    Raises
    ------
    BadValueError
        If a value is out of bounds or does not go with others.
    """
    values: dict[str, Any] = {}
    for parameter in parameters:
        value = arguments.get(parameter.name)
        derived = value is None and isinstance(parameter.default, Derived)
        absent = derived or parameter.name not in arguments
        values[parameter.name] = parameter.default if absent else parameter.check(value)
    for name, value in values.items():
        if isinstance(value, Derived):
            values[name] = value.rule(values)
    if not any(unresolved_auto(parameters, values)):
        for i in range(max([1, *map(_count, values.values())])):
            check(**axis_values(values, i))
    return values


def unresolved_auto(parameters: Sequence[Parameter], params: Params) -> Iterator[str]:
    """Yield the names of parameters whose value is to follow from the size of the pixels.

    Parameters
    ----------
    parameters : sequence of Parameter
        The parameters.
    params : mapping of str to value
        Their values.

    Yields
    ------
    str
        The name of a parameter that is `auto` or `nnunet`.
    """
    return (
        p.name
        for p in parameters
        if params[p.name] in AUTO_WORDS and params[p.name] in p.spec.words
    )


def axis_values(values: Params, i: int) -> dict[str, Value]:
    """Return the values of one axis.

    Parameters
    ----------
    values : mapping of str to value
        Values for all axes, a tuple where they differ.
    i : int
        Number of the axis, from 0.

    Returns
    -------
    dict
        The values of that axis; one value for all axes stays.
    """
    return {
        name: value[min(i, len(value) - 1)] if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def all_axes_values(values: Params, axes: int, per_axis: Collection[str]) -> dict[str, Any]:
    """Return the values as a function takes them that works on all axes at once.

    Parameters
    ----------
    values : mapping of str to value
        Values, a tuple where the axes differ.
    axes : int
        Number of axes.
    per_axis : collection of str
        Parameters of which it takes a tuple.

    Returns
    -------
    dict
        The values.
    """
    return {
        name: (value,) * axes if name in per_axis and not isinstance(value, tuple) else value
        for name, value in values.items()
    }


def check_axes(parameters: Sequence[Parameter], params: Params, axes: int) -> None:
    """Check that every value is known for a number of axes.

    Parameters
    ----------
    parameters : sequence of Parameter
        The parameters.
    params : mapping of str to value
        Their values.
    axes : int
        Number of axes.

    Raises
    ------
    BadValueError
        If a value is `auto` or `nnunet`, or has values for another number of axes.
    DoesNotFitError
        If a value is a file for another number of axes.
    """
    for name in unresolved_auto(parameters, params):
        raise BadValueError(f"{params[name]} is not known without the size of the pixels in mm")
    for name, value in params.items():
        if _count(value) not in (1, axes):
            raise BadValueError(f"{name} has {_count(value)} values for {axes} axes")
    for parameter in parameters:
        if parameter.spec.check_axes:
            parameter.spec.check_axes(params[parameter.name], axes)


def _count(value: Value) -> int:
    return len(value) if isinstance(value, tuple) else 1


def leaves_alone(parameters: Sequence[Parameter], values: Params) -> bool:
    """Tell whether an axis is left as it is: the factor by which it would change is 1.

    Parameters
    ----------
    parameters : sequence of Parameter
        The parameters.
    values : mapping of str to value
        Their values for the axis.

    Returns
    -------
    bool
        Whether a factor is 1.
    """
    return any(values[p.name] == 1 for p in parameters if p.spec.is_factor)


def unchecked(*_: Any, **__: Any) -> None:
    """Accept any values: the check of an operation that has none.

    Parameters
    ----------
    *_, **__
        Anything.
    """
