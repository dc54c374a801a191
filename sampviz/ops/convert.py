"""What users bring as chains: text, chains, operations, or code of their own."""

import re
from collections.abc import Iterable
from typing import Any

from sampviz.core.errors import ChainError, UsageError, argument
from sampviz.ops.chain import Chain, parse_chains
from sampviz.ops.operation import Operation
from sampviz.ops.registry import NAMED_CHAINS, OPS
from sampviz.ops.step import Step
from sampviz.ops.user_code import is_code, operation_of

CHAINS = argument("chains", option="ops")  # what both call them in an error
_FIX = "give a text such as 'max,blur', chains, operations, functions or torch modules"
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+")


def as_chains(value: Any, *, allow_code: bool = False) -> tuple[Chain, ...]:
    """Return the chains that are meant by whatever a user brings.

    Parameters
    ----------
    value
        A text with commas, a `Chain`, a `Step`, an `Operation`, a function of a plane (H x W, float
        32), a `torch.nn.Module`, or several of these in a list or tuple. A module is copied: it
        stays on its device and in its mode, and what it learns later changes nothing.
    allow_code
        Whether a text may name code, as `package.module:name`, which is then run. An object that is
        given needs no leave.

    Returns
    -------
    tuple of Chain
        An object is a step under its own `__name__`, with a number if that is taken. No text names
        it, so `str` of the chain cannot be parsed; its `repr` says so.

    Raises
    ------
    ChainError
        For a text that is no chain, and for an object that cannot be used.
    UsageError
        For anything else, and where there is no chain.

    Examples
    --------
    >>> as_chains("max,avg:3")
    (Chain.parse('max'), Chain.parse('avg:k=3'))
    >>> import warnings
    >>> warnings.simplefilter("ignore")
    >>> as_chains(["max", lambda x: x[::2, ::2]])
    (Chain.parse('max'), <Chain lambda, with an object that no text names>)
    """
    operations_by_id: dict[int, Operation] = {}  # an object that is given twice is one operation
    chains = tuple(
        chain
        for item in _as_sequence(value)
        for chain in _chains(item, allow_code, operations_by_id)
    )
    if not chains:
        raise UsageError("there is no chain", CHAINS, "give at least one, e.g. 'max'")
    return chains


def as_chain(value: Any, *, allow_code: bool = False) -> Chain:
    """Return the one chain that is meant by whatever a user brings.

    Parameters
    ----------
    value
        As `as_chains` takes it, one of it.
    allow_code
        Whether a text may name code.

    Returns
    -------
    Chain

    Raises
    ------
    ChainError
        For a text that is no chain, and for an object that cannot be used.
    UsageError
        For anything else, and for several chains.

    Examples
    --------
    >>> as_chain(OPS["max"])
    Chain.parse('max')
    """
    if isinstance(value, str):  # it is read alone: an error names its columns
        return Chain.parse(value, allow_code=allow_code)
    chains = as_chains(value, allow_code=allow_code)
    if len(chains) > 1:
        raise UsageError(f"{len(chains)} chains, not one", argument("chain"), "give one of them")
    return chains[0]


def _as_sequence(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def _chains(
    value: Any, allow_code: bool, operations_by_id: dict[int, Operation]
) -> tuple[Chain, ...]:
    if isinstance(value, str):
        return parse_chains(value, CHAINS, allow_code=allow_code)
    if isinstance(value, Chain):
        return (value,)
    if isinstance(value, Step):
        return (Chain((value,)),)
    if not isinstance(value, Operation) and is_code(value):
        if id(value) not in operations_by_id:
            operations_by_id[id(value)] = operation_of(
                value, _free_name(value, operations_by_id.values())
            )
        value = operations_by_id[id(value)]
    if not isinstance(value, Operation):
        raise UsageError(f"{type(value).__name__} is no chain", CHAINS, _FIX)
    try:
        return (Chain((Step.of(value),)),)
    except ChainError as err:
        err.at(CHAINS)
        raise


def _free_name(value: Any, operations: Iterable[Operation]) -> str:
    """Return the name of an object, of letters, digits and _, that nothing else has."""
    # A `functools.partial` has no name, but its function has.
    function = getattr(value, "func", value)
    own_name = getattr(function, "__name__", type(function).__name__)
    name = _NO_NAME.sub("_", own_name).strip("_") or "function"
    names = {*OPS, *NAMED_CHAINS, *(op.name for op in operations)}
    numbered = (f"{name}_{number}" for number in range(2, len(names) + 3))
    return (
        name
        if name not in names
        else next(candidate for candidate in numbered if candidate not in names)
    )
