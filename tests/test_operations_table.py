"""The table of operations in the manual is that of the registry."""

from sampviz.ops.catalogue import markdown
from tools.operations_table import pages, with_table


def test_the_table_has_all_operations() -> None:
    texts = [page.read_text("utf-8") for page in pages()]
    assert texts
    for text in texts:
        assert with_table(text) == text, "run python -m tools.operations_table"
        assert f"\n{markdown()}\n" in text
