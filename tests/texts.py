"""Any text, for tests of hypothesis.

`st.text()` asks of each of a million characters whether UTF-8 holds it, which costs every process
of tests three seconds where hypothesis has not kept the answer: it does of all but surrogates.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

CHARACTERS = st.characters(exclude_categories=["Cs"])


def any_text(*, max_size: int | None = None) -> SearchStrategy[str]:
    """Return texts as `st.text` does."""
    return st.text(CHARACTERS, max_size=max_size)
