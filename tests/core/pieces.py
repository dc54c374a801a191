"""Pieces of work for other processes, which import this file and not what tests need."""

import os
import signal
import struct
import sys
import time
import warnings
from pathlib import Path

from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.core.process_pool import threads


def negative(piece: int) -> int:
    warnings.warn(SampvizWarning(f"piece {piece}"), stacklevel=2)
    return -piece


def refuse_three(piece: int) -> int:
    if piece == 3:
        raise UsageError("not three", "piece 3", "another")
    return piece


def die_at_five(piece: int) -> int:
    if piece == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece


def write_half_a_result(mark: Path) -> None:
    """Write its length and a part of it, and then nothing more: what a killed process leaves."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:  # of the standard library's worker
        assert frame.f_back
        frame = frame.f_back
    frame.f_locals["result_queue"]._writer._send(struct.pack("!i", 1000) + b"half")
    mark.touch()
    time.sleep(600)


def first_waits_for_last(piece: tuple[int, Path]) -> int:
    number, mark = piece
    if number == 5:
        mark.touch()
    while number == 0 and not mark.exists():
        time.sleep(0.01)
    return number


def threads_of_worker(_: int) -> int:
    return threads()
