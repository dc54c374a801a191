"""Verdicts for GitHub Actions: a line for each failure, and a summary in Markdown."""

import html
from collections.abc import Iterator, Sequence

from sampviz.core.text import escape_control
from sampviz.testing.snapshots.compare import SnapshotResult


def annotations(verdicts: Sequence[SnapshotResult]) -> Iterator[str]:
    """Yield a workflow command for each snapshot that failed."""
    for verdict in verdicts:
        if verdict.failed:
            text = "\n".join(map(escape_control, verdict.why))
            yield f"::error title={_property(f'{verdict.name} {verdict.state}')}::{_data(text)}"


def summary(verdicts: Sequence[SnapshotResult]) -> str:
    """Return a table of all verdicts, in Markdown."""
    lines = ["### sampviz check", "", "| figure | verdict | arrays | picture | why |"]
    lines.append("|---|---|---|---|---|")
    for verdict in verdicts:
        cells = [verdict.name, verdict.state, verdict.arrays, verdict.picture]
        why = "<br>".join(_cell(line) for line in [*verdict.why, *verdict.notes])
        lines.append(f"| {' | '.join(map(_cell, cells))} | {why} |")
    return "\n".join(lines) + "\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Return a text in which Markdown and HTML find nothing to obey."""
    escaped = html.escape(escape_control(text))
    return "".join(f"&#{ord(char)};" if char in "|\\`*_[]~#@:/" else char for char in escaped)
