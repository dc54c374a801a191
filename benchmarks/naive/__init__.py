"""What a researcher would write without sampviz: torch and pyplot, as their tutorials show them."""

import sys
from importlib.util import find_spec


def can_run(part: str) -> bool:
    """Whether torch is installed; if not, say that a part has nothing to compare with."""
    found = find_spec("torch") is not None
    if not found:
        print(f"{part}: without torch there is no script to compare with", file=sys.stderr)
    return found
