"""What all HTML pages share: their head, their style, and that text from outside is text."""

from html import escape
from importlib import resources

from sampviz.core.text import escape_control
from sampviz.core.version import __version__


def html_text(text: str) -> str:
    """Return a text as it stands in HTML and in quoted attributes.

    Parameters
    ----------
    text : str
        From anywhere.

    Returns
    -------
    str

    Examples
    --------
    >>> html_text("<b>")
    '&lt;b&gt;'
    """
    return escape(escape_control(text))


def page_style() -> str:
    """Return the style sheet that all pages share."""
    return (resources.files("sampviz.core") / "page.css").read_text("utf-8")


def page_head(title: str) -> str:
    """Return the beginning of a page, to its first heading; "</body>" and "</html>" end it.

    Parameters
    ----------
    title : str
        From anywhere.

    Returns
    -------
    str
        With the style sheet.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="sampviz {__version__}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html_text(title)}</title>\n<style>\n{page_style()}</style>\n</head>\n<body>\n"
        f"<h1>{html_text(title)}</h1>\n"
    )
