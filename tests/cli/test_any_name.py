"""A file of any name is read, and what is made of it written and printed under that name."""

import os
import subprocess
import sys
import xml.dom.minidom
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
NAMES = {
    "a leading dash": b"-o",
    "a line end": b"a\nb",
    "a terminal escape": b"\x1b[2Jred",
    "bytes that are no text": b"\xff\xfe",
    "markup": b"<script>alert(1)<!--&amp;",
    "quotes": b"a&b\"'",
    "the end of CDATA": b"]]>",
    "formats": b"%s{0}[red]$x^2$\\alpha",
    "from right to left": "\u202egnp.שלום".encode(),
    "signs that the font lacks": "脑🧠".encode(),
    "a mark on a letter": "e\u0301\u0301".encode(),
    "200 letters": b"n" * 200,
    "a space": b" ",
    "all in one": "\n脑\"'&é".encode() + b"\xff\xfe",
}

# The font is embedded anew in each PDF, and a page is large: of what may matter there.
IN_PDF = "all in one"
# A process of its own, whose streams are bytes, for all names. Its commands come from stdin, for an
# argument cannot hold the sign between two; what each folder's write goes to files.
ONE_AFTER_ANOTHER = r"""
import os, sys
from sampviz.cli.app import run
for folder in sys.stdin.buffer.read().split(b"\0\0\0"):
    path, *commands = folder.split(b"\0\0")
    os.chdir(path)
    for stream, name in ((1, b"../out"), (2, b"../err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), stream)
    codes = [run([os.fsdecode(word) for word in command.split(b"\0")]) for command in commands]
    sys.stdout.flush()
    with open("../codes", "w") as file:
        print(*codes, file=file)
"""


def commands_of(name: bytes, pdf: bool) -> dict[bytes, list[bytes]]:
    """By the endings of what they write, the words of commands that read the file of a name."""
    compare = [b"compare", b"./" + name + b".npy", b"--ops", b"max", b"--rows", b"image"]
    return {
        b"_compare.png": compare,
        b".svg": [*compare, b"-o", name + b".svg"],
        **({b".pdf": [*compare, b"-o", name + b".pdf"]} if pdf else {}),
        **({b".html": [b"report", *compare[1:4], b"-o", name + b".html"]} if pdf else {}),
        b".nii.gz": [b"apply", b"./" + name + b".npy", b"max", b"-o", name + b".nii.gz"],
    }


@pytest.fixture(scope="module")
def of_any_name(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For every name the folder of what was printed, and in it that of what was written."""
    folders, lines = {}, []
    for key, name in NAMES.items():
        folders[key] = tmp_path_factory.mktemp("name")
        (folders[key] / "files").mkdir()
        np.save(os.fsdecode(os.fsencode(folders[key] / "files") + b"/" + name + b".npy"), np.eye(9))
        commands = commands_of(name, key == IN_PDF).values()
        lines.append(
            b"\0\0".join([os.fsencode(folders[key] / "files"), *map(b"\0".join, commands)])
        )
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_ANOTHER],
        input=b"\0\0\0".join(lines), capture_output=True, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folders


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse some of these names")
@pytest.mark.parametrize("key", NAMES)
def test_any_name_is_read_written_and_printed(
    key: str, of_any_name: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, printed = NAMES[key], of_any_name[key]
    commands = commands_of(name, key == IN_PDF)
    err = (printed / "err").read_bytes()
    assert (printed / "codes").read_text().split() == ["0"] * len(commands), err
    assert (printed / "out").read_bytes() == b"".join(name + end + b"\n" for end in commands)
    monkeypatch.chdir(printed / "files")
    assert all(Path(os.fsdecode(name + ending)).stat().st_size for ending in commands)
    # A warning of ours at most, in which a terminal finds nothing to obey.
    lines = err.decode().splitlines()
    assert all(line.startswith("warning: DejaVu Sans has no sign for") for line in lines)
    assert b"\x1b" not in err
    assert len(list(Path().iterdir())) == len(commands) + 1
    svg = xml.dom.minidom.parse(os.fsdecode(name + b".svg"))
    assert not svg.getElementsByTagName("script")
    written = "".join(part.firstChild.data for part in svg.getElementsByTagName("text"))  # type: ignore[union-attr]
    if name.isalnum() or key in ("markup", "quotes", "the end of CDATA"):
        assert "".join(name.decode().split()) in "".join(written.split())
