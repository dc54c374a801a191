"""What GitHub Actions is told, character by character."""

from pathlib import Path

import pytest

from sampviz.core.errors import OutputError
from sampviz.testing.snapshots.compare import SnapshotResult
from sampviz.testing.snapshots.github import annotations, summary, write_summary

RESULTS = [
    SnapshotResult("a", "same", "2 of 2", "RMS 0", notes=["not judged"]),
    SnapshotResult("b:1,2", "differs", "1 of 2", "RMS 3", reasons=["50 %\r", "line <two>"]),
]
TABLE = (
    "### sampviz check\n\n| figure | verdict | arrays | picture | why |\n|---|---|---|---|---|\n"
    "| a | same | 2 of 2 | RMS 0 | not judged |\n"
    "| b&#58;1,2 | differs | 1 of 2 | RMS 3 | 50 %&#92;r<br>line &lt;two&gt; |\n"
)


def test_what_failed_is_one_line_each_in_which_nothing_is_a_command() -> None:
    assert list(annotations(RESULTS)) == ["::error title=b%3A1%2C2 differs::50 %25\\r%0Aline <two>"]


def test_the_summary_is_a_table_in_which_nothing_is_markup() -> None:
    assert summary(RESULTS) == TABLE


def test_the_summary_follows_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_summary(RESULTS)  # nobody asked
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "s.md"))
    write_summary(RESULTS)
    write_summary(RESULTS)
    assert (tmp_path / "s.md").read_text() == 2 * TABLE
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(OutputError, match="the summary cannot be written: Is a directory"):
        write_summary(RESULTS)
