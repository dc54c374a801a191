"""Labels of charts that have to be short: no word is cut where whole ones fit."""

from sampviz.figures.style import TextSize


def shortened(text: str, text_size: TextSize, width: int, spelling: str = "") -> str:
    """Return a text, or what is short of it.

    Parameters
    ----------
    text : str
        The label.
    text_size : TextSize
        The size of the text.
    width : int
        The room for it, in pixels of the figure.
    spelling : str
        What says the same in fewer letters: of a chain in words, the chain as it is written.

    Returns
    -------
    str
        The text or its spelling if it fits; else its first and last words with … between them, as
        many as fit, for the last ones tell chains apart; of a single word both ends.
    """
    for whole in filter(None, (text, spelling)):
        if text_size.width(whole) <= width:
            return whole
    words = text.split(" ")
    for kept in range(len(words) - 1, 0, -1):
        last = (kept + 1) // 2
        label = " ".join([*words[: kept - last], "…", *words[len(words) - last :]])
        if text_size.width(label) <= width:
            return label
    label, letters = text, len(text)
    while letters > 2 and text_size.width(label) > width:
        letters -= 1
        last = letters // 2
        label = f"{text[: letters - last].rstrip()}…{text[len(text) - last :].lstrip()}"
    return label
