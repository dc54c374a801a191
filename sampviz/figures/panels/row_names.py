"""The names of the rows of a comparison."""

from collections.abc import Sequence

from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.names import as_names

ROWS = (
    "image",
    "detail",
    "error",
    "spectrum",
    "summary",
    "zoom",
    "difference",
    "alias",
    "foldspectrum",
    "flat",
    "lesion",
)
PAGE_ROWS = ROWS[:5]  # of the default page
# Need evaluations, which are of planes.
MEASURED = frozenset({"detail", "error", "summary", "alias", "foldspectrum", "flat"})


def parse_rows(text: str | Sequence[str]) -> tuple[str, ...]:
    """Read the names of rows.

    Parameters
    ----------
    text : str or sequence of str
        Such as `image,spectrum`.

    Returns
    -------
    tuple of str
        Some of `ROWS`, each once.

    Raises
    ------
    UsageError
        For another name, or one that comes twice.
    """
    where = f"{argument('rows')} {text!r}"
    rows = as_names(text, where)
    for name in rows:
        if name not in ROWS:
            raise UsageError(
                f"no row is named {name!r}",
                where,
                did_you_mean(name, ROWS, "wanted some of " + ", ".join(ROWS)),
            )
    if len(set(rows)) < len(rows):
        raise UsageError("a row is named twice", where, "name each once")
    return rows
