"""What users bring as chains, as the chains that are meant."""

from collections.abc import Sequence

from sampviz.core.errors import UsageError
from sampviz.ops.chain import Chain, parse_chains


def as_chains(
    value: str | Chain | Sequence[Chain | str], *, allow_code: bool = False
) -> tuple[Chain, ...]:
    """Return the chains of a text with commas, of a chain, or of several of either."""
    values: Sequence[Chain | str] = [value] if isinstance(value, (str, Chain)) else value
    chains: list[Chain] = []
    for each in values:
        chains += [each] if isinstance(each, Chain) else parse_chains(each, allow_code=allow_code)
    if not chains:
        raise UsageError("there is no chain", "chains", "give at least one, e.g. 'max'")
    return tuple(chains)
