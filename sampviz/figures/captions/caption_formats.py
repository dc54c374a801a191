"""Captions as Markdown, LaTeX and HTML, each with the signs of its own language made harmless."""

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

_IN_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!$^@])")
_IN_LATEX = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
# What the fonts of old would set as another sign, or not at all.
_IN_PRINT = {
    "`": r"\textasciigrave{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "×": r"\(\times\)",
    "±": r"\(\pm\)",
    "−": r"\(-\)",
    "π": r"\(\pi\)",
}
_NOT_FOR_LATEX = re.compile(r'[\\{}%#~^$&"\x00-\x1f\x7f]')


def parse_formats(text: str | None) -> tuple[str, ...]:
    """Read `md,html`; UsageError for what is no format of captions."""
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
    """Raise an error, before anything is drawn, if captions cannot stand beside the figures."""
    inputs = list(sources)
    for figure in figures if formats else ():
        if figure == Path("-"):
            raise UsageError(
                "a caption stands beside a file",
                argument("caption"),
                f"name a file{either('', ' with -o')}",
            )
        if "tex" in formats and _NOT_FOR_LATEX.search(figure.name):
            raise OutputError(
                "LaTeX cannot read a figure of this name",
                str(figure),
                f"choose another{either('', ' with -o')}",
            )
        for path in _paths(figure, formats):
            check_target(path, inputs, overwrite=True)


def save_caption(
    caption: Caption, figure: Path, formats: Sequence[str], *, overwrite: bool = True
) -> list[Path]:
    """Write a caption beside its figure in each format, and the BibTeX; return the paths.

    Without `overwrite` only files of the same text are replaced: OutputError for others.
    """
    texts = [_WRITERS[name](caption, figure.name) for name in formats]
    paths = _paths(figure, formats)
    for path, text in zip(paths, [*texts, bibtex(caption)], strict=True):
        with atomic_write(path, overwrite=overwrite) as temporary:
            temporary.write_bytes(text.encode("utf-8"))
    return paths


def _paths(figure: Path, formats: Sequence[str]) -> list[Path]:
    return [figure.with_suffix(f".{ending}") for ending in (*formats, "bib")]


def bibtex(caption: Caption) -> str:
    """Return the BibTeX entries of what a caption cites."""
    return "\n\n".join(entry.bibtex for entry in _entries(caption)) + "\n"


def markdown(caption: Caption, file: str) -> str:
    """Return a caption in Markdown, below a link to the picture."""
    told = " ".join(f"{_md(text)}." for text in _with_labels(caption))
    papers = "\n".join(
        f"- {_md(entry.label)}: {_md(entry.text)}{f' <{entry.url}>' if entry.url else ''}"
        for entry in _entries(caption)
    )
    return f"![{_md(caption.alt)}]({_address(file)})\n\n**Figure.** {told}\n\n{papers}\n"


def _md(text: str) -> str:
    return _IN_MARKDOWN.sub(r"\\\1", text)


def latex(caption: Caption, file: str) -> str:
    """Return a caption as a LaTeX figure; `alt` needs LaTeX of 2021 or newer."""
    told = " ".join(
        _set(each.text) + (f"~\\cite{{{','.join(each.cite)}}}" if each.cite else "") + "."
        for each in caption.sentences
    )
    label = re.sub("[^A-Za-z0-9]+", "-", Path(file).stem)
    lines = [
        r"\begin{figure}",
        r"  \centering",
        rf"  \includegraphics[width=\linewidth, alt={{{_tex(caption.alt)}}}]{{{file}}}",
        rf"  \caption[{{{_set(caption.title)}}}]{{{told}}}",
        rf"  \label{{fig:{label}}}",
        r"\end{figure}",
    ]
    if file.lower().endswith(".svg"):
        lines.insert(0, "% LaTeX reads no SVG: save the figure as PDF, too.")
    return "\n".join(lines) + "\n"


def _tex(text: str) -> str:
    return "".join(_IN_LATEX.get(sign, sign) for sign in text)


def _set(text: str) -> str:
    """Return a text that is to be printed; two hyphens in a row are no dash."""
    found = "".join(_IN_PRINT.get(sign, _tex(sign)) for sign in text)
    return re.sub("-(?=-)", "-{}", found)


def html(caption: Caption, file: str) -> str:
    """Return a caption as an HTML figure, in ASCII, whatever the page that takes it is in."""
    told = " ".join(f"{escape(text)}." for text in _with_labels(caption))
    papers = [f"      <li>{_item(entry)}</li>" for entry in _entries(caption)]
    lines = [
        "<figure>",
        f'  <img src="{_address(file)}" alt="{escape(caption.alt)}">',
        "  <figcaption>",
        f"    <p>{told}</p>",
        "    <ul>",
        *papers,
        "    </ul>",
        "  </figcaption>",
        "</figure>",
    ]
    return ("\n".join(lines) + "\n").encode("ascii", "xmlcharrefreplace").decode("ascii")


def _item(entry: Entry) -> str:
    text = f"{escape(entry.label)}: {escape(entry.text)}"
    return f'{text} <a href="{escape(entry.url)}">{escape(entry.url)}</a>' if entry.url else text


def _address(file: str) -> str:
    return quote(os.fsencode(file))


def _entries(caption: Caption) -> list[Entry]:
    """Return what is known of the cited; a plug-in may cite what we do not know."""
    known = bibliography()
    return [known[key] for key in caption.cite if key in known]


def _with_labels(caption: Caption) -> list[str]:
    known = bibliography()
    told = []
    for each in caption.sentences:
        labels = "; ".join(known[key].label if key in known else key for key in each.cite)
        told.append(f"{each.text} ({labels})" if labels else each.text)
    return told


_WRITERS: Mapping[str, Callable[[Caption, str], str]] = {
    "md": markdown,
    "tex": latex,
    "html": html,
}
