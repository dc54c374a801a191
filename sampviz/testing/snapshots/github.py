"""Results for GitHub Actions: a line for each failure, and a summary in Markdown."""

import html
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sampviz.core.errors import OutputError
from sampviz.core.text import escape_control
from sampviz.testing.snapshots.compare import SnapshotResult


def annotations(results: Sequence[SnapshotResult]) -> Iterator[str]:
    """Yield a workflow command for each snapshot that failed."""
    for result in results:
        if result.failed:
            text = "\n".join(map(escape_control, result.as_options().reasons))
            yield f"::error title={_property(f'{result.name} {result.state}')}::{_data(text)}"


def summary(results: Sequence[SnapshotResult]) -> str:
    """Return a table of all results, in Markdown."""
    lines = ["### sampviz check", "", "| figure | verdict | arrays | picture | why |"]
    lines.append("|---|---|---|---|---|")
    for result in results:
        cells = [result.name, result.state, result.arrays, result.picture]
        reasons = "<br>".join(_cell(line) for line in [*result.as_options().reasons, *result.notes])
        lines.append(f"| {' | '.join(map(_cell, cells))} | {reasons} |")
    return "\n".join(lines) + "\n"


def write_summary(results: Sequence[SnapshotResult]) -> None:
    """Add the summary to that of the step, a file that GITHUB_STEP_SUMMARY names; or do nothing."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(summary(results))
    except OSError as err:
        what = f"the summary cannot be written: {err.strerror}"
        raise OutputError(what, path, "see GITHUB_STEP_SUMMARY") from None


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Return a text in which Markdown and HTML find nothing to obey."""
    escaped = html.escape(escape_control(text))
    return "".join(f"&#{ord(char)};" if char in "|\\`*_[]~#@:/" else char for char in escaped)
