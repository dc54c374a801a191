"""Lists of names: as users bring them, with commas or as several texts; and as advice has them."""

from collections.abc import Mapping, Sequence

from sampviz.core.errors import UsageError
from sampviz.core.option import join_words


def as_names(value: str | Sequence[str], where: str) -> tuple[str, ...]:
    """Return the names of a text with commas, or of several texts.

    Parameters
    ----------
    value
        `"image,spectrum"` or `["image", "spectrum"]`.
    where
        The argument, for an error; see `sampviz.core.errors.argument`.

    Raises
    ------
    UsageError
        For anything else, and for an empty sequence.

    Examples
    --------
    >>> as_names("image, spectrum", "rows")
    ('image', 'spectrum')
    >>> as_names(["image", "spectrum"], "rows")
    ('image', 'spectrum')
    """
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{value!r} is no list of names", where, "write 'a,b' or ['a', 'b']")
    if not texts:
        raise UsageError("there is no name", where, "leave it out, or give at least one")
    return tuple(word.strip() for text in texts for word in text.split(","))


def comma_text(values: str | Sequence[object] | None) -> str | None:
    """Return values with commas between them, however they are given; None stays None."""
    return values if values is None or isinstance(values, str) else ",".join(map(str, values))


def fewer(counts: Mapping[str, int]) -> list[str]:
    """Advise to take fewer of what there is more than one of: a phrase in a list, or none.

    Examples
    --------
    >>> fewer({"slices": 1, "levels": 2, "chains": 3})
    ['fewer levels or chains']
    >>> fewer({"chains": 1})
    []
    """
    names = [name for name, count in counts.items() if count > 1]
    return [f"fewer {join_words(names)}"] if names else []
