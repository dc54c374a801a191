"""The pages share one style, which fetches nothing; text from outside stays text."""

import re

from sampviz.core.html_page import html_text, page_head, page_style


def test_text_from_outside_stays_text() -> None:
    assert html_text("<b a=\"1\" b='2'>&\x1b") == (
        "&lt;b a=&quot;1&quot; b=&#x27;2&#x27;&gt;&amp;\\x1b"
    )
    head = page_head("</title><script>")
    assert head.count("<title>") == head.count("</title>") == 1
    assert "<script" not in head


def test_the_style_fetches_nothing_and_has_every_colour_in_the_dark_too() -> None:
    style = page_style()
    assert "url(" not in style
    assert "@import" not in style
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    names = [set(re.findall(r"--[a-z]+", block)) for block in (light, dark)]
    assert names[0] == names[1]
