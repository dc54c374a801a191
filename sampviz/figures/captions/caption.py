"""The caption of a figure: a title, sentences with what they cite, and a text alternative.

A `Caption` is plain data. `grid_captions` makes it from what a figure was drawn from,
`caption_formats` writes it as Markdown, LaTeX or HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain as chained

from sampviz.core.notebook import ShortRepr
from sampviz.core.text import escape_control
from sampviz.core.version import __version__

PROGRAM = "sampviz"  # its key in the bibliography
LONGEST_ALT = 500  # characters: screen readers cannot skip within it


@dataclass(frozen=True)
class Sentence:
    """A sentence of a caption.

    Parameters
    ----------
    text : str
        Without its full stop.
    cite : tuple of str
        The keys of the bibliography that it cites.
    """

    text: str
    cite: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Caption(ShortRepr):
    """The caption of a figure.

    Parameters
    ----------
    title : str
        Short, for a list of figures.
    sentences : tuple of Sentence
        What the figure shows.
    alt : str
        A text in place of the picture, for readers who cannot see it.
    """

    title: str
    sentences: tuple[Sentence, ...]
    alt: str

    @property
    def cite(self) -> tuple[str, ...]:
        """The keys of all that is cited, each once, in the order of the text."""
        return tuple(dict.fromkeys(chained(*(sentence.cite for sentence in self.sentences))))


def build_caption(
    header: str,
    title: str | None,
    sentences: Sequence[Sentence],
    facts: Sequence[str],
    alt: Sequence[str],
) -> Caption:
    """Put a caption together.

    Parameters
    ----------
    header : str
        The title of the caption.
    title : str or None
        The user's title: the first sentence.
    sentences : sequence of Sentence
        What the figure shows.
    facts : sequence of str
        What a reader must know to read it.
    alt : sequence of str
        The parts of the text alternative; it ends with the last part that fits into `LONGEST_ALT`
        characters.

    Returns
    -------
    Caption
        Every text on one line.
    """
    all_sentences = [
        *([Sentence(title)] if title else []),
        *sentences,
        *([Sentence(f"To read it: {'; '.join(facts)}")] if facts else []),
        Sentence(f"Drawn with sampviz {__version__}; no panel is resampled", (PROGRAM,)),
    ]
    alt_text = ""
    for part in alt:
        if len(alt_text) + len(part) + 2 <= LONGEST_ALT:
            alt_text = f"{alt_text} {part}.".strip()
    clean = tuple(Sentence(_clean(sentence.text), sentence.cite) for sentence in all_sentences)
    return Caption(_clean(header), clean, _clean(alt_text))


def _clean(text: str) -> str:
    """Return a text on one line, with plain spaces and control characters escaped."""
    return escape_control(" ".join(text.split()))
