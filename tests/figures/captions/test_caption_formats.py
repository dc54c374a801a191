"""Captions in three languages: what is written is what is read, whatever it is."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sampviz.core.errors import OutputError, SampvizError, UsageError
from sampviz.figures.captions.caption import Caption, Sentence
from sampviz.figures.captions.caption_formats import (
    bibtex,
    check_captions,
    html,
    latex,
    markdown,
    parse_formats,
    save_caption,
)

SMALL = Caption(
    "brain",
    (Sentence("Input: brain_1, 8x8 px"), Sentence("Operation blur: a blur", ("zhang2019",))),
    "Grid of pictures; 5 % of it & more.",
)
HOSTILE = [
    "<script>alert(1)</script>",
    "a_b*c*__d__`e`~~f~~",
    "100 % & $x^2$ #1 {y} \\input{/etc/passwd} ~ \\\\",
    "![x](y) [z](javascript:1) <https://a.b> |cell|",
    "\"quoted\" 'quoted' --> -- --- &amp; &#60;",
    "×2 − 5 ± 1 π || ||y - r||^2",
    "# no title\t- no list 1. nor this > nor = that + so",
    "写真 é ß",
]
# One line of what can be seen: captions are made so.
TEXTS = (
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF))
    .map(lambda text: " ".join("".join(filter(str.isprintable, text)).split()))
    .filter(bool)
)


def with_text(text: str) -> Caption:
    return Caption(text, (Sentence(f"Input: {text}"),), f"It is {text}")


class Reader(HTMLParser):
    """What a browser would make of it: the elements, their attributes and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.paragraph = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.attributes = dict(attrs)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "p":
            self.paragraph += data


@given(st.one_of(st.sampled_from(HOSTILE), TEXTS))
def test_html_is_read_as_it_was_written(text: str) -> None:
    written = html(with_text(text), f"{text}.png")
    read = Reader(written)
    assert written.isascii()
    assert read.tags == ["figure", "img", "figcaption", "p", "/p", "ul", "/ul",
                         "/figcaption", "/figure"]  # fmt: skip
    assert read.paragraph == f"Input: {text}."
    assert read.attributes["alt"] == f"It is {text}"
    assert unquote(read.attributes["src"] or "") == f"{text}.png"


@given(st.one_of(st.sampled_from(HOSTILE), TEXTS))
def test_markdown_is_read_as_it_was_written(text: str) -> None:
    blocks = MarkdownIt("commonmark").parse(markdown(with_text(text), f"{text}.png"))
    assert [block.type for block in blocks] == ["paragraph_open", "inline", "paragraph_close"] * 2
    (picture,) = blocks[1].children or []
    assert picture.type == "image"
    assert unquote(str(picture.attrs["src"])) == f"{text}.png"
    assert "".join(each.content for each in picture.children or []) == f"It is {text}"
    told = "".join(each.content for each in blocks[4].children or [])
    assert told == f"Figure. Input: {text}."
    kinds = {each.type for each in blocks[4].children or []}
    assert kinds <= {"strong_open", "strong_close", "text", "text_special"}


SIGNS = {
    r"\textbackslash{}": "\\",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
    r"\textasciigrave{}": "`",
    r"\textbar{}": "|",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\(\times\)": "×",
    r"\(\pm\)": "±",
    r"\(-\)": "−",
    r"\(\pi\)": "π",
    "-{}": "-",
}
TOKEN = re.compile("|".join([*map(re.escape, SIGNS), r"\\[#$%&_{}]", r"[^\\{}#$%&_^~]"]))


def set_by_latex(text: str) -> str:
    """What is printed of a text; it may use no sign that does something else."""
    tokens = TOKEN.findall(text)
    assert "".join(tokens) == text
    return "".join(SIGNS.get(token, token.removeprefix("\\")) for token in tokens)


@given(st.one_of(st.sampled_from(HOSTILE), TEXTS))
def test_latex_is_read_as_it_was_written(text: str) -> None:
    lines = latex(with_text(text), "figure.png").splitlines()
    assert lines[0] == r"\begin{figure}"
    assert lines[1] == r"  \centering"
    (alt,) = re.fullmatch(
        r"  \\includegraphics\[width=\\linewidth, alt=\{(.*)\}\]\{figure\.png\}", lines[2]
    ).groups()  # type: ignore[union-attr]
    assert set_by_latex(alt) == f"It is {text}"
    assert "\\(" not in alt  # it is not typeset
    printed = set_by_latex(lines[3].removeprefix(r"  \caption[{").partition("}]{Input: ")[0])
    assert printed == text
    told = lines[3].partition("}]{Input: ")[2].removesuffix(".}")
    assert set_by_latex(told) == text
    assert "--" not in told
    assert lines[4:] == [r"  \label{fig:figure}", r"\end{figure}"]


def test_in_markdown() -> None:
    assert markdown(SMALL, "a b_(1).png") == (
        "![Grid of pictures; 5 % of it \\& more.](a%20b_%281%29.png)\n"
        "\n"
        "**Figure.** Input: brain\\_1, 8x8 px. Operation blur: a blur (Zhang 2019).\n"
        "\n"
        "- Zhang 2019: Richard Zhang. Making Convolutional Networks Shift-Invariant Again."
        " International Conference on Machine Learning (ICML), 2019."
        " <https://arxiv.org/abs/1904.11486>\n"
    )


