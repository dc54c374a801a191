"""Lists of names that users bring: as a text with commas, or as several texts."""

from collections.abc import Sequence

from sampviz.core.errors import UsageError


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
