"""What is linear of a chain that is so but for a constant, such as a bias."""

from sampviz.ops.chain import Chain


def linear_part(chain: Chain) -> Chain | None:
    """Return the chain without the constants that its steps add.

    Parameters
    ----------
    chain : Chain
        Any.

    Returns
    -------
    Chain or None
        It makes of x what the chain makes of x less what that makes of zeros; the chain itself
        where it is linear, None where more than constants keeps it from that.

    Examples
    --------
    >>> str(linear_part(Chain.parse("pad:p=2:value=3+avg")))
    'pad:p=2+avg'
    >>> linear_part(Chain.parse("max")) is None
    True
    """
    if chain.linear:
        return chain
    if not all(step.affine for step in chain.steps):
        return None
    return Chain(tuple(step.linear_part for step in chain.steps))
