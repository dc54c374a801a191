"""Write the table of operations into the README: `python -m tools.readme_table`."""

import re
from pathlib import Path

from sampviz.ops.catalogue import markdown

README = Path(__file__).parent.parent / "README.md"
_TABLE = re.compile(r"(?<=<!-- ops -->\n).*?(?=<!-- /ops -->)", re.DOTALL)


def with_table(text: str) -> str:
    """Return a text with the table of the operations that there are between its two marks."""
    return _TABLE.sub(lambda _: f"{markdown()}\n", text)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
