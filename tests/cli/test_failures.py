"""A piece of work that fails among others is said, and counts, as if it were alone."""

from errno import EACCES, EMFILE, ENOSPC

import pytest
import typer

from sampviz.cli.app import _report
from sampviz.cli.failures import exit_with_first, print_failure
from sampviz.core.errors import InputError


def _of_opencv(cause: Exception) -> Exception:
    """Return the error of a function that returns a result and has an error set."""
    error = SystemError("cvtColor returned a result with an exception set")
    error.__cause__ = cause
    return error


ERRORS = {
    "the output cannot be written: No space left on device": (
        OSError(ENOSPC, "No space left on device"),
        4,
    ),
    "a file that is needed cannot be opened: Too many open files": (
        OSError(EMFILE, "Too many open files"),
        3,
    ),
    "a file that is needed cannot be opened: Permission denied": (
        PermissionError(EACCES, "Permission denied", "/fonts/f.ttf"),
        3,
    ),
    "not enough memory: an array does not fit": (MemoryError(), 3),
    "not enough memory: 9 MiB": (_of_opencv(MemoryError("9\nMiB")), 3),
    "SystemError: of another kind": (SystemError("of another kind"), 70),
    "it is damaged": (InputError("it is damaged", "a.nii"), 3),
    "ValueError: of ours": (ValueError("of ours"), 70),
}


def test_alone_and_among_others_the_exit_code_and_the_words_are_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for what, (error, code) in ERRORS.items():
        assert _report(error, []) == code
        assert what in capsys.readouterr().err
        print_failure("a.png", error)
        assert f"failed: a.png: {what}" in capsys.readouterr().err
        with pytest.raises(typer.Exit) as end:
            exit_with_first([error])
        assert end.value.exit_code == code
