"""The JUnit XML of results, read by the parser of the standard library."""

from pathlib import Path
from xml.etree import ElementTree as ET

from sampviz.core.errors import InputError, argument
from sampviz.testing.snapshots.compare import SnapshotResult
from sampviz.testing.snapshots.junit import write_junit

RESULTS = [
    SnapshotResult("a", "same", "2 of 2", "RMS 0"),
    SnapshotResult("b", "same", "2 of 2", "not judged", notes=["not judged", "<noted> \x1b"]),
    SnapshotResult("c & d", "differs", reasons=["one\0", "<two>"], notes=["changed: x"]),
    SnapshotResult("e", "missing", reasons=["no baseline"]),
    SnapshotResult.of_error("f", "error", InputError("it is cut", argument("inputs")), 3),
    SnapshotResult("g", "written"),
]


def test_what_failed_has_its_reasons_and_what_is_noted_stands_in_system_out(tmp_path: Path) -> None:
    write_junit(RESULTS, tmp_path / "j.xml")
    suites = ET.parse(tmp_path / "j.xml").getroot()
    (suite,) = suites
    for each, tag in ((suites, "testsuites"), (suite, "testsuite")):
        assert (each.tag, each.attrib) == (
            tag,
            {"name": "sampviz check", "tests": "6", "failures": "2", "errors": "1"},
        )
    assert [case.attrib for case in suite] == [
        {"classname": "sampviz.check", "name": result.name, "time": "0"} for result in RESULTS
    ]
    assert [[(x.tag, x.attrib, x.text) for x in case] for case in suite] == [
        [],
        [("system-out", {}, "not judged\n<noted> \\x1b")],
        [
            ("failure", {"message": "one\\x00", "type": "differs"}, "one\\x00\n<two>"),
            ("system-out", {}, "changed: x"),
        ],
        [("failure", {"message": "no baseline", "type": "missing"}, "no baseline")],
        [("error", {"message": "it is cut", "type": "error"}, "it is cut\n  in:  --inputs")],
        [],
    ]
    data = (tmp_path / "j.xml").read_bytes()
    assert data.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites ")
    write_junit(RESULTS, tmp_path / "again.xml")
    assert (tmp_path / "again.xml").read_bytes() == data
