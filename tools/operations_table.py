"""Write the table of operations into its pages: `python -m tools.operations_table`."""

import re
from pathlib import Path

from sampviz.ops.catalogue import markdown

_ROOT = Path(__file__).parent.parent
_TABLE = re.compile(r"(?<=<!-- ops -->\n).*?(?=<!-- /ops -->)", re.DOTALL)


def pages() -> list[Path]:
    """Return the pages with a place for the table, between its two marks."""
    files = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]
    return [path for path in files if _TABLE.search(path.read_text("utf-8"))]


def with_table(text: str) -> str:
    """Return the text of a page with the table of the operations that there are."""
    return _TABLE.sub(lambda _: f"{markdown()}\n", text)


if __name__ == "__main__":
    for page in pages():
        page.write_text(with_table(page.read_text("utf-8")), "utf-8")
