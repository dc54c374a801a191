"""The page of a batch says what failed, and escapes whatever a recipe says."""

from sampviz.core import page_list
from sampviz.recipes.batch.index_page import index_page

RECORD = {
    "name": "a",
    "about": "<b>",
    "outputs": [{"file": "a.pdf"}, {"file": "a b.svg"}, {"file": "a.png"}],
    "chains": ["max", "avg"],
    "inputs": [{"name": "x&y.npy"}],
}


def test_what_failed_is_said_before_the_figures_and_nothing_is_if_none_did() -> None:
    assert "Failed" not in "".join(index_page("t", [RECORD], {}, ["a"], 0))
    text = "".join(index_page("t", [RECORD], {"b": "no <file>"}, ["a"], 0))
    assert "<h2>Failed</h2>\n<ul>\n<li>b: no &lt;file&gt;</li>\n</ul>\n<main" in text


def test_a_figure_has_what_a_browser_draws_and_a_link_to_each_of_its_files() -> None:
    text = "".join(index_page("t", [RECORD], {}, ["a"], 0))
    assert '<a href="a.png"><img src="a.png" alt="a" loading="lazy"></a>' in text
    assert "<p>&lt;b&gt;</p>\n<p><code>max</code>, <code>avg</code></p>\n<p>x&amp;y.npy</p>" in text
    assert '<a href="a%20b.svg">a b.svg</a>' in text
    only_pdf = {**RECORD, "about": "", "outputs": [{"file": "a.pdf"}]}
    assert "<img" not in "".join(index_page("t", [only_pdf], {}, ["a"], 0))


def test_what_failed_stands_on_the_first_page_alone_and_of_many_a_page_full() -> None:
    count = page_list.PER_PAGE + 13
    failed = {f"f{number}": "why" for number in range(count)}
    first, second = (
        "".join(index_page("t", [RECORD], failed, [*failed], number)) for number in (0, 1)
    )
    assert first.count("<li>f") == page_list.PER_PAGE
    assert "<p>13 more stand in manifest.json.</p>" in first
    assert "Failed" not in second
    assert "manifest.json" not in second
    just = dict(list(failed.items())[: page_list.PER_PAGE])
    assert "more stand in" not in "".join(index_page("t", [RECORD], just, ["a"], 0))
