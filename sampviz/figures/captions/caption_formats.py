"""Captions as Markdown, LaTeX and HTML, with BibTeX: every text escaped for its format.

Names of files and of plug-ins are anybody's, so nothing in a text may act as markup.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from sampviz.core.atomic_write import atomic_write, check_target
from sampviz.core.errors import OutputError, UsageError, argument, did_you_mean, either
from sampviz.figures.captions.bibliography import Entry, bibliography
from sampviz.figures.captions.caption import Caption

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$^@])")
_LATEX_ESCAPES = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
# OT1-encoded fonts print these as other characters, or not at all.
_LATEX_SYMBOLS = {
    "`": r"\textasciigrave{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "×": r"\(\times\)",
    "±": r"\(\pm\)",
    "−": r"\(-\)",
    "π": r"\(\pi\)",
}
_NOT_IN_LATEX_PATHS = re.compile(r'[\\{}%#~^$&"\x00-\x1f\x7f]')


def parse_formats(text: str | None) -> tuple[str, ...]:
    """Read the names of caption formats.

    Parameters
    ----------
    text : str or None
        Such as `md,html`; None for none.

    Returns
    -------
    tuple of str
        Some of md, tex and html, each once.

    Raises
    ------
    UsageError
        For another name.
    """
    names = [word.strip() for word in text.split(",")] if text is not None else []
    for name in names:
        if name not in _WRITERS:
            fix = did_you_mean(name, _WRITERS, "md, tex or html, or several with commas")
            raise UsageError(
                f"no format of captions is named {name[:40]!r}", argument("caption"), fix
            )
    return tuple(dict.fromkeys(names))


def check_captions(
    formats: Sequence[str], figures: Iterable[Path], sources: Iterable[str | Path]
) -> None:
    """Check, before anything is drawn, that captions can be written beside figures.

    Parameters
    ----------
    formats : sequence of str
        As `parse_formats` returns them.
    figures : iterable of Path
        The files of the figures.
    sources : iterable of str or Path
        The inputs, which must not be replaced.

    Raises
    ------
    UsageError
        If a figure goes to the standard output.
    OutputError
        If LaTeX cannot read the name of a figure, or a caption would replace an input.
    """
    inputs = list(sources)
    for figure in figures if formats else ():
        if figure == Path("-"):
            raise UsageError(
                "a caption stands beside a file",
                argument("caption"),
                f"name a file{either('', ' with -o')}",
            )
        if "tex" in formats and _NOT_IN_LATEX_PATHS.search(figure.name):
            raise OutputError(
                "LaTeX cannot read a figure of this name",
                str(figure),
                f"choose another{either('', ' with -o')}",
            )
        for path in _caption_paths(figure, formats):
            check_target(path, inputs, overwrite=True)


def save_caption(
    caption: Caption, figure: Path, formats: Sequence[str], *, overwrite: bool = True
) -> list[Path]:
    """Write a caption beside its figure, and the BibTeX of what it cites.

    Parameters
    ----------
    caption : Caption
        What the figure shows.
    figure : Path
        The file of the figure: captions have its name with other endings.
    formats : sequence of str
        Some of md, tex and html.
    overwrite : bool
        If false, only files of the same text are replaced.

    Returns
    -------
    list of Path
        The files written, the BibTeX last.

    Raises
    ------
    OutputError
        If a file cannot be written, or must not be replaced.
    """
    texts = [_WRITERS[name](caption, figure.name) for name in formats]
    paths = _caption_paths(figure, formats)
    for path, text in zip(paths, [*texts, bibtex(caption)], strict=True):
        with atomic_write(path, overwrite=overwrite) as temporary:
            temporary.write_bytes(text.encode("utf-8"))
    return paths


def _caption_paths(figure: Path, formats: Sequence[str]) -> list[Path]:
    return [figure.with_suffix(f".{ending}") for ending in (*formats, "bib")]


def bibtex(caption: Caption) -> str:
    """Return the BibTeX entries of what a caption cites.

    Parameters
    ----------
    caption : Caption
        Keys that the bibliography has not are left out.

    Returns
    -------
    str
    """
    return "\n\n".join(entry.bibtex for entry in _entries(caption)) + "\n"


def markdown(caption: Caption, file: str) -> str:
    """Return a caption in Markdown, below a link to the figure.

    Parameters
    ----------
    caption : Caption
        What the figure shows.
    file : str
        The name of the figure's file.

    Returns
    -------
    str
    """
    text = " ".join(f"{_escape_markdown(sentence)}." for sentence in _labelled_sentences(caption))
    papers = "\n".join(
        f"- {_escape_markdown(f'{entry.label}: {entry.text}')}"
        + f" <{entry.url}>" * bool(entry.url)
        for entry in _entries(caption)
    )
    return f"![{_escape_markdown(caption.alt)}]({_url(file)})\n\n**Figure.** {text}\n\n{papers}\n"


def _escape_markdown(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)


def latex(caption: Caption, file: str) -> str:
    """Return a caption as a LaTeX figure; its `alt` needs LaTeX of 2021 or newer.

    Parameters
    ----------
    caption : Caption
        What the figure shows.
    file : str
        The name of the figure's file.

    Returns
    -------
    str
    """
    text = " ".join(
        _printed(sentence.text)
        + (f"~\\cite{{{','.join(sentence.cite)}}}" if sentence.cite else "")
        + "."
        for sentence in caption.sentences
    )
    label = re.sub("[^A-Za-z0-9]+", "-", Path(file).stem)
    lines = [
        r"\begin{figure}",
        r"  \centering",
        rf"  \includegraphics[width=\linewidth, alt={{{_escape_latex(caption.alt)}}}]{{{file}}}",
        rf"  \caption[{{{_printed(caption.title)}}}]{{{text}}}",
        rf"  \label{{fig:{label}}}",
        r"\end{figure}",
    ]
    for ending, name in ((".svg", "SVG"), (".tif", "TIFF")):
        if file.lower().endswith(ending):
            lines.insert(0, f"% LaTeX reads no {name}: save the figure as PDF, too.")
    return "\n".join(lines) + "\n"


def _escape_latex(text: str) -> str:
    return "".join(_LATEX_ESCAPES.get(sign, sign) for sign in text)


def _printed(text: str) -> str:
    """Return a text that LaTeX prints as it is; two hyphens in a row are no dash."""
    escaped = "".join(_LATEX_SYMBOLS.get(sign, _escape_latex(sign)) for sign in text)
    return re.sub("-(?=-)", "-{}", escaped)


def html(caption: Caption, file: str) -> str:
    """Return a caption as an HTML figure, in ASCII: it fits into a page of any encoding.

    Parameters
    ----------
    caption : Caption
        What the figure shows.
    file : str
        The name of the figure's file.

    Returns
    -------
    str
    """
    text = " ".join(f"{escape(sentence)}." for sentence in _labelled_sentences(caption))
    papers = [f"      <li>{_html_entry(entry)}</li>" for entry in _entries(caption)]
    lines = [
        "<figure>",
        f'  <img src="{_url(file)}" alt="{escape(caption.alt)}">',
        "  <figcaption>",
        f"    <p>{text}</p>",
        "    <ul>",
        *papers,
        "    </ul>",
        "  </figcaption>",
        "</figure>",
    ]
    return ("\n".join(lines) + "\n").encode("ascii", "xmlcharrefreplace").decode("ascii")


def _html_entry(entry: Entry) -> str:
    text = f"{escape(entry.label)}: {escape(entry.text)}"
    return f'{text} <a href="{escape(entry.url)}">{escape(entry.url)}</a>' if entry.url else text


def _url(file: str) -> str:
    return quote(os.fsencode(file))


def _entries(caption: Caption) -> list[Entry]:
    """Return the entries of what is cited; a plug-in may cite what has no entry."""
    entries = bibliography()
    return [entries[key] for key in caption.cite if key in entries]


def _labelled_sentences(caption: Caption) -> list[str]:
    entries = bibliography()
    sentences = []
    for sentence in caption.sentences:
        labels = "; ".join(entries[key].label if key in entries else key for key in sentence.cite)
        sentences.append(f"{sentence.text} ({labels})" if labels else sentence.text)
    return sentences


_WRITERS: Mapping[str, Callable[[Caption, str], str]] = {
    "md": markdown,
    "tex": latex,
    "html": html,
}
