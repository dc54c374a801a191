"""A piece of work that fails among others is said, and counts, as if it were alone."""

import pytest
import typer

from sampviz.cli.app import _report
from sampviz.cli.failures import exit_with_first, print_failure
from sampviz.core.errors import InputError

ERRORS = {
    "the output cannot be written: Too many open files": (OSError(24, "Too many open files"), 4),
    "not enough memory: an array does not fit": (MemoryError(), 3),
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
