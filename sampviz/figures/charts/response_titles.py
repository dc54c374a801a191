"""What charts of frequency responses are called, and the chains in them."""

from collections.abc import Iterable

from sampviz.ops.chain import Chain


def chain_title(chain: Chain) -> str:
    """Return the chain for a reader, who is told if it is not linear."""
    return chain.label + ("" if chain.linear else " (not linear)")


def response_title(chains: Iterable[Chain]) -> str:
    """Return the title of a figure: what has no frequency response is never called so."""
    linear = {chain.linear for chain in chains}
    if linear == {False}:
        return "Describing function"
    return "Frequency response" + (" and describing function" if False in linear else "")
