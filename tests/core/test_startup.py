"""What a process that is ours does at its start, and does no more after it."""

import gc
from threading import Event

import pytest

from sampviz.core import startup


def test_python_looks_for_memory_late_first_and_often_from_then_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(startup, "_ours", Event())
    thresholds, callbacks = gc.get_threshold(), list(gc.callbacks)
    try:
        startup.take_process()
        startup.take_process()  # as workers do
        at_start = gc.get_threshold()[0]
        gc.collect(0)
        assert (at_start, gc.get_threshold()[0]) == (200_000, 20_000)
        assert gc.callbacks == callbacks
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks[:] = callbacks
    assert startup.is_process_ours()
