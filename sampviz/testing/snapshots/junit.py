"""Results as JUnit XML, which CI servers read: one test case a figure."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from sampviz.core.atomic_write import atomic_write
from sampviz.core.text import escape_control
from sampviz.testing.snapshots.compare import SnapshotResult


def write_junit(results: Sequence[SnapshotResult], path: Path) -> None:
    """Write a file of one suite; what failed has its reasons, what is noted stands in system-out.

    It holds no times: the same results give the same bytes.
    """
    errors = sum(result.state == "error" for result in results)
    failures = sum(result.failed for result in results) - errors
    counts = {"tests": len(results), "failures": failures, "errors": errors}
    attributes = {"name": "sampviz check", **{name: str(n) for name, n in counts.items()}}
    suites = ET.Element("testsuites", attributes)
    suite = ET.SubElement(suites, "testsuite", attributes)
    for result in results:
        case = ET.SubElement(
            suite, "testcase", {"classname": "sampviz.check", "name": result.name, "time": "0"}
        )
        if result.failed:
            # XML holds no control characters, not even as references.
            lines = [escape_control(line) for line in result.as_options().reasons]
            kind = "error" if result.state == "error" else "failure"
            attributes_of_failure = {"message": lines[0], "type": result.state}
            ET.SubElement(case, kind, attributes_of_failure).text = "\n".join(lines)
        if result.notes:
            ET.SubElement(case, "system-out").text = "\n".join(map(escape_control, result.notes))
    ET.indent(suites)
    with atomic_write(path) as file:
        file.write_bytes(ET.tostring(suites, "utf-8", xml_declaration=True) + b"\n")
