"""What the charts of a summary show, in words: for captions and those who cannot see them."""

from collections.abc import Sequence

from sampviz.figures.charts.fold_summary import AT_STEP, ChainSummary, percent_text


def summary_sentence(summaries: Sequence[ChainSummary]) -> str:
    """Return what the charts are, without a full stop.

    Parameters
    ----------
    summaries : sequence of ChainSummary
        One for each chain.

    Returns
    -------
    str
    """
    at_step = (
        " (* of chains that are not linear what folds where samples are dropped, stepalias)"
        if any(summary.folded_reason == AT_STEP for summary in summaries)
        else ""
    )
    return (
        "Charts: the power of every output over the original's in dB, by frequency as a share of"
        " the new Nyquist frequency; the folded energy in percent of the output's variation"
        f"{at_step}; the brightness bias in percent of the original's mean"
    )


def summary_values(summaries: Sequence[ChainSummary]) -> list[str]:
    """Return the numbers beside the bars, a text for each chart.

    Parameters
    ----------
    summaries : sequence of ChainSummary
        One for each chain.

    Returns
    -------
    list of str
    """
    folded = (
        f"{summary.title} {_value_text(summary.folded)}{'*' * (summary.folded_reason == AT_STEP)}"
        for summary in summaries
    )
    bias = (f"{summary.title} {_value_text(summary.bias)}" for summary in summaries)
    return [
        f"Folded energy in percent: {'; '.join(folded)}",
        f"Brightness bias in percent of the mean: {'; '.join(bias)}",
    ]


def _value_text(value: float | None) -> str:
    return "not defined" if value is None else percent_text(value)
