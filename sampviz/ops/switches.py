"""Steps that take what an earlier step leaves, such as unpool the places of the pixels of a max."""

from collections.abc import Sequence

from sampviz.ops.step import Step


def match_poolings(steps: Sequence[Step]) -> dict[int, int]:
    """Match each step that takes switches with the step that leaves them: last in, first out.

    Parameters
    ----------
    steps : sequence of Step
        The steps of a chain.

    Returns
    -------
    dict of int to int
        The number of the pooling by the number of the unpooling; unmatched ones are left out.
    """
    left: dict[str, list[int]] = {}
    partners = {}
    for number, step in enumerate(steps):
        if step.op.switches:
            left.setdefault(step.op.name, []).append(number)
        if left.get(step.op.takes_switches):
            partners[number] = left[step.op.takes_switches].pop()
    return partners


def missing_switches(steps: Sequence[Step]) -> tuple[str, str] | None:
    """Say of which step the partner is missing.

    Parameters
    ----------
    steps : sequence of Step
        The steps of a chain.

    Returns
    -------
    (str, str) or None
        What is wrong, and how to mend it; None where nothing is.
    """
    partners = match_poolings(steps)
    takers = (i for i, step in enumerate(steps) if step.op.takes_switches)
    number = next((i for i in takers if i not in partners), None)
    if number is None:
        return None
    op = steps[number].op
    partner = op.takes_switches
    other = ", or upsample with zeros or nearest" if op.restores_size else ""
    return (
        f"no {partner} before this {op.name} has switches left",
        f"write {'an' if partner[0] in 'aeio' else 'a'} {partner} for every {op.name}{other}",
    )


def without_shares(steps: Sequence[Step]) -> list[Step]:
    """Return the steps without those between labels and labels again, which work on shares.

    Parameters
    ----------
    steps : sequence of Step
        The steps of a chain.

    Returns
    -------
    list of Step
        The others, and those that end with labels.
    """
    spans = [
        range(partner, number)
        for number, partner in match_poolings(steps).items()
        if not steps[number].op.restores_size
    ]
    return [step for i, step in enumerate(steps) if not any(i in span for span in spans)]
