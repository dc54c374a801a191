"""Verdicts as JUnit XML, which CI servers read: one test case a figure."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from sampviz.core.atomic_write import atomic_write
from sampviz.core.text import escape_control
from sampviz.testing.snapshots.compare import SnapshotResult


def write_junit(verdicts: Sequence[SnapshotResult], path: Path) -> None:
    """Write a file of one suite; what failed has its reasons, what is noted stands in system-out.

    No times are told: the same verdicts give the same bytes.
    """
    errors = sum(verdict.state == "error" for verdict in verdicts)
    failures = sum(verdict.failed for verdict in verdicts) - errors
    counts = {"tests": len(verdicts), "failures": failures, "errors": errors}
    attributes = {"name": "sampviz check", **{name: str(n) for name, n in counts.items()}}
    suites = ET.Element("testsuites", attributes)
    suite = ET.SubElement(suites, "testsuite", attributes)
    for verdict in verdicts:
        case = ET.SubElement(
            suite, "testcase", {"classname": "sampviz.check", "name": verdict.name, "time": "0"}
        )
        if verdict.failed:
            # XML holds no control characters, not even as references.
            lines = [escape_control(line) for line in verdict.why]
            kind = "error" if verdict.state == "error" else "failure"
            about = {"message": lines[0], "type": verdict.state}
            ET.SubElement(case, kind, about).text = "\n".join(lines)
        if verdict.notes:
            ET.SubElement(case, "system-out").text = "\n".join(map(escape_control, verdict.notes))
    ET.indent(suites)
    with atomic_write(path) as file:
        file.write_bytes(ET.tostring(suites, "utf-8", xml_declaration=True) + b"\n")
