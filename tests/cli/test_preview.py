"""Figures on the terminal: a child draws on a pseudo-terminal, and the test is the terminal."""

import os
import pty
import re
import select
import struct
import sys
import termios
import time
from base64 import b64decode
from collections.abc import Callable
from fcntl import ioctl
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import Cli

pytestmark = pytest.mark.slow

Answer = Callable[[bytes], bytes]  # of a terminal, to all that came since its last one

ATTRIBUTES = re.compile(rb"\x1b\[c")
KITTY_QUERY = re.compile(rb"\x1b_G[^;]*\ba=q\b[^;]*;[^\x1b]*\x1b\\")
CELLS = 80, 24
DRAW = ["compare", "sample:step:16x16", "--ops", "max", "--rows", "image"]


def sixel(text: bytes) -> bytes:
    return b"\x1b[?62;4;22c" if ATTRIBUTES.search(text) else b""


def kitty(text: bytes) -> bytes:
    attributes = b"\x1b[?62;22c" if ATTRIBUTES.search(text) else b""
    return attributes + (b"\x1b_Gi=1;OK\x1b\\" if KITTY_QUERY.search(text) else b"")


def plain(text: bytes) -> bytes:
    return b"\x1b[?62;22c" if ATTRIBUTES.search(text) else b""


def silent(text: bytes) -> bytes:
    return b""


def garbled(text: bytes) -> bytes:
    return b"\xff\xfe\x1b[?" if ATTRIBUTES.search(text) else b""


def endless_terminal() -> Answer:
    """Return a terminal whose answer begins as it should and never ends."""
    asked = False

    def endless(text: bytes) -> bytes:
        nonlocal asked
        begins = not asked and ATTRIBUTES.search(text) is not None
        asked = asked or begins
        return b"\x1b[?1" if begins else b";1" * asked

    return endless


_PATIENCE = 300  # seconds: of a program that waits for an answer for ever


def on_terminal(words: list[str], answer: Answer) -> tuple[int, bytes]:
    """Run the program on a terminal; return its exit code, and what came."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, *words])
    columns, rows = CELLS
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, columns * 8, rows * 16))
    started, output, seen = time.monotonic(), b"", 0
    while time.monotonic() - started < _PATIENCE:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                output += os.read(terminal, 65536)
            except OSError:  # the child has closed it
                break
        reply = answer(output[seen:])
        seen = len(output) if reply else seen
        if reply:
            os.write(terminal, reply)
    else:
        os.kill(pid, 9)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return code, output


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], bytes]:
    """Return what shows a red picture on a terminal and gives what came there."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setenv("NO_COLOR", "1")
    picture = tmp_path / "red.png"
    Image.new("RGB", (64, 32), (255, 0, 0)).save(picture)
    script = (
        "import pathlib, sys\n"
        "from sampviz.cli.console.preview import show_on_terminal\n"
        "show_on_terminal([pathlib.Path(sys.argv[1])])"
    )

    def shown(answer: Answer) -> bytes:
        code, output = on_terminal(["-c", script, str(picture)], answer)
        assert code == 0, output
        assert b"Traceback" not in output
        return output

    return shown


def test_sixel_gets_a_sixel_picture(show: Callable[[Answer], bytes]) -> None:
    output = show(sixel)
    assert re.search(rb"\x1bP[0-9;]*q", output)
    assert b"preview" not in output


def test_kitty_gets_the_picture_itself(show: Callable[[Answer], bytes]) -> None:
    output = KITTY_QUERY.sub(b"", show(kitty))
    chunks = re.findall(rb"\x1b_G[^;\x1b]*\bf=100\b[^;\x1b]*;([^\x1b]*)\x1b\\", output)
    picture = Image.open(BytesIO(b64decode(b"".join(chunks)))).convert("RGB")
    assert picture.getpixel((picture.width // 2, picture.height // 2)) == (255, 0, 0)
    assert picture.width / picture.height == pytest.approx(2, rel=0.1)
    assert picture.width <= CELLS[0] * 8
    assert picture.height <= (CELLS[1] - 2) * 16
    assert b"preview" not in output


@pytest.mark.parametrize(
    "answer", [plain, silent, garbled, endless_terminal()], ids=lambda a: a.__name__
)
def test_a_terminal_without_pictures_gets_a_line(
    show: Callable[[Answer], bytes], answer: Answer
) -> None:
    words = " ".join(show(answer).decode(errors="replace").split())
    assert "--preview shows nothing: this terminal has no pictures; it takes kitty" in words
    assert "\x1bP" not in words


def test_it_says_what_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    script = (
        "import pathlib, sys\nsys.modules['textual_image'] = None\n"
        "from sampviz.cli.console.preview import show_on_terminal\n"
        "show_on_terminal([pathlib.Path('a.png')])"
    )
    code, output = on_terminal(["-c", script], silent)
    assert code == 0
    words = b" ".join(output.split())
    assert b"textual-image is not installed; " in words
    assert b"[preview]" in words


@pytest.mark.usefixtures("few_waves")
def test_a_pipe_gets_the_path_alone(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    response = ["response", "--ops", "max"]
    for words, name in ((DRAW, "step_compare.png"), (response, "response.png")):
        result = cli(*words, "--preview")
        assert result.code == 0
        assert result.out == f"{name}\n"
        assert result.err == "warning: --preview shows nothing: stdout is no terminal\n"
        assert (tmp_path / name).exists()
    assert cli(*response, "--preview", "--json").code == 2


def test_on_a_terminal_the_path_stands_above_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.chdir(tmp_path)
    code, output = on_terminal(["-m", "sampviz", *DRAW, "--preview"], sixel)
    assert code == 0, output
    assert re.search(rb"^step_compare\.png\r?\n.*\x1bP[0-9;]*q", output, re.DOTALL)
