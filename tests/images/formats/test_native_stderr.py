"""What C libraries write to stderr is held back, whatever becomes of the work."""

import os
import subprocess
import sys

import pytest

from sampviz.images.formats.native_stderr import captured_stderr


def test_captured_stderr_are_held_back(capfd: pytest.CaptureFixture[str]) -> None:
    with captured_stderr() as words:
        os.write(2, b"libpng error: one\nlibjpeg: two \xff\n")
        assert words == []
    os.write(2, b"afterwards")
    assert words == ["libpng error: one", "libjpeg: two �"]
    assert capfd.readouterr().err == "afterwards"


def test_stderr_comes_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), captured_stderr():
        os.write(2, bytes([1 // 0]))
    os.write(2, b"afterwards")
    assert capfd.readouterr().err == "afterwards"


def test_a_process_without_stderr_reads_as_well() -> None:
    script = (
        "import os; os.close(2)\n"
        "from sampviz.images.formats.native_stderr import captured_stderr\n"
        "for _ in range(3):\n"
        "    with captured_stderr() as words:\n"
        "        os.write(2, b'said')\n"
        "    assert words == ['said'], words\n"
        "try: os.write(2, b'?')\n"
        "except OSError: print('closed')\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout == b"closed\n"