def test_in_latex() -> None:
    assert latex(SMALL, "brain_max.pdf") == (
        "\\begin{figure}\n"
        "  \\centering\n"
        "  \\includegraphics[width=\\linewidth,"
        " alt={Grid of pictures; 5 \\% of it \\& more.}]{brain_max.pdf}\n"
        "  \\caption[{brain}]{Input: brain\\_1, 8x8 px. Operation blur: a blur"
        "~\\cite{zhang2019}.}\n"
        "  \\label{fig:brain-max}\n"
        "\\end{figure}\n"
    )
    assert latex(SMALL, "f.svg").startswith("% LaTeX reads no SVG: save the figure as PDF, too.\n")


def test_in_html() -> None:
    assert html(SMALL, "a b.png") == (
        "<figure>\n"
        '  <img src="a%20b.png" alt="Grid of pictures; 5 % of it &amp; more.">\n'
        "  <figcaption>\n"
        "    <p>Input: brain_1, 8x8 px. Operation blur: a blur (Zhang 2019).</p>\n"
        "    <ul>\n"
        "      <li>Zhang 2019: Richard Zhang. Making Convolutional Networks Shift-Invariant Again."
        " International Conference on Machine Learning (ICML), 2019."
        ' <a href="https://arxiv.org/abs/1904.11486">https://arxiv.org/abs/1904.11486</a></li>\n'
        "    </ul>\n"
        "  </figcaption>\n"
        "</figure>\n"
    )


def test_bibtex_is_of_what_is_cited_and_no_more() -> None:
    both = Caption("", (Sentence("a", ("wang2004",)), Sentence("b", ("zhang2019", "wang2004"))), "")
    assert re.findall(r"^@\w+\{(\w+),$", bibtex(both), re.MULTILINE) == ["wang2004", "zhang2019"]
    assert bibtex(SMALL).startswith("@inproceedings{zhang2019,\n  author = {Zhang, Richard},\n")


def test_a_key_of_a_plug_in_that_we_do_not_know_is_kept_in_the_text() -> None:
    caption = Caption("", (Sentence("Operation own: it", ("smith2020", "gao2019")),), "")
    assert "Operation own: it (smith2020; Gao et al. 2019)." in markdown(caption, "f.png")
    assert r"Operation own: it~\cite{smith2020,gao2019}." in latex(caption, "f.png")
    assert bibtex(caption).count("@") == 1


def test_formats_are_read_once_each() -> None:
    assert parse_formats(None) == ()
    assert parse_formats("md, html,md") == ("md", "html")
    with pytest.raises(UsageError) as caught:
        parse_formats("md,latex")
    assert str(caught.value) == (
        "no format of captions is named 'latex'\n  in:  caption\n"
        "  fix: did you mean 'tex'? md, tex or html, or several with commas"
    )


@pytest.mark.parametrize(
    "name", ["a%b.png", "a#b.png", "a{b.png", "a\\b.png", "a$b.png", "a\nb.png"]
)
def test_a_name_that_latex_cannot_read_is_refused_before_the_work(name: str) -> None:
    with pytest.raises(OutputError, match="LaTeX cannot read a figure of this name"):
        check_captions(["md", "tex"], [Path(name)], [])
    check_captions(["md", "html"], [Path(name)], [])
    check_captions(["tex"], [Path("a_b c-1.2.png")], [])


def test_a_caption_never_replaces_an_input(tmp_path: Path) -> None:
    (tmp_path / "f.md").write_bytes(b"a picture by its content")
    with pytest.raises(SampvizError, match="the output would replace the input"):
        check_captions(["md"], [tmp_path / "f.png"], [tmp_path / "f.md"])


def test_files_stand_beside_the_figure(tmp_path: Path) -> None:
    paths = save_caption(SMALL, tmp_path / "f.1.png", ("md", "tex", "html"))
    assert [path.name for path in paths] == ["f.1.md", "f.1.tex", "f.1.html", "f.1.bib"]
    assert paths[0].read_bytes() == markdown(SMALL, "f.1.png").encode()
    assert paths[1].read_bytes() == latex(SMALL, "f.1.png").encode()
    assert paths[2].read_bytes() == html(SMALL, "f.1.png").encode()
    assert paths[3].read_bytes() == bibtex(SMALL).encode()


def test_a_text_that_was_changed_by_hand_stays(tmp_path: Path) -> None:
    (path, bib) = save_caption(SMALL, tmp_path / "f.png", ("md",))
    save_caption(SMALL, tmp_path / "f.png", ("md",), overwrite=False)
    path.write_text("better words")
    with pytest.raises(OutputError) as caught:
        save_caption(SMALL, tmp_path / "f.png", ("md",), overwrite=False)
    assert caught.value.what == "the file is there already, and sampviz may not have made it"
    assert path.read_text() == "better words"
    save_caption(SMALL, tmp_path / "f.png", ("md",))
    assert path.read_text() == markdown(SMALL, "f.png")
    assert bib.read_text() == bibtex(SMALL)
